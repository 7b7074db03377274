//! What changed between two builds of a guest, function by function.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::terminal::{HEADING, grouped, visible};

/// Functions that a person is shown; the others are summed up.
const SHOWN: usize = 30;

/// How many instructions of a function an old build and a new one execute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Changed {
    pub(crate) function: String,
    pub(crate) old: u64,
    pub(crate) new: u64,
}

impl Changed {
    fn difference(&self) -> i128 {
        i128::from(self.new) - i128::from(self.old)
    }
}

/// Two builds on the same input.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    /// Instructions of all functions together.
    pub(crate) old_instructions: u64,
    pub(crate) new_instructions: u64,
    /// The cost figures.
    pub(crate) old_cost: u64,
    pub(crate) new_cost: u64,
    /// Functions that differ, those with the largest difference first.
    pub(crate) functions: Vec<Changed>,
}

impl Comparison {
    /// Of the instructions that functions take, by name, and the cost figures: the old build's first.
    pub(crate) fn new([old, new]: [&BTreeMap<String, u64>; 2], [old_cost, new_cost]: [u64; 2]) -> Self {
        let mut functions: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
        for (side, counts) in [old, new].into_iter().enumerate() {
            for (name, count) in counts {
                functions.entry(name).or_default()[side] += count;
            }
        }
        let mut functions: Vec<Changed> = functions
            .into_iter()
            .filter(|(_, [old, new])| old != new)
            .map(|(name, [old, new])| Changed {
                function: if name.is_empty() { "(no symbol)" } else { name }.to_owned(),
                old,
                new,
            })
            .collect();
        // Functions of one difference stay in the order of their names.
        functions.sort_by_key(|changed| std::cmp::Reverse(changed.difference().abs()));
        Self {
            old_instructions: old.values().sum(),
            new_instructions: new.values().sum(),
            old_cost,
            new_cost,
            functions,
        }
    }
}

/// A difference with its sign.
fn signed(difference: i128) -> String {
    let digits = grouped(difference.unsigned_abs() as u64);
    match difference.signum() {
        0 => digits,
        1 => format!("+{digits}"),
        _ => format!("-{digits}"),
    }
}

/// A difference in percent of what was.
fn percent(old: u64, new: u64) -> String {
    if old == 0 {
        return "new".to_owned();
    }
    format!("{:+.1}%", (new as f64 / old as f64 - 1.0) * 100.0)
}

fn write_row(f: &mut fmt::Formatter<'_>, name: &str, old: u64, new: u64) -> fmt::Result {
    writeln!(
        f,
        "{:>15} {:>15} {:>15} {:>8}  {name}",
        grouped(old),
        grouped(new),
        signed(i128::from(new) - i128::from(old)),
        percent(old, new),
    )
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [old, new, difference, change] = ["old", "new", "difference", "change"];
        write_row(f, "cost, in cells", self.old_cost, self.new_cost)?;
        write_row(f, "instructions", self.old_instructions, self.new_instructions)?;
        if self.functions.is_empty() {
            return writeln!(f, "\nno function takes another number of instructions");
        }
        writeln!(
            f,
            "\n{HEADING}{old:>15} {new:>15} {difference:>15} {change:>8}  instructions of the function{HEADING:#}"
        )?;
        let (shown, others) = self.functions.split_at(self.functions.len().min(SHOWN));
        for changed in shown {
            write_row(f, &visible(&changed.function), changed.old, changed.new)?;
        }
        if others.is_empty() {
            return Ok(());
        }
        let name = format!("{} others", others.len());
        let sum = |of: fn(&Changed) -> u64| others.iter().map(of).sum();
        write_row(f, &name, sum(|changed| changed.old), sum(|changed| changed.new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
        of.iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    }

    fn comparison() -> Comparison {
        let old = counts(&[("same", 5), ("gone", 100), ("slower", 1000), ("faster", 3000)]);
        let new = counts(&[("same", 5), ("slower", 1500), ("faster", 1000), ("", 100)]);
        Comparison::new([&old, &new], [10, 12])
    }

    #[test]
    fn what_differs_most_comes_first_and_what_is_the_same_not_at_all() {
        let comparison = comparison();
        let functions = &comparison.functions;
        let names: Vec<&str> = functions
            .iter()
            .map(|changed| changed.function.as_str())
            .collect();
        assert_eq!(names, ["faster", "slower", "(no symbol)", "gone"]);
        assert_eq!((functions[0].old, functions[0].new), (3000, 1000));
        assert_eq!(
            (comparison.old_instructions, comparison.new_instructions),
            (4105, 2605)
        );
    }

    #[test]
    fn a_row_says_what_was_what_is_and_the_difference() {
        let text = comparison().to_string();
        let row = |name: &str| {
            let line = text.lines().find(|line| line.contains(name)).unwrap();
            line.split_whitespace()
                .take(4)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(row("faster"), ["3,000", "1,000", "-2,000", "-66.7%"]);
        assert_eq!(row("slower"), ["1,000", "1,500", "+500", "+50.0%"]);
        assert_eq!(row("no symbol"), ["0", "100", "+100", "new"]);
        assert_eq!(row("cost"), ["10", "12", "+2", "+20.0%"]);
    }
}
