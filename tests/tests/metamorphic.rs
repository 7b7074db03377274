//! The same program in many forms: all of them run, all give the same journal, and all can be proven.
//!
//! `ZISK_FORMS` sets how many programs are compared (60 unless set), `ZISK_PROOFS` how many of them are proven in two forms
//! (1 unless set), `ZISK_SEED` another seed.

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use zisk_host::{ExecutorEnv, Input, check_constraints, execute, image_id, prove};
use zisk_tests::rewrites::{Program, Style};
use zisk_tests::tools::setting;

/// Forms of each program.
const FORMS: u64 = 4;
const NUM_ITEMS: usize = 60;
/// Programs whose constraints are checked row by row.
const CHECKED: u64 = 3;

/// The seed of each of so many programs, and the program.
fn programs(num: u64) -> impl Iterator<Item = (u64, Program)> {
    let first = setting("ZISK_SEED", 0x5eed);
    (first..first + num).map(|seed| {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        (seed, Program::random(&mut rng, NUM_ITEMS))
    })
}

fn journal(elf: &[u8]) -> Vec<u8> {
    let execution = execute(elf, Input::new()).expect("it runs to its end");
    assert_eq!(execution.exit_code, 0);
    execution.journal.as_bytes().to_vec()
}

#[test]
fn all_forms_of_a_program_give_the_same_journal() {
    for (seed, program) in programs(setting("ZISK_FORMS", 60)) {
        let plain = program.write(Style::Plain);
        let expected = journal(&plain);
        assert_eq!(expected.len(), 512);
        for form in 0..FORMS {
            let rewritten = program.write(Style::Rewritten(form));
            assert_ne!(rewritten, plain);
            assert!(
                journal(&rewritten) == expected,
                "program {seed}, form {form}, ends otherwise than it does as it stands"
            );
        }
    }
}

#[test]
fn all_forms_satisfy_all_constraints() {
    for (seed, program) in programs(CHECKED) {
        for style in [Style::Plain, Style::Rewritten(seed)] {
            let checked = check_constraints(&program.write(style), Input::new(), ExecutorEnv::new());
            let failure = checked.expect("it runs to its end").err();
            assert!(failure.is_none(), "program {seed}, {style:?}: {failure:?}");
        }
    }
}

#[test]
fn two_forms_of_a_program_are_proven() {
    for (seed, program) in programs(setting("ZISK_PROOFS", 1)) {
        let forms = [Style::Plain, Style::Rewritten(seed)].map(|style| program.write(style));
        let proven = forms.map(|elf| {
            let id = image_id(&elf).expect("it can be proven");
            let receipt = prove(&elf, Input::new()).expect("its run can be proven");
            assert_eq!(receipt.verify(id), Ok(()), "program {seed}");
            (id, receipt.journal)
        });
        let [(one_id, one), (other_id, other)] = proven;
        assert_ne!(one_id, other_id);
        assert_eq!(one, other, "program {seed}");
    }
}
