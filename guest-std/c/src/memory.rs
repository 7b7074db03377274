//! `malloc` and its like, on the guest's allocator.
//!
//! C does not tell `free` how long a block is, so its length stands in front of it. Blocks lie on multiples of 16, as the
//! ABI wants of memory for any type. What cannot be had is a null pointer.

use alloc::alloc::{alloc, alloc_zeroed, dealloc, realloc as resize};
use core::alloc::Layout;
use core::ffi::c_void;
use core::ptr;

/// What stands in front of a block. As long as a block is aligned, so that the block is, too.
#[repr(C, align(16))]
struct Header {
    size: usize,
}

/// What is asked of the allocator for a block; nothing is that large if there is no such layout.
fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(size_of::<Header>())?, align_of::<Header>()).ok()
}

/// A block from what the allocator gave for `size` bytes.
///
/// # Safety
/// `start` is null, or of the [`layout`] of `size`.
unsafe fn block(start: *mut u8, size: usize) -> *mut c_void {
    if start.is_null() {
        return ptr::null_mut();
    }
    let header: *mut Header = start.cast::<c_void>().cast();
    // SAFETY: the layout begins with a header, and the block begins behind it.
    unsafe {
        header.write(Header { size });
        header.add(1).cast()
    }
}

/// Where the allocator's memory begins, and its layout.
///
/// # Safety
/// `block` came from [`block`] and has not been freed.
unsafe fn allocated(block: *mut c_void) -> (*mut u8, Layout) {
    // SAFETY: so its header is in front of it, and its layout is one that was there before.
    unsafe {
        let header = block.cast::<Header>().sub(1);
        let size = (*header).size + size_of::<Header>();
        let layout = Layout::from_size_align_unchecked(size, align_of::<Header>());
        (header.cast(), layout)
    }
}

/// A block of `size` bytes, or null.
#[cfg_attr(all(target_arch = "riscv64", target_os = "none"), unsafe(no_mangle))]
pub extern "C-unwind" fn malloc(size: usize) -> *mut c_void {
    layout(size).map_or(ptr::null_mut(), |layout| {
        // SAFETY: the layout has at least the header's size, and is that of `size`.
        unsafe { block(alloc(layout), size) }
    })
}

/// A block for `count` values of `size` bytes, all zero, or null.
#[cfg_attr(all(target_arch = "riscv64", target_os = "none"), unsafe(no_mangle))]
pub extern "C-unwind" fn calloc(count: usize, size: usize) -> *mut c_void {
    let Some(size) = count.checked_mul(size) else {
        return ptr::null_mut();
    };
    layout(size).map_or(ptr::null_mut(), |layout| {
        // SAFETY: the layout has at least the header's size, and is that of `size`.
        unsafe { block(alloc_zeroed(layout), size) }
    })
}

/// The block in another size, perhaps elsewhere; null, and the block as it was, if there is no room. A null pointer is a block
/// that is not there yet.
///
/// # Safety
/// `old` is null or a block of [`malloc`], [`calloc`] or this function that has not been freed.
#[cfg_attr(all(target_arch = "riscv64", target_os = "none"), unsafe(no_mangle))]
pub unsafe extern "C-unwind" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    if old.is_null() {
        return malloc(size);
    }
    let Some(new) = layout(size) else {
        return ptr::null_mut();
    };
    // SAFETY: the caller vouches for the block, and the new size is that of a layout.
    unsafe {
        let (start, layout) = allocated(old);
        block(resize(start, layout, new.size()), size)
    }
}

/// Gives a block back. A null pointer is none.
///
/// # Safety
/// `old` is null or a block of [`malloc`], [`calloc`] or [`realloc`] that has not been freed.
#[cfg_attr(all(target_arch = "riscv64", target_os = "none"), unsafe(no_mangle))]
pub unsafe extern "C-unwind" fn free(old: *mut c_void) {
    if !old.is_null() {
        // SAFETY: the caller vouches for the block.
        unsafe {
            let (start, layout) = allocated(old);
            dealloc(start, layout);
        }
    }
}
