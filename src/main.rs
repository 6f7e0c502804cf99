//! The `tonggao` program.

fn main() -> std::process::ExitCode {
    tonggao::cli::run(std::env::args_os())
}
