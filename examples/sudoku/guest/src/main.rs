//! Checks solutions of sudokus without showing them.
//!
//! The input is a list of boards, each a puzzle and its solution: 81 characters, row by row, `.` for an empty
//! cell. The journal is the list of puzzles. If one solution is wrong, the guest fails and commits nothing.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::vec::Vec;

use zisk_guest::{io, journal};

zisk_guest::entry!(main);

const NUM_CELLS: usize = 81;
const EMPTY: u8 = b'.';

/// Why a board is refused. Boards, rows, columns and boxes are counted from 0, boxes row by row.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Refused {
    #[error("a puzzle and its solution are {NUM_CELLS} bytes each, not {puzzle} and {solution}")]
    WrongSize { puzzle: usize, solution: usize },
    #[error("row {row}, column {column} of the solution is not a digit from 1 to 9")]
    NoDigit { row: usize, column: usize },
    #[error("row {row}, column {column} of the solution is not what the puzzle gives")]
    ClueChanged { row: usize, column: usize },
    #[error("a digit is missing in row {0}")]
    Row(usize),
    #[error("a digit is missing in column {0}")]
    Column(usize),
    #[error("a digit is missing in box {0}")]
    Box(usize),
}

fn main() -> Result<(), Refused> {
    let boards: Vec<(&str, &str)> = io::read();
    for (puzzle, solution) in &boards {
        check(puzzle.as_bytes(), solution.as_bytes())?;
    }
    let puzzles: Vec<&str> = boards.iter().map(|(puzzle, _)| *puzzle).collect();
    journal::commit(&puzzles);
    Ok(())
}

fn check(puzzle: &[u8], solution: &[u8]) -> Result<(), Refused> {
    const ALL_DIGITS: u16 = 0b11_1111_1110;
    if (puzzle.len(), solution.len()) != (NUM_CELLS, NUM_CELLS) {
        return Err(Refused::WrongSize {
            puzzle: puzzle.len(),
            solution: solution.len(),
        });
    }
    // A bit for each digit that was seen.
    let (mut rows, mut columns, mut boxes) = ([0u16; 9], [0u16; 9], [0u16; 9]);
    for (cell, (&clue, &digit)) in puzzle.iter().zip(solution).enumerate() {
        let (row, column) = (cell / 9, cell % 9);
        if !(b'1'..=b'9').contains(&digit) {
            return Err(Refused::NoDigit { row, column });
        }
        if clue != EMPTY && clue != digit {
            return Err(Refused::ClueChanged { row, column });
        }
        let bit = 1 << (digit - b'0');
        rows[row] |= bit;
        columns[column] |= bit;
        boxes[row / 3 * 3 + column / 3] |= bit;
    }
    // Nine cells hold all nine digits only if none is there twice.
    let incomplete = |groups: &[u16; 9]| groups.iter().position(|seen| *seen != ALL_DIGITS);
    incomplete(&rows).map_or(Ok(()), |row| Err(Refused::Row(row)))?;
    incomplete(&columns).map_or(Ok(()), |column| Err(Refused::Column(column)))?;
    incomplete(&boxes).map_or(Ok(()), |index| Err(Refused::Box(index)))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::{Refused, check};
    use zisk_guest::testing::run;

    const PUZZLE: &str = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79";
    const SOLUTION: &str =
        "534678912672195348198342567859761423426853791713924856961537284287419635345286179";

    #[test]
    fn only_the_puzzle_is_committed() {
        let outcome = run(super::main, |input| {
            input.write(&[(PUZZLE, SOLUTION)][..]);
        });
        assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
        assert_eq!(outcome.decode_journal::<Vec<&str>>(), Ok(vec![PUZZLE]));
    }

    #[test]
    fn one_wrong_board_among_right_ones_is_refused() {
        let mut wrong = String::from(SOLUTION);
        wrong.replace_range(80.., "8");
        let outcome = run(super::main, |input| {
            input.write(&[(PUZZLE, SOLUTION), (PUZZLE, wrong.as_str())][..]);
        });
        assert_eq!(outcome.exit_code, 1);
        assert!(outcome.journal.is_empty());
    }

    #[test]
    fn each_flaw_has_its_error() {
        let solution = SOLUTION.as_bytes();
        let free = [super::EMPTY; 81];
        let with = |cell: usize, digit: u8| {
            let mut board = solution.to_vec();
            board[cell] = digit;
            board
        };
        let mut swapped_rows = solution.to_vec();
        swapped_rows[..36].rotate_left(9);
        let latin: Vec<u8> = (0..81)
            .map(|cell| b'1' + ((cell / 9 + cell % 9) % 9) as u8)
            .collect();
        let one_row = b"123456789".repeat(9);

        assert_eq!(check(PUZZLE.as_bytes(), solution), Ok(()));
        let short = Refused::WrongSize {
            puzzle: 81,
            solution: 80,
        };
        assert_eq!(check(&free, &solution[1..]), Err(short));
        assert_eq!(
            check(&free, &with(10, b'0')),
            Err(Refused::NoDigit { row: 1, column: 1 })
        );
        assert_eq!(
            check(PUZZLE.as_bytes(), &with(4, b'1')),
            Err(Refused::ClueChanged { row: 0, column: 4 })
        );
        assert_eq!(check(&free, &with(20, b'1')), Err(Refused::Row(2)));
        assert_eq!(check(&free, &one_row), Err(Refused::Column(0)));
        assert_eq!(check(&free, &latin), Err(Refused::Box(0)));
        assert_eq!(check(&free, &swapped_rows), Err(Refused::Box(0)));
    }
}
