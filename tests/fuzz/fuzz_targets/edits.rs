#![no_main]

use std::sync::LazyLock;

use zisk_hostile::{HonestReceipt, receipt_of_edits};

/// Proven once, when the first edits come.
static HONEST: LazyLock<HonestReceipt> = LazyLock::new(HonestReceipt::new);

libfuzzer_sys::fuzz_target!(|edits: &[u8]| receipt_of_edits(&HONEST, edits));
