//! Files with segments to prove that are not what a prover wrote.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_machine::trace::{Carried, CarriedWord, InitialWord};
use zisk_tests::guests::touching;

use super::*;
use crate::{ExecutorEnv, Input, Prover};

/// A guest with its first segment, which touches a few words and some of the image.
struct Prepared {
    program: Program,
    provable: Provable,
    order: Vec<u8>,
}

impl Prepared {
    fn new() -> Self {
        let elf = touching(20);
        let folder = tempfile::tempdir().unwrap();
        let mut prover = Prover::builder()
            .max_segment(100)
            .work_dir(folder.path())
            .build()
            .unwrap();
        let segments = prover.prepare_in(ExecutorEnv::new(), &elf, Input::new());
        assert!(segments.unwrap() > 1);
        let program = Program::from_elf(&elf).unwrap();
        Self {
            provable: Provable::new(&program).unwrap(),
            order: std::fs::read(folder.path().join("segment-00001.job")).unwrap(),
            program,
        }
    }

    fn order(&self) -> Order {
        Order::from_bytes(&self.order).unwrap()
    }
}

/// What is wrong, and how it comes to be.
type Change = (&'static str, fn(&mut Job));

#[test]
fn a_job_that_no_prover_writes_is_refused_before_anything_is_executed() {
    let prepared = Prepared::new();
    assert!(prepared.order().job.is_well_formed(&prepared.provable));
    let changes: [Change; 15] = [
        ("more instructions than a segment has", |job| {
            job.instructions = MAX_INSTRUCTIONS + 1;
        }),
        ("instructions without end before it", |job| job.before = u64::MAX),
        ("more answers than instructions", |job| {
            job.answers = vec![0; job.instructions as usize + 1];
        }),
        ("a run that ends with nothing", |job| job.end.clear()),
        ("no segment of that number", |job| job.early.segment.number = 0),
        ("a number beyond all segments", |job| {
            job.early.segment.number = 1 << 16;
        }),
        ("the last segment of a run that goes on", |job| {
            job.early.segment.is_last = true;
        }),
        ("a segment that leads nowhere", |job| job.early.end = None),
        ("something in x0", |job| job.early.registers[0].first = 1),
        ("words in no order", |job| job.early.words.reverse()),
        ("a word twice", |job| {
            let word = job.early.words[0];
            job.early.words.insert(0, word);
        }),
        ("a word outside of memory", |job| {
            job.early.words.push(CarriedWord {
                address: u32::MAX,
                state: Carried::default(),
            });
        }),
        ("beginnings behind each other", |job| {
            job.early.initial_start = Some(5);
        }),
        ("a beginning outside of memory", |job| {
            job.early.initial.push(InitialWord {
                address: u32::MAX,
                value: 0,
            });
        }),
        ("a word that the image lacks", |job| {
            job.early.image.push(u32::MAX);
        }),
    ];
    for (what, change) in changes {
        let mut order = prepared.order();
        change(&mut order.job);
        let again = Order::from_bytes(&order.to_bytes()).unwrap();
        let refused = again.prove(&prepared.provable, &prepared.program, &mut ());
        assert!(matches!(refused, Err(ProveError::Job)), "{what}");
    }
}

/// Whatever is changed in a file, it is an error or a segment whose tables can be filled, true or not.
#[test]
fn changed_bytes_of_a_job_do_no_harm() {
    let prepared = Prepared::new();
    let code = Arc::new(Code::new(&prepared.program));
    let mut rng = ChaCha12Rng::seed_from_u64(0x5eed);
    let mut filled = 0;
    for _ in 0..200 {
        let mut bytes = prepared.order.clone();
        let place = rng.random_range(ORDER.len()..bytes.len());
        bytes[place] = rng.random();
        let Ok(order) = Order::from_bytes(&bytes) else {
            continue;
        };
        if !order.job.is_well_formed(&prepared.provable) {
            continue;
        }
        let traces = order.job.traces(&prepared.provable, &prepared.program, &code);
        filled += usize::from(traces.is_ok());
    }
    assert!(filled > 0, "the seed, for one, may be any");
}
