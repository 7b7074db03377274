//! What a valid file becomes.

use goblin::elf::program_header::{PF_R, PF_X, PT_LOAD};
use zisk_program::{Permissions, Program, Segment};

use crate::elf_writer::{ElfSpec, SectionSpec, SegmentSpec, set, set_segment};

#[test]
fn segments_come_in_order_with_their_data_and_permissions() {
    let program = Program::from_elf(&ElfSpec::small().build()).unwrap();
    assert_eq!(program.entry(), 0x11004);
    let segments: Vec<_> = (program.segments().iter())
        .map(|s| {
            (
                s.start(),
                s.size(),
                s.end(),
                s.data().to_vec(),
                s.permissions().to_string(),
            )
        })
        .collect();
    let expected = [
        (0x10100, 8, 0x10108, b"constant".to_vec(), "r--".to_owned()),
        (0x11000, 16, 0x11010, vec![0x13; 16], "r-x".to_owned()),
        (0x12000, 0x1800, 0x13800, vec![7; 4], "rw-".to_owned()),
    ];
    assert_eq!(segments, expected);
}

#[test]
fn mapped_ranges_are_whole_pages() {
    let program = Program::from_elf(&ElfSpec::small().build()).unwrap();
    let ranges: Vec<_> = program.segments().iter().map(Segment::mapped_range).collect();
    assert_eq!(ranges, [0x10000..0x11000, 0x11000..0x12000, 0x12000..0x14000]);
}

#[test]
fn executable_segments_are_those_with_code() {
    let program = Program::from_elf(&ElfSpec::small().build()).unwrap();
    let starts: Vec<_> = program.executable_segments().map(Segment::start).collect();
    assert_eq!(starts, [0x11000]);
}

#[test]
fn a_segment_prints_what_it_is_and_not_its_bytes() {
    let program = Program::from_elf(&ElfSpec::small().build()).unwrap();
    let printed: Vec<_> = program
        .segments()
        .iter()
        .map(|segment| format!("{segment:?}"))
        .collect();
    assert_eq!(printed[2], "Segment(0x12000..0x13800 rw-, 4 bytes of data)");
}

#[test]
fn permissions_print_like_those_of_files() {
    let permissions = |read, write, execute| Permissions { read, write, execute }.to_string();
    assert_eq!(permissions(false, false, false), "---");
    assert_eq!(permissions(true, true, false), "rw-");
    assert_eq!(permissions(true, false, true), "r-x");
}

/// Symbols, debug information, notes, file layout: none of it is the program.
#[test]
fn the_program_depends_on_loadable_content_alone() {
    let mut spec = ElfSpec::small();
    let program = Program::from_elf(&spec.build()).unwrap();

    spec.sections.push(SectionSpec::new(".debug_info", vec![1, 2, 3]));
    spec.segments.reverse();
    // An empty segment to load, GNU_STACK, NOTE, GNU_RELRO, RISCV_ATTRIBUTES, PHDR, an empty TLS and a type
    // that nobody knows.
    for kind in [
        PT_LOAD,
        0x6474_e551,
        4,
        0x6474_e552,
        0x7000_0003,
        6,
        7,
        0x1234_5678,
    ] {
        spec.segments.push(SegmentSpec {
            kind,
            flags: 7,
            start: u64::MAX,
            size: 0,
            data: Vec::new(),
        });
    }
    let mut elf = spec.build();
    set(&mut elf, "os_abi", 3);
    for segment in 0..spec.segments.len() {
        set_segment(&mut elf, segment, "paddr", 0xdead_beef);
        set_segment(&mut elf, segment, "align", 3);
    }
    assert_eq!(Program::from_elf(&elf).unwrap(), program);
}

#[test]
fn damaged_section_headers_do_not_matter() {
    for (field, value) in [
        ("shoff", u64::MAX),
        ("shentsize", 3),
        ("shnum", 0xffff),
        ("shstrndx", 0xffff),
    ] {
        let mut elf = ElfSpec::small().build();
        set(&mut elf, field, value);
        assert!(Program::from_elf(&elf).is_ok(), "{field}");
    }
}

/// Without compressed instructions; with them; for total store ordering.
#[test]
fn harmless_flags_are_accepted() {
    for flags in [0, 0x1, 0x11] {
        let mut elf = ElfSpec::small().build();
        set(&mut elf, "flags", flags);
        assert!(Program::from_elf(&elf).is_ok(), "{flags:#x}");
    }
}

#[test]
fn the_image_region_can_be_filled_without_allocating_it() {
    let (start, end) = (zisk_abi::memory::IMAGE.start, zisk_abi::memory::IMAGE.end);
    let code = SegmentSpec {
        kind: PT_LOAD,
        flags: PF_R | PF_X,
        start,
        size: end - start,
        data: vec![0x13; 4],
    };
    let spec = ElfSpec {
        entry: start,
        segments: vec![code],
        sections: Vec::new(),
    };
    let program = Program::from_elf(&spec.build()).unwrap();
    assert_eq!(program.segments()[0].mapped_range(), start..end);
    assert_eq!(program.segments()[0].data().len(), 4);
}

#[test]
fn segments_on_neighbouring_pages_are_apart() {
    let mut elf = ElfSpec::small().build();
    set_segment(&mut elf, 0, "memsz", 0x1000);
    assert!(Program::from_elf(&elf).is_ok());
}

#[test]
fn the_last_instruction_of_a_segment_may_be_the_entry() {
    let mut elf = ElfSpec::small().build();
    set(&mut elf, "entry", 0x1100e);
    assert_eq!(Program::from_elf(&elf).unwrap().entry(), 0x1100e);
}
