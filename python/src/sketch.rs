//! Signatures of texts as a table.

use crate::watch::watched;
use arrow_array::builder::{Int32Builder, Int64Builder, ListBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use pyo3_arrow::input::AnyArray;
use rayon::prelude::*;
use std::sync::Arc;
use tonggao::Signature;

/// The signatures of texts (an Arrow array or stream of strings), a row a text. A null text has a row of nulls.
#[pyfunction]
pub(crate) fn sketch<'py>(py: Python<'py>, texts: AnyArray) -> PyResult<Bound<'py, PyAny>> {
    let reader = texts.into_reader()?;
    let batches = watched(py, 0, None, |watch| {
        let mut batches = Vec::new();
        for chunk in reader {
            watch.go_on()?;
            batches.push(rows(chunk?.as_ref())?);
        }
        Ok(batches)
    })?;
    PyTable::try_new(batches, schema())?.into_pyarrow(py)
}

/// Hashes are `int64`, bits as they are, since engines without unsigned types read no others.
fn schema() -> SchemaRef {
    let list = |of| DataType::List(Arc::new(Field::new("item", of, true)));
    Arc::new(Schema::new(vec![
        Field::new("units", DataType::Int64, true),
        Field::new("body_hash", DataType::Int64, true),
        Field::new("simhash", DataType::Int64, true),
        Field::new("minhash", list(DataType::Int32), true),
        Field::new("sample", list(DataType::Int64), true),
    ]))
}

fn rows(texts: &dyn Array) -> Result<RecordBatch, ArrowError> {
    if !matches!(
        texts.data_type(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..)
    ) {
        return Err(ArrowError::CastError(format!("texts are strings, not {}", texts.data_type())));
    }
    let texts = cast(texts, &DataType::LargeUtf8)?;
    let texts = texts.as_string::<i64>();
    let signature =
        |row: usize| -> Option<Signature> { texts.is_valid(row).then(|| tonggao::sketch(texts.value(row))) };
    let signatures: Vec<Option<Signature>> = (0..texts.len()).into_par_iter().map(signature).collect();
    let [mut units, mut bodies, mut simhashes] = [(); 3].map(|()| Int64Builder::new());
    let mut minhashes = ListBuilder::new(Int32Builder::new());
    let mut samples = ListBuilder::new(Int64Builder::new());
    for signature in &signatures {
        let one = signature.as_ref();
        units.append_option(one.map(|s| i64::from(s.units)));
        bodies.append_option(one.map(|s| s.body_hash as i64));
        simhashes.append_option(one.map(|s| s.simhash as i64));
        minhashes.append_option(one.map(|s| s.minhash.0.map(|hash| Some(hash as i32))));
        samples.append_option(one.map(|s| s.sample.iter().map(|&(hash, _)| Some(hash as i64)).collect::<Vec<_>>()));
    }
    RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(units.finish()),
            Arc::new(bodies.finish()),
            Arc::new(simhashes.finish()),
            Arc::new(minhashes.finish()),
            Arc::new(samples.finish()),
        ],
    )
}
