//! Which segment of a run touched a word of memory last.

use memmap2::MmapMut;
use zisk_abi::memory::PAGE_SIZE;

use crate::memory::{NUM_WORDS, zeros};

/// How many words a page has.
const PAGE_WORDS: usize = PAGE_SIZE as usize / 8;

/// For every word of memory the number of the segment that touched it last, counted from 1.
///
/// There are 2 bytes for every word, in a mapping that the operating system backs on first touch: a quarter
/// of the memory that the guest touches, as far as that is dense.
pub struct SegmentMap {
    entries: MmapMut,
    /// Which pages of the guest's memory have words that were touched.
    pages: Box<[bool]>,
}

impl SegmentMap {
    /// The largest number of a segment.
    pub(crate) const MAX_SEGMENT: u16 = u16::MAX;

    /// Of a run of which nothing was seen.
    pub(crate) fn new() -> Self {
        Self {
            entries: zeros(2 * NUM_WORDS),
            pages: vec![false; NUM_WORDS / PAGE_WORDS].into_boxed_slice(),
        }
    }

    /// The number of the last segment that touched the word at eight times `index`; 0 if there is none.
    pub fn get(&self, index: u32) -> u32 {
        let entries = self.entries.as_chunks().0;
        entries
            .get(index as usize)
            .map_or(0, |entry| number(*entry).into())
    }

    /// All words that were touched, as address / 8 and the number of the segment that did so last, by
    /// ascending address. Takes little for what was not touched.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let pages = self.entries.as_chunks().0.chunks(PAGE_WORDS);
        let touched = (0..).zip(pages).zip(&self.pages).filter(|(_, touched)| **touched);
        touched.flat_map(|((page, entries), _)| {
            let first = page * PAGE_WORDS as u32;
            let numbers = entries.iter().map(|entry| u32::from(number(*entry)));
            (first..).zip(numbers).filter(|(_, segment)| *segment != 0)
        })
    }

    /// The entry of a word, if there is that word.
    #[inline(always)]
    pub(crate) fn entry(&mut self, index: u64) -> Option<&mut [u8; 2]> {
        self.entries.as_chunks_mut().0.get_mut(index as usize)
    }

    /// Puts the number of a segment in the entry of a word, and returns what was there.
    pub(crate) fn replace(&mut self, index: u32, segment: u16) -> u16 {
        let Some(entry) = self.entry(u64::from(index)) else {
            return 0;
        };
        let previous = std::mem::replace(entry, segment.to_le_bytes());
        self.pages[index as usize / PAGE_WORDS] = true;
        number(previous)
    }
}

impl std::fmt::Debug for SegmentMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SegmentMap")
            .field(
                "touched_pages",
                &self.pages.iter().filter(|touched| **touched).count(),
            )
            .finish_non_exhaustive()
    }
}

#[inline(always)]
fn number(entry: [u8; 2]) -> u16 {
    u16::from_le_bytes(entry)
}
