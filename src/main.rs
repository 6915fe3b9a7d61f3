//! The program: hands the command line over and turns its outcome into an exit code.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // The allocator asks the system for large pages, of which a small service fills a fraction: 40 MB instead of 25 at rest. Where
    // the system will not have it, nothing is lost but memory.
    #[cfg(target_os = "linux")]
    let _memory_only = nix::sys::prctl::set_thp_disable(true);
    hailong::cli::main()
}
