//! Builds the guest, so that the host can embed it.

fn main() {
    zisk_build::build_guest("../guest");
}
