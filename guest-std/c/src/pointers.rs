//! What a C program hands over, looked at before it is used.
//!
//! A pointer is checked for null, a length for being one that memory can have. Whether the bytes are there nobody can tell
//! beforehand; in the VM, a load where there is no memory is a trap.
//!
//! Values of a fixed size are copied in and out. So a result may lie where an operand lies, and a pointer that C cast to a
//! type of greater alignment does no harm.

use core::slice;

/// `len` bytes.
///
/// # Safety
/// If `len` is not 0 and `pointer` not null, as many bytes can be read there as long as the slice lives, and nobody writes
/// to them.
pub(crate) unsafe fn bytes<'a>(pointer: *const u8, len: usize, what: &str) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    check(pointer, len, what);
    // SAFETY: the caller vouches for the bytes; they are not more than a slice may have, and do not reach behind the last
    // address.
    unsafe { slice::from_raw_parts(pointer, len) }
}

/// A copy of a value.
///
/// # Safety
/// If `pointer` is not null, a `T` can be read there.
pub(crate) unsafe fn read<T: Copy>(pointer: *const T, what: &str) -> T {
    check(pointer, 1, what);
    // SAFETY: the caller vouches for the value.
    unsafe {
        // The VM's compiler reads what may be unaligned byte by byte.
        if pointer.is_aligned() {
            pointer.read()
        } else {
            pointer.read_unaligned()
        }
    }
}

/// Puts a result where the program wants it.
///
/// # Safety
/// If `pointer` is not null, a `T` can be written there.
pub(crate) unsafe fn write<T: Copy>(pointer: *mut T, value: T, what: &str) {
    check(pointer, 1, what);
    // SAFETY: the caller vouches for the place.
    unsafe {
        if pointer.is_aligned() {
            pointer.write(value);
        } else {
            pointer.write_unaligned(value);
        }
    }
}

/// Puts bytes where the program wants them.
///
/// # Safety
/// If `pointer` is not null, as many bytes can be written there, and `bytes` lies elsewhere.
pub(crate) unsafe fn write_bytes(pointer: *mut u8, bytes: &[u8], what: &str) {
    if bytes.is_empty() {
        return;
    }
    check(pointer, bytes.len(), what);
    // SAFETY: the caller vouches for the place.
    unsafe { pointer.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
}

fn check<T>(pointer: *const T, count: usize, what: &str) {
    assert!(!pointer.is_null(), "{what} is a null pointer");
    let size = count.checked_mul(size_of::<T>());
    let fits =
        size.is_some_and(|size| isize::try_from(size).is_ok() && pointer.addr().checked_add(size).is_some());
    assert!(
        fits,
        "{what} has a length of {count}, which is more than memory has"
    );
}
