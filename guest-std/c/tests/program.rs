//! Input, journal, memory and the end of a program, as C calls them.

use std::ffi::{c_int, c_void};
use std::{ptr, slice};

use zisk_c::io::{read_input, write_output};
use zisk_c::memory::{calloc, free, malloc, realloc};
use zisk_c::program::{abort, exit};
use zisk_guest::testing::{Input, Outcome, run};

fn input() -> (*const u8, usize) {
    let mut start = ptr::dangling();
    let mut size = usize::MAX;
    // SAFETY: these are places for a pointer and a size.
    unsafe { read_input(&raw mut start, &raw mut size) };
    (start, size)
}

/// The journal of a program that writes its input there, twice asked for.
fn echo(frames: impl FnOnce(&mut Input)) -> Outcome {
    run(
        || {
            let first = input();
            assert_eq!(first, input(), "every call gives the same");
            // SAFETY: the input stays where it is.
            unsafe { write_output(first.0, first.1) };
        },
        frames,
    )
}

#[test]
fn the_input_is_the_first_frame_and_the_journal_what_was_written() {
    let outcome = echo(|input| input.write_slice(b"what the host gave"));
    assert_eq!(
        (outcome.exit_code, &outcome.journal[..]),
        (0, &b"what the host gave"[..])
    );
    let outcome = echo(|input| {
        input.write_slice(b"first");
        input.write_slice(b"second");
    });
    assert_eq!((outcome.exit_code, &outcome.journal[..]), (0, &b"first"[..]));
    for nothing in [echo(|input| input.write_slice(b"")), echo(|_| ())] {
        assert_eq!((nothing.exit_code, nothing.journal.len()), (0, 0));
    }
}

#[test]
fn input_begins_on_a_multiple_of_8() {
    let outcome = run(
        || assert_eq!(input().0.addr() % 8, 0),
        |input| input.write_slice(b"abc"),
    );
    assert_eq!(outcome.exit_code, 0);
    let outcome = run(|| assert_eq!(input(), (ptr::null(), 0)), |_| ());
    assert_eq!(outcome.exit_code, 0);
}

#[test]
fn parts_of_the_journal_stand_one_behind_the_other() {
    let outcome = run(
        || {
            // SAFETY: these are bytes, or none.
            unsafe {
                write_output(b"one".as_ptr(), 3);
                write_output(ptr::null(), 0);
                write_output(b"two".as_ptr(), 2);
            }
        },
        |_| (),
    );
    assert_eq!((outcome.exit_code, &outcome.journal[..]), (0, &b"onetw"[..]));
}

#[test]
fn null_pointers_end_the_program() {
    // SAFETY: what is not null is a place; null pointers are found before they are used.
    let calls: [(&str, fn()); 3] = unsafe {
        [
            ("write_output: output is a null pointer", || {
                write_output(ptr::null(), 1);
            }),
            ("read_input: buf_ptr is a null pointer", || {
                let mut size = 0;
                read_input(ptr::null_mut(), &raw mut size);
            }),
            ("read_input: buf_size is a null pointer", || {
                let mut start = ptr::null();
                read_input(&raw mut start, ptr::null_mut());
            }),
        ]
    };
    for (message, call) in calls {
        let outcome = run(call, |_| ());
        assert_eq!(
            (outcome.exit_code, outcome.panic.as_deref()),
            (101, Some(message))
        );
    }
}

/// A program that this function ends.
fn end(function: impl Fn() -> c_int + Send) -> impl FnOnce() + Send {
    move || {
        function();
    }
}

#[test]
fn exit_codes_are_the_programs_own() {
    for (status, exit_code) in [(0, 0), (1, 1), (300, 300), (-1, u32::MAX)] {
        assert_eq!(run(end(move || exit(status)), |_| ()).exit_code, exit_code);
    }
    let outcome = run(end(|| abort()), |_| ());
    assert_eq!(
        (outcome.exit_code, outcome.panic.as_deref()),
        (101, Some("the program called abort()"))
    );
}

/// The bytes of a block, which were written.
///
/// # Safety
/// The block has as many.
unsafe fn bytes<'a>(block: *mut c_void, len: usize) -> &'a mut [u8] {
    assert!(!block.is_null() && block.addr().is_multiple_of(16), "{block:?}");
    // SAFETY: the caller vouches for them.
    unsafe { slice::from_raw_parts_mut(block.cast(), len) }
}

#[test]
fn blocks_are_aligned_apart_and_keep_their_content() {
    // SAFETY: each block is used in its length, and freed once.
    unsafe {
        let blocks = [0, 1, 15, 16, 17, 1000].map(|size| {
            let block = calloc(size, 1);
            assert!(bytes(block, size).iter().all(|byte| *byte == 0));
            bytes(block, size).fill(size as u8);
            (block, size)
        });
        let resized = blocks.map(|(block, size)| {
            for new_size in [size + 100, size / 2] {
                let other = malloc(new_size);
                bytes(other, new_size).fill(0xff);
                free(other);
            }
            let longer = realloc(block, 3 * size + 1);
            let all_there = bytes(longer, size).iter().all(|byte| *byte == size as u8);
            assert!(all_there, "{size}");
            let shorter = realloc(longer, size / 2);
            (shorter, size)
        });
        for (block, size) in resized {
            let kept = bytes(block, size / 2).iter().all(|byte| *byte == size as u8);
            assert!(kept, "{size}");
            free(block);
        }
        let block = realloc(ptr::null_mut(), 5);
        bytes(block, 5).fill(1);
        free(block);
        free(ptr::null_mut());
    }
}

#[test]
fn what_cannot_be_had_is_null() {
    for size in [
        usize::MAX,
        usize::MAX - 15,
        isize::MAX as usize,
        isize::MAX as usize - 15,
    ] {
        assert!(malloc(size).is_null(), "{size}");
        assert!(calloc(1, size).is_null(), "{size}");
    }
    assert!(calloc(1 << 33, 1 << 33).is_null());
    let block = malloc(3);
    // SAFETY: the block has three bytes, is not freed by what fails, and freed once.
    unsafe {
        bytes(block, 3).copy_from_slice(b"abc");
        assert!(realloc(block, usize::MAX).is_null());
        assert_eq!(bytes(block, 3), b"abc");
        free(block);
    }
}
