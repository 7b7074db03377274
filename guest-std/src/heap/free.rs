//! An allocator that frees: dlmalloc, which std uses on wasm, over an arena from which it takes more and
//! more as it needs it.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, RefCell};
use core::ptr;

use dlmalloc::Dlmalloc;

use super::Arena;

/// The arena is handed to dlmalloc in multiples of this many bytes.
const PAGE_SIZE: usize = 4096;

pub(super) struct Free<A> {
    blocks: RefCell<Dlmalloc<Growth<A>>>,
    arena_size: usize,
    /// Bytes in use, without what dlmalloc keeps for itself.
    in_use: Cell<usize>,
}

impl<A: Arena> Free<A> {
    /// `arena_size` is the arena's length in bytes. It is passed so that a `static` can be made.
    pub(super) const fn new(arena: A, arena_size: usize) -> Self {
        let growth = Growth {
            arena,
            taken: Cell::new(0),
        };
        let blocks = RefCell::new(Dlmalloc::new_with_allocator(growth));
        Self {
            blocks,
            arena_size,
            in_use: Cell::new(0),
        }
    }

    /// How many bytes are not in use.
    pub(super) fn left(&self) -> usize {
        self.arena_size - self.in_use.get()
    }

    fn count(&self, block: *mut u8, size: usize) -> *mut u8 {
        if !block.is_null() {
            self.in_use.set(self.in_use.get() + size);
        }
        block
    }
}

// SAFETY: dlmalloc keeps this contract over the memory that `Growth` gives it.
unsafe impl<A: Arena + Send> GlobalAlloc for Free<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let block = unsafe { self.blocks.borrow_mut().malloc(layout.size(), layout.align()) };
        self.count(block, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are the same.
        unsafe {
            self.blocks
                .borrow_mut()
                .free(block, layout.size(), layout.align());
        }
        self.in_use.set(self.in_use.get() - layout.size());
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let block = unsafe { self.blocks.borrow_mut().calloc(layout.size(), layout.align()) };
        self.count(block, layout.size())
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let new_block = unsafe {
            self.blocks
                .borrow_mut()
                .realloc(block, layout.size(), layout.align(), new_size)
        };
        if !new_block.is_null() {
            self.in_use.set(self.in_use.get() - layout.size() + new_size);
        }
        new_block
    }
}

/// Where dlmalloc gets memory from.
struct Growth<A> {
    arena: A,
    /// Bytes that dlmalloc has got.
    taken: Cell<usize>,
}

// SAFETY: every part of the arena is given once, and is valid for as long as the arena lives.
unsafe impl<A: Arena + Send> dlmalloc::Allocator for Growth<A> {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let taken = self.taken.get();
        if size > self.arena.size() - taken {
            return (ptr::null_mut(), 0, 0);
        }
        self.taken.set(taken + size);
        (self.arena.base().wrapping_add(taken), size, 0)
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        ptr::null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE_SIZE
    }
}
