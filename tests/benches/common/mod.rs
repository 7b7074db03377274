//! What benches share.

use std::path::Path;

use zisk_build::build::GuestBuild;

/// The ELF file of an example's guest, built if need be.
pub(crate) fn example(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace")
        .join("examples");
    let guests = GuestBuild::new(folder.join(name).join("guest"))
        .run()
        .expect("the guest builds");
    std::fs::read(&guests[0].elf_path).expect("the guest was just built")
}
