//! Each rule, broken by name. The segments of the file: 0 is code at 0x11000, 1 constants at 0x10100, 2
//! variables at 0x12000.

use goblin::elf::program_header::{PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_TLS};
use zisk_program::{ElfError, Permissions, Program};

use crate::elf_writer::{ElfSpec, PROGRAM_HEADER_SIZE, SegmentSpec, set, set_segment};

/// Asserts that the file is refused for this reason, and that the message has these words.
#[track_caller]
fn refuses(elf: &[u8], expected: ElfError, words: &[&str]) {
    let message = expected.to_string();
    assert_eq!(Program::from_elf(elf), Err(expected));
    for word in words {
        assert!(message.contains(word), "{word:?} is not in {message:?}");
    }
    assert!(
        message.starts_with(|first: char| first.is_lowercase()) && !message.ends_with('.'),
        "{message:?}"
    );
}

/// The small file with fields of its header replaced.
fn with(fields: &[(&str, u64)]) -> Vec<u8> {
    let mut elf = ElfSpec::small().build();
    for &(field, value) in fields {
        set(&mut elf, field, value);
    }
    elf
}

/// The small file with fields of a program header replaced.
fn with_segment(segment: usize, fields: &[(&str, u64)]) -> Vec<u8> {
    let mut elf = ElfSpec::small().build();
    for &(field, value) in fields {
        set_segment(&mut elf, segment, field, value);
    }
    elf
}

#[test]
fn other_files() {
    refuses(b"", ElfError::NotElf { found: vec![] }, &["7f 45 4c 46"]);
    refuses(
        b"#!/bin/sh",
        ElfError::NotElf {
            found: b"#!/b".to_vec(),
        },
        &["23, 21, 2f, 62"],
    );
    refuses(
        b"\x7fEL",
        ElfError::NotElf {
            found: b"\x7fEL".to_vec(),
        },
        &[],
    );
}

#[test]
fn a_cut_header() {
    let elf = ElfSpec::small().build();
    for found in [4, 5, 16, 63] {
        refuses(
            &elf[..found],
            ElfError::HeaderTruncated { found, expected: 64 },
            &[&found.to_string(), "64"],
        );
    }
}

#[test]
fn another_class() {
    refuses(
        &with(&[("class", 1)]),
        ElfError::Class { found: 1 },
        &["64-bit", "riscv64imac-unknown-none-elf"],
    );
}

#[test]
fn another_byte_order() {
    refuses(
        &with(&[("data", 2)]),
        ElfError::ByteOrder { found: 2 },
        &["little endian"],
    );
}

#[test]
fn another_version() {
    refuses(
        &with(&[("ident_version", 0)]),
        ElfError::Version { found: 0 },
        &["is 0"],
    );
    refuses(
        &with(&[("version", 2)]),
        ElfError::Version { found: 2 },
        &["is 2"],
    );
}

#[test]
fn another_machine() {
    refuses(
        &with(&[("machine", 62)]),
        ElfError::Machine { found: 62 },
        &["62", "243 (RISC-V)"],
    );
}

#[test]
fn position_independence() {
    refuses(
        &with(&[("type", 3)]),
        ElfError::PositionIndependent,
        &["relocation-model=static", "-no-pie"],
    );
}

#[test]
fn an_object_file() {
    refuses(
        &with(&[("type", 1)]),
        ElfError::FileType { found: 1 },
        &["linked"],
    );
}

#[test]
fn another_abi() {
    for flags in [0x3, 0x5, 0x7] {
        refuses(
            &with(&[("flags", flags.into())]),
            ElfError::FloatAbi { flags },
            &["-mabi=lp64"],
        );
    }
    refuses(
        &with(&[("flags", 0x9)]),
        ElfError::ReducedRegisters { flags: 9 },
        &["0x9", "-mabi=lp64"],
    );
    let unknown = ElfError::UnknownFlags {
        flags: 0x121,
        unknown: 0x120,
    };
    refuses(&with(&[("flags", 0x121)]), unknown, &["0x121", "0x120"]);
}

#[test]
fn program_headers_of_another_size() {
    let error = ElfError::ProgramHeaderSize {
        found: 32,
        expected: PROGRAM_HEADER_SIZE,
    };
    refuses(&with(&[("phentsize", 32)]), error, &["32", "56"]);
}

#[test]
fn too_many_program_headers() {
    for found in [65, 0xffff] {
        let error = ElfError::TooManyProgramHeaders { found, max: 64 };
        refuses(
            &with(&[("phnum", found.into())]),
            error,
            &[&found.to_string(), "64"],
        );
    }
}

#[test]
fn program_headers_outside_the_file() {
    let len = ElfSpec::small().build().len() as u64;
    for (offset, count) in [
        (len, 3),
        (len - 167, 3),
        (64, 64),
        (u64::MAX, 1),
        (u64::MAX - 55, 1),
    ] {
        let size = PROGRAM_HEADER_SIZE as u64 * count;
        let error = ElfError::ProgramHeadersOutsideFile { offset, size, len };
        refuses(
            &with(&[("phoff", offset), ("phnum", count)]),
            error,
            &[&format!("{offset:#x}")],
        );
    }
}

#[test]
fn dynamic_linking() {
    let interpreter = with_segment(1, &[("type", PT_INTERP.into())]);
    refuses(
        &interpreter,
        ElfError::Interpreter { segment: 1 },
        &["segment 1", "-static"],
    );
    let dynamic = with_segment(2, &[("type", PT_DYNAMIC.into())]);
    refuses(
        &dynamic,
        ElfError::Dynamic {
            segment: 2,
            start: 0x12000,
        },
        &["segment 2", "0x12000", "-static"],
    );
}

#[test]
fn thread_local_variables() {
    let error = ElfError::ThreadLocal {
        segment: 2,
        start: 0x12000,
        size: 0x1800,
    };
    refuses(
        &with_segment(2, &[("type", PT_TLS.into())]),
        error,
        &["segment 2", "0x12000", "statics"],
    );
}

#[test]
fn more_bytes_than_memory() {
    let error = ElfError::FileSizeExceedsMemory {
        segment: 0,
        start: 0x11000,
        file_size: 16,
        memory_size: 15,
    };
    refuses(
        &with_segment(0, &[("memsz", 15)]),
        error,
        &["segment 0", "0x11000", "0x10", "0xf"],
    );
}

#[test]
fn bytes_outside_the_file() {
    let len = ElfSpec::small().build().len() as u64;
    for (offset, size) in [
        (len, 1),
        (len - 1, 2),
        (0, len + 1),
        (u64::MAX, 1),
        (8, u64::MAX - 7),
    ] {
        let elf = with_segment(2, &[("offset", offset), ("filesz", size), ("memsz", u64::MAX)]);
        let error = ElfError::SegmentOutsideFile {
            segment: 2,
            start: 0x12000,
            offset,
            size,
            len,
        };
        refuses(&elf, error, &["segment 2", "0x12000", &format!("{offset:#x}")]);
    }
}

#[test]
fn segments_outside_the_image_region() {
    for (start, size) in [
        (0, 0x1000),
        (0xfff, 4),
        (0x1000, 0x0fff_f001),
        (0x0fff_fffc, 5),
        (0x1000_0000, 4),
        (0x8000_0000, 4),
        (u64::MAX, 4),
        (u64::MAX - 3, 4),
        (0x12000, u64::MAX),
    ] {
        let elf = with_segment(2, &[("vaddr", start), ("memsz", size)]);
        let error = ElfError::OutsideImage {
            segment: 2,
            start,
            size,
        };
        refuses(
            &elf,
            error,
            &["segment 2", &format!("{start:#x}"), "0x1000..0x10000000"],
        );
    }
}

#[test]
fn writable_code() {
    for flags in [3, 7] {
        let error = ElfError::WritableAndExecutable {
            segment: 2,
            start: 0x12000,
            end: 0x13800,
        };
        refuses(
            &with_segment(2, &[("flags", flags)]),
            error,
            &["segment 2", "0x12000..0x13800", "-N"],
        );
    }
}

#[test]
fn code_at_an_odd_address() {
    let error = ElfError::ExecutableMisaligned {
        segment: 0,
        start: 0x11001,
    };
    refuses(
        &with_segment(0, &[("vaddr", 0x11001)]),
        error,
        &["segment 0", "0x11001"],
    );
}

#[test]
fn segments_that_share_a_page() {
    let overlap = |first, (first_start, first_end), second, (second_start, second_end)| ElfError::Overlap {
        first,
        first_start,
        first_end,
        second,
        second_start,
        second_end,
    };
    let code = (0x11000, 0x11010);
    let same_page = with_segment(2, &[("vaddr", 0x11800)]);
    let words = [
        "segments 0 (0x11000..0x11010) and 2 (0x11800..0x13000)",
        "ALIGN(0x1000)",
    ];
    refuses(&same_page, overlap(0, code, 2, (0x11800, 0x13000)), &words);
    let last_byte = with_segment(1, &[("memsz", 0xf01)]);
    refuses(&last_byte, overlap(1, (0x10100, 0x11001), 0, code), &[]);
    let enclosing = with_segment(1, &[("memsz", 0x8000)]);
    refuses(&enclosing, overlap(1, (0x10100, 0x18100), 0, code), &[]);
    let same_start = with_segment(2, &[("vaddr", 0x11000)]);
    refuses(&same_start, overlap(0, code, 2, (0x11000, 0x12800)), &[]);
}

#[test]
fn bytes_used_many_times() {
    let mut spec = ElfSpec::small();
    spec.segments[2].data = vec![1; 0x1000];
    let mut elf = spec.build();
    for (segment, size) in [(1, 0x1000), (2, 0x1000)] {
        set_segment(&mut elf, segment, "vaddr", 0x20000 + 0x1000 * segment as u64);
        set_segment(&mut elf, segment, "offset", 0);
        set_segment(&mut elf, segment, "filesz", size);
        set_segment(&mut elf, segment, "memsz", size);
    }
    let error = ElfError::SharedFileBytes {
        total: 0x2010,
        len: elf.len() as u64,
    };
    refuses(&elf, error, &["0x2010"]);
}

#[test]
fn nothing_to_load() {
    refuses(&with(&[("phnum", 0)]), ElfError::NoSegments, &["no segment"]);
    let mut spec = ElfSpec::small();
    spec.segments.truncate(1);
    spec.segments[0].kind = PT_NOTE;
    refuses(&spec.build(), ElfError::NoSegments, &[]);
}

#[test]
fn an_odd_entry() {
    refuses(
        &with(&[("entry", 0x11003)]),
        ElfError::EntryMisaligned { entry: 0x11003 },
        &["0x11003"],
    );
}

#[test]
fn an_entry_outside_the_segments() {
    for entry in [0, 0x11010, 0x10ffe, u64::MAX] {
        let words = [&*format!("{entry:#x}"), "_start"];
        refuses(
            &with(&[("entry", entry)]),
            ElfError::EntryOutsideSegments { entry },
            &words,
        );
    }
}

#[test]
fn an_entry_in_data() {
    let permissions = Permissions {
        read: true,
        write: true,
        execute: false,
    };
    let error = ElfError::EntryNotExecutable {
        entry: 0x12000,
        segment: 2,
        permissions,
    };
    refuses(
        &with(&[("entry", 0x12000)]),
        error,
        &["0x12000", "segment 2", "rw-"],
    );
}

#[test]
fn an_entry_behind_the_code() {
    let mut spec = ElfSpec::small();
    spec.segments[0] = SegmentSpec {
        size: 0x20,
        ..spec.segments[0].clone()
    };
    spec.entry = 0x11010;
    let error = ElfError::EntryZeroFilled {
        entry: 0x11010,
        segment: 0,
        data_end: 0x11010,
    };
    refuses(&spec.build(), error, &["0x11010", "segment 0"]);
}
