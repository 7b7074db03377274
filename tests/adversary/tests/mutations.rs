//! A sample of the changes that `zisk-adversary mutations` tries, of every column of every state machine.

use zisk_adversary::corpus::cases;
use zisk_adversary::mutations::mutate;
use zisk_adversary::report::MutationReport;
use zisk_adversary::survivors::Reasons;

#[test]
fn every_change_of_a_cell_is_noticed_or_known_to_be_harmless() {
    let reasons = Reasons::reviewed().unwrap();
    let outcomes = mutate(&cases(3), 2, &reasons).unwrap();
    let report = MutationReport::new(&outcomes, &reasons);
    for (column, outcome) in &outcomes.by_column {
        assert!(outcome.tried > 0, "{} was never changed", report.name(*column));
    }
    assert_eq!(outcomes.num_unnoticed(), 0, "{report}");
    // What is free in a row is found, so what is not found is not free.
    let free = outcomes.by_column.values().filter(|outcome| outcome.harmless > 0);
    assert!(free.count() > 20);
    let page = report.html();
    assert!(page.contains("<td><code>passage.masks[0]</code></td>"));
    assert!(!page.contains("not reviewed"));
}
