//! Running the tests of a guest in the VM, each in a run of its own.
//!
//! The compiler hands the `#[test]`s of a program to a crate called `test`. For guests it is a small one that `zisk-build` compiles
//! (`build-tools/src/build/tests/library.rs`) and that knows nothing of the VM: it calls the functions here, by name, because it
//! cannot depend on this crate. Both are compiled by the same compiler, so these can be Rust's own.

use core::arch::naked_asm;
use core::fmt::Debug;

use zisk_abi::exit::{MAIN_RETURNED_ERROR, SUCCESS};
use zisk_abi::memory::STACK;

use crate::{eprintln, io, journal, platform};

/// The first instruction of a guest's tests. The compiler makes a `main` of C for them.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    naked_asm!(
        ".option push",
        ".option norelax",
        "la gp, __global_pointer$",
        ".option pop",
        "li sp, {stack_end}",
        "tail main",
        stack_end = const STACK.end,
    )
}

/// The number of the test to run, if there is to be one.
#[unsafe(no_mangle)]
fn zisk_test_wanted() -> Option<u64> {
    io::read()
}

/// The list of so many tests is about to be made.
#[unsafe(no_mangle)]
fn zisk_test_list(num_tests: usize) {
    // What follows is then, in postcard's encoding, a list.
    journal::commit(&num_tests);
}

/// The next test of the list: its name, whether it is ignored and why, whether it must panic and with which text in its message.
#[unsafe(no_mangle)]
fn zisk_test_listed(name: &str, ignored: Option<Option<&str>>, should_panic: Option<Option<&str>>) {
    journal::commit(&(name, ignored, should_panic));
}

/// What a test returned as its error.
#[unsafe(no_mangle)]
fn zisk_test_returned_error(error: &dyn Debug) {
    eprintln!("Error: {error:?}");
}

/// The list or the test has ended.
#[unsafe(no_mangle)]
fn zisk_test_end(passed: bool) -> ! {
    let exit_code = if passed { SUCCESS } else { MAIN_RETURNED_ERROR };
    platform::end(exit_code, &journal::digest())
}
