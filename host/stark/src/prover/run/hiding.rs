//! Proofs say nothing of their witness: statistics over many of them.
//!
//! Whoever knows a witness can compute what a proof would show of it, were it not hidden; the difference from what
//! a proof does show must be uniformly random, whichever witness the proof was made from. Each measure
//! is tested by what it alone hides, and by what is seen when it is left out.

use alloc::vec;
use alloc::vec::Vec;

use p3_dft::TwoAdicSubgroupDft;
use p3_field::{BasedVectorSpace, PrimeField32};
use p3_matrix::Matrix;

use super::*;
use crate::hash::Poseidon2Hash;
use crate::observer::Observer;
use crate::parameters::Parameters;
use crate::tables::{Honest, Small};

const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;
const MEASURES: [Measure; 5] = [
    Measure::Columns,
    Measure::Masks,
    Measure::SumColumns,
    Measure::QuotientParts,
    Measure::Codeword,
];

type Key = ProvingKey<Small, Poseidon2Hash>;

fn key() -> Key {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    let tables = vec![(Small::Fibonacci, honest.no_fixed.clone()), (Small::Bytes, fixed)];
    ProvingKey::new(tables, Parameters::fast_insecure_for_tests()).unwrap()
}

/// Rows of the Fibonacci table, of which every `period`th is not looked up: witnesses of one statement.
fn witness(key: &Key, period: usize) -> Vec<Trace> {
    let num_active = key.verifying.num_active_rows(LOG_HEIGHT).unwrap();
    let mut honest = Honest::modular(num_active);
    honest.bytes.values.fill(Val::ZERO);
    for (row, cells) in honest.fibonacci.values.chunks_exact_mut(5).enumerate() {
        cells[4] = Val::from_bool(row % period != 0);
        honest.bytes.values[cells[2].as_canonical_u32() as usize] += cells[4];
    }
    let pad = |mut rows: RowMajorMatrix<Val>, log_height: usize| {
        rows.values.resize(rows.width << log_height, Val::ZERO);
        rows
    };
    vec![
        Trace {
            main: pad(honest.fibonacci, LOG_HEIGHT),
            public_values: vec![honest.last],
        },
        Trace {
            main: pad(honest.bytes, LOG_BYTES),
            public_values: vec![],
        },
    ]
}

fn prove_without(key: &Key, traces: &[Trace], left_out: &[Measure]) -> Proof<Poseidon2Hash> {
    let nobody: &mut dyn Observer = &mut ();
    let domains = super::super::check_traces(key, traces).unwrap();
    let early = super::super::commit_early(key, traces, None, &mut ()).unwrap();
    let mut run = Run::new(key, traces.to_vec(), domains, early, nobody).unwrap();
    run.blinding.left_out = left_out.to_vec();
    run.prove(None).unwrap()
}

/// The challenges of a proof of the witnesses here: those of the buses, and the out-of-domain point; and what combines
/// constraints.
fn challenges(
    key: &Key,
    traces: &[Trace],
    proof: &Proof<Poseidon2Hash>,
) -> (BusChallenges, Challenge, Challenge) {
    let values: Vec<&[Val]> = traces
        .iter()
        .map(|trace| trace.public_values.as_slice())
        .collect();
    let grinding = &key.verifying.parameters.grinding;
    let mut transcript = Transcript::<Poseidon2Hash>::new(&key.verifying, &proof.log_heights, &values);
    transcript.main(&proof.main);
    assert!(transcript.check_work(grinding.bus, proof.work.bus));
    let own = transcript.draw_bus();
    let alpha = transcript.logup(proof.logup.as_ref(), &proof.sums);
    transcript.quotient(&proof.quotient);
    assert!(transcript.check_work(grinding.out_of_domain, proof.work.out_of_domain));
    (own, alpha, transcript.draw())
}

/// A column's polynomial at a point.
fn at(rows: &RowMajorMatrix<Val>, column: usize, x: Challenge) -> Challenge {
    let coefficients = Dft::default().idft_batch(rows.clone());
    (0..rows.height()).rev().fold(Challenge::ZERO, |value, row| {
        value * x + coefficients.get(row, column).unwrap()
    })
}

/// What a proof would show of the first table's witness if a measure were left out, less what it shows.
fn statistic(key: &Key, traces: &[Trace], proof: &Proof<Poseidon2Hash>, measure: Measure) -> Challenge {
    let (own, alpha, point) = challenges(key, traces, proof);
    let entry = &key.verifying.tables[0];
    let domain = crate::layout::row_domain(LOG_HEIGHT, &key.verifying.parameters).unwrap();
    let opening = &proof.openings[0];
    let fingerprint = Fingerprint::new(&entry.shape, &key.verifying.buses, own, own);
    let rows = TableRows {
        table: &entry.table,
        shape: &entry.shape,
        main: &traces[0].main,
        fixed: &key.fixed[0],
        public_values: &traces[0].public_values,
        num_active: domain.num_active(),
    };
    let mut sums = generate(&rows, &fingerprint, 1);
    for row in domain.num_active() + 1..domain.height() {
        sums.columns.row_mut(row).fill(Val::ZERO);
    }
    match measure {
        Measure::Columns => opening.main[0][4] - at(&traces[0].main, 4, point),
        Measure::Masks => proof.sums[0] - sums.totals[0],
        Measure::SumColumns => {
            let columns = RowMajorMatrix::new(sums.columns.values, sums.columns.stride);
            opening.logup[0][2] - at(&columns, 2, point)
        }
        Measure::QuotientParts => {
            let statement = Statement {
                table: &entry.table,
                shape: &entry.shape,
                domain,
                public_values: &traces[0].public_values,
                fingerprint: &fingerprint,
                totals: &sums.totals,
                alpha,
            };
            let mut main = Columns::zeros(5, domain.height(), 1);
            main.copy_rows(&traces[0].main, 0, 5);
            let dft = Dft::default();
            let tails = [
                main.tail(domain.num_active()),
                sums.columns.tail(domain.num_active()),
            ];
            let extended = [main.extend(&dft, 1), sums.columns.extend(&dft, 1)];
            let tails = Matrices {
                fixed: None,
                early: None,
                main: &tails[0],
                logup: Some(&tails[1]),
            };
            let on_coset = Matrices {
                fixed: None,
                early: None,
                main: &extended[0],
                logup: Some(&extended[1]),
            };
            let quotient = quotient(&statement, &dft, &tails, &on_coset);
            let parts = QuotientParts::new(&domain, &key.verifying.parameters);
            let part = (0..parts.len).rev().fold(Challenge::ZERO, |value, index| {
                value * point + Challenge::from(quotient.coefficient(index)[0])
            });
            opening.quotient[0] - part
        }
        // Beside the quotient of the taller table.
        Measure::Codeword => *proof.openings[1].quotient.last().unwrap(),
    }
}

/// How far a sample is from uniform: chi square over 8 classes, whose mean is 7 and which exceeds 40 once in
/// a million times.
fn chi_square(sample: &[Challenge]) -> f64 {
    let mut counts = [0_u32; 8];
    for value in sample {
        let coordinates: &[Val] = value.as_basis_coefficients_slice();
        // The top bits: the low ones of a small number would do, but not of a multiple of eight.
        counts[(coordinates[1].as_canonical_u32() >> 28) as usize & 7] += 1;
    }
    let expected = sample.len() as f64 / 8.0;
    counts
        .iter()
        .map(|count| (f64::from(*count) - expected).powi(2) / expected)
        .sum()
}

const SAMPLE: usize = 120;
const LIMIT: f64 = 40.0;

fn sample(
    key: &Key,
    traces: &[Trace],
    known: &[Trace],
    measure: Measure,
    left_out: &[Measure],
    num: usize,
) -> f64 {
    let one = |_| statistic(key, known, &prove_without(key, traces, left_out), measure);
    chi_square(&(0..num).map(one).collect::<Vec<_>>())
}

/// Each measure hides what it is there for, alone; and without it, the witness shows.
#[test]
fn each_measure_hides_and_is_missed_when_left_out() {
    let key = key();
    let traces = witness(&key, 3);
    for measure in MEASURES {
        let others: Vec<Measure> = MEASURES.into_iter().filter(|other| *other != measure).collect();
        let alone = sample(&key, &traces, &traces, measure, &others, SAMPLE);
        assert!(alone < LIMIT, "{measure:?} does not hide: chi square {alone}");
        let without = sample(&key, &traces, &traces, measure, &MEASURES, 12);
        assert!(without > LIMIT, "nobody misses {measure:?}: chi square {without}");
    }
}

/// A proof from either witness looks the same to somebody who knows one of them.
#[test]
fn proofs_of_two_witnesses_have_the_same_distribution() {
    let key = key();
    let [known, other] = [3, 2].map(|period| witness(&key, period));
    assert_eq!(known[0].public_values, other[0].public_values);
    assert_ne!(known[0].main, other[0].main);
    for traces in [&known, &other] {
        let proofs: Vec<_> = (0..SAMPLE).map(|_| prove_without(&key, traces, &[])).collect();
        for proof in &proofs[..4] {
            let values: Vec<&[Val]> = traces
                .iter()
                .map(|trace| trace.public_values.as_slice())
                .collect();
            assert_eq!(crate::verify(&key.verifying, &values, proof, 0), Ok(()));
        }
        for measure in MEASURES {
            let of_proof = |proof| statistic(&key, &known, proof, measure);
            let found = chi_square(&proofs.iter().map(of_proof).collect::<Vec<_>>());
            assert!(found < LIMIT, "{measure:?}: chi square {found}");
        }
    }
}
