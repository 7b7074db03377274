//! Exit codes that the guest library gives; a program may use any other with `zisk_guest::exit`.

/// The program ended as it should.
pub const SUCCESS: u32 = 0;
/// `main` returned an error.
pub const MAIN_RETURNED_ERROR: u32 = 1;
/// The program panicked. The same number that Rust programs end with elsewhere.
pub const PANIC: u32 = 101;
/// The heap is exhausted.
pub const OUT_OF_MEMORY: u32 = 102;
/// The input is not what the program asked for, or not laid out as [`crate::input`] says.
pub const BAD_INPUT: u32 = 103;
