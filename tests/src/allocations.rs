//! Counts what a thread allocates, in programs whose global allocator is [`Counting`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// What this thread has allocated and not freed, and the most that this ever was since it was last looked at.
    static BYTES: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The system's allocator, with a count.
#[derive(Debug)]
pub struct Counting;

fn add(size: usize) {
    // A thread that is about to end has no counter any more, and nobody asks it.
    let _ = BYTES.try_with(|bytes| {
        let (now, most) = bytes.get();
        let now = now.saturating_add(size);
        bytes.set((now, most.max(now)));
    });
}

fn remove(size: usize) {
    let _ = BYTES.try_with(|bytes| {
        let (now, most) = bytes.get();
        bytes.set((now.saturating_sub(size), most));
    });
}

// SAFETY: everything is handed on to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        remove(layout.size());
        // SAFETY: the caller's promises are the same.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(size);
        remove(layout.size());
        // SAFETY: the caller's promises are the same.
        unsafe { System.realloc(place, layout, size) }
    }
}

/// Does something and says how many bytes it had allocated at most, on this thread.
pub fn most_allocated<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = BYTES.with(|bytes| {
        let (now, _) = bytes.get();
        bytes.set((now, now));
        now
    });
    let result = work();
    let (_, most) = BYTES.with(Cell::get);
    (result, most - before)
}
