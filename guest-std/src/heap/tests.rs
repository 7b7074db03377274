//! The allocators over a buffer. Miri runs these:
//! `cargo +nightly miri test -p zisk-guest --features free --lib heap`.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::{ptr, slice};

use super::bump::{Arena, Bump};

const SIZE: usize = 1 << 17;

struct Buffer(*mut [u128]);

impl Buffer {
    fn new() -> Self {
        Self(Box::into_raw(vec![0; SIZE / 16].into_boxed_slice()))
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: the pointer came from a `Box` of this type.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

// SAFETY: the buffer is this arena's own, and was zero.
unsafe impl Arena for Buffer {
    fn base(&self) -> *mut u8 {
        self.0.cast()
    }

    fn size(&self) -> usize {
        SIZE
    }
}

fn bump() -> Bump<Buffer> {
    let buffer = Buffer::new();
    let start = buffer.base().addr();
    Bump::new(buffer, start)
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).unwrap()
}

/// A block that was filled with one byte.
struct Filled {
    block: *mut u8,
    layout: Layout,
    byte: u8,
}

impl Filled {
    fn check(&self) {
        assert_eq!(self.block.addr() % self.layout.align(), 0);
        // SAFETY: the block is in use and was filled.
        let bytes = unsafe { slice::from_raw_parts(self.block, self.layout.size()) };
        assert!(
            bytes.iter().all(|&byte| byte == self.byte),
            "a block was overwritten"
        );
    }
}

/// Random requests: no block may disturb another, zeroed ones are zero, and the end of memory gives null.
/// Returns how many bytes were allocated in total.
fn exercise(heap: &impl GlobalAlloc, num_requests: u32) -> usize {
    let mut seed = 1u64;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below
    };
    let mut blocks: Vec<Filled> = Vec::new();
    let mut total = 0;
    for request in 0..num_requests {
        let byte = request as u8 | 1;
        if !blocks.is_empty() && random(3) == 0 {
            // Freeing the last one often is what a stack of temporary values does.
            let last = blocks.len() - 1;
            let victim = blocks.swap_remove(if random(2) == 0 {
                last
            } else {
                random(blocks.len())
            });
            victim.check();
            // SAFETY: the block is in use and of this layout.
            unsafe { heap.dealloc(victim.block, victim.layout) };
        } else if !blocks.is_empty() && random(4) == 0 {
            let victim = random(blocks.len());
            let Filled {
                block,
                layout: old,
                byte,
            } = blocks[victim];
            let new_size = 1 + random(600);
            // SAFETY: the block is in use and of this layout; the new size is not 0.
            let block = unsafe { heap.realloc(block, old, new_size) };
            if !block.is_null() {
                blocks[victim] = Filled {
                    block,
                    layout: layout(old.size().min(new_size), old.align()),
                    byte,
                };
                blocks[victim].check();
                blocks[victim].layout = layout(new_size, old.align());
                // SAFETY: the block is as long as this.
                unsafe { block.write_bytes(byte, new_size) };
            }
        } else {
            let layout = layout(1 + random(300), 1 << random(8));
            let zeroed = random(2) == 0;
            // SAFETY: the layout is not empty.
            let block = unsafe {
                if zeroed {
                    heap.alloc_zeroed(layout)
                } else {
                    heap.alloc(layout)
                }
            };
            if !block.is_null() {
                if zeroed {
                    Filled {
                        block,
                        layout,
                        byte: 0,
                    }
                    .check();
                }
                // SAFETY: the block is as long as this.
                unsafe { block.write_bytes(byte, layout.size()) };
                blocks.push(Filled { block, layout, byte });
                total += layout.size();
            }
        }
    }
    for filled in blocks {
        filled.check();
        // SAFETY: the block is in use and of this layout.
        unsafe { heap.dealloc(filled.block, filled.layout) };
    }
    total
}

#[test]
fn bump_keeps_blocks_apart_and_zeroed_ones_zero() {
    exercise(&bump(), if cfg!(miri) { 1200 } else { 6000 });
}

#[test]
fn bump_reuses_the_last_block_and_cleans_it() {
    let heap = bump();
    let layout = layout(64, 8);
    // SAFETY: layouts are not empty and blocks are used as they were allocated.
    unsafe {
        let first = heap.alloc(layout);
        first.write_bytes(0xff, 64);
        heap.dealloc(first, layout);
        let again = heap.alloc_zeroed(layout);
        assert_eq!(again, first);
        assert_eq!(slice::from_raw_parts(again, 64), [0; 64]);
    }
}

#[test]
fn bump_cleans_what_a_shrunk_block_gave_back() {
    let heap = bump();
    // SAFETY: as above.
    unsafe {
        let block = heap.alloc(layout(64, 8));
        block.write_bytes(0xff, 64);
        assert_eq!(heap.realloc(block, layout(64, 8), 8), block);
        let next = heap.alloc_zeroed(layout(100, 8));
        assert_eq!(next, block.add(8));
        assert_eq!(slice::from_raw_parts(next, 100), [0; 100]);
    }
}

#[test]
fn bump_grows_the_last_block_in_place_and_moves_others() {
    let heap = bump();
    // SAFETY: as above.
    unsafe {
        let first = heap.alloc(layout(8, 8));
        first.write_bytes(7, 8);
        let last = heap.alloc(layout(8, 8));
        assert_eq!(heap.realloc(last, layout(8, 8), 4000), last);
        let moved = heap.realloc(first, layout(8, 8), 16);
        assert_eq!(moved, last.add(4000));
        assert_eq!(slice::from_raw_parts(moved, 8), [7; 8]);
    }
}

#[test]
fn bump_gives_out_all_of_its_memory_and_then_null() {
    let heap = bump();
    // SAFETY: as above.
    unsafe {
        let block = heap.alloc(layout(SIZE - 8, 1));
        assert!(!block.is_null());
        assert_eq!(heap.left(), 8);
        assert_eq!(heap.alloc(layout(9, 1)), ptr::null_mut());
        assert_eq!(heap.alloc(layout(isize::MAX as usize, 1)), ptr::null_mut());
        assert_eq!(heap.alloc(layout(1, 1 << 62)), ptr::null_mut());
        assert_eq!(
            heap.realloc(block, layout(SIZE - 8, 1), SIZE + 1),
            ptr::null_mut()
        );
        assert_eq!(heap.left(), 8, "a refused request must change nothing");
        assert!(!heap.alloc_zeroed(layout(8, 1)).is_null());
        assert_eq!(heap.left(), 0);
    }
}

#[cfg(feature = "free")]
mod free {
    use super::super::free::Free;
    use super::*;

    fn with_heap(test: impl FnOnce(&Free)) {
        let buffer = Buffer::new();
        // SAFETY: the buffer outlives the allocator, and nobody else looks at it.
        test(&unsafe { Free::new(buffer.base(), buffer.size()) });
    }

    #[test]
    fn free_keeps_blocks_apart_and_reuses_memory() {
        with_heap(|heap| {
            let total = exercise(heap, if cfg!(miri) { 2500 } else { 40_000 });
            assert!(total > SIZE, "memory was not reused: {total} bytes");
            assert_eq!(heap.left(), SIZE);
        });
    }

    #[test]
    fn free_ends_with_null_and_counts_what_is_left() {
        with_heap(|heap| {
            // SAFETY: layouts are not empty, and the block is used as it was allocated.
            unsafe {
                let block = heap.alloc(layout(100, 8));
                assert_eq!(heap.left(), SIZE - 100);
                assert_eq!(heap.alloc(layout(SIZE, 8)), ptr::null_mut());
                assert_eq!(heap.alloc_zeroed(layout(isize::MAX as usize, 1)), ptr::null_mut());
                assert_eq!(heap.realloc(block, layout(100, 8), SIZE), ptr::null_mut());
                assert_eq!(heap.left(), SIZE - 100, "a refused request must change nothing");
                heap.dealloc(block, layout(100, 8));
                assert_eq!(heap.left(), SIZE);
            }
        });
    }
}
