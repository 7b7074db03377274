//! The allocator of a guest in the VM.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::fmt::Display;
use core::ptr;

use zisk_abi::memory::HEAP;

use super::exhaustion::Exhaustion;
use crate::platform::SingleHart;

const START: usize = HEAP.start as usize;
const SIZE: usize = HEAP.size() as usize;

#[cfg(not(feature = "free"))]
mod blocks {
    use super::super::bump::{Arena, Bump};
    use super::{SIZE, START, ptr};

    pub(super) type Blocks = Bump<HeapRegion>;
    pub(super) const BLOCKS: Blocks = Bump::new(HeapRegion, START);

    pub(super) struct HeapRegion;

    // SAFETY: the memory map gives these addresses to the heap alone, and they are zero at the start.
    unsafe impl Arena for HeapRegion {
        fn base(&self) -> *mut u8 {
            ptr::with_exposed_provenance_mut(START)
        }

        fn size(&self) -> usize {
            SIZE
        }
    }
}

#[cfg(feature = "free")]
mod blocks {
    use super::super::free::Free;
    use super::{SIZE, START, ptr};

    pub(super) type Blocks = Free;
    // SAFETY: the memory map gives these addresses to the heap alone. Of the constant one value is made.
    pub(super) const BLOCKS: Blocks = unsafe { Free::new(ptr::with_exposed_provenance_mut(START), SIZE) };
}

use blocks::{BLOCKS, Blocks};

#[global_allocator]
static ALLOCATOR: SingleHart<Recorder> = SingleHart(Recorder {
    blocks: BLOCKS,
    failed: Cell::new(None),
});

/// Remembers the last request that failed.
struct Recorder {
    blocks: Blocks,
    failed: Cell<Option<usize>>,
}

impl Recorder {
    fn record(&self, block: *mut u8, size: usize) -> *mut u8 {
        if block.is_null() {
            self.failed.set(Some(size));
        }
        block
    }
}

// SAFETY: `Blocks` keeps the contract, and this hands all calls on to it.
unsafe impl GlobalAlloc for SingleHart<Recorder> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let block = unsafe { self.0.blocks.alloc(layout) };
        self.0.record(block, layout.size())
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are the same.
        unsafe { self.0.blocks.dealloc(block, layout) };
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let block = unsafe { self.0.blocks.alloc_zeroed(layout) };
        self.0.record(block, layout.size())
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are the same.
        let block = unsafe { self.0.blocks.realloc(block, layout, new_size) };
        self.0.record(block, new_size)
    }
}

/// The failed request that a panic with this message is about, if it is about one.
pub(crate) fn exhaustion(panic_message: impl Display) -> Option<Exhaustion> {
    let Recorder { blocks, failed } = &ALLOCATOR.0;
    let asked = failed.get()?;
    let exhaustion = Exhaustion {
        asked,
        left: blocks.left(),
        heap_size: SIZE,
    };
    exhaustion.is_reason_of(panic_message).then_some(exhaustion)
}
