//! Settings as Python says them.

use crate::errors::{Raise, config_error};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tempfile::TempDir;
use tonggao::config::{self, Config};
use tonggao::error::Error;

/// Settings from JSON: fields by their names, those that are there.
pub(crate) fn from_json<T: DeserializeOwned>(json: &str) -> PyResult<T> {
    serde_json::from_str(json).map_err(|error| config_error(&wrong_setting::<T>(json).unwrap_or(error.to_string())))
}

/// Which setting is wrong, and how. All have defaults, so each can be read alone.
fn wrong_setting<T: DeserializeOwned>(json: &str) -> Option<String> {
    let all: Map<String, Value> = serde_json::from_str(json).ok()?;
    all.into_iter().find_map(|(name, value)| {
        let alone = Value::Object([(name.clone(), value)].into_iter().collect());
        Some(format!("{name}: {}", serde_json::from_value::<T>(alone).err()?))
    })
}

/// A folder for what a run keeps while its findings live, where the settings want temporary files.
pub(crate) fn scratch(config: &Config) -> PyResult<TempDir> {
    let folder = config.temp.clone().unwrap_or_else(std::env::temp_dir);
    tempfile::tempdir_in(&folder).map_err(|source| Error::Write { path: folder, source }).or_raise()
}

/// The default settings as JSON: which names there are, and what they are when not given.
#[pyfunction]
pub(crate) fn default_config() -> PyResult<String> {
    serde_json::to_string(&Config::default()).map_err(|error| config_error(&error.to_string()))
}

/// Reads what settings name: mappings of fields, and the table of outlets. An error says what is wrong with them.
#[pyfunction]
pub(crate) fn check_config(config: &str) -> PyResult<()> {
    let config: Config = from_json(config)?;
    config.names().or_raise()?;
    config.roles().or_raise().map(|_| ())
}

/// Reads a zone written `+08:00` or `Z` as seconds east of UTC.
#[pyfunction]
pub(crate) fn parse_zone(text: &str) -> PyResult<i32> {
    config::parse_zone(text).map_err(|error| config_error(&error))
}

/// Reads an amount of memory written `2G` or `512M` as bytes.
#[pyfunction]
pub(crate) fn parse_amount(text: &str) -> PyResult<u64> {
    config::parse_amount(text).map_err(|error| config_error(&error))
}
