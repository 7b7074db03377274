//! What begins with the run is shared among its segments, in order.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use super::{END, HANDOVER, NUM_ROWS, RANGE, Row, address, program, rows, store, take_over};
use crate::Table;
use crate::testing::Run;

const CURSOR: &str = "bus cursor";
const FIRST: &str = "the first row is the start";
const ONCE: &str = "only the first row is the start";
const BEGIN: &str = "the run begins before the first address";

/// Segments; of the first three, each has ten words of those that begin with the run, the last has the other nine.
fn honest() -> Run {
    program().run_in_segments(&[3, 6, 9])
}

/// The rows of each segment's table, changed.
fn with_shares(change: impl FnOnce(&mut [Vec<Row>; 4])) -> Run {
    let mut run = honest();
    let mut shares = [0, 1, 2, 3].map(|segment| rows(&run.at(segment)));
    assert_eq!(shares.each_ref().map(Vec::len), [11, 11, 11, 10]);
    change(&mut shares);
    for (segment, share) in shares.iter().enumerate() {
        run.at = segment;
        store(&mut run, share);
    }
    run
}

/// A start behind this row.
fn start_behind(row: &Row) -> Row {
    let mut start = super::empty();
    (start.is_start, start.high, start.low) = (Val::ONE, row.high, row.low);
    start
}

/// Deals all words anew: so many to each segment.
fn dealt(run: &Run, counts: [usize; 4]) -> [Vec<Row>; 4] {
    let shares = [0, 1, 2, 3].map(|segment| rows(&run.at(segment)));
    let words: Vec<Row> = shares.iter().flat_map(|share| share[1..].to_vec()).collect();
    assert_eq!(words.len(), NUM_ROWS - 1);
    let (mut start, mut from) = (shares[0][0], 0);
    counts.map(|count| {
        let words = &words[from..from + count];
        from += count;
        let share = [&[start], words].concat();
        start = start_behind(&share[count]);
        share
    })
}

#[test]
fn honest_shares_hold() {
    assert_eq!(honest().check(), Ok(()));
    assert_eq!(with_shares(|_| {}).check(), Ok(()));
    // Tables without padding; segments in which nothing begins.
    for counts in [
        [15, 9, 0, 15],
        [15, 0, 15, 9],
        [0, 15, 15, 9],
        [9, 15, 15, 0],
        [12, 0, 12, 15],
    ] {
        let run = with_shares(|shares| *shares = dealt(&honest(), counts));
        assert_eq!(run.check(), Ok(()), "{counts:?}");
    }
}

#[test]
fn a_share_begins_where_the_one_before_ended() {
    for segment in 1..4 {
        // Further back: all words are behind it, and each begins once.
        for distance in [1, 5, 1 << 20] {
            let run = with_shares(|shares| shares[segment][0].low -= Val::from_u32(distance));
            run.assert_broken("a start further back", &[CURSOR]);
        }
        // Further ahead, without the word that is there.
        let run = with_shares(|shares| {
            shares[segment][0] = start_behind(&shares[segment][1]);
            shares[segment].remove(1);
        });
        run.assert_broken("a start further ahead", &[CURSOR, HANDOVER]);
        // The same place, said otherwise.
        let run = with_shares(|shares| {
            let start = &mut shares[segment][0];
            (start.high, start.low) = (Val::ZERO, address(start));
        });
        run.assert_broken("the same start", &[]);
    }
}

#[test]
fn a_share_has_one_start() {
    for segment in 0..4 {
        let run = with_shares(|shares| {
            shares[segment].remove(0);
        });
        let names: &[&str] = if segment == 0 { &[FIRST] } else { &[FIRST, CURSOR] };
        run.assert_broken("no start", names);
        // Where the words behind it begin: as if the segment before had ended there, too.
        let run = with_shares(|shares| {
            let start = start_behind(&shares[segment][5]);
            shares[segment].insert(6, start);
        });
        let broken = run.broken();
        assert!(broken.contains(ONCE), "{segment}: {broken:?}");
        // In place of what should lead there.
        let run = with_shares(|shares| {
            let start = shares[segment][0];
            shares[segment].insert(1, start);
        });
        let broken = run.broken();
        assert!(broken.contains(ONCE), "{segment}: {broken:?}");
    }
    // In the first segment nobody has to lead to a start, and before it there is an end: words begin once more.
    let word = rows(&honest())[5];
    let mut run = with_shares(|shares| {
        let start = shares[0][0];
        shares[0].extend([start, word]);
    });
    run.at = 0;
    take_over(&mut run, &word);
    run.change(Table::Initial, 10, |row: &mut Row| row.is_end = Val::ONE);
    run.assert_broken("a word behind a second start", &[ONCE, END, CURSOR]);
}

#[test]
fn a_share_has_one_end() {
    for segment in 0..4 {
        let run = honest().at(segment);
        let last = rows(&run).len() - 1;
        for index in [0, 1, last - 1] {
            let run = run.with(Table::Initial, index, |row: &mut Row| row.is_end = Val::ONE);
            let names: &[&str] = if segment == 3 { &[END] } else { &[END, CURSOR] };
            run.assert_broken("an end that others follow", names);
        }
        let run = run.with(Table::Initial, last, |row: &mut Row| row.is_end = Val::ZERO);
        let broken = run.broken();
        assert!(broken.contains(END), "{segment}: {broken:?}");
        // A second end, in the padding, at another place: the next segment begins anywhere.
        let padding = run.with(Table::Initial, last + 2, |row: &mut Row| row.is_end = Val::ONE);
        let broken = padding.broken();
        assert!(broken.contains(END), "{segment}: {broken:?}");
    }
    // In a last row behind which there is nothing.
    let full = with_shares(|shares| *shares = dealt(&honest(), [15, 0, 9, 15]));
    assert_eq!(full.check(), Ok(()));
    for segment in [0, 3] {
        let run = full.at(segment);
        let run = run.with(Table::Initial, 15, |row: &mut Row| row.is_end = Val::ZERO);
        let broken = run.broken();
        let label = "the last row, if it is real, is the end";
        assert!(broken.contains(label), "{segment}: {broken:?}");
    }
}

/// A word that begins in two segments.
#[test]
fn no_word_begins_in_two_segments() {
    let again_in = |counts: [usize; 4], word: Row, segment: usize| {
        let mut run = with_shares(|shares| {
            *shares = dealt(&honest(), counts);
            shares[segment].insert(1, word);
        });
        run.at = segment;
        take_over(&mut run, &word);
        run
    };
    for (counts, from, to) in [
        ([10, 10, 10, 9], 0, 1),
        ([10, 10, 10, 9], 0, 3),
        ([10, 10, 10, 9], 2, 3),
        // Nothing begins in between.
        ([14, 0, 12, 13], 0, 2),
        ([12, 13, 0, 14], 1, 3),
        ([12, 13, 0, 14], 0, 3),
    ] {
        let shares = dealt(&honest(), counts);
        for index in [1, counts[from]] {
            let word = shares[from][index];
            let run = again_in(counts, word, to);
            run.assert_broken("a word that begins again", &[RANGE]);
            // Before it there would have to be a start from where it is ahead: in this segment, and in one that is empty.
            let mut back = run;
            for segment in (from + 1..=to).rev() {
                let mut rows = rows(&back.at(segment));
                rows[0].low = address(&word) - Val::ONE;
                rows[0].high = Val::ZERO;
                back.at = segment;
                store(&mut back, &rows);
                let broken = back.broken();
                assert!(broken.contains(CURSOR), "{counts:?}, {segment}: {broken:?}");
            }
        }
    }
}

#[test]
fn the_run_begins_before_the_first_address() {
    for address in [Val::ZERO, -Val::TWO, Val::from_u32(4), -Val::from_u32(1 << 20)] {
        let run = with_shares(|shares| (shares[0][0].high, shares[0][0].low) = (Val::ZERO, address));
        let broken = run.broken();
        assert!(broken.contains(BEGIN), "{address}: {broken:?}");
    }
    let run = with_shares(|shares| shares[0][0].low -= Val::ONE);
    run.assert_broken("another beginning", &[BEGIN]);
    // Without the words before it.
    let run = with_shares(|shares| {
        shares[0].drain(1..6);
        shares[0][0].low = Val::from_u32(4);
    });
    run.assert_broken("a beginning in the middle", &[BEGIN, HANDOVER]);
}

/// Number, whether it is the first, whether it is the last.
#[test]
fn public_values_are_those_of_the_segment() {
    for segment in 0..4 {
        for place in 0..3 {
            let mut run = honest().at(segment);
            let value = &mut run.public_values(Table::Initial)[place];
            *value = if place == 0 {
                *value + Val::ONE
            } else {
                Val::ONE - *value
            };
            let names: &[&str] = match (segment, place) {
                (0, 1) | (_, 0 | 2) => &[CURSOR],
                _ => &[CURSOR, BEGIN],
            };
            run.assert_broken("another public value", names);
        }
    }
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    for segment in [1, 3] {
        let run = honest().at(segment);
        let found = run.free_cells(Table::Initial, &[0, 1, 9, 10, 11, 15]);
        assert!(found.iter().all(|cell| !cell.speaks), "{segment}: {found:?}");
    }
}
