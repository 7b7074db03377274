//! The native world: a guest is a thread of an ordinary program.
//!
//! Everything is per thread. A thread runs a guest for [`crate::testing`], or is the guest of a program of its
//! own, or is neither: then printing works, the input is empty, and there is nothing to end.

mod program;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;
use std::thread;

use zisk_abi::exit::PANIC;
use zisk_abi::memory::STACK;
use zisk_abi::syscall::fd;

use super::{Guest, Recording, place_input};
use crate::sha256::{Block, Digest, State};
use crate::{Termination, entry, journal};

pub use program::native_main;

/// What a thread is to the guest that it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// None is run.
    Outside,
    /// The guest is all of the process.
    Program,
    /// The guest is run by a test, which wants to see everything.
    Recorded,
}

/// Unwinds a thread whose guest has ended.
struct GuestEnded;

std::thread_local! {
    static ROLE: Cell<Role> = const { Cell::new(Role::Outside) };
    static GUEST: RefCell<Guest> = const { RefCell::new(Guest::new()) };
    static ENCODED_INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static INPUT: OnceCell<&'static [u8]> = const { OnceCell::new() };
    static RECORDING: RefCell<Recording> = RefCell::default();
}

/// Runs a guest in a thread of its own, with as much stack as the VM gives.
pub(crate) fn record<R: Termination>(main: impl FnOnce() -> R + Send, encoded_input: Vec<u8>) -> Recording {
    install_panic_hook();
    let guest = || {
        ROLE.set(Role::Recorded);
        ENCODED_INPUT.set(encoded_input);
        // The payload says nothing that the recording does not: `halt` and the panic hook saw the end.
        drop(panic::catch_unwind(AssertUnwindSafe(|| entry::start(main))));
        RECORDING.take()
    };
    thread::scope(|scope| {
        let thread = guest_thread()
            .spawn_scoped(scope, guest)
            .expect("a thread can be started");
        thread.join().expect("a guest's panic does not leave its thread")
    })
}

fn guest_thread() -> thread::Builder {
    thread::Builder::new()
        .name(String::from("guest"))
        .stack_size(STACK.size() as usize)
}

fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            previous(info);
            guest_panicked(info);
        }));
    });
}

fn guest_panicked(info: &PanicHookInfo<'_>) {
    match ROLE.get() {
        Role::Outside => {}
        Role::Program => program::end(PANIC),
        Role::Recorded => {
            let digest = journal::digest();
            let text = alloc::format!("{info}\n");
            with_running(|recording| {
                recording.stderr.extend(text.as_bytes());
                recording.panic = info.payload_as_str().map(String::from);
                recording.end = Some((PANIC, digest));
            });
        }
    }
}

/// Runs `action` unless the guest has ended: what its destructors do while a thread unwinds does not happen
/// in the VM.
fn with_running(action: impl FnOnce(&mut Recording)) {
    RECORDING.with_borrow_mut(|recording| {
        if recording.end.is_none() {
            action(recording);
        }
    });
}

pub(crate) fn with_guest<R>(action: impl FnOnce(&mut Guest) -> R) -> R {
    GUEST.with_borrow_mut(action)
}

pub(crate) fn halt(exit_code: u32, journal_digest: &Digest) -> ! {
    match ROLE.get() {
        Role::Outside => panic!(
            "a guest function ended with exit code {exit_code} outside of a run; \
             wrap the call in zisk_guest::testing::run"
        ),
        Role::Program => program::end(exit_code),
        Role::Recorded => {
            with_running(|recording| recording.end = Some((exit_code, *journal_digest)));
            panic::resume_unwind(Box::new(GuestEnded))
        }
    }
}

pub(crate) fn write(fd: u64, bytes: &[u8]) {
    let role = ROLE.get();
    match fd {
        fd::JOURNAL => with_running(|recording| recording.journal.extend(bytes)),
        _ if role == Role::Program => program::write(fd, bytes),
        _ => with_running(|recording| {
            print_captured(fd, &String::from_utf8_lossy(bytes));
            if role == Role::Recorded {
                let text = if fd == fd::STDOUT {
                    &mut recording.stdout
                } else {
                    &mut recording.stderr
                };
                text.extend(bytes);
            }
        }),
    }
}

/// Prints such that the test harness shows the text only if the test fails.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "only the macros know the harness's capture"
)]
fn print_captured(fd: u64, text: &str) {
    if fd == fd::STDOUT {
        std::print!("{text}");
    } else {
        std::eprint!("{text}");
    }
}

/// The encoded input.
pub(crate) fn input() -> &'static [u8] {
    INPUT.with(|input| {
        *input.get_or_init(|| match ROLE.get() {
            Role::Program => place_input(&program::encoded_input()),
            Role::Outside | Role::Recorded => place_input(&ENCODED_INPUT.take()),
        })
    })
}

pub(crate) fn cycles_begin(_name: &str) {}

pub(crate) fn cycles_end(_name: &str) {}

/// No guest draws on this natively, where `getrandom` asks the operating system.
#[cfg(test)]
pub(crate) fn host_random() -> u64 {
    0x0102_0304_0506_0708
}

pub(crate) fn sha256_compress(state: &mut State, block: &Block) {
    zisk_software::sha256_compress(&mut state.0, block);
}

pub(crate) use zisk_software::{keccak_f, poseidon2, quintic_mul_add};

/// The word that begins at any address.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "in the VM, where it lies matters"
)]
pub(crate) fn load_word(bytes: &[u8; 8]) -> u64 {
    u64::from_le_bytes(*bytes)
}

pub(crate) fn u256_mul_add_mod(x: &mut [u64; 4], y: &[u64; 4], z: &[u64; 4], m: &[u64; 4]) {
    *x = computed(zisk_software::mul_add_mod(x, y, z, m)).1;
}

pub(crate) fn u256_square_mod(x: &mut [u64; 4], m: &[u64; 4]) {
    *x = computed(zisk_software::mul_add_mod(x, x, &[0; 4], m)).1;
}

pub(crate) fn u256_mul_add_row(sum: &mut [[u64; 4]], x: &[u64; 4], digits: &[[u64; 4]]) {
    assert!(sum.len() > digits.len(), "a row has a digit more than its factor");
    for (index, digit) in digits.iter().enumerate() {
        let [low, high] = zisk_software::mul_add(x, digit, &sum[index], &sum[index + 1]);
        (sum[index], sum[index + 1]) = (low, high);
    }
}

/// What would end a run in the VM with a trap is a panic here: callers see to it that it does not happen.
fn computed<T>(result: Result<T, zisk_software::Problem>) -> T {
    result.unwrap_or_else(|problem| panic!("a coprocessor's operands: {problem}"))
}
