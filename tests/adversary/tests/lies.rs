//! Samples of the lies that `zisk-adversary lies` and `zisk-adversary proofs` tell.

use zisk_adversary::corpus::cases;
use zisk_adversary::lies::{Kind, lies};
use zisk_adversary::proofs::prove;
use zisk_adversary::report::LieReport;

#[test]
fn every_lie_about_a_run_is_noticed() {
    let outcomes = lies(&cases(1), 24).unwrap();
    let report = LieReport::new(&outcomes);
    for kind in Kind::ALL {
        let told = outcomes.get(&kind).map_or(0, |outcome| outcome.told);
        assert!(told > 0, "no lie was told about {kind:?}");
    }
    assert_eq!(report.unnoticed().next(), None, "{report}");
    assert!(
        report
            .html()
            .contains("main: the next row is the next instruction")
    );
}

#[test]
fn proofs_of_lies_and_of_changed_rows_are_refused() {
    let calls = cases(0).swap_remove(0);
    let outcome = prove(&calls, 2, 2).unwrap();
    assert_eq!(outcome.accepted, Vec::<String>::new());
    assert!(outcome.refused > 2);
}
