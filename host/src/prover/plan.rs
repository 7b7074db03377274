//! Where a run is cut: so that each segment fits the memory that there is, and all of them together take the least time.

use super::first_pass::{PAGE_WORDS, Piece};
use zisk_machine::trace::Counts;

/// What a segment takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    /// Committed cells.
    pub(super) cells: u64,
    /// Bytes of memory at most.
    pub(super) memory: u64,
}

/// A run, cut in segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// The instructions of each segment.
    pub(super) instructions: Vec<u64>,
    /// What each takes.
    pub(super) costs: Vec<Cost>,
}

/// A run cannot be cut so that its segments take so little memory: one of them takes more, wherever it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoPlan {
    /// Bytes that the largest of the smallest segments takes.
    pub(super) needed: u64,
}

/// The fixed cost of a segment, in cells: what its proof takes however small it is, openings above all. With this, a million bytes of
/// Keccak-256 are proven in two segments, faster and with half the receipt of the four that a fifth of it leads to.
const SEGMENT_CELLS: u64 = 10 << 20;

impl Plan {
    /// Cells of all segments.
    pub(super) fn cells(&self) -> u64 {
        self.costs.iter().map(|cost| cost.cells).sum()
    }

    /// The most memory that any segment takes.
    pub(super) fn memory(&self) -> u64 {
        self.costs.iter().map(|cost| cost.memory).max().unwrap_or(0)
    }

    /// A run that is cut so: what its segments take. Where no piece ends, the pieces around are counted to both.
    pub(super) fn again(pieces: &[Piece], cost: impl Fn(&Counts) -> Option<Cost>, cuts: &[u64]) -> Self {
        let none = Cost { cells: 0, memory: 0 };
        let segments = counts_of_segments(pieces, cuts);
        Self {
            instructions: cuts.to_vec(),
            costs: segments
                .iter()
                .map(|counts| cost(counts).unwrap_or(none))
                .collect(),
        }
    }

    /// The cheapest way to cut a run between some of these pieces. `cost` says what a segment takes, or that there is none
    /// so large; a segment that another one begins is not dearer. No segment may take more than `limit` bytes.
    ///
    /// The cheapest way to the end of each piece is the cheapest to where its last segment begins, and that segment.
    pub(super) fn of(
        pieces: &[Piece],
        cost: impl Fn(&Counts) -> Option<Cost>,
        limit: u64,
    ) -> Result<Self, NoPlan> {
        /// The cheapest way to the end of a piece.
        #[derive(Clone, Copy)]
        struct Way {
            cells: u64,
            /// Where its last segment begins, and what that takes.
            start: usize,
            last: Cost,
        }
        let mut ways: Vec<Option<Way>> = vec![None; pieces.len() + 1];
        let mut pages = Pages::default();
        for start in 0..pieces.len() {
            let before = match (start, ways[start]) {
                (0, _) => 0,
                (_, Some(way)) => way.cells,
                (_, None) => continue,
            };
            let mut counts = Counts::default();
            pages.begin();
            for (end, piece) in (start + 1..).zip(&pieces[start..]) {
                counts = counts.plus(&piece.counts);
                counts.words = (pages.add(&piece.pages) * PAGE_WORDS).min(counts.accesses());
                let last = match cost(&counts) {
                    Some(last) if last.memory <= limit => last,
                    _ if end == start + 1 => {
                        return Err(NoPlan {
                            needed: largest(pieces, cost),
                        });
                    }
                    _ => break,
                };
                let cells = before + last.cells + SEGMENT_CELLS;
                if ways[end].is_none_or(|way| cells < way.cells) {
                    ways[end] = Some(Way { cells, start, last });
                }
            }
        }
        let (mut instructions, mut costs) = (Vec::new(), Vec::new());
        let mut end = pieces.len();
        while let Some(way) = ways[end] {
            let of_pieces = pieces[way.start..end]
                .iter()
                .map(|piece| piece.counts.instructions());
            instructions.push(of_pieces.sum());
            costs.push(way.last);
            end = way.start;
        }
        instructions.reverse();
        costs.reverse();
        Ok(Self { instructions, costs })
    }
}

/// What each segment of a run consists of that is cut so. Where no piece ends, the pieces around are counted to both.
pub(super) fn counts_of_segments(pieces: &[Piece], cuts: &[u64]) -> Vec<Counts> {
    let mut pages = Pages::default();
    let (mut segments, mut start) = (Vec::new(), 0);
    for instructions in cuts {
        let end = start + instructions;
        let mut counts = Counts::default();
        pages.begin();
        let mut at = 0;
        for piece in pieces {
            let behind = at + piece.counts.instructions();
            if at < end && start < behind {
                counts = counts.plus(&piece.counts);
                counts.words = (pages.add(&piece.pages) * PAGE_WORDS).min(counts.accesses());
            }
            at = behind;
        }
        segments.push(counts);
        start = end;
    }
    segments
}

/// Bytes that the largest piece takes in a segment of its own.
fn largest(pieces: &[Piece], cost: impl Fn(&Counts) -> Option<Cost>) -> u64 {
    let mut pages = Pages::default();
    let alone = pieces.iter().map(|piece| {
        pages.begin();
        let mut counts = piece.counts;
        counts.words = (pages.add(&piece.pages) * PAGE_WORDS).min(counts.accesses());
        cost(&counts).map_or(u64::MAX, |cost| cost.memory)
    });
    alone.max().unwrap_or(0)
}

/// How many different pages there are in a segment.
#[derive(Default)]
struct Pages {
    /// The number of the segment that each page was last met in.
    met: Vec<u32>,
    segment: u32,
    distinct: u64,
}

impl Pages {
    fn begin(&mut self) {
        self.segment += 1;
        self.distinct = 0;
    }

    /// Meets these pages; gives how many different ones were met.
    fn add(&mut self, pages: &[u32]) -> u64 {
        for page in pages {
            let page = *page as usize;
            if self.met.len() <= page {
                self.met.resize(page + 1, 0);
            }
            if self.met[page] != self.segment {
                self.met[page] = self.segment;
                self.distinct += 1;
            }
        }
        self.distinct
    }
}

#[cfg(test)]
mod tests;
