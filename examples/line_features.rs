//! Prints what the model of the main text sees of the lines of saved pages, a JSON object a page, for
//! `training/main_text.py`: `line_features PAGE...`.

use std::io::{self, Write};
use tonggao::stages::corpus::html::{FEATURES, decode, line_features};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for file in std::env::args().skip(1) {
        let features = line_features(&decode(&std::fs::read(&file)?));
        let lines: Vec<_> = features.iter().map(|(text, row)| (text, &row[..])).collect();
        serde_json::to_writer(
            &mut out,
            &serde_json::json!({ "file": file, "features": &FEATURES[..], "lines": lines }),
        )?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
