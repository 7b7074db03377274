//! What a guest program is written with.
//!
//! A guest is an ordinary `no_std` Rust program. It reads a private input, computes, and commits what
//! everybody may know to the public journal:
//!
//! ```no_run
//! #![no_std]
//! #![cfg_attr(not(test), no_main)]
//!
//! zisk_guest::entry!(main);
//!
//! fn main() {
//!     let n: u32 = zisk_guest::io::read();
//!     let sum: u64 = (1..=u64::from(n)).sum();
//!     zisk_guest::journal::commit(&sum);
//! }
//! ```
//!
//! | to | use |
//! |---|---|
//! | take input | [`io::read`], [`io::read_slice`], [`io::read_vec`], [`io::stdin`], [`io::first_frame`] |
//! | publish results | [`journal::commit`], [`journal::commit_slice`] |
//! | talk to the person who runs it | [`print!`], [`println!`], [`eprint!`], [`eprintln!`] |
//! | end early | [`exit`], a panic, or an error that `main` returns |
//! | see where the cycles go | [`cycles::scope`] |
//! | hash quickly | [`sha256()`], [`keccak256`] |
//! | compute modulo large numbers | [`uint256`], [`modexp()`] |
//! | verify proofs over KoalaBear | [`koala_bear`] |
//! | check signatures of secp256k1 | [`secp256k1::verify`], [`secp256k1::ecrecover`] |
//!
//! `alloc` works as everywhere: write `extern crate alloc;` and use `alloc::vec::Vec`, `Arc` and the rest.
//!
//! # The same source runs natively
//! Built for the host machine, the guest is an ordinary program that can be debugged with ordinary tools:
//!
//! ```text
//! cargo run -- input.bin more.bin    # every file is one frame of the input
//! cargo run < input.bin              # all of standard input is one frame
//! ZISK_JOURNAL=out.bin cargo run     # the journal goes to a file
//! ```
//!
//! Without `ZISK_JOURNAL` the journal is printed as hex to standard error when the program ends. The exit
//! code is the VM's. `cargo test` runs `#[test]`s, `cargo zisk test` runs them in the VM as well, and [`testing::run`] runs a `main`
//! inside of one:
//!
//! ```
//! fn guest_main() {
//!     let n: u32 = zisk_guest::io::read();
//!     zisk_guest::journal::commit(&(2 * n));
//! }
//!
//! let outcome = zisk_guest::testing::run(guest_main, |input| {
//!     input.write(&21u32);
//! });
//! assert_eq!(outcome.exit_code, 0);
//! assert_eq!(outcome.decode_journal::<u32>(), Ok(42));
//! ```
//!
//! # Exit codes
//! 0: `main` returned. 1: `main` returned an error. 101: a panic. 102: the heap is exhausted. 103: the input
//! is not what the guest asked for. [`exit`] takes any other.
//!
//! # Features
//! Both concern the VM only; neither is on by default.
//!
//! - `free`: an allocator that reuses freed memory (talc). The default one takes a few instructions
//!   a call and reuses only the block that was allocated last. A guest has 768 MiB of heap.
//! - `host-random`: crates that ask `getrandom` for bytes get bytes that the host chooses. Without it they get
//!   an error and an explanation is printed, because whoever proves a guest can choose those bytes at will.
//!   `getrandom` 0.2 works as it is; 0.3 and 0.4 want `--cfg getrandom_backend="custom"`, which
//!   `cargo zisk build` passes.

#![no_std]

extern crate alloc;
#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
extern crate std;

pub mod cycles;
mod entry;
#[cfg(all(zisk_test, target_arch = "riscv64", target_os = "none"))]
mod harness;
#[cfg(any(test, all(target_arch = "riscv64", target_os = "none")))]
mod heap;
pub mod io;
pub mod journal;
mod keccak;
pub mod koala_bear;
mod modexp;
mod platform;
mod power;
mod print;
#[cfg(any(test, all(target_arch = "riscv64", target_os = "none")))]
mod random;
pub mod secp256k1;
mod sha256;
#[cfg(any(zisk_test, not(all(target_arch = "riscv64", target_os = "none"))))]
pub mod testing;
mod tests_limits;
pub mod uint256;

pub use entry::{Termination, exit};
pub use keccak::keccak256;
pub use modexp::modexp;
pub use sha256::sha256;
/// A `#[test]` that may say how much it costs: `#[zisk_guest::test(max_cells = 200_000)]`.
///
/// `cargo zisk test` runs it in the VM and fails it if its run costs more cells than that, beyond what the run of an empty test
/// costs. `cargo zisk test --cells` shows the numbers; they are the same on every machine, but the compiler decides about them, too.
/// Natively, and without the option, it is an ordinary `#[test]`; attributes such as `#[should_panic]` and `#[ignore]` stand beside it.
///
/// ```
/// #[zisk_guest::test(max_cells = 50_000)]
/// fn sums_are_cheap() {
///     assert_eq!((1..=100).sum::<u32>(), 5050);
/// }
/// ```
pub use zisk_guest_macros::test;

/// What the macros of this crate expand to. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::entry::start;
    #[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
    pub use crate::platform::native_main;
    pub use crate::print::{print, print_line};
    pub use crate::tests_limits::max_cells;
    pub use core::arch::naked_asm;
    pub use zisk_abi::memory::STACK;
    pub use zisk_abi::syscall::fd::{STDERR, STDOUT};
}
