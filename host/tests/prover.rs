//! What can be asked of a prover.

use zisk_host::{
    ExecuteError, ExecutorEnv, Input, Phase, ProveError, Prover, ProverObserver, VerifyError, image_id,
    table_stats,
};
use zisk_tests::elf::{Segment, executable};
use zisk_tests::guests::counting;

#[test]
fn without_hiding_a_receipt_verifies_and_says_so() {
    let elf = counting(3, 0);
    let id = image_id(&elf).unwrap();
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(&elf, Input::new()).unwrap().receipt;
        assert_eq!(receipt.verify(id), Ok(()));
        assert_eq!(receipt.security().zero_knowledge, hiding);
        assert_eq!(receipt.security().bits, 128);
    }
}

#[test]
fn a_receipt_of_development_mode_is_refused_unless_it_is_asked_for() {
    let elf = counting(3, 0);
    let id = image_id(&elf).unwrap();
    let mut prover = Prover::builder().dev_mode(true).build().unwrap();
    let mut receipt = prover.prove(&elf, Input::new()).unwrap().receipt;
    assert_eq!(receipt.verify(id), Err(VerifyError::DevMode));
    assert_eq!(receipt.verify_exit(id, 0), Err(VerifyError::DevMode));
    assert!(receipt.seal.is_dev_mode());
    assert_eq!(receipt.security().bits, 0);
    assert!(!receipt.security().zero_knowledge);

    assert_eq!(receipt.verify_dev_mode(id, 0), Ok(()));
    assert_eq!(
        receipt.verify_dev_mode(id, 1),
        Err(VerifyError::DevModeClaim { exit_code: 1 })
    );
    let other = image_id(&counting(4, 0)).unwrap();
    assert!(matches!(
        receipt.verify_dev_mode(other, 0),
        Err(VerifyError::Program { .. })
    ));
    receipt.journal = vec![0].into();
    assert_eq!(
        receipt.verify_dev_mode(id, 0),
        Err(VerifyError::DevModeClaim { exit_code: 0 })
    );
}

/// A file of a few hundred bytes can say that its memory is huge: that is not allocated to find out.
#[test]
fn a_program_that_is_larger_than_its_tables_is_refused() {
    let code = Segment::code(0x1_0000, vec![0x73, 0, 0, 0]);
    let huge = Segment {
        size: 40 << 20,
        ..Segment::data(0x10_0000, vec![0; 8])
    };
    let error = image_id(&executable(0x1_0000, &[code, huge])).unwrap_err();
    assert!(matches!(error, ProveError::Tables(_)), "{error}");
    // Words of both segments, whose pages are theirs as a whole.
    assert!(error.to_string().contains("needs 5243392 rows"), "{error}");
}

#[test]
fn a_proof_that_takes_too_much_memory_is_not_begun() {
    let elf = counting(100, 0);
    let mut prover = Prover::builder().max_memory(1 << 20).build().unwrap();
    let error = prover.prove(&elf, Input::new()).unwrap_err();
    let ProveError::Memory { needed, limit, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(limit, 1 << 20);
    assert!(!error.is_guest_failure());
    let mut prover = Prover::builder().max_memory(needed).build().unwrap();
    assert!(prover.prove(&elf, Input::new()).is_ok());
}

#[test]
fn a_limit_of_the_environment_is_an_error_of_execution() {
    let elf = counting(1000, 0);
    let mut prover = Prover::builder().build().unwrap();
    let env = ExecutorEnv::new().max_cycles(100);
    let error = prover.prove_in(env, &elf, Input::new()).unwrap_err();
    assert!(matches!(
        error,
        ProveError::Execute(ExecuteError::CycleLimit { limit: 100, .. })
    ));
    assert!(error.is_guest_failure());
}

/// Remembers what it was told, and gives up in a phase.
#[derive(Default)]
struct Record {
    seen: Vec<(Phase, f64)>,
    until: Option<Phase>,
}

impl ProverObserver for &mut Record {
    fn progress(&mut self, phase: Phase, done: f64) {
        self.seen.push((phase, done));
    }

    fn is_cancelled(&mut self) -> bool {
        self.until.is_some() && self.seen.last().map(|(phase, _)| *phase) == self.until
    }
}

#[test]
fn an_observer_sees_all_phases_in_order_and_ever_more_done() {
    let elf = counting(3, 0);
    let mut record = Record::default();
    let mut prover = Prover::builder()
        .threads(2)
        .observer(&mut record)
        .build()
        .unwrap();
    let _ = prover.prove(&elf, Input::new()).unwrap();
    drop(prover);
    let phases: Vec<Phase> = record.seen.iter().map(|(phase, _)| *phase).collect();
    assert!(phases.is_sorted(), "{phases:?}");
    let mut different = phases;
    different.dedup();
    assert_eq!(
        different,
        [
            Phase::Execute,
            Phase::Prepare,
            Phase::Trace,
            Phase::Commit,
            Phase::Messages,
            Phase::Constraints,
            Phase::Open
        ]
    );
    let shares: Vec<f64> = record.seen.iter().map(|(_, done)| *done).collect();
    assert!(shares.is_sorted(), "{shares:?}");
    let last = shares.last().unwrap();
    assert!((0.999..=1.0).contains(last), "{last}");
}

#[test]
fn an_observer_sees_ever_more_done_of_several_segments() {
    let elf = counting(50, 0);
    let mut record = Record::default();
    let mut prover = Prover::builder()
        .max_segment(60)
        .observer(&mut record)
        .build()
        .unwrap();
    let proven = prover.prove(&elf, Input::new()).unwrap();
    drop(prover);
    assert_eq!(proven.stats.segments, 3);
    let of_phase = |phase| record.seen.iter().filter(move |(seen, _)| *seen == phase);
    assert_eq!(of_phase(Phase::Trace).count(), 3);
    let prepared = record
        .seen
        .iter()
        .rposition(|(phase, _)| *phase == Phase::Prepare);
    let traced = record.seen.iter().position(|(phase, _)| *phase == Phase::Trace);
    assert!(prepared < traced);
    let shares: Vec<f64> = record.seen.iter().map(|(_, done)| *done).collect();
    assert!(shares.is_sorted(), "{shares:?}");
    let last = shares.last().unwrap();
    assert!((0.999..=1.0).contains(last), "{last}");
}

#[test]
fn an_observer_may_give_up_in_any_phase() {
    let elf = counting(3, 0);
    for phase in [
        Phase::Execute,
        Phase::Prepare,
        Phase::Commit,
        Phase::Messages,
        Phase::Constraints,
        Phase::Open,
    ] {
        let mut record = Record {
            until: Some(phase),
            ..Record::default()
        };
        let mut prover = Prover::builder().observer(&mut record).build().unwrap();
        let error = prover.prove(&elf, Input::new()).unwrap_err();
        assert!(matches!(error, ProveError::Cancelled), "{phase:?}: {error}");
    }
}

/// The next guest gets its own tables, and the first one its own again.
#[test]
fn a_prover_proves_one_guest_after_another() {
    let mut prover = Prover::builder().build().unwrap();
    for rounds in [3, 4, 4, 3] {
        let elf = counting(rounds, 0);
        let receipt = prover.prove(&elf, Input::new()).unwrap().receipt;
        assert_eq!(receipt.verify(image_id(&elf).unwrap()), Ok(()), "{rounds} rounds");
    }
}

#[test]
fn the_cells_of_the_tables_are_those_that_are_committed_to() {
    let elf = counting(50, 7);
    let (execution, tables) = table_stats(&elf, Input::new(), ExecutorEnv::new()).unwrap();
    let main = tables.iter().find(|table| table.name == "main").unwrap();
    assert_eq!(main.rows, execution.stats.instructions);
    assert!(tables.iter().all(|table| table.rows <= table.height));
    // Tables that the run has no use for are left out.
    let divide = tables.iter().find(|table| table.name == "divide").unwrap();
    assert_eq!(divide.height, 0);
    let mut prover = Prover::builder().proves_failure(true).build().unwrap();
    let proven = prover.prove(&elf, Input::new()).unwrap();
    let cells: u64 = tables.iter().map(zisk_host::TableStats::padded_cells).sum();
    assert_eq!(proven.stats.cells, cells);
}

/// Image ids are pinned: another compiler, another number of threads or another processor makes no difference.
#[test]
fn the_image_id_of_a_program_is_always_the_same() {
    let elf = counting(3, 0);
    let ids = [1, 2, 3].map(|threads| {
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        threads.install(|| image_id(&elf).unwrap().to_string())
    });
    assert_eq!(ids, [PINNED; 3]);
}

/// Changes with the machine's version, its fixed columns, the parameters of the proof system and the hash.
const PINNED: &str = "13e440a3facd7db0d3927680222ab401f064acceaa05eb8ce8dcab4870663454";
