//! A guest as a program of its own.

use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};
use core::fmt::Write as _;
use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::{env, fs, io, process, thread};

use zisk_abi::input::FrameWriter;
use zisk_abi::syscall::fd;

use super::{RECORDING, ROLE, Role, guest_thread, install_panic_hook};
use crate::{Termination, entry};

/// Names the file that takes the journal.
const JOURNAL_VARIABLE: &str = "ZISK_JOURNAL";
/// For what the person who started the program can mend, and is not the guest's doing.
const USAGE_EXIT_CODE: i32 = 2;

static INPUT_FILES: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// The C `main` of a native guest.
///
/// # Safety
/// `argv` must point to `argc` C strings that live for ever.
pub unsafe fn native_main<R: Termination>(
    argc: c_int,
    argv: *const *const c_char,
    main: impl FnOnce() -> R + Send + 'static,
) -> ! {
    // SAFETY: the caller's promises are the same.
    let arguments = unsafe { arguments(argc, argv) };
    INPUT_FILES.get_or_init(|| arguments.into_iter().skip(1).map(PathBuf::from).collect());
    install_panic_hook();
    let guest = || {
        ROLE.set(Role::Program);
        entry::start(main)
    };
    match guest_thread().spawn(guest).map(thread::JoinHandle::join) {
        Err(error) => give_up(&alloc::format!("cannot start a thread for the guest: {error}")),
        Ok(_) => give_up("the guest's thread has ended without an exit code"),
    }
}

pub(super) fn write(fd: u64, bytes: &[u8]) {
    // A reader who went away, as `head` does, is no reason to end the guest.
    drop(if fd == fd::STDOUT {
        io::stdout().write_all(bytes)
    } else {
        io::stderr().write_all(bytes)
    });
}

/// The files named as arguments, one frame each; without any, standard input as one frame.
pub(super) fn encoded_input() -> Vec<u8> {
    let files = INPUT_FILES.get().map(Vec::as_slice).unwrap_or_default();
    let mut writer = FrameWriter::default();
    for path in files {
        match fs::read(path) {
            Ok(bytes) => writer.push(&bytes),
            Err(error) => give_up(&alloc::format!(
                "cannot read the input file {}: {error}",
                path.display()
            )),
        }
    }
    if files.is_empty() {
        writer.push(&read_stdin());
    }
    writer.as_bytes().to_vec()
}

fn read_stdin() -> Vec<u8> {
    if io::stdin().is_terminal() {
        tell("reading the input from the terminal until its end (Ctrl-D); or name files as arguments");
    }
    let mut bytes = Vec::new();
    if let Err(error) = io::stdin().read_to_end(&mut bytes) {
        give_up(&alloc::format!("cannot read standard input: {error}"));
    }
    bytes
}

/// What the program was started with, its own name first.
///
/// std knows this by itself only where the C library hands it to initializers, which musl's does not.
///
/// # Safety
/// As for [`native_main`].
#[cfg(unix)]
unsafe fn arguments(argc: c_int, argv: *const *const c_char) -> Vec<OsString> {
    use std::ffi::{CStr, OsStr};
    use std::os::unix::ffi::OsStrExt;

    let num_arguments = usize::try_from(argc).unwrap_or_default();
    // SAFETY: the caller vouches for `argc` pointers to C strings.
    (0..num_arguments)
        .map(|i| unsafe { CStr::from_ptr(*argv.add(i)) })
        .map(|argument| OsStr::from_bytes(argument.to_bytes()).into())
        .collect()
}

/// What the program was started with, its own name first.
#[cfg(not(unix))]
unsafe fn arguments(_argc: c_int, _argv: *const *const c_char) -> Vec<OsString> {
    env::args_os().collect()
}

/// Hands over the journal and ends the process.
pub(super) fn end(exit_code: u32) -> ! {
    let journal = RECORDING.take().journal;
    match env::var_os(JOURNAL_VARIABLE) {
        Some(path) => {
            if let Err(error) = fs::write(&path, &journal) {
                let path = PathBuf::from(path);
                give_up(&alloc::format!(
                    "cannot write the journal to {}: {error}",
                    path.display()
                ));
            }
        }
        None if journal.is_empty() => {}
        None => tell(&alloc::format!(
            "journal ({} bytes): {}",
            journal.len(),
            hex(&journal)
        )),
    }
    let status = process_status(exit_code);
    if i64::from(status) != i64::from(exit_code) {
        tell(&alloc::format!("exit code {exit_code}, given as {status} here"));
    }
    process::exit(status)
}

/// Operating systems take the lowest 8 bits; that must not make a failure a success.
fn process_status(exit_code: u32) -> i32 {
    exit_code.min(255) as i32
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a `String` does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn tell(text: &str) {
    drop(io::stdout().flush());
    write(fd::STDERR, alloc::format!("{text}\n").as_bytes());
}

fn give_up(reason: &str) -> ! {
    tell(reason);
    process::exit(USAGE_EXIT_CODE)
}
