mod heights;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_machine::trace::Class;

use super::*;

/// A stretch of loads and stores, which touches these pages.
fn piece(instructions: u64, pages: &[u32]) -> Piece {
    let mut counts = Counts::default();
    counts.by_class[Class::Double as usize] = instructions;
    Piece {
        counts,
        pages: pages.to_vec(),
    }
}

/// Stretches of many lengths, none like another, which come back to pages that others touched.
fn random_pieces(rng: &mut ChaCha12Rng, number: usize) -> Vec<Piece> {
    let random = |index| {
        let pages: Vec<u32> = (0..rng.random_range(0..4))
            .map(|_| rng.random_range(0..12))
            .collect();
        piece(1000 * rng.random_range(1..20) + index, &pages)
    };
    (0..number as u64).map(random).collect()
}

/// As tables cost: rows are a power of two, and no more than any table has.
fn cost(counts: &Counts) -> Option<Cost> {
    let rows = counts.instructions().next_power_of_two();
    let words = counts.words.next_power_of_two();
    (rows <= 1 << 22).then_some(Cost {
        cells: 100 * rows + 40 * words,
        memory: 1000 * rows + 400 * words,
    })
}

/// What a segment of these stretches consists of.
fn counts(pieces: &[Piece]) -> Counts {
    let mut counts = pieces
        .iter()
        .fold(Counts::default(), |all, piece| all.plus(&piece.counts));
    let mut pages: Vec<u32> = pieces.iter().flat_map(|piece| piece.pages.clone()).collect();
    pages.sort_unstable();
    pages.dedup();
    counts.words = (pages.len() as u64 * PAGE_WORDS).min(counts.accesses());
    counts
}

/// Cells of a run that is cut behind these stretches, if no segment takes more than the limit.
fn cells(pieces: &[Piece], ends: &[usize], limit: u64) -> Option<u64> {
    let mut start = 0;
    let mut sum = 0;
    for &end in ends {
        let Cost { cells, memory } = cost(&counts(&pieces[start..end]))?;
        if memory > limit {
            return None;
        }
        sum += cells + SEGMENT_CELLS;
        start = end;
    }
    Some(sum)
}

/// Behind which stretches a plan cuts.
fn ends(pieces: &[Piece], plan: &Plan) -> Vec<usize> {
    let mut end = 0;
    let mut ends = Vec::new();
    for &instructions in &plan.instructions {
        let mut left = instructions;
        while left > 0 {
            let piece = pieces[end].counts.instructions();
            left = left.checked_sub(piece).expect("it is cut between two stretches");
            end += 1;
        }
        ends.push(end);
    }
    ends
}

/// As much as fits in each segment, from the first on.
fn greedy(pieces: &[Piece], limit: u64) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let fits = |end: &usize| cost(&counts(&pieces[start..*end])).unwrap().memory <= limit;
        let end = (start + 1..=pieces.len()).take_while(fits).last();
        start = end.expect("each stretch fits");
        ends.push(start);
    }
    ends
}

/// What the largest single stretch takes.
fn largest(pieces: &[Piece]) -> u64 {
    let alone = pieces
        .iter()
        .map(|piece| cost(&counts(std::slice::from_ref(piece))).unwrap().memory);
    alone.max().unwrap()
}

#[test]
fn all_instructions_are_in_segments_in_order_and_none_is_above_the_limit() {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    for number in [1, 2, 3, 17, 60] {
        let pieces = random_pieces(&mut rng, number);
        for times in [1, 2, 5, 100] {
            let limit = times * largest(&pieces);
            let plan = Plan::of(&pieces, cost, limit).unwrap();
            let ends = ends(&pieces, &plan);
            assert_eq!(ends.last(), Some(&number));
            let mut start = 0;
            let expected: Vec<Cost> = ends
                .iter()
                .map(|end| {
                    let segment = counts(&pieces[start..*end]);
                    start = *end;
                    cost(&segment).unwrap()
                })
                .collect();
            assert_eq!(plan.costs, expected);
            assert!(plan.memory() <= limit, "{} of {limit}", plan.memory());
            let all = expected.iter().map(|cost| cost.cells).sum::<u64>();
            assert_eq!(plan.cells(), all);
        }
    }
}

#[test]
fn no_way_to_cut_is_cheaper() {
    let mut rng = ChaCha12Rng::seed_from_u64(2);
    for number in [1, 2, 5, 9] {
        let pieces = random_pieces(&mut rng, number);
        for times in [1, 2, 4, 100] {
            let limit = times * largest(&pieces);
            let plan = Plan::of(&pieces, cost, limit).unwrap();
            // Each place between two stretches is a bit.
            let all = (0_u32..1 << (number - 1)).filter_map(|bits| {
                let is_cut = |end: &usize| *end == number || bits >> (end - 1) & 1 == 1;
                let ends: Vec<usize> = (1..=number).filter(is_cut).collect();
                cells(&pieces, &ends, limit)
            });
            let found = plan.cells() + plan.costs.len() as u64 * SEGMENT_CELLS;
            assert_eq!(Some(found), all.min());
        }
    }
}

#[test]
fn a_plan_is_never_worse_than_cutting_where_memory_ends() {
    let mut rng = ChaCha12Rng::seed_from_u64(3);
    let mut is_better = false;
    for _ in 0..20 {
        let pieces = random_pieces(&mut rng, 40);
        for times in [1, 2, 3, 7] {
            let limit = times * largest(&pieces);
            let plan = Plan::of(&pieces, cost, limit).unwrap();
            let plan = cells(&pieces, &ends(&pieces, &plan), limit).unwrap();
            let greedy = cells(&pieces, &greedy(&pieces, limit), limit).unwrap();
            assert!(plan <= greedy, "{plan} cells and not {greedy}");
            is_better |= plan < greedy;
        }
    }
    assert!(is_better, "the plan is where memory ends");
}

/// A run with a working set of a page is one segment, and one that moves on is not.
#[test]
fn a_page_that_several_stretches_touch_is_counted_once() {
    let words_alone = |counts: &Counts| {
        Some(Cost {
            cells: counts.words,
            memory: counts.words,
        })
    };
    let limit = 2 * PAGE_WORDS;
    let same = [[0, 1], [1, 0], [0, 0], [1, 1]].map(|pages| piece(10_000, &pages));
    let plan = Plan::of(&same, words_alone, limit).unwrap();
    assert_eq!(plan.instructions, [40_000]);
    assert_eq!(plan.memory(), 2 * PAGE_WORDS);
    let other = [[0, 1], [1, 2], [2, 3], [3, 4]].map(|pages| piece(10_000, &pages));
    let plan = Plan::of(&other, words_alone, limit).unwrap();
    assert_eq!(plan.instructions, [10_000; 4]);
    assert_eq!(plan.memory(), 2 * PAGE_WORDS);
    // Three accesses touch no more than so many words of their pages, and a call at the end its own.
    let few = [piece(3, &[0, 1, 2])];
    let plan = Plan::of(&few, words_alone, limit).unwrap();
    assert_eq!(plan.memory(), 3 + 4);
}

#[test]
fn a_limit_below_a_stretch_is_an_error_that_says_how_much_the_largest_takes() {
    let pieces = [5, 9, 40, 70, 3].map(|thousand| piece(1000 * thousand, &[thousand as u32]));
    let needed = largest(&pieces);
    for limit in [0, 1, 1 << 23, needed - 1] {
        assert_eq!(Plan::of(&pieces, cost, limit), Err(NoPlan { needed }), "{limit}");
    }
    assert!(Plan::of(&pieces, cost, needed).is_ok());
    // A segment that no table is large enough for does not fit any memory.
    let too_large = |counts: &Counts| cost(counts).filter(|_| counts.instructions() < 50_000);
    let error = NoPlan { needed: u64::MAX };
    assert_eq!(Plan::of(&pieces, too_large, u64::MAX), Err(error));
    let plan = Plan::of(&pieces[..3], too_large, u64::MAX).unwrap();
    assert_eq!(plan.instructions.iter().sum::<u64>(), 54_000);
    assert!(plan.instructions.len() > 1);
}

#[test]
fn a_run_of_one_stretch_is_one_segment() {
    let pieces = [piece(1, &[])];
    let plan = Plan::of(&pieces, cost, u64::MAX).unwrap();
    assert_eq!(plan.instructions, [1]);
    assert_eq!(plan.costs, [cost(&counts(&pieces)).unwrap()]);
}
