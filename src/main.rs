//! The `tonggao` program.

// Stages take and drop hundreds of megabytes on all threads: this allocator gives memory back between them, where
// the system's keeps what one stage has dropped while the next asks for more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tonggao::cli::run(std::env::args_os())
}
