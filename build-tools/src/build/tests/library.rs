//! The crate `test` of the guest target: what the compiler's `#[test]`s are handed to.
//!
//! Its types are those that the compiler writes down for each test, with the names and fields that it gives them. There is no library
//! std that would say how a program starts, so that is said here, too, which only the libraries of a target may: like core, this is
//! compiled with unstable features, and guests' tests with none. What has to do with the VM is in `guest-std/src/harness.rs`.

#![no_std]
#![feature(lang_items)]
#![allow(internal_features, missing_docs)]

use core::fmt::Debug;

pub use TestFn::StaticTestFn;
pub use TestName::StaticTestName;

unsafe extern "Rust" {
    safe fn zisk_test_wanted() -> Option<u64>;
    safe fn zisk_test_list(num_tests: usize);
    safe fn zisk_test_listed(
        name: &str,
        ignored: Option<Option<&str>>,
        should_panic: Option<Option<&str>>,
    );
    safe fn zisk_test_returned_error(error: &dyn Debug);
    safe fn zisk_test_end(passed: bool) -> !;
}

pub enum TestName {
    StaticTestName(&'static str),
}

pub enum TestFn {
    StaticTestFn(fn() -> Result<(), ()>),
}

pub enum ShouldPanic {
    No,
    Yes,
    YesWithMessage(&'static str),
}

pub enum TestType {
    UnitTest,
    IntegrationTest,
    DocTest,
    Unknown,
}

pub struct TestDesc {
    pub name: TestName,
    pub ignore: bool,
    pub ignore_message: Option<&'static str>,
    pub source_file: &'static str,
    pub start_line: usize,
    pub start_col: usize,
    pub end_line: usize,
    pub end_col: usize,
    pub should_panic: ShouldPanic,
    pub compile_fail: bool,
    pub no_run: bool,
    pub test_type: TestType,
}

pub struct TestDescAndFn {
    pub desc: TestDesc,
    pub testfn: TestFn,
}

/// What a test or the program's `main` may return.
#[lang = "termination"]
#[diagnostic::on_unimplemented(message = "a guest's test returns nothing or a `Result`, not `{Self}`")]
pub trait Termination {
    /// Whether it passed, after saying why not.
    fn passed(self) -> bool;
}

impl Termination for () {
    fn passed(self) -> bool {
        true
    }
}

impl<T: Termination, E: Debug> Termination for Result<T, E> {
    fn passed(self) -> bool {
        match self {
            Ok(value) => value.passed(),
            Err(error) => {
                zisk_test_returned_error(&error);
                false
            }
        }
    }
}

#[lang = "start"]
fn start<T: Termination + 'static>(
    main: fn() -> T,
    _num_arguments: isize,
    _arguments: *const *const u8,
    _signals: u8,
) -> isize {
    zisk_test_end(main().passed())
}

pub fn assert_test_result<T: Termination>(result: T) -> Result<(), ()> {
    if result.passed() { Ok(()) } else { Err(()) }
}

/// What the `main` of tests calls.
pub fn test_main_static(tests: &[&TestDescAndFn]) {
    let Some(wanted) = zisk_test_wanted() else {
        zisk_test_list(tests.len());
        tests.iter().for_each(|test| list(&test.desc));
        return;
    };
    if let Some(TestDescAndFn { testfn, .. }) = tests.get(wanted as usize) {
        let StaticTestFn(run) = testfn;
        zisk_test_end(run().is_ok());
    }
}

fn list(test: &TestDesc) {
    let StaticTestName(name) = test.name;
    let should_panic = match test.should_panic {
        ShouldPanic::No => None,
        ShouldPanic::Yes => Some(None),
        ShouldPanic::YesWithMessage(part) => Some(Some(part)),
    };
    zisk_test_listed(name, test.ignore.then_some(test.ignore_message), should_panic);
}
