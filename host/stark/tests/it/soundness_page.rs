//! The tables of `docs/soundness.md` are what the code computes.

use p3_field::PrimeField32;
use zisk_stark::{InstanceShape, Parameters, ProximityRegime, SecurityReport, Val};

const PAGE: &str = include_str!("../../../../docs/soundness.md");

/// The cells of the only row of the page that begins with this cell.
fn row(first: &str) -> Vec<&'static str> {
    let mut rows = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .map(|cells| {
            cells
                .split('|')
                .map(|cell| cell.trim().trim_matches('*'))
                .collect()
        })
        .filter(|cells: &Vec<&str>| cells[0] == first);
    let found = rows.next().unwrap_or_else(|| panic!("there is no row `{first}`"));
    assert_eq!(rows.next(), None, "there are two rows `{first}`");
    found
}

/// The last cell of a row.
fn value(first: &str) -> &'static str {
    row(first).last().expect("a row has cells")
}

/// Bits as the page shows them: rounded down, so that it never says more than there is.
fn shown(bits: f64) -> String {
    format!("{:.2}", (bits * 100.0).floor() / 100.0)
}

fn report() -> SecurityReport {
    let report = Parameters::standard().security(&InstanceShape::largest());
    report.expect("the standard proves its largest instance")
}

#[test]
fn bits_of_every_round_are_those_that_the_code_computes() {
    let report = report();
    assert_eq!(report.regime, ProximityRegime::UniqueDecoding);
    let grinding = Parameters::standard().grinding;
    let (cap, rounds) = report.terms.split_last().expect("there are terms");
    for term in rounds {
        let cells = row(term.name);
        assert_eq!(cells[3], shown(term.bits), "{}", term.name);
        let ground = match term.name {
            "bus challenges" => grinding.bus,
            "shared bus challenges" => grinding.shared_bus,
            "constraint combination" => 0,
            "out-of-domain point" => grinding.out_of_domain,
            "opening combination" => grinding.batch,
            "folding" => grinding.fold,
            "queries" => grinding.query,
            other => panic!("the page has no round `{other}`"),
        };
        assert_eq!(cells[2], ground.to_string(), "{}", term.name);
    }
    assert_eq!(value("all together"), shown(report.bits));
    assert_eq!(value(cap.name), cap.bits.to_string());
}

/// Every field, so that a new one is not forgotten.
#[test]
fn parameters_and_instance_are_those_of_the_code() {
    let Parameters {
        log_blowup,
        num_queries,
        log_final_poly_len,
        max_log_arity,
        grinding: _,
    } = Parameters::standard();
    for (name, number) in [
        ("inverse of the rate", 1 << log_blowup),
        ("queries of a proof", num_queries),
        ("coefficients of the last polynomial", 1 << log_final_poly_len),
        ("values folded into one", 1 << max_log_arity),
    ] {
        assert_eq!(value(name), number.to_string(), "{name}");
    }

    let InstanceShape {
        log_max_height,
        log_min_height,
        num_tables,
        num_constraints,
        max_constraint_degree,
        max_quotient_chunks,
        num_openings,
        max_points_per_column,
        num_messages,
        num_shared_messages,
        max_message_width,
        collision_bits: _,
    } = InstanceShape::largest();
    for (name, number) in [
        ("log2 of the rows of the tallest table", log_max_height.into()),
        ("log2 of the rows of the shortest matrix", log_min_height.into()),
        ("tables", num_tables.into()),
        ("constraints", num_constraints.into()),
        ("degree of constraints", max_constraint_degree.into()),
        ("parts of a quotient", max_quotient_chunks.into()),
        (
            "columns, times the points at which each is opened",
            num_openings.into(),
        ),
        ("points of a column", max_points_per_column.into()),
        ("messages in a proof", num_messages),
        ("messages between proofs, over all of them", num_shared_messages),
        ("elements of a message", max_message_width.into()),
    ] {
        assert_eq!(value(name), u64::to_string(&number), "{name}");
    }
}

#[test]
fn what_segments_would_cost_is_computed() {
    let report = report();
    let (_, rounds) = report.terms.split_last().expect("there are terms");
    for segments in [1, 4, 16, 256, 4096, 65535] {
        let chance = |bits: f64, name: &str| {
            // Drawn once for all segments.
            let times = if name == "shared bus challenges" {
                1.0
            } else {
                f64::from(segments)
            };
            times * (-bits).exp2()
        };
        let sum: f64 = rounds.iter().map(|term| chance(term.bits, term.name)).sum();
        assert_eq!(value(&segments.to_string()), shown(-sum.log2()), "{segments}");
    }
}

#[test]
fn the_characteristic_is_that_of_the_field() {
    let digits = Val::ORDER_U32.to_string();
    let [millions, thousands, ones] = [&digits[1..4], &digits[4..7], &digits[7..]];
    assert!(PAGE.contains(&format!("{},{millions},{thousands},{ones}", &digits[..1])));
}
