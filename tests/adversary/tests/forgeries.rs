//! Tries all rows that are known to be refused by one part of a state machine alone.

use zisk_adversary::forgery::{failing, known};

#[test]
fn every_forgery_is_refused_by_just_the_part_that_is_there_for_it() {
    let known = known().unwrap();
    assert!(known.len() > 500);
    let failing = failing(&known).unwrap();
    let accepted: Vec<_> = failing
        .iter()
        .filter(|(_, objections)| objections.is_empty())
        .collect();
    // Or the rows that they are of are others now.
    assert!(accepted.is_empty(), "nobody refuses these: {accepted:#?}");
    assert!(
        failing.is_empty(),
        "others refuse these, too; `zisk-adversary forgeries` finds others: {failing:#?}"
    );
}
