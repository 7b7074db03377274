//! Installs the guest toolchain, as `cargo zisk toolchain install` does, for scripts that want nothing else: it compiles in seconds.
//!
//! `cargo run --package zisk-build --no-default-features --features toolchain --example guest_toolchain`

use zisk_build::toolchain::{Route, ToolchainError, install_by};

#[allow(clippy::print_stderr, reason = "a script shows it")]
fn main() -> Result<(), ToolchainError> {
    let toolchain = install_by(Route::Auto, &mut |step| eprintln!("{step}"))?;
    eprintln!(
        "guests are compiled by rustc {} in {}",
        toolchain.version.release,
        toolchain.sysroot.display()
    );
    Ok(())
}
