//! Compiles the C part: for the VM with a cross compiler, natively with the system's compiler.

use std::process::ExitCode;

fn main() -> ExitCode {
    match zisk_build::c::Build::new()
        .file("c/crc32.c")
        .include("c")
        .compile("crc32")
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}
