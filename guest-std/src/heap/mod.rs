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

#[cfg(test)]
mod tests;
