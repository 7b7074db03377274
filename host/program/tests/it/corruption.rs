//! Damaged files: an error or a program that obeys every rule, and answers about symbols; never a panic.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use zisk_abi::memory::{ADDRESS_SPACE_END, IMAGE, PAGE_SIZE};
use zisk_program::{Program, Symbols};

use crate::dwarf_writer::{MAIN, elf_with_debug_info};
use crate::elf_writer::{
    ElfSpec, FILE_HEADER, FILE_HEADER_SIZE, PROGRAM_HEADER, PROGRAM_HEADER_SIZE, SECTION_HEADER_SIZE, set,
    set_segment,
};

/// Loads the file, checks what comes of it against the rules, and says whether it is a program.
fn load(elf: &[u8]) -> bool {
    let Ok(program) = Program::from_elf(elf) else {
        return false;
    };
    let segments = program.segments();
    assert!(!segments.is_empty());
    let mut previous_end = IMAGE.start;
    let mut num_bytes = 0;
    for segment in segments {
        let (range, permissions) = (segment.mapped_range(), segment.permissions());
        assert!(
            range.start % PAGE_SIZE == 0 && range.end % PAGE_SIZE == 0,
            "{segment:?}"
        );
        assert!(
            previous_end <= range.start && range.start < range.end,
            "{segment:?}"
        );
        assert!(
            range.start <= segment.start() && segment.end() <= range.end,
            "{segment:?}"
        );
        assert!(
            segment.size() > 0 && segment.data().len() as u64 <= segment.size(),
            "{segment:?}"
        );
        assert!(!(permissions.write && permissions.execute), "{segment:?}");
        previous_end = range.end;
        num_bytes += segment.data().len();
    }
    assert!(previous_end <= IMAGE.end && IMAGE.end <= ADDRESS_SPACE_END);
    assert!(num_bytes <= elf.len());
    let entry = program.entry();
    assert!(entry.is_multiple_of(2));
    assert!(program.executable_segments().any(|segment| {
        assert!(segment.permissions().execute && segment.start().is_multiple_of(2));
        segment.start() <= entry && entry < segment.start() + segment.data().len() as u64
    }));
    true
}

/// Asks everything about symbols.
fn ask(elf: &[u8]) {
    let symbols = Symbols::new(elf);
    for pc in [
        0,
        MAIN,
        MAIN + 8,
        MAIN + 0x10,
        MAIN + 0x1e,
        u64::MAX - 1,
        u64::MAX,
    ] {
        assert_eq!(symbols.locate(pc).address, pc);
        assert!(symbols.frames(pc).len() < 1000);
    }
    for symbol in symbols.function_symbols() {
        assert!(symbol.name().len() <= 4096);
    }
}

/// Values that a byte is replaced by.
fn replacements(byte: u8) -> impl Iterator<Item = u8> {
    [
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        16,
        0x7f,
        0x80,
        0xfe,
        0xff,
        byte ^ 1,
        byte ^ 0x80,
        byte.wrapping_add(1),
    ]
    .into_iter()
}

#[test]
fn every_byte_of_the_headers() {
    let mut spec = ElfSpec::small();
    spec.add_symbols(&[]);
    let original = spec.build();
    let headers = FILE_HEADER_SIZE + PROGRAM_HEADER_SIZE * spec.segments.len();
    let section_headers = original.len() - SECTION_HEADER_SIZE * (spec.sections.len() + 2);
    let (mut num_loaded, mut num_refused) = (0, 0);
    for offset in (0..headers).chain(section_headers..original.len()) {
        for byte in replacements(original[offset]) {
            let mut elf = original.clone();
            elf[offset] = byte;
            *if load(&elf) {
                &mut num_loaded
            } else {
                &mut num_refused
            } += 1;
            ask(&elf);
        }
    }
    assert!(
        num_loaded > 1000 && num_refused > 1000,
        "{num_loaded} loaded, {num_refused} refused"
    );
}

#[test]
fn every_field_of_the_headers_at_its_limits() {
    let original = ElfSpec::small().build();
    let values = (0..64)
        .map(|bit| 1 << bit)
        .flat_map(|power: u64| [power - 1, power, power.wrapping_neg()]);
    for value in values {
        for &(field, ..) in FILE_HEADER {
            let mut elf = original.clone();
            set(&mut elf, field, value);
            load(&elf);
            ask(&elf);
        }
        for (segment, &(field, ..)) in (0..3).flat_map(|i| PROGRAM_HEADER.iter().map(move |field| (i, field)))
        {
            let mut elf = original.clone();
            set_segment(&mut elf, segment, field, value);
            load(&elf);
        }
    }
}

#[test]
fn cut_at_every_byte() {
    let elf = ElfSpec::small().build();
    assert!(load(&elf));
    for len in 0..elf.len() {
        assert!(!load(&elf[..len]), "{len} bytes of {} were loaded", elf.len());
        ask(&elf[..len]);
    }
}

#[test]
fn cut_debug_information() {
    let elf = elf_with_debug_info(5);
    (0..elf.len()).for_each(|len| ask(&elf[..len]));
}

#[test]
fn every_byte_of_the_debug_information() {
    for version in [4, 5] {
        let original = elf_with_debug_info(version);
        for offset in 0..original.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff, original[offset] ^ 1] {
                let mut elf = original.clone();
                elf[offset] = byte;
                ask(&elf);
            }
        }
    }
}

/// Sections of a file that is cut have other ends, which cutting it alone does not show: the section
/// headers are lost then.
#[test]
fn several_bytes_of_the_debug_information() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let original = elf_with_debug_info(5);
    for _ in 0..5000 {
        let mut elf = original.clone();
        for _ in 0..2 + rng.next_u32() % 6 {
            let offset = rng.next_u64() as usize % elf.len();
            elf[offset] = [rng.next_u32() as u8, 0xff, 0x80, 0][rng.next_u32() as usize % 4];
        }
        ask(&elf);
    }
}

/// Program headers put together from numbers near the limits of the rules.
#[test]
fn whatever_loads_obeys_the_rules() {
    let addresses = [
        0,
        0xfff,
        0x1000,
        0x10ffc,
        0x11000,
        0x11001,
        0x11ff0,
        0x12000,
        0x20000,
        IMAGE.end - 0x1000,
        IMAGE.end - 4,
        IMAGE.end,
        u64::MAX - 0xfff,
    ];
    let sizes = [0, 1, 4, 8, 16, 0x1000, 0x1001, 0xffff_fff0, u64::MAX];
    let file_sizes = [0, 1, 4, 8, 16, 64, 0x1000];
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut num_loaded = 0;
    for _ in 0..50_000 {
        let mut elf = ElfSpec::small().build();
        for _ in 0..=rng.next_u32() % 5 {
            let mut pick = |values: &[u64]| values[rng.next_u64() as usize % values.len()];
            let segment = pick(&[0, 1, 2]) as usize;
            match pick(&[0, 1, 2, 3, 4, 5]) {
                0 => set(&mut elf, "entry", pick(&addresses)),
                1 => set_segment(&mut elf, segment, "type", pick(&[0, 1, 7])),
                2 => set_segment(&mut elf, segment, "flags", pick(&[0, 1, 2, 3, 4, 5, 6, 7])),
                3 => set_segment(&mut elf, segment, "vaddr", pick(&addresses)),
                4 => set_segment(&mut elf, segment, "memsz", pick(&sizes)),
                _ => set_segment(&mut elf, segment, "filesz", pick(&file_sizes)),
            }
        }
        num_loaded += usize::from(load(&elf));
    }
    assert!(
        num_loaded > 50,
        "{num_loaded} loaded, which is too few to say anything"
    );
}
