//! Source lines and inlined functions, from DWARF.

use std::convert::Infallible;
use std::ops::Range;

use addr2line::Context;
use gimli::{Dwarf, EndianSlice, LittleEndian, SectionId};

use super::Frame;
use super::limits;
use super::name::demangle;
use super::sections::Sections;

pub(super) type Reader<'elf> = EndianSlice<'elf, LittleEndian>;

/// What addresses are looked up in. Others would be read for nothing: type units, macros, names, locations
/// of variables. `.debug_aranges` repeats what the units themselves say.
const USED_SECTIONS: [SectionId; 9] = [
    SectionId::DebugAbbrev,
    SectionId::DebugAddr,
    SectionId::DebugInfo,
    SectionId::DebugLine,
    SectionId::DebugLineStr,
    SectionId::DebugRanges,
    SectionId::DebugRngLists,
    SectionId::DebugStr,
    SectionId::DebugStrOffsets,
];

pub(super) struct DebugInfo<'elf> {
    context: Context<Reader<'elf>>,
}

impl<'elf> DebugInfo<'elf> {
    pub(super) fn parse(sections: &Sections<'elf>) -> Option<Self> {
        let mut total_size = 0;
        let Ok(dwarf) = Dwarf::load(|id: SectionId| {
            let data = if USED_SECTIONS.contains(&id) {
                sections.data_of(id.name())
            } else {
                None
            };
            let data = data.unwrap_or_default();
            total_size += data.len() as u64;
            Ok::<_, Infallible>(EndianSlice::new(data, LittleEndian))
        });
        let dwarf = limits::enforce(dwarf, total_size)?;
        Some(Self {
            context: Context::from_dwarf(dwarf).ok()?,
        })
    }

    /// File and line of the instruction at `pc`.
    pub(super) fn line(&self, pc: u64) -> (Option<String>, Option<u32>) {
        if !is_address(pc) {
            return (None, None);
        }
        let location = self.context.find_location(pc).ok().flatten();
        location.map_or((None, None), |location| {
            (location.file.map(Into::into), location.line)
        })
    }

    /// The stretches of code of each line.
    pub(super) fn for_each_line(&self, addresses: Range<u64>, mut each: impl FnMut(Range<u64>, &str, u32)) {
        let Ok(stretches) = self.context.find_location_range(addresses.start, addresses.end) else {
            return;
        };
        for (start, len, location) in stretches {
            if let (Some(file), Some(line)) = (location.file, location.line) {
                each(start..start.saturating_add(len), file, line);
            }
        }
    }

    /// Innermost first. Where functions are damaged, lines may still be there.
    pub(super) fn frames(&self, pc: u64) -> Vec<Frame> {
        if !is_address(pc) {
            return Vec::new();
        }
        let mut frames = Vec::new();
        if let Ok(mut found) = self.context.find_frames(pc).skip_all_loads() {
            while let Ok(Some(frame)) = found.next() {
                let function = frame.function.map(|function| demangle(function.name.slice()));
                let (file, line) = frame.location.map_or((None, None), |location| {
                    (location.file.map(Into::into), location.line)
                });
                frames.push(Frame { function, file, line });
            }
        }
        if let (true, (Some(file), line)) = (frames.is_empty(), self.line(pc)) {
            frames.push(Frame {
                function: None,
                file: Some(file),
                line,
            });
        }
        frames
    }
}

/// The library adds 1 to an address.
fn is_address(pc: u64) -> bool {
    pc != u64::MAX
}
