//! An allocator that frees: talc, which keeps its records in the heap itself. It is given all of the heap at
//! once and touches only what is in use, the records before it, and the heap's last word.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;

use talc::TalcCell;
use talc::source::Claim;

pub(super) struct Free {
    blocks: TalcCell<Claim>,
    size: usize,
    /// Bytes in use, without what talc keeps for itself.
    in_use: Cell<usize>,
}

impl Free {
    /// An allocator over the `size` bytes from `base` on.
    ///
    /// # Safety
    /// The memory must be valid for reads and writes, and nobody else's, as long as the allocator lives.
    pub(super) const unsafe fn new(base: *mut u8, size: usize) -> Self {
        // SAFETY: the caller's promises are the same.
        let source = unsafe { Claim::new(base, size) };
        Self {
            blocks: TalcCell::new(source),
            size,
            in_use: Cell::new(0),
        }
    }

    /// How many bytes are not in use.
    pub(super) fn left(&self) -> usize {
        self.size - self.in_use.get()
    }

    fn count(&self, block: *mut u8, size: usize) -> *mut u8 {
        if !block.is_null() {
            self.in_use.set(self.in_use.get() + size);
        }
        block
    }
}

// SAFETY: talc keeps this contract over the memory that it was given, and all calls go to it.
unsafe impl GlobalAlloc for Free {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let block = unsafe { self.blocks.alloc(layout) };
        self.count(block, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are the same.
        unsafe { self.blocks.dealloc(block, layout) };
        self.in_use.set(self.in_use.get() - layout.size());
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let new_block = unsafe { self.blocks.realloc(block, layout, new_size) };
        if !new_block.is_null() {
            self.in_use.set(self.in_use.get() - layout.size() + new_size);
        }
        new_block
    }
}
