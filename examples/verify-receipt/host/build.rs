//! Builds the guest, and one that there can be receipts of, so that the host can embed them.

fn main() {
    zisk_build::build_guests(&["../guest", "../../fibonacci/guest"]);
}
