//! How the tests of a guest are run in the VM: each in a run of its own.
//!
//! The input is the number of a test, an `Option<u64>` in postcard's encoding: without one, the journal is the list of all tests, and
//! with one that no test has, nothing is done, which is what every test's run costs in any case. A test that fails ends with an
//! exit code other than 0.

/// What the name of a cycle scope begins with by which a test says how many cells it may cost; the number follows.
pub const MAX_CELLS: &str = "zisk_guest::test max_cells ";
