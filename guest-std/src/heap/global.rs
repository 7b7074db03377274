//! The allocator of a guest in the VM.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::fmt::Display;
use core::ptr;

use zisk_abi::memory::HEAP;

use super::Arena;
use super::exhaustion::Exhaustion;
use crate::platform::SingleHart;

#[cfg(not(feature = "free"))]
type Blocks = super::bump::Bump<HeapRegion>;
#[cfg(not(feature = "free"))]
const BLOCKS: Blocks = Blocks::new(HeapRegion, HEAP.start as usize);

#[cfg(feature = "free")]
type Blocks = super::free::Free;
// SAFETY: as for the arena below.
#[cfg(feature = "free")]
const BLOCKS: Blocks = unsafe {
    Blocks::new(
        ptr::with_exposed_provenance_mut(HEAP.start as usize),
        HEAP.size() as usize,
    )
};

#[global_allocator]
static ALLOCATOR: SingleHart<Recorder> = SingleHart(Recorder {
    blocks: BLOCKS,
    failed: Cell::new(None),
});

struct HeapRegion;

// SAFETY: the memory map gives these addresses to the heap alone, and they are zero at the start.
unsafe impl Arena for HeapRegion {
    fn base(&self) -> *mut u8 {
        ptr::with_exposed_provenance_mut(HEAP.start as usize)
    }

    fn size(&self) -> usize {
        HEAP.size() as usize
    }
}

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
        heap_size: HeapRegion.size(),
    };
    exhaustion.is_reason_of(panic_message).then_some(exhaustion)
}
