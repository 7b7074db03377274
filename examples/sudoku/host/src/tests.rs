use zisk_host::{Execution, ExecutorEnv, Input, Prover};

use super::{Board, ELF, IMAGE_ID, board};

/// How the guest ended, and what it printed about it.
fn check(boards: &[Board]) -> (Execution, String) {
    let mut stderr = Vec::new();
    let input = Input::new().write(boards).unwrap();
    let execution = ExecutorEnv::new()
        .stderr(&mut stderr)
        .execute(ELF, input)
        .unwrap();
    (execution, String::from_utf8(stderr).unwrap())
}

#[test]
fn journal_holds_the_puzzles_only() {
    let boards: Vec<Board> = (0..12).map(board).collect();
    let (execution, stderr) = check(&boards);
    assert_eq!((execution.exit_code, stderr.as_str()), (0, ""));
    let puzzles: Vec<String> = boards.into_iter().map(|(puzzle, _)| puzzle).collect();
    assert!(puzzles.iter().all(|puzzle| puzzle.contains('.')));
    assert_eq!(execution.journal.decode::<Vec<String>>().unwrap(), puzzles);
}

#[test]
fn wrong_solutions_are_refused() {
    let (puzzle, solution) = board(0);
    let empty = ".".repeat(81);
    let repeated = "123456789".repeat(9);
    let other = board(1).1;
    for (wrong, reason) in [
        ((puzzle.clone(), other), "ClueChanged"),
        ((empty.clone(), repeated), "Column(0)"),
        ((empty.clone(), empty), "NoDigit"),
        ((puzzle, solution[1..].to_owned()), "WrongSize"),
    ] {
        let (execution, stderr) = check(&[board(5), wrong]);
        assert_eq!(execution.exit_code, 1);
        assert!(stderr.contains(reason), "{stderr}");
        assert!(execution.journal.as_bytes().is_empty());
    }
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = Input::new().write(&[board(0)][..]).unwrap();
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
