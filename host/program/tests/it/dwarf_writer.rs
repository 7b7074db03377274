//! Assembles debug information for a small program.
//!
//! ```text
//! MAIN         fibonacci::main     src/main.rs:10
//! MAIN + 0x08    fibonacci::step   src/main.rs:20, inlined from src/main.rs:12
//! MAIN + 0x0c      core::add       src/add.rs:30, inlined from src/main.rs:21
//! MAIN + 0x10  fibonacci::main     src/main.rs:13
//! MAIN + 0x20  end
//! ```

use std::convert::Infallible;

use gimli::write::{
    Address, AttributeValue, DwarfUnit, EndianVec, LineProgram, LineString, Range, RangeList, Sections,
    UnitEntryId,
};
use gimli::{
    DW_AT_abstract_origin, DW_AT_call_file, DW_AT_call_line, DW_AT_comp_dir, DW_AT_high_pc, DW_AT_inline,
    DW_AT_linkage_name, DW_AT_low_pc, DW_AT_name, DW_AT_ranges, DW_INL_inlined, DW_TAG_inlined_subroutine,
    DW_TAG_subprogram, Encoding, Format, LineEncoding, LittleEndian,
};

use crate::elf_writer::{ElfSpec, SectionSpec};

/// Address of `fibonacci::main`.
pub(crate) const MAIN: u64 = 0x11010;
/// Its size.
pub(crate) const MAIN_SIZE: u64 = 0x20;

/// Debug information with entries to be added.
pub(crate) struct DwarfSpec {
    pub(crate) dwarf: DwarfUnit,
    main_file: gimli::write::FileId,
}

impl DwarfSpec {
    /// With the line program and the function `main`, but nothing inlined.
    pub(crate) fn new(version: u16) -> (Self, UnitEntryId) {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version,
            address_size: 8,
        };
        let mut dwarf = DwarfUnit::new(encoding);
        let strings = &mut dwarf.line_strings;
        let mut string = |text: &str| LineString::new(text, encoding, strings);
        let (directory, main, add) = (string("/guest"), string("src/main.rs"), string("src/add.rs"));
        let mut lines = LineProgram::new(
            encoding,
            LineEncoding::default(),
            directory,
            None,
            main.clone(),
            None,
        );
        let directory = lines.default_directory();
        let main_file = lines.add_file(main, directory, None);
        let add_file = lines.add_file(add, directory, None);
        lines.begin_sequence(Some(Address::Constant(MAIN)));
        for (offset, file, line) in [
            (0, main_file, 10),
            (8, main_file, 20),
            (12, add_file, 30),
            (16, main_file, 13),
        ] {
            let row = lines.row();
            (row.address_offset, row.file, row.line) = (offset, file, line);
            lines.generate_row();
        }
        lines.end_sequence(MAIN_SIZE);
        dwarf.unit.line_program = lines;

        let mut spec = Self { dwarf, main_file };
        let root = spec.dwarf.unit.root();
        spec.set_string(root, DW_AT_name, "src/main.rs");
        spec.set_string(root, DW_AT_comp_dir, "/guest");
        spec.set_range(root, MAIN, MAIN_SIZE);
        let main = spec.dwarf.unit.add(root, DW_TAG_subprogram);
        spec.set_string(main, DW_AT_linkage_name, "_ZN9fibonacci4main17h0123456789abcdefE");
        spec.set_range(main, MAIN, MAIN_SIZE);
        (spec, main)
    }

    pub(crate) fn set_string(&mut self, entry: UnitEntryId, name: gimli::DwAt, value: &str) {
        let value = AttributeValue::StringRef(self.dwarf.strings.add(value));
        self.dwarf.unit.get_mut(entry).set(name, value);
    }

    pub(crate) fn set_range(&mut self, entry: UnitEntryId, start: u64, size: u64) {
        let entry = self.dwarf.unit.get_mut(entry);
        entry.set(DW_AT_low_pc, AttributeValue::Address(Address::Constant(start)));
        entry.set(DW_AT_high_pc, AttributeValue::Udata(size));
    }

    /// Gives the entry a list of equal ranges, relative to `MAIN`.
    pub(crate) fn set_ranges(&mut self, entry: UnitEntryId, (begin, end): (u64, u64), count: usize) {
        let list = self
            .dwarf
            .unit
            .ranges
            .add(RangeList(vec![Range::OffsetPair { begin, end }; count]));
        self.dwarf
            .unit
            .get_mut(entry)
            .set(DW_AT_ranges, AttributeValue::RangeListRef(list));
    }

    /// A function that exists inlined only.
    pub(crate) fn add_abstract(&mut self, linkage_name: &str) -> UnitEntryId {
        let root = self.dwarf.unit.root();
        let entry = self.dwarf.unit.add(root, DW_TAG_subprogram);
        self.dwarf
            .unit
            .get_mut(entry)
            .set(DW_AT_inline, AttributeValue::Inline(DW_INL_inlined));
        self.set_string(entry, DW_AT_linkage_name, linkage_name);
        entry
    }

    /// A call of `origin` that was inlined into `parent`, from a line of `src/main.rs`.
    pub(crate) fn add_inlined(&mut self, parent: UnitEntryId, origin: UnitEntryId, line: u64) -> UnitEntryId {
        let inlined = self.dwarf.unit.add(parent, DW_TAG_inlined_subroutine);
        let entry = self.dwarf.unit.get_mut(inlined);
        entry.set(DW_AT_abstract_origin, AttributeValue::UnitRef(origin));
        entry.set(DW_AT_call_file, AttributeValue::FileIndex(Some(self.main_file)));
        entry.set(DW_AT_call_line, AttributeValue::Udata(line));
        inlined
    }

    /// The sections that are not empty.
    pub(crate) fn sections(&mut self) -> Vec<SectionSpec> {
        let mut sections = Sections::new(EndianVec::new(LittleEndian));
        self.dwarf
            .write(&mut sections)
            .expect("the description is complete");
        let mut specs = Vec::new();
        let Ok(()) = sections.for_each(|id, data| {
            if !data.slice().is_empty() {
                specs.push(SectionSpec::new(id.name(), data.slice().to_vec()));
            }
            Ok::<_, Infallible>(())
        });
        specs
    }
}

/// The sections of the program above.
pub(crate) fn debug_sections(version: u16) -> Vec<SectionSpec> {
    let (mut spec, main) = DwarfSpec::new(version);
    let step = spec.add_abstract("_ZN9fibonacci4step17h0123456789abcdefE");
    let add = spec.add_abstract("_ZN4core3add17h0123456789abcdefE");
    let inlined_step = spec.add_inlined(main, step, 12);
    spec.set_ranges(inlined_step, (8, 16), 1);
    let inlined_add = spec.add_inlined(inlined_step, add, 21);
    spec.set_range(inlined_add, MAIN + 12, 4);
    spec.sections()
}

/// An ELF file with these sections and nothing else.
pub(crate) fn elf_with_sections(sections: Vec<SectionSpec>) -> Vec<u8> {
    ElfSpec {
        sections,
        ..ElfSpec::default()
    }
    .build()
}

/// An ELF file with the debug information of the program above.
pub(crate) fn elf_with_debug_info(version: u16) -> Vec<u8> {
    elf_with_sections(debug_sections(version))
}
