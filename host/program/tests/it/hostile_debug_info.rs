//! Debug information that is well formed and would cost far more than its size: it is not used. Each test
//! has a tame counterpart, so that it is the limit that refuses.

use gimli::write::AttributeValue;
use gimli::{DW_AT_name, DW_TAG_subprogram, DwAt};
use zisk_program::Symbols;

use crate::dwarf_writer::{DwarfSpec, MAIN, MAIN_SIZE, elf_with_sections};
use crate::elf_writer::SectionSpec;

/// Whether debug information is used; it has a line for `MAIN`.
fn is_used(sections: Vec<SectionSpec>) -> bool {
    let elf = elf_with_sections(sections);
    let symbols = Symbols::new(&elf);
    assert_eq!(
        symbols.locate(MAIN).line.is_some(),
        !symbols.frames(MAIN).is_empty()
    );
    symbols.locate(MAIN).line == Some(10)
}

fn section<'a>(sections: &'a mut [SectionSpec], name: &str) -> &'a mut Vec<u8> {
    &mut sections
        .iter_mut()
        .find(|section| section.name == name)
        .expect("the section exists")
        .data
}

/// Following them takes a stack frame each.
#[test]
fn functions_inlined_very_deep() {
    let nested = |depth| {
        let (mut spec, main) = DwarfSpec::new(5);
        let step = spec.add_abstract("step");
        let mut parent = main;
        for _ in 0..depth {
            parent = spec.add_inlined(parent, step, 12);
            spec.set_range(parent, MAIN, MAIN_SIZE);
        }
        spec.sections()
    };
    assert!(is_used(nested(256)));
    assert_eq!(
        Symbols::new(&elf_with_sections(nested(256))).frames(MAIN).len(),
        257
    );
    assert!(!is_used(nested(257)));
}

/// Siblings are not nested, however many there are.
#[test]
fn functions_inlined_side_by_side() {
    let (mut spec, main) = DwarfSpec::new(5);
    let step = spec.add_abstract("step");
    for _ in 0..1000 {
        spec.add_inlined(main, step, 12);
    }
    assert!(is_used(spec.sections()));
}

#[test]
fn many_functions_with_one_long_list_of_ranges() {
    for version in [4, 5] {
        let shared = |num_functions| {
            let (mut spec, _) = DwarfSpec::new(version);
            let root = spec.dwarf.unit.root();
            for _ in 0..num_functions {
                let function = spec.dwarf.unit.add(root, DW_TAG_subprogram);
                spec.set_ranges(function, (0x10000, 0x10008), 1000);
            }
            spec.sections()
        };
        assert!(is_used(shared(1)));
        assert!(!is_used(shared(2000)));
    }
}

#[test]
fn many_units_with_one_long_line_program() {
    let shared = |num_units| {
        let (mut spec, _) = DwarfSpec::new(5);
        let lines = &mut spec.dwarf.unit.line_program;
        lines.begin_sequence(Some(gimli::write::Address::Constant(0x20000)));
        for line in 0..5000 {
            lines.row().address_offset = 2 * line;
            lines.row().line = line + 1;
            lines.generate_row();
        }
        lines.end_sequence(0x10000);
        let mut sections = spec.sections();
        let units = section(&mut sections, ".debug_info");
        *units = units.repeat(num_units);
        sections
    };
    assert!(is_used(shared(1)));
    assert!(!is_used(shared(1000)));
}

#[test]
fn many_files_in_one_long_directory() {
    let shared = |num_files: usize| {
        let (mut spec, _) = DwarfSpec::new(5);
        let encoding = spec.dwarf.unit.encoding();
        let strings = &mut spec.dwarf.line_strings;
        let lines = &mut spec.dwarf.unit.line_program;
        let mut string = |text: String| gimli::write::LineString::new(text, encoding, strings);
        let directory = lines.add_directory(string("d".repeat(50_000)));
        for file in 0..num_files {
            lines.add_file(string(file.to_string()), directory, None);
        }
        spec.sections()
    };
    assert!(is_used(shared(10)));
    assert!(!is_used(shared(2000)));
}

#[test]
fn overlapping_tables_of_abbreviations() {
    let with_second_unit_at = |offset: u8| {
        let mut sections = DwarfSpec::new(5).0.sections();
        let units = section(&mut sections, ".debug_info");
        let unit_len = units.len();
        *units = units.repeat(2);
        // Behind the length, the version, the type of the unit and the size of addresses.
        units[unit_len + 8] = offset;
        sections
    };
    assert!(is_used(with_second_unit_at(0)));
    assert!(!is_used(with_second_unit_at(3)));
}

#[test]
fn abbreviations_with_very_many_attributes() {
    let with_attributes = |count: u16| {
        let (mut spec, main) = DwarfSpec::new(5);
        for attribute in 0..count {
            let entry = spec.dwarf.unit.get_mut(main);
            entry.set(DwAt(0x2000 + attribute), AttributeValue::Flag(true));
        }
        spec.sections()
    };
    assert!(is_used(with_attributes(100)));
    assert!(!is_used(with_attributes(200)));
}

#[test]
fn very_long_strings() {
    let with_name = |len| {
        let (mut spec, main) = DwarfSpec::new(5);
        spec.set_string(main, DW_AT_name, &"x".repeat(len));
        spec.sections()
    };
    assert!(is_used(with_name(60_000)));
    assert!(!is_used(with_name(70_000)));
}
