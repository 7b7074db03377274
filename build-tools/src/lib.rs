//! Building guests of the VM, and the Rust toolchain that does it.
//!
//! A host embeds its guest with one call in `build.rs`:
//!
//! ```no_run
//! # #[cfg(feature = "guests")]
//! zisk_build::build_guest("../guest");
//! ```
//!
//! and `zisk_host::include_guests!()` in its source, which brings in `ELF` and `IMAGE_ID`. The
//! command line builds the same guests with [`GuestBuild`](build::GuestBuild); both produce the same bytes.
//!
//! [`CLibrary`](build::CLibrary) compiles what guests that are all C are linked with.
//!
//! A guest that contains C compiles it in its own `build.rs` with the module `c`, which is behind the feature
//! `c`: `zisk-build = { version = "0.1", default-features = false, features = ["c"] }`.

#[cfg(feature = "guests")]
pub mod build;
#[cfg(feature = "c")]
pub mod c;
#[cfg(feature = "guests")]
pub mod doctor;
#[cfg(feature = "toolchain")]
mod environment;
#[cfg(feature = "toolchain")]
pub mod toolchain;

#[cfg(feature = "guests")]
pub use build::{build_guest, build_guests};

/// The target that guests are compiled for: RV64IMAC without an operating system.
pub const GUEST_TARGET: &str = "riscv64imac-unknown-none-elf";
