//! Large buffers.
//!
//! Memory that was never touched is dear: the system hands it out page by page, at a cost that exceeds that of
//! computing what is written there. Buffers of this module ask for large pages, which makes it several times
//! cheaper where the system has them.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use crate::field::Val;

/// An empty vector with room for `len` entries.
pub(crate) fn with_capacity<T>(len: usize) -> Vec<T> {
    let mut buffer = Vec::with_capacity(len);
    advise(buffer.spare_capacity_mut());
    buffer
}

/// As many zeros.
pub(crate) fn zeros(len: usize) -> Vec<Val> {
    let mut buffer = with_capacity(len);
    (0..len)
        .into_par_iter()
        .with_min_len(1 << 16)
        .map(|_| Val::ZERO)
        .collect_into_vec(&mut buffer);
    buffer
}

/// Collects an iterator into a buffer.
pub(crate) fn collect<T: Send>(iterator: impl IndexedParallelIterator<Item = T>) -> Vec<T> {
    let mut buffer = with_capacity(iterator.len());
    iterator.collect_into_vec(&mut buffer);
    buffer
}

/// Asks the system to back memory with large pages. It need not.
#[cfg(target_os = "linux")]
fn advise<T>(memory: &mut [core::mem::MaybeUninit<T>]) {
    /// What a large page is on most machines; below this, nothing is to be gained.
    const LARGE_PAGE: usize = 1 << 21;
    const PAGE: usize = 1 << 12;
    let bytes = size_of_val(memory);
    if bytes < LARGE_PAGE {
        return;
    }
    let start = memory.as_mut_ptr().cast::<u8>();
    let skip = start.align_offset(PAGE);
    // SAFETY: `skip` is below a page and so below `bytes`, and the range ends where the memory does. The advice
    // changes how memory is backed, never what it holds; a kernel that refuses it leaves memory as good as before.
    unsafe { libc::madvise(start.add(skip).cast(), bytes - skip, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise<T>(_: &mut [core::mem::MaybeUninit<T>]) {}

/// Tells the allocator to keep what is freed for what is allocated next, where by default it returns large buffers
/// to the system at once. A proof allocates and frees hundreds of megabytes in turn, and the system's clearing of
/// them was seen to take from a tenth to a third of a proof's time.
///
/// For programs whose work is proving. The process stays as large as it ever was. Only glibc's allocator is told;
/// with another one, this does nothing.
///
/// # Safety
/// glibc's `mallopt` is not safe to call beside other threads: call this at the start of `main`.
pub unsafe fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// What the heap grows by beyond what is asked for, in bytes, so that it seldom has to.
        const TOP_PAD: libc::c_int = 64 << 20;
        // SAFETY: no other thread runs, as the caller promises. The settings change where memory comes from, and
        // one that is refused leaves the allocator as it was.
        unsafe {
            libc::mallopt(libc::M_MMAP_MAX, 0);
            libc::mallopt(libc::M_TRIM_THRESHOLD, -1);
            libc::mallopt(libc::M_TOP_PAD, TOP_PAD);
        }
    }
}

/// Gives back to the system what is free, all of it: for where a limit on memory is near and what is free lies in pieces too
/// small for the buffers to come. Only glibc's allocator is asked; with another one, this does nothing.
pub fn return_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it touches nothing but what is free, under the allocator's own locks.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_hold_what_they_are_given() {
        for len in [0, 1, 1000, (1 << 20) + 7] {
            assert!(zeros(len).iter().all(|cell| *cell == Val::ZERO));
            assert_eq!(zeros(len).len(), len);
            let numbers = collect((0..len).into_par_iter());
            assert!(numbers.iter().enumerate().all(|(i, number)| i == *number) && numbers.len() == len);
        }
    }
}
