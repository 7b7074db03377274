//! How a guest starts and how it ends.

use core::fmt::Debug;
use zisk_abi::exit::{MAIN_RETURNED_ERROR, SUCCESS};

use crate::{eprintln, journal, platform};

/// Makes a function the guest's `main`: `entry!(main);` once, in the program's root.
///
/// The function takes nothing and returns a [`Termination`]: nothing, or a `Result`. In the VM the macro
/// defines `_start`; natively it defines the `main` of an ordinary program; under `cfg(test)` it defines
/// nothing, so that `cargo test` and `cargo zisk test` bring their own. So a guest starts with
///
/// ```no_run
/// #![no_std]
/// #![cfg_attr(not(test), no_main)]
/// zisk_guest::entry!(main);
///
/// fn main() -> Result<(), core::num::ParseIntError> {
///     let text: &str = zisk_guest::io::read();
///     zisk_guest::journal::commit(&text.parse::<u64>()?);
///     Ok(())
/// }
/// ```
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        #[cfg(all(target_arch = "riscv64", target_os = "none", not(test)))]
        const _: () = {
            extern "C" fn start() -> ! {
                $crate::__private::start($main)
            }

            /// The first instruction: sets the stack and global pointers, which nobody else does.
            #[unsafe(naked)]
            #[unsafe(no_mangle)]
            extern "C" fn _start() -> ! {
                $crate::__private::naked_asm!(
                    ".option push",
                    ".option norelax",
                    "la gp, __global_pointer$",
                    ".option pop",
                    "li sp, {stack_end}",
                    "tail {start}",
                    stack_end = const $crate::__private::STACK.end,
                    start = sym start,
                )
            }
        };

        #[cfg(not(any(test, all(target_arch = "riscv64", target_os = "none"))))]
        const _: () = {
            #[unsafe(export_name = "main")]
            extern "C" fn native_main(
                argc: ::core::ffi::c_int,
                argv: *const *const ::core::ffi::c_char,
            ) -> ::core::ffi::c_int {
                // SAFETY: C promises this of the arguments of `main`.
                unsafe { $crate::__private::native_main(argc, argv, $main) }
            }
        };
    };
}

/// What a guest's `main` may return.
pub trait Termination {
    /// The exit code, after telling the person who runs the guest what went wrong.
    fn report(self) -> u32;
}

impl Termination for () {
    fn report(self) -> u32 {
        SUCCESS
    }
}

impl<T: Termination, E: Debug> Termination for Result<T, E> {
    fn report(self) -> u32 {
        match self {
            Ok(value) => value.report(),
            Err(error) => {
                eprintln!("Error: {error:?}");
                MAIN_RETURNED_ERROR
            }
        }
    }
}

/// Runs `main` and ends the guest with what it returned.
pub fn start<R: Termination>(main: impl FnOnce() -> R) -> ! {
    let exit_code = main().report();
    exit(exit_code)
}

/// Ends the guest at once with an exit code. Only 0 means success to those who verify a proof.
///
/// What was committed to the journal stays committed. In a test outside of
/// [`testing::run`](mod@crate::testing) it panics, since there is no guest that could end.
pub fn exit(exit_code: u32) -> ! {
    platform::halt(exit_code, &journal::digest())
}

#[cfg(test)]
mod tests {
    use crate::testing::run;

    #[test]
    fn unit_main_succeeds() {
        let outcome = run(|| (), |_| ());
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    }

    #[test]
    fn error_from_main_is_printed_and_is_exit_code_1() {
        #[derive(Debug)]
        struct TooOdd;
        let outcome = run(|| Err::<(), _>(TooOdd), |_| ());
        assert_eq!(
            (outcome.exit_code, outcome.stderr.as_str()),
            (1, "Error: TooOdd\n")
        );
        assert_eq!(outcome.panic, None);
    }

    #[test]
    fn ok_from_main_succeeds() {
        assert_eq!(run(|| Ok::<(), ()>(()), |_| ()).exit_code, 0);
    }

    #[test]
    fn exit_ends_at_once_and_keeps_the_journal() {
        let outcome = run(
            || {
                crate::journal::commit_slice(b"kept");
                if true {
                    crate::exit(7);
                }
                crate::journal::commit_slice(b"never");
            },
            |_| (),
        );
        assert_eq!((outcome.exit_code, outcome.journal.as_slice()), (7, &b"kept"[..]));
        assert_eq!(outcome.panic, None);
    }

    #[test]
    #[should_panic(expected = "exit code 3 outside of a run")]
    fn exit_outside_of_a_run_panics() {
        crate::exit(3);
    }
}
