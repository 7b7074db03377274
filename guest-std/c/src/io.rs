//! The functions of `zkvm_io.h`.

use core::ptr;

use crate::pointers::{bytes, write};

/// Where the private input lies, and how many bytes it has: the first frame of what the host gave, in place. Without any
/// frame it has none.
///
/// Every call gives the same. Input that is not laid out as input ends the guest with exit code 103.
///
/// # Safety
/// `buf_ptr` and `buf_size` point to places for a pointer and a size.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn read_input(buf_ptr: *mut *const u8, buf_size: *mut usize) {
    let (start, size) =
        zisk_guest::io::first_frame().map_or((ptr::null(), 0), |frame| (frame.as_ptr(), frame.len()));
    // SAFETY: the caller's promises are the same.
    unsafe {
        write(buf_ptr, start, "read_input: buf_ptr");
        write(buf_size, size, "read_input: buf_size");
    }
}

/// Appends bytes to the public journal.
///
/// # Safety
/// `output` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn write_output(output: *const u8, size: usize) {
    // SAFETY: the caller's promises are the same.
    zisk_guest::journal::commit_slice(unsafe { bytes(output, size, "write_output: output") });
}
