//! What a guest must be able to contain builds for the guest's target, without std: verifying a proof in the VM is
//! what recursion will be.

use std::path::Path;

use zisk_build::GUEST_TARGET;
use zisk_build::toolchain::Toolchain;

#[test]
fn verifiers_build_for_the_guest_target() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests is a folder of the workspace");
    let toolchain = Toolchain::find().expect("the guest toolchain is installed");
    let output = toolchain
        .cargo_command()
        .current_dir(workspace)
        .args([
            "check",
            "--quiet",
            "--package",
            "zisk-stark",
            "--target",
            GUEST_TARGET,
        ])
        // A lock is held on the usual folder while tests run.
        .args(["--target-dir", "target/no-std"])
        .output()
        .expect("cargo starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
