//! The tests of a guest, run in the VM, and told of as libtest does.

mod lcov;
mod list;
mod options;
mod run;

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread::{self, available_parallelism};
use std::time::Instant;

use zisk_host::Executed;

use crate::error::Error;
use crate::terminal::{ERROR, GOOD, Relay, WARNING, grouped};

pub(crate) use lcov::Coverage;
use list::{Listed, list};
pub(crate) use options::Options;
pub(crate) use run::Check;
use run::{Ended, Tests};

/// What became of a program's tests.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// Whether all passed that were run.
    pub(crate) passed: bool,
    /// What all of them executed together, if that was counted.
    pub(crate) executed: Option<Executed>,
}

/// Runs the tests of a program that were asked for and tells of each.
pub(crate) fn run(
    name: &str,
    elf: &[u8],
    options: &Options,
    check: Check,
    shows_cells: bool,
) -> Result<Summary, Error> {
    let all = list(name, elf)?;
    let mut selected: Vec<(u64, &Listed)> = (0..)
        .zip(&all)
        .filter(|(_, test)| options.selects(test))
        .collect();
    selected.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    let mut stdout = Relay::new(anstream::stdout());
    if options.list {
        let tests: Vec<&Listed> = selected.iter().map(|(_, test)| *test).collect();
        show_list(&mut stdout, &tests, options.quiet).map_err(Error::Stdout)?;
        return Ok(Summary {
            passed: true,
            executed: None,
        });
    }
    let tests = Tests::new(elf, all.len(), check, options.nocapture)?;
    let mut report = Report {
        stdout,
        quiet: options.quiet,
        shows_cells,
        shows_output: options.show_output,
        failed: Vec::new(),
        printed: Vec::new(),
        counts: Counts {
            filtered_out: all.len() - selected.len(),
            ..Counts::default()
        },
        executed: None,
    };
    let start = Instant::now();
    report.begin(selected.len()).map_err(Error::Stdout)?;
    in_order(
        &selected,
        threads(options, check),
        |(number, test)| options.runs(test).then(|| tests.run(*number, test)).transpose(),
        |(_, test), ended| report.tell(test, ended?).map_err(Error::Stdout),
    )?;
    report.end(start).map_err(Error::Stdout)?;
    Ok(Summary {
        passed: report.failed.is_empty(),
        executed: report.executed,
    })
}

/// Proofs and checks of constraints take all threads themselves.
fn threads(options: &Options, check: Check) -> usize {
    let wanted = match check {
        Check::Cost | Check::Coverage => options.test_threads.or_else(|| available_parallelism().ok()),
        Check::Constraints | Check::Proof => None,
    };
    wanted.map_or(1, Into::into)
}

/// Does something with each item in several threads, and tells of each in the order of the items, as soon as all before it are done.
fn in_order<T: Sync, R: Send>(
    items: &[T],
    num_threads: usize,
    work: impl Fn(&T) -> R + Sync,
    mut tell: impl FnMut(&T, R) -> Result<(), Error>,
) -> Result<(), Error> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..num_threads.min(items.len()) {
            let (next, work, sender) = (&next, &work, sender.clone());
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    // Nobody receives when telling has failed; then nothing more is done.
                    if sender.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting: Vec<Option<R>> = items.iter().map(|_| None).collect();
        let mut told = 0;
        for (index, result) in receiver {
            waiting[index] = Some(result);
            while let Some(result) = waiting.get_mut(told).and_then(Option::take) {
                tell(&items[told], result)?;
                told += 1;
            }
        }
        Ok(())
    })
}

fn show_list(to: &mut impl Write, tests: &[&Listed], quiet: bool) -> io::Result<()> {
    for test in tests {
        writeln!(to, "{}: test", test.name)?;
    }
    if !quiet {
        let s = if tests.len() == 1 { "" } else { "s" };
        writeln!(to, "\n{} test{s}, 0 benchmarks", tests.len())?;
    }
    to.flush()
}

#[derive(Debug, Default)]
struct Counts {
    passed: usize,
    ignored: usize,
    filtered_out: usize,
}

/// Text about tests, in libtest's form.
struct Report<W: Write> {
    stdout: W,
    quiet: bool,
    shows_cells: bool,
    shows_output: bool,
    /// Name, output and reason.
    failed: Vec<(String, Vec<u8>, String)>,
    /// Name and output of tests that passed, if that is to be shown.
    printed: Vec<(String, Vec<u8>)>,
    counts: Counts,
    executed: Option<Executed>,
}

impl<W: Write> Report<W> {
    fn begin(&mut self, num_tests: usize) -> io::Result<()> {
        let s = if num_tests == 1 { "" } else { "s" };
        writeln!(self.stdout, "\nrunning {num_tests} test{s}")?;
        self.stdout.flush()
    }

    /// Tells of a test; nothing has ended if it was ignored.
    fn tell(&mut self, test: &Listed, ended: Option<Ended>) -> io::Result<()> {
        let (letter, word, style) = match &ended {
            None => ('i', "ignored", WARNING),
            Some(Ended { failure: None, .. }) => ('.', "ok", GOOD),
            Some(_) => ('F', "FAILED", ERROR),
        };
        if self.quiet {
            write!(self.stdout, "{letter}")?;
        } else {
            let should_panic = if test.should_panic.is_some() {
                " - should panic"
            } else {
                ""
            };
            write!(
                self.stdout,
                "test {}{should_panic} ... {style}{word}{style:#}",
                test.name
            )?;
            if let (None, Some(Some(reason))) = (&ended, &test.ignored) {
                write!(self.stdout, ", {reason}")?;
            }
            if let (true, Some(cells)) = (self.shows_cells, ended.as_ref().and_then(|ended| ended.cells)) {
                write!(self.stdout, " <{} cells>", grouped(cells))?;
            }
            writeln!(self.stdout)?;
        }
        self.stdout.flush()?;
        let Some(ended) = ended else {
            self.counts.ignored += 1;
            return Ok(());
        };
        match (&mut self.executed, ended.executed) {
            (Some(all), Some(executed)) => all.add(&executed),
            (all, executed) => *all = executed,
        }
        if let Some(reason) = ended.failure {
            self.failed.push((test.name.clone(), ended.output, reason));
            return Ok(());
        }
        self.counts.passed += 1;
        if self.shows_output && !ended.output.is_empty() {
            self.printed.push((test.name.clone(), ended.output));
        }
        Ok(())
    }

    fn end(&mut self, start: Instant) -> io::Result<()> {
        let Self {
            stdout,
            quiet,
            failed,
            printed,
            counts,
            ..
        } = self;
        if *quiet {
            writeln!(stdout)?;
        }
        if !printed.is_empty() {
            writeln!(stdout, "\nsuccesses:\n")?;
            for (name, output) in printed {
                show_output(stdout, name, output, "")?;
            }
        }
        if !failed.is_empty() {
            writeln!(stdout, "\nfailures:\n")?;
            for (name, output, reason) in failed.iter() {
                show_output(stdout, name, output, reason)?;
            }
            writeln!(stdout, "\nfailures:")?;
            for (name, ..) in failed.iter() {
                writeln!(stdout, "    {name}")?;
            }
        }
        let (word, style) = if failed.is_empty() {
            ("ok", GOOD)
        } else {
            ("FAILED", ERROR)
        };
        writeln!(
            stdout,
            "\ntest result: {style}{word}{style:#}. {} passed; {} failed; {} ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
            counts.passed,
            failed.len(),
            counts.ignored,
            counts.filtered_out,
            start.elapsed().as_secs_f64(),
        )?;
        stdout.flush()
    }
}

fn show_output(to: &mut impl Write, name: &str, output: &[u8], reason: &str) -> io::Result<()> {
    writeln!(to, "---- {name} stdout ----")?;
    to.write_all(output)?;
    if !output.ends_with(b"\n") && !output.is_empty() {
        writeln!(to)?;
    }
    if !reason.is_empty() {
        writeln!(to, "{reason}")?;
    }
    writeln!(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_told_in_order_whoever_is_first() {
        let items: Vec<u64> = (0..100).collect();
        for num_threads in [1, 7] {
            let mut told = Vec::new();
            let tell = |item: &u64, result: u64| {
                told.push((*item, result));
                Ok(())
            };
            in_order(&items, num_threads, |item| item * item, tell).unwrap();
            assert_eq!(
                told,
                items.iter().map(|item| (*item, item * item)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn an_error_ends_it() {
        let tell = |item: &u64, ()| match item {
            2 => Err(Error::TestsFailed { whose: Vec::new() }),
            _ => Ok(()),
        };
        assert!(in_order(&[1, 2, 3], 2, |_| (), tell).is_err());
    }
}
