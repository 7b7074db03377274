//! An allocator that only goes forward. Freeing costs a comparison; only the block that was allocated last
//! comes back, which lets a growing `Vec` stay where it is and temporary values leave no trace.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr;

/// A stretch of memory that an allocator hands out.
///
/// # Safety
/// The memory is valid for reads and writes as long as the arena lives, nobody else touches it, it was zero
/// when the arena came to be, and `base` and `size` always return the same.
pub(super) unsafe trait Arena {
    /// Its first byte.
    fn base(&self) -> *mut u8;
    /// Its length in bytes.
    fn size(&self) -> usize;
}

pub(super) struct Bump<A> {
    arena: A,
    /// Address of the first byte that is free.
    next: Cell<usize>,
    /// Below this address, memory may have been used before; from here and from `next` on it is zero.
    used_end: Cell<usize>,
}

impl<A: Arena> Bump<A> {
    /// `start` is the address of the arena's first byte. It is passed so that a `static` can be made.
    pub(super) const fn new(arena: A, start: usize) -> Self {
        Self {
            arena,
            next: Cell::new(start),
            used_end: Cell::new(start),
        }
    }

    fn end(&self) -> usize {
        self.arena.base().addr() + self.arena.size()
    }

    /// How many bytes are free.
    pub(super) fn left(&self) -> usize {
        self.end() - self.next.get()
    }

    fn is_last(&self, block: *mut u8, size: usize) -> bool {
        block.addr() + size == self.next.get()
    }

    /// Makes everything from `address` on free.
    fn free_from(&self, address: usize) {
        self.used_end.set(self.used_end.get().max(self.next.get()));
        self.next.set(address);
    }
}

// SAFETY: blocks lie in the arena, since `next` never leaves it, and are apart from each other, since `next`
// lies behind all blocks in use: it goes back only to the start or the new end of the block before it.
unsafe impl<A: Arena> GlobalAlloc for Bump<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // No sum overflows: a layout's size, rounded up to its alignment, is at most `isize::MAX`.
        let start = (self.next.get() + layout.align() - 1) & !(layout.align() - 1);
        let end = start + layout.size();
        if end > self.end() {
            return ptr::null_mut();
        }
        self.next.set(end);
        self.arena.base().with_addr(start)
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if self.is_last(block, layout.size()) {
            self.free_from(block.addr());
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() {
            let num_used = self
                .used_end
                .get()
                .saturating_sub(block.addr())
                .min(layout.size());
            // SAFETY: the block is at least that long. The rest of it was never handed out, so it is zero.
            unsafe { block.write_bytes(0, num_used) };
        }
        block
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if self.is_last(block, layout.size()) {
            // No overflow: the caller promises that `new_size`, rounded up, is at most `isize::MAX`.
            let end = block.addr() + new_size;
            if end > self.end() {
                return ptr::null_mut();
            }
            self.free_from(end);
            return block;
        }
        if new_size <= layout.size() {
            return block;
        }
        // SAFETY: the caller promises that the new size makes a layout, and the new block is another one
        // and longer than the old.
        unsafe {
            let new_block = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !new_block.is_null() {
                ptr::copy_nonoverlapping(block, new_block, layout.size());
            }
            new_block
        }
    }
}
