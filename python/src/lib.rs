//! The native part of the Python package: hands Arrow tables to the core and its tables back. Decides nothing; the
//! Python part next to it shapes arguments and shows results.

mod dedup;
mod detect;
mod distributed;
mod errors;
mod folder;
mod index;
mod pages;
mod settings;
mod sketch;
mod table;
mod watch;

use pyo3::prelude::*;

#[pymodule]
mod _tonggao {
    #[pymodule_export]
    use super::dedup::dedup;
    #[pymodule_export]
    use super::detect::detect;
    #[pymodule_export]
    use super::distributed::{StepTask, check_furniture, check_verdicts, record_lines, step_schema, steps};
    #[pymodule_export]
    use super::folder::Folder;
    #[pymodule_export]
    use super::index::Index;
    #[pymodule_export]
    use super::settings::{check_config, parse_zone};
    #[pymodule_export]
    use super::sketch::sketch;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", tonggao::output::VERSION)
    }
}
