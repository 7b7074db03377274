//! A guest that is run by a test in the VM: it ends without ending the test.
//!
//! There are no threads and nothing is unwound. So a guest's `main` is called by a function that keeps where it was called, and when
//! the guest ends, wherever that is, that function returns. What the guest's frames hold is forgotten, as in the VM in any case.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::arch::naked_asm;
use core::cell::RefCell;
use core::mem;
use core::panic::PanicInfo;

use zisk_abi::syscall::fd;

use super::vm::{SingleHart, with_guest};
use super::{Guest, Recording, place_input};
use crate::sha256::Digest;
use crate::{Termination, entry};

/// A guest that has not ended.
struct Running {
    recording: Recording,
    input: &'static [u8],
    /// Where the stack was when it was called.
    called_at: usize,
}

static RUNNING: SingleHart<RefCell<Option<Running>>> = SingleHart(RefCell::new(None));

/// Does something with the guest that a test runs, if there is one.
fn with_running<R>(action: impl FnOnce(&mut Running) -> R) -> Option<R> {
    RUNNING.0.borrow_mut().as_mut().map(action)
}

/// Runs a guest.
pub(crate) fn record<R: Termination>(main: impl FnOnce() -> R + Send, encoded_input: Vec<u8>) -> Recording {
    let outer_guest = with_guest(|guest| mem::replace(guest, Guest::new()));
    let outer = RUNNING.0.replace(Some(Running {
        recording: Recording::default(),
        input: place_input(&encoded_input),
        called_at: 0,
    }));
    let mut main = Some(main);
    call_main(&mut main);
    let ended = RUNNING.0.replace(outer);
    with_guest(|guest| *guest = outer_guest);
    ended.map(|ended| ended.recording).unwrap_or_default()
}

fn call_main<R: Termination, F: FnOnce() -> R>(main: &mut Option<F>) {
    extern "C" fn start<R: Termination, F: FnOnce() -> R>(main: *mut (), stack: usize) {
        with_running(|running| running.called_at = stack);
        // SAFETY: it is what `call_main` was given, which nobody else uses meanwhile.
        let main = unsafe { (*main.cast::<Option<F>>()).take() };
        if let Some(main) = main {
            entry::start(main)
        }
    }
    // SAFETY: the function fits the pointer that it gets.
    unsafe { call(start::<R, F>, (&raw mut *main).cast()) }
}

/// Calls a function with what it wants and the address of the stack's top, by which [`return_from_call`] returns from here.
///
/// # Safety
/// `data` must be what `function` wants.
#[unsafe(naked)]
unsafe extern "C" fn call(function: extern "C" fn(*mut (), usize), data: *mut ()) {
    naked_asm!(
        "addi sp, sp, -112",
        "sd ra, 0(sp)",
        "sd s0, 8(sp)",
        "sd s1, 16(sp)",
        "sd s2, 24(sp)",
        "sd s3, 32(sp)",
        "sd s4, 40(sp)",
        "sd s5, 48(sp)",
        "sd s6, 56(sp)",
        "sd s7, 64(sp)",
        "sd s8, 72(sp)",
        "sd s9, 80(sp)",
        "sd s10, 88(sp)",
        "sd s11, 96(sp)",
        "mv t0, a0",
        "mv a0, a1",
        "mv a1, sp",
        "jalr t0",
        "mv a0, sp",
        "tail {back}",
        back = sym return_from_call,
    )
}

/// Returns from a [`call`], given where the stack's top was in it.
///
/// # Safety
/// The call must not have returned.
#[unsafe(naked)]
unsafe extern "C" fn return_from_call(stack: usize) -> ! {
    naked_asm!(
        "mv sp, a0",
        "ld ra, 0(sp)",
        "ld s0, 8(sp)",
        "ld s1, 16(sp)",
        "ld s2, 24(sp)",
        "ld s3, 32(sp)",
        "ld s4, 40(sp)",
        "ld s5, 48(sp)",
        "ld s6, 56(sp)",
        "ld s7, 64(sp)",
        "ld s8, 72(sp)",
        "ld s9, 80(sp)",
        "ld s10, 88(sp)",
        "ld s11, 96(sp)",
        "addi sp, sp, 112",
        "ret",
    )
}

/// Whether a test runs a guest.
pub(super) fn is_running() -> bool {
    RUNNING.0.borrow().is_some()
}

/// The input of the guest that a test runs.
pub(super) fn input() -> Option<&'static [u8]> {
    with_running(|running| running.input)
}

/// Takes note of what a guest wrote; gives whether nobody else is to see it. What it prints is shown if the test fails.
pub(super) fn wrote(fd: u64, bytes: &[u8]) -> bool {
    let is_hidden = with_running(|running| {
        let recording = &mut running.recording;
        let to = match fd {
            fd::JOURNAL => &mut recording.journal,
            fd::STDOUT => &mut recording.stdout,
            _ => &mut recording.stderr,
        };
        to.extend_from_slice(bytes);
        fd == fd::JOURNAL
    });
    is_hidden.unwrap_or(false)
}

/// Takes note of a panic's message.
pub(super) fn panicked(info: &PanicInfo<'_>) {
    if is_running() {
        let message = info.message().to_string();
        with_running(|running| running.recording.panic = Some(message));
    }
}

/// The guest has ended.
pub(super) fn ended(exit_code: u32, journal_digest: &Digest) -> ! {
    let stack = with_running(|running| {
        running.recording.end = Some((exit_code, *journal_digest));
        running.called_at
    });
    match stack {
        // SAFETY: a guest that runs was called, and it is the last that was.
        Some(stack) => unsafe { return_from_call(stack) },
        None => panic!(
            "a guest function ended with exit code {exit_code} outside of a run; \
             wrap the call in zisk_guest::testing::run"
        ),
    }
}
