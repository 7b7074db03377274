//! Makes sudokus, executes the guest on them and their solutions and prints what it vouches for.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use zisk_host::{Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the sudoku guest.
#[derive(Parser)]
struct Arguments {
    /// How many boards to check.
    #[arg(default_value_t = 1)]
    boards: u32,
}

/// A puzzle and its solution: 81 characters each, row by row, `.` for an empty cell.
type Board = (String, String);

/// A solved board with a third of its cells as clues. The index renames the digits and moves the clues.
fn board(index: u32) -> Board {
    let digit = |cell: u32| {
        let (row, column) = (cell / 9, cell % 9);
        let digit = (row % 3 * 3 + row / 3 + column + index) % 9 + 1;
        char::from_digit(digit, 10).unwrap_or('.')
    };
    let solution: String = (0..81).map(digit).collect();
    let is_clue = |cell: usize| (5 * cell + cell / 9 + index as usize).is_multiple_of(3);
    let puzzle = solution
        .chars()
        .enumerate()
        .map(|(cell, digit)| if is_clue(cell) { digit } else { '.' });
    (puzzle.collect(), solution)
}

fn main() -> Result<()> {
    let boards: Vec<Board> = (0..Arguments::parse().boards).map(board).collect();
    let execution = execute(ELF, Input::new().write(&boards)?)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let puzzles: Vec<String> = execution.journal.decode()?;
    println!("{} puzzles have a solution", puzzles.len());
    if let Some(first) = puzzles.first() {
        println!("the first of them: {first}");
    }
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
