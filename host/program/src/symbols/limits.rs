//! Keeps damaged or hostile debug information from costing more than its size warrants.
//!
//! The library that answers look-ups keeps what it has read and trusts that units do not share it. But a
//! thousand units may name one line program, a thousand functions one list of ranges, a thousand files one
//! long path, and inlined functions may be nested so deep that the stack overflows. So everything is walked
//! here first, in linear time and without keeping anything, and what it would take is counted.

use gimli::{
    AbbreviationsCacheStrategy, AttributeValue, DW_AT_ranges, DW_AT_stmt_list, DW_FORM_implicit_const,
    DW_TAG_inlined_subroutine, DW_TAG_subprogram, DebugLineOffset, Dwarf, EndianSlice, LittleEndian,
    Reader as _, Section, UnitHeader, UnitRef, UnitType,
};

use super::debug_info::Reader;

/// Longest string in bytes. Mangled names of real programs reach some thousands.
const MAX_STRING: usize = 1 << 16;
/// Most attributes of an entry. Compilers use about twenty.
const MAX_ATTRIBUTES: usize = 128;
/// Most functions inlined into one another. Compilers stop at some dozens.
const MAX_INLINED_DEPTH: usize = 256;

/// Bytes that reading may take for each byte of debug information. Real programs take about ten.
const BUDGET_PER_BYTE: u64 = 128;
/// Bytes that a byte of a line program takes at most, as a row of the line table.
const COST_OF_LINE_PROGRAM_BYTE: u64 = 32;
/// Bytes that a range of addresses takes.
const COST_OF_RANGE: u64 = 32;
/// Bytes that an entry of a file table takes, without its path.
const COST_OF_FILE: u64 = 128;

/// Why a unit was not walked to its end.
enum Stop {
    /// It is damaged from there on. The look-ups come to the same point and stop as well.
    Damaged,
    /// It breaks a limit, so no debug information is used at all.
    TooCostly,
}

impl From<gimli::Error> for Stop {
    fn from(_: gimli::Error) -> Self {
        Self::Damaged
    }
}

/// Gives `dwarf` back if looking up addresses in it takes memory and time in proportion to `total_size`, the
/// number of its bytes.
pub(super) fn enforce(mut dwarf: Dwarf<Reader<'_>>, total_size: u64) -> Option<Dwarf<Reader<'_>>> {
    let with_strings = [
        dwarf.debug_str.reader(),
        dwarf.debug_line_str.reader(),
        dwarf.debug_info.reader(),
    ];
    if !with_strings.iter().all(|section| has_short_strings(section)) || !are_abbreviations_small(&dwarf) {
        return None;
    }
    dwarf.populate_abbreviations_cache(AbbreviationsCacheStrategy::All);
    let mut budget = Budget {
        left: total_size.saturating_mul(BUDGET_PER_BYTE),
    };
    let mut units = dwarf.units();
    while let Ok(Some(header)) = units.next() {
        if let Err(Stop::TooCostly) = budget.charge_unit(&dwarf, header) {
            return None;
        }
    }
    Some(dwarf)
}

/// Finding a string's end takes time for each entry that names it. `.debug_info` has strings among other
/// things, which are full of zeros.
fn has_short_strings(section: &Reader<'_>) -> bool {
    section
        .slice()
        .split(|&byte| byte == 0)
        .all(|string| string.len() <= MAX_STRING)
}

/// Checks that the units' tables of abbreviations do not overlap, unless they are one, and that no
/// abbreviation has too many attributes: some forms take no space in the entries, so that an entry of one byte
/// could have any number.
fn are_abbreviations_small(dwarf: &Dwarf<Reader<'_>>) -> bool {
    let section = dwarf.debug_abbrev.reader().slice();
    let mut starts = Vec::new();
    let mut units = dwarf.units();
    while let Ok(Some(header)) = units.next() {
        // A table behind the end is found to be missing when its unit is read.
        starts.extend(Some(header.debug_abbrev_offset().0).filter(|&start| start < section.len()));
    }
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([section.len()]);
    starts.iter().zip(ends).all(|(&start, end)| {
        let table = EndianSlice::new(&section[start..end], LittleEndian);
        // Damage counts as too large, since a reader would go on from there.
        is_abbreviation_table_small(table).unwrap_or(false)
    })
}

/// Reads a table up to its end.
fn is_abbreviation_table_small(mut table: Reader<'_>) -> gimli::Result<bool> {
    while table.read_uleb128()? != 0 {
        let _tag = table.read_uleb128()?;
        let _has_children = table.read_u8()?;
        let mut num_attributes = 0;
        loop {
            let (name, form) = (table.read_uleb128()?, table.read_uleb128()?);
            if (name, form) == (0, 0) {
                break;
            }
            if form == u64::from(DW_FORM_implicit_const.0) {
                table.read_sleb128()?;
            }
            num_attributes += 1;
            if num_attributes > MAX_ATTRIBUTES {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// What may still be spent.
struct Budget {
    left: u64,
}

impl Budget {
    fn charge(&mut self, cost: u64) -> Result<(), Stop> {
        self.left = self.left.checked_sub(cost).ok_or(Stop::TooCostly)?;
        Ok(())
    }

    fn charge_unit(&mut self, dwarf: &Dwarf<Reader<'_>>, header: UnitHeader<Reader<'_>>) -> Result<(), Stop> {
        // Look-ups pass over these.
        if matches!(header.type_(), UnitType::Type { .. } | UnitType::SplitType { .. }) {
            return Ok(());
        }
        self.charge_line_programs(dwarf, &header)?;
        let unit = dwarf.unit(header)?;
        let unit = UnitRef::new(dwarf, &unit);
        // A damaged file table does not keep the entries from being read.
        if let Err(Stop::TooCostly) = self.charge_files(unit) {
            return Err(Stop::TooCostly);
        }
        self.charge_entries(unit)
    }

    /// Must come before the unit is built, which reads the line program's header.
    fn charge_line_programs(
        &mut self,
        dwarf: &Dwarf<Reader<'_>>,
        header: &UnitHeader<Reader<'_>>,
    ) -> Result<(), Stop> {
        let abbreviations = dwarf.abbreviations(header)?;
        let mut entries = header.entries_raw(&abbreviations, None)?;
        let Some(root) = entries.read_abbreviation()? else {
            return Ok(());
        };
        for &specification in root.attributes() {
            let attribute = entries.read_attribute(specification)?;
            let AttributeValue::DebugLineRef(DebugLineOffset(offset)) = attribute.value() else {
                continue;
            };
            if attribute.name() == DW_AT_stmt_list {
                let mut program = *dwarf.debug_line.reader();
                program.skip(offset)?;
                let (length, _) = program.read_initial_length()?;
                self.charge((length as u64).saturating_mul(COST_OF_LINE_PROGRAM_BYTE))?;
            }
        }
        Ok(())
    }

    fn charge_files(&mut self, unit: UnitRef<'_, Reader<'_>>) -> Result<(), Stop> {
        let Some(program) = &unit.line_program else {
            return Ok(());
        };
        let header = program.header();
        let compilation_directory = unit.comp_dir.map_or(0, |directory| directory.len() as u64);
        for file in header.file_names() {
            let name = unit.attr_string(file.path_name())?.len() as u64;
            let directory = match file.directory(header) {
                Some(directory) => unit.attr_string(directory)?.len() as u64,
                None => 0,
            };
            self.charge(COST_OF_FILE + compilation_directory + directory + name)?;
        }
        Ok(())
    }

    fn charge_entries(&mut self, unit: UnitRef<'_, Reader<'_>>) -> Result<(), Stop> {
        let mut entries = unit.entries_raw(None)?;
        let mut inlined_depths = Vec::new();
        let mut is_root = true;
        while !entries.is_empty() {
            let depth = entries.next_depth();
            let Some(abbreviation) = entries.read_abbreviation()? else {
                continue;
            };
            inlined_depths.truncate(inlined_depths.partition_point(|&outer| outer < depth));
            let tag = abbreviation.tag();
            if tag == DW_TAG_inlined_subroutine {
                inlined_depths.push(depth);
                if inlined_depths.len() > MAX_INLINED_DEPTH {
                    return Err(Stop::TooCostly);
                }
            }
            if !(is_root || tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
                entries.skip_attributes(abbreviation.attributes())?;
                continue;
            }
            is_root = false;
            for &specification in abbreviation.attributes() {
                let attribute = entries.read_attribute(specification)?;
                if attribute.name() == DW_AT_ranges {
                    self.charge_ranges(unit, attribute.value())?;
                }
            }
        }
        Ok(())
    }

    fn charge_ranges<'elf>(
        &mut self,
        unit: UnitRef<'_, Reader<'elf>>,
        list: AttributeValue<Reader<'elf>>,
    ) -> Result<(), Stop> {
        let Some(offset) = unit.attr_ranges_offset(list)? else {
            return Ok(());
        };
        let mut ranges = unit.raw_ranges(offset)?;
        while ranges.next()?.is_some() {
            self.charge(COST_OF_RANGE)?;
        }
        Ok(())
    }
}
