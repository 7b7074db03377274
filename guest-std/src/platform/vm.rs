//! The VM: system calls, and panics.

use core::arch::asm;
use core::cell::{Cell, RefCell};
use core::panic::PanicInfo;
use core::{ptr, slice};

use zisk_abi::exit::{OUT_OF_MEMORY, PANIC};
use zisk_abi::memory::INPUT;
use zisk_abi::syscall::fd::STDERR;
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HALT, HOST_RANDOM, WRITE};

use super::Guest;
#[cfg(zisk_test)]
use crate::exit;
use crate::sha256::{Aligned, Block, Digest, State};
use crate::{eprintln, heap, journal};

/// A value for a `static` of the guest.
pub(crate) struct SingleHart<T>(pub(crate) T);

// SAFETY: the machine has one hart, no interrupts and no signals, so there is no second thread of execution
// that could share the value.
unsafe impl<T> Sync for SingleHart<T> {}

pub(crate) fn with_guest<R>(action: impl FnOnce(&mut Guest) -> R) -> R {
    static GUEST: SingleHart<RefCell<Guest>> = SingleHart(RefCell::new(Guest::new()));
    action(&mut GUEST.0.borrow_mut())
}

pub(crate) fn halt(exit_code: u32, journal_digest: &Digest) -> ! {
    #[cfg(zisk_test)]
    super::recorded::ended(exit_code, journal_digest);
    #[cfg(not(zisk_test))]
    end(exit_code, journal_digest)
}

/// Ends the run.
pub(crate) fn end(exit_code: u32, journal_digest: &Digest) -> ! {
    // SAFETY: the digest is 32 readable bytes on a multiple of 8. The call does not return.
    unsafe {
        asm!(
            "ecall",
            "unimp",
            in("a7") HALT,
            in("a0") u64::from(exit_code),
            in("a1") &raw const *journal_digest,
            options(noreturn),
        )
    }
}

pub(crate) fn write(fd: u64, bytes: &[u8]) {
    #[cfg(zisk_test)]
    if super::recorded::wrote(fd, bytes) {
        return;
    }
    // SAFETY: the call reads these bytes and changes neither registers nor memory.
    unsafe {
        asm!(
            "ecall",
            in("a7") WRITE,
            in("a0") fd,
            in("a1") bytes.as_ptr(),
            in("a2") bytes.len(),
            options(nostack, readonly, preserves_flags),
        );
    }
}

/// The whole input region.
pub(crate) fn input() -> &'static [u8] {
    #[cfg(zisk_test)]
    if let Some(input) = super::recorded::input() {
        return input;
    }
    let start = ptr::with_exposed_provenance(INPUT.start as usize);
    // SAFETY: the memory map has the region mapped in full and read-only, and no Rust object lies in it.
    unsafe { slice::from_raw_parts(start, INPUT.size() as usize) }
}

pub(crate) fn cycles_begin(name: &str) {
    cycles(CYCLES_BEGIN, name);
}

pub(crate) fn cycles_end(name: &str) {
    cycles(CYCLES_END, name);
}

fn cycles(number: u64, name: &str) {
    // No `readonly`: the compiler must not move memory accesses of the scope out of it.
    // SAFETY: the call reads the name and changes neither registers nor memory.
    unsafe {
        asm!(
            "ecall",
            in("a7") number,
            in("a0") name.as_ptr(),
            in("a1") name.len(),
            options(nostack, preserves_flags),
        );
    }
}

pub(crate) fn host_random() -> u64 {
    let bits;
    // SAFETY: the call changes a0 and nothing else.
    unsafe {
        asm!("ecall", in("a7") HOST_RANDOM, lateout("a0") bits, options(nostack, nomem, preserves_flags));
    }
    bits
}

pub(crate) fn sha256_compress(state: &mut State, block: &Block) {
    zisk_coprocessor::sha256_compress(&mut state.0, block);
}

/// How many panics are being reported: reporting one runs code of the guest.
static DEPTH: SingleHart<Cell<u32>> = SingleHart(Cell::new(0));

/// Reports a panic and ends the guest. Reporting runs code of the guest (a `Display`, say), which may panic
/// again; each time less is attempted.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let depth = DEPTH.0.get();
    DEPTH.0.set(depth + 1);
    match depth {
        0 => {
            if let Some(exhaustion) = heap::exhaustion(info.message()) {
                eprintln!("{exhaustion}");
                end_after_panic(OUT_OF_MEMORY);
            }
            eprintln!("{info}");
            #[cfg(zisk_test)]
            super::recorded::panicked(info);
            end_after_panic(PANIC)
        }
        1 => {
            write(STDERR, b"the guest panicked again while its panic was reported\n");
            end_after_panic(PANIC)
        }
        _ => end(PANIC, &Aligned([0; 32])),
    }
}

/// Ends the guest: if a test runs it, the test goes on.
fn end_after_panic(exit_code: u32) -> ! {
    #[cfg(zisk_test)]
    if super::recorded::is_running() {
        DEPTH.0.set(0);
        exit(exit_code);
    }
    end(exit_code, &journal::digest())
}
