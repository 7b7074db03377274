//! The guest's allocator. Natively the system's is used; what is here runs there in tests only.

#[cfg(any(test, not(feature = "free")))]
mod bump;
mod exhaustion;
#[cfg(feature = "free")]
mod free;

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
mod global;

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
pub(crate) use global::exhaustion;

/// A stretch of memory that an allocator hands out.
///
/// # Safety
/// The memory is valid for reads and writes as long as the arena lives, nobody else touches it, it was zero
/// when the arena came to be, and `base` and `size` always return the same.
unsafe trait Arena {
    /// Its first byte.
    fn base(&self) -> *mut u8;
    /// Its length in bytes.
    fn size(&self) -> usize;
}

#[cfg(test)]
mod tests;
