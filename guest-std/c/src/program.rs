//! How a program in C starts and ends.

use core::ffi::c_int;

/// Ends the guest with an exit code; only 0 means success to those who verify a proof. What was written to the journal stays.
#[cfg_attr(all(target_arch = "riscv64", target_os = "none"), unsafe(no_mangle))]
pub extern "C-unwind" fn exit(status: c_int) -> ! {
    zisk_guest::exit(status.cast_unsigned())
}

/// Ends the guest as a failure, with a message and exit code 101, as a panic of a guest in Rust does.
///
/// # Panics
/// Always.
#[cfg_attr(all(target_arch = "riscv64", target_os = "none"), unsafe(no_mangle))]
pub extern "C-unwind" fn abort() -> ! {
    panic!("the program called abort()")
}

/// `_start` and what it runs.
#[cfg(all(target_arch = "riscv64", target_os = "none"))]
mod start {
    use core::ffi::{c_char, c_int};
    use core::ptr;

    use zisk_guest::Termination;

    unsafe extern "C" {
        /// The program's own.
        fn main(argc: c_int, argv: *const *const c_char) -> c_int;
    }

    zisk_guest::entry!(run);

    /// What `main` returned.
    struct Returned(c_int);

    impl Termination for Returned {
        fn report(self) -> u32 {
            self.0.cast_unsigned()
        }
    }

    fn run() -> Returned {
        let argv = [ptr::null()];
        // SAFETY: the linker finds a C function of this name. C has it without arguments, or with these: none, and a null
        // pointer behind them. One without leaves the registers alone that they are in.
        Returned(unsafe { main(0, argv.as_ptr()) })
    }
}
