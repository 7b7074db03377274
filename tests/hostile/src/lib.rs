//! Whatever bytes a stranger may send, and what must hold of each: no panic, no hang, no memory that the bytes' length does
//! not account for, nothing taken for what it is not.
//!
//! `tests/fuzz` has a fuzzer for each function here. What fuzzers found is in `tests/fuzz/corpus`, and a test of this crate
//! looks at all of it again.

mod elf;
mod input;
mod receipt;

pub use elf::elf;
pub use input::input;
pub use receipt::{HonestReceipt, receipt, receipt_of_edits};

use zisk_tests::allocations::{Counting, most_allocated};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Does something that may allocate so many bytes for each of so many, and as much again as small things take.
///
/// # Panics
/// When it allocates more.
fn bounded<T>(len: usize, factor: usize, work: impl FnOnce() -> T) -> T {
    const SMALL: usize = 1 << 16;
    let limit = SMALL + factor * len;
    let (result, most) = most_allocated(work);
    assert!(
        most <= limit,
        "{most} bytes were allocated for {len}, and {limit} are allowed"
    );
    result
}
