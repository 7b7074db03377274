//! Tries all rows that are known to be refused by one part of a state machine alone.

use zisk_adversary::forgery::{failing, known};

#[test]
fn every_forgery_is_refused_by_just_the_part_that_is_there_for_it() {
    assert!(known().unwrap().len() > 500);
    for (forgery, objections) in failing().unwrap() {
        assert!(
            !objections.is_empty(),
            "nobody refuses this, or the rows changed that it is of (`zisk-adversary forgeries` finds others): {forgery:?}"
        );
        panic!("{forgery:?} is refused by {objections:?}; `zisk-adversary forgeries` finds others");
    }
}
