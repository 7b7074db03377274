use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::analysis::{TableShape, analyze};
use zisk_stark::{
    Bus, Message, Observer, Parameters, Phase, Poseidon2Hash, ProveError, ProvingKey, Trace, Val,
    commit_early, prove_observed, prove_sharing, shared_challenges,
};

use crate::tables::{ByteMessage, Honest, Small};

const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;
const BYTE: Bus = ByteMessage::<Val>::BUS;
const TABLES: [Small; 2] = [Small::Fibonacci, Small::Bytes];

type Key = ProvingKey<Small, Poseidon2Hash>;

fn pad(columns: &RowMajorMatrix<Val>, log_height: usize) -> RowMajorMatrix<Val> {
    let mut columns = columns.clone();
    columns.values.resize(columns.width << log_height, Val::ZERO);
    columns
}

/// A key for both tables. Without shared buses its proofs have no early phase.
fn key(shared: &[Bus]) -> Key {
    let honest = Honest::new(1);
    let fixed = [honest.no_fixed.clone(), pad(&honest.fixed, LOG_BYTES)];
    let tables = TABLES.into_iter().zip(fixed).collect();
    ProvingKey::with_shared_buses(tables, shared, Parameters::fast_insecure_for_tests()).unwrap()
}

fn traces(key: &Key) -> Vec<Trace> {
    let num_active = key.verifying_key().num_active_rows(LOG_HEIGHT).unwrap();
    let rows = Honest::modular(num_active);
    vec![
        Trace {
            main: pad(&rows.fibonacci, LOG_HEIGHT),
            public_values: vec![rows.last],
        },
        Trace {
            main: pad(&rows.bytes, LOG_BYTES),
            public_values: vec![],
        },
    ]
}

fn observe(key: &Key, record: &mut Record) -> Result<(), ProveError> {
    prove_observed(key, traces(key), record).map(drop)
}

/// An observer that writes down what it is told, and gives up.
#[derive(Default)]
struct Record {
    /// The phases, and the cells that each came to.
    phases: Vec<(Phase, u64)>,
    /// How often it was asked whether to give up.
    num_asked: usize,
    /// It gives up in this phase.
    until: Option<Phase>,
    /// It gives up when asked for this time, counted from 0.
    patience: Option<usize>,
}

impl Record {
    fn names(&self) -> Vec<Phase> {
        self.phases.iter().map(|(phase, _)| *phase).collect()
    }
}

impl Observer for Record {
    fn begin(&mut self, phase: Phase) {
        self.phases.push((phase, 0));
    }

    fn advance(&mut self, cells: u64) {
        let (_, sum) = self.phases.last_mut().expect("a phase has begun");
        *sum += cells;
    }

    fn is_cancelled(&mut self) -> bool {
        let asked = self.num_asked;
        self.num_asked += 1;
        let phase = self.phases.last().map(|(phase, _)| *phase);
        (self.until.is_some() && phase == self.until) || self.patience == Some(asked)
    }
}

/// Without a shared bus nothing is committed early.
fn without_early() -> Vec<Phase> {
    Phase::ALL
        .into_iter()
        .filter(|phase| *phase != Phase::Early)
        .collect()
}

#[test]
fn phases_begin_once_each_in_order() {
    for (shared, expected) in [(&[][..], without_early()), (&[BYTE][..], Phase::ALL.to_vec())] {
        let key = key(shared);
        let mut record = Record::default();
        observe(&key, &mut record).unwrap();
        assert_eq!(record.names(), expected, "with {} shared buses", shared.len());
    }
}

#[test]
fn one_of_several_proofs_begins_with_its_early_commitment() {
    let key = key(&[BYTE]);
    let mut record = Record::default();
    let early = commit_early(&key, &traces(&key), None, &mut record).unwrap();
    assert_eq!(record.names(), [Phase::Early]);
    let (challenges, _) = shared_challenges(key.verifying_key(), b"", &[early.statement()]);
    let mut record = Record::default();
    let proof = prove_sharing(&key, traces(&key), early, challenges, &mut record);
    assert!(proof.is_ok());
    assert_eq!(record.names(), without_early());
}

/// Columns are counted in the phase that commits to them; quotients and their opening count them all again.
#[test]
fn the_cells_of_a_phase_are_those_of_the_tables() {
    for shared in [&[][..], &[BYTE]] {
        let key = key(shared);
        let mut record = Record::default();
        observe(&key, &mut record).unwrap();
        let cells = |phase| {
            let of_phase = record.phases.iter().filter(|(other, _)| *other == phase);
            of_phase.map(|(_, cells)| cells).sum::<u64>()
        };
        let all = |per_row: fn(&TableShape) -> usize| -> u64 {
            let of_table = |(table, height)| per_row(&analyze(&table, shared).unwrap()) as u64 * height;
            let heights = [LOG_HEIGHT, LOG_BYTES].map(|log_height| 1 << log_height);
            TABLES.into_iter().zip(heights).map(of_table).sum()
        };
        for phase in Phase::ALL {
            let foretold = key.cells(phase, &[LOG_HEIGHT as u8, LOG_BYTES as u8]);
            // Without shared buses there is no early phase, and no column for it.
            assert_eq!(cells(phase), foretold, "{phase:?}");
        }
        let committed = cells(Phase::Early) + cells(Phase::Main) + cells(Phase::LogUp);
        assert_eq!(committed, all(TableShape::cells_per_row));
        assert_eq!(cells(Phase::Quotient), all(TableShape::cells_per_row));
        assert_eq!(cells(Phase::Opening), all(TableShape::cells_per_row));
        // One LogUp column of degree 5 each.
        assert_eq!(cells(Phase::LogUp), all(|_| 5));
        assert_eq!(cells(Phase::Early) > 0, !shared.is_empty());
    }
}

#[test]
fn an_observer_that_gives_up_in_a_phase_ends_the_proof_there() {
    for (shared, phases) in [(&[][..], without_early()), (&[BYTE][..], Phase::ALL.to_vec())] {
        let key = key(shared);
        for (index, phase) in phases.iter().enumerate() {
            let mut record = Record {
                until: Some(*phase),
                ..Record::default()
            };
            let error = observe(&key, &mut record).unwrap_err();
            assert_eq!(error, ProveError::Cancelled, "{phase:?}");
            // It is asked once, and no later phase begins.
            assert_eq!(record.names(), phases[..=index], "{phase:?}");
            assert_eq!(record.phases[index].1, 0, "{phase:?}");
        }
    }
}

#[test]
fn an_observer_may_give_up_whenever_it_is_asked() {
    let key = key(&[BYTE]);
    let mut patient = Record::default();
    observe(&key, &mut patient).unwrap();
    // At the beginning of each phase, for each table in all but the last, once more for each that has LogUp columns, and
    // at the end.
    assert_eq!(patient.num_asked, 5 + 4 * TABLES.len() + TABLES.len() + 1);
    for patience in 0..patient.num_asked {
        let mut record = Record {
            patience: Some(patience),
            ..Record::default()
        };
        let error = observe(&key, &mut record).unwrap_err();
        assert_eq!(error, ProveError::Cancelled, "asked {patience} times before");
        assert_eq!(record.num_asked, patience + 1, "asked again after giving up");
    }
}
