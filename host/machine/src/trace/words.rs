use alloc::vec;
use alloc::vec::Vec;

use zisk_abi::memory::{ADDRESS_SPACE_END, LOG_PAGE_SIZE};

use super::replay::{ReplayError, State};
use super::{CarriedWord, Guest};
use crate::messages::Space;

/// Words of a page.
const PER_PAGE: usize = 1 << (LOG_PAGE_SIZE - 3);
/// Stands for no word.
const NONE: u32 = u32::MAX;

/// The words that a segment touches, found by their address.
#[derive(Debug)]
pub(super) struct Words {
    /// Which of `pages` a page of the address space is, or [`NONE`].
    page_places: Vec<u32>,
    /// Which of `states` each word of a page is, or [`NONE`].
    pages: Vec<[u32; PER_PAGE]>,
    states: Vec<State>,
    is_read_only: Vec<bool>,
}

impl Words {
    /// These words, as the segment takes them over.
    pub(super) fn new(guest: &Guest, words: &[CarriedWord]) -> Self {
        let mut all = Self {
            page_places: vec![NONE; (ADDRESS_SPACE_END >> LOG_PAGE_SIZE) as usize],
            pages: Vec::new(),
            states: Vec::with_capacity(words.len()),
            is_read_only: Vec::with_capacity(words.len()),
        };
        for (place, word) in (0..).zip(words) {
            let (page, offset) = (word.address as usize / PER_PAGE, word.address as usize % PER_PAGE);
            // An address that is none is never found.
            if let Some(page_place) = all.page_places.get_mut(page) {
                if *page_place == NONE {
                    *page_place = all.pages.len() as u32;
                    all.pages.push([NONE; PER_PAGE]);
                }
                all.pages[*page_place as usize][offset] = place;
            }
            all.states.push(State {
                value: word.state.first,
                time: 0,
            });
            all.is_read_only
                .push(guest.space(word.address) == Space::ReadOnly);
        }
        all
    }

    /// The state of a word, and whether it may only be read; `address` is over 8.
    pub(super) fn word(&mut self, address: u64) -> Result<(&mut State, bool), ReplayError> {
        let unknown = ReplayError::Unknown {
            address: address.wrapping_mul(8),
        };
        let place = self.place(address).ok_or(unknown)?;
        Ok((&mut self.states[place], self.is_read_only[place]))
    }

    fn place(&self, address: u64) -> Option<usize> {
        let page = *self.page_places.get((address / PER_PAGE as u64) as usize)?;
        let page = self.pages.get(page as usize)?;
        let place = page[address as usize % PER_PAGE];
        (place != NONE).then_some(place as usize)
    }

    /// The states, in the order in which the words were given.
    pub(super) fn states(&self) -> &[State] {
        &self.states
    }
}
