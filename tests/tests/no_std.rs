//! Verifying builds without std: for the guest's target, since verifying a proof in the VM is what recursion will be,
//! and for WebAssembly, where browsers verify.

use std::path::Path;
use std::process::{Command, Output};

use zisk_build::GUEST_TARGET;
use zisk_build::toolchain::Toolchain;

/// `cargo check` of the verifier for a target.
fn check(mut cargo: Command, target: &str) -> Output {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests is a folder of the workspace");
    cargo
        .current_dir(workspace)
        .args([
            "check",
            "--quiet",
            "--package",
            "zisk-verifier",
            "--target",
            target,
        ])
        // A lock is held on the usual folder while tests run.
        .args(["--target-dir", "target/no-std"])
        .output()
        .expect("cargo starts")
}

fn assert_success(output: &Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn verifiers_build_for_the_guest_target() {
    let toolchain = Toolchain::find().expect("the guest toolchain is installed");
    assert_success(&check(toolchain.cargo_command(), GUEST_TARGET));
}

#[test]
fn verifiers_build_for_webassembly() {
    const TARGET: &str = "wasm32-unknown-unknown";
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let printed = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .expect("rustc starts");
    let libraries = String::from_utf8_lossy(&printed.stdout);
    if Path::new(libraries.trim()).is_dir() {
        assert_success(&check(Command::new(env!("CARGO")), TARGET));
    } else {
        #[allow(clippy::print_stderr, reason = "a test says that it is skipped")]
        let () = eprintln!("skipped: rustup target add {TARGET}");
    }
}
