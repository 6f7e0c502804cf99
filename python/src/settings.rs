//! Settings as Python says them.

use crate::errors::{Raise, config_error};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;
use tonggao::Config;
use tonggao::Error;
use tonggao::config::parse_zone as zone;
use tonggao::stages::origin::Roles;

/// The settings of a run from JSON: those that are given, by name.
pub(crate) fn config(json: &str) -> PyResult<Config> {
    let settings = serde_json::from_str(json).map_err(|error| config_error(&error.to_string()))?;
    Config::from_settings(settings).or_raise()
}

/// The choice of a name among those that a setting can have.
pub(crate) fn choice<T: DeserializeOwned>(setting: &str, name: &str) -> PyResult<T> {
    let chosen = serde_json::from_value(Value::String(name.to_owned()));
    chosen.map_err(|error| config_error(&format!("{setting}: {error}")))
}

/// A folder for what a run keeps while its findings live, where the settings want temporary files.
pub(crate) fn scratch(config: &Config) -> PyResult<TempDir> {
    let folder = config.temp.clone().unwrap_or_else(std::env::temp_dir);
    tempfile::tempdir_in(&folder).map_err(|source| Error::Write { path: folder, source }).or_raise()
}

/// Reads what settings name: mappings of fields, and the table of outlets. An error says what is wrong with them.
#[pyfunction]
pub(crate) fn check_config(config: &str) -> PyResult<()> {
    Roles::of_run(&self::config(config)?).or_raise().map(|_| ())
}

/// Reads a zone written `+08:00` or `Z` as seconds east of UTC.
#[pyfunction]
pub(crate) fn parse_zone(text: &str) -> PyResult<i32> {
    zone(text).map_err(|error| config_error(&error))
}
