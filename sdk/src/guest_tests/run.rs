//! Running one test in the VM, and whether it passed.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use zisk_host::{
    COST_VERSION, Executed, Execution, ExecutorEnv, ImageId, MAX_CELLS, ProveError, Prover,
    check_constraints, execute_counting, exit, image_id, run_cost,
};

use super::list::{Listed, input};
use crate::error::Error;
use crate::terminal::{Relay, grouped};

/// What is done with a test beside running it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// What it costs is counted.
    Cost,
    /// The constraints are checked as well.
    Constraints,
    /// The run is proven as well, and the receipt verified.
    Proof,
    /// What it executes is counted.
    Coverage,
}

/// How a test ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Why it did not pass.
    pub(crate) failure: Option<String>,
    /// What it printed, unless that was shown at once.
    pub(crate) output: Vec<u8>,
    /// What it costs beyond an empty test, if that was counted.
    pub(crate) cells: Option<u64>,
    /// What it executed, if that was counted.
    pub(crate) executed: Option<Executed>,
}

/// A program with tests.
pub(crate) struct Tests<'a> {
    pub(crate) elf: &'a [u8],
    pub(crate) check: Check,
    pub(crate) nocapture: bool,
    /// What the run of an empty test costs.
    empty: u64,
    /// What proves runs, and the id that receipts are verified with.
    prover: Option<(Mutex<Prover<'static>>, ImageId)>,
}

/// Text of standard output and standard error, in the order in which it was written.
#[derive(Clone, Debug, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Text {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn silent() -> ExecutorEnv<'static> {
    ExecutorEnv::new().stdout(io::sink()).stderr(io::sink())
}

impl<'a> Tests<'a> {
    /// Of a program with so many tests.
    pub(crate) fn new(elf: &'a [u8], num_tests: usize, check: Check, nocapture: bool) -> Result<Self, Error> {
        let empty = match check {
            Check::Coverage => 0,
            Check::Cost | Check::Constraints | Check::Proof => {
                // No test has this number.
                run_cost(elf, input(Some(num_tests as u64))?, silent())?.1
            }
        };
        let prover = match check {
            Check::Proof => {
                let prover = Prover::builder().proves_failure(true).build()?;
                Some((Mutex::new(prover), image_id(elf)?))
            }
            Check::Cost | Check::Constraints | Check::Coverage => None,
        };
        Ok(Self {
            elf,
            check,
            nocapture,
            empty,
            prover,
        })
    }

    /// Runs a test.
    pub(crate) fn run(&self, number: u64, test: &Listed) -> Result<Ended, Error> {
        let text = Text::default();
        // Messages are looked through for what a panic has to say.
        let messages = Text::default();
        let mut env = ExecutorEnv::new().stdout(text.clone());
        env = if self.nocapture {
            env.stdout(Relay::new(io::stdout()))
                .stderr(Tee(messages.clone(), Relay::new(io::stderr())))
        } else {
            env.stderr(Tee(messages.clone(), text.clone()))
        };
        let mut ended = Ended {
            failure: None,
            output: Vec::new(),
            cells: None,
            executed: None,
        };
        let result = self.execute(number, env, &mut ended);
        ended.output = text.bytes();
        ended.failure = match result? {
            Err(error) => Some(error),
            Ok(execution) => self.failure(number, test, &execution, &messages.bytes(), ended.cells)?,
        };
        Ok(ended)
    }

    /// Runs a test; a run that does not end by itself is a message.
    fn execute(
        &self,
        number: u64,
        env: ExecutorEnv<'_>,
        ended: &mut Ended,
    ) -> Result<Result<Execution, String>, Error> {
        let input = input(Some(number))?;
        let result = if self.check == Check::Coverage {
            execute_counting(self.elf, input, env)
                .map(|(execution, executed)| {
                    ended.executed = Some(executed);
                    execution
                })
                .map_err(ProveError::from)
        } else {
            run_cost(self.elf, input, env).map(|(execution, cost)| {
                ended.cells = Some(cost.saturating_sub(self.empty));
                execution
            })
        };
        match result {
            Ok(execution) => Ok(Ok(execution)),
            Err(ProveError::Execute(error)) => Ok(Err(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// Why a test that ended did not pass.
    fn failure(
        &self,
        number: u64,
        test: &Listed,
        execution: &Execution,
        messages: &[u8],
        cells: Option<u64>,
    ) -> Result<Option<String>, Error> {
        let failure = ended_badly(test, execution.exit_code, messages)
            .or_else(|| Some(too_dear(cells?, limit(execution)?)).flatten());
        if failure.is_some() {
            return Ok(failure);
        }
        let input = input(Some(number))?;
        if let Some((prover, image_id)) = &self.prover {
            let mut prover = prover.lock().unwrap_or_else(PoisonError::into_inner);
            let proven = prover.prove_in(silent(), self.elf, input)?;
            let verified = proven.receipt.verify_exit(*image_id, execution.exit_code);
            return Ok(verified.err().map(|error| error.to_string()));
        }
        if self.check == Check::Constraints {
            let failure = check_constraints(self.elf, input, silent())?.err();
            return Ok(failure.map(|failure| format!("the run does not satisfy the constraints\n{failure}")));
        }
        Ok(None)
    }
}

/// Writes to both.
struct Tee<A, B>(A, B);

impl<A: Write, B: Write> Write for Tee<A, B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(bytes)?;
        self.1.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()?;
        self.1.flush()
    }
}

/// Why an exit code is not the one that a test should end with, or a panic not the one that it should end in.
fn ended_badly(test: &Listed, exit_code: u32, messages: &[u8]) -> Option<String> {
    match (&test.should_panic, exit_code) {
        (None, exit::SUCCESS) | (Some(None), exit::PANIC) => None,
        // The message is in what was printed.
        (None, exit::PANIC) => Some(String::new()),
        (None, _) => Some(format!("the test ended with exit code {exit_code}")),
        (Some(Some(part)), exit::PANIC) => {
            let messages = String::from_utf8_lossy(messages);
            let has_part = messages.contains(part.as_str());
            (!has_part).then(|| {
                format!(
                    "note: panic did not contain expected string\n      panic message: {:?}\n expected substring: {part:?}",
                    messages.trim_end()
                )
            })
        }
        (Some(_), exit::SUCCESS) => Some("note: test did not panic as expected".to_owned()),
        (Some(_), _) => Some(format!(
            "the test ended with exit code {exit_code}, and not in a panic"
        )),
    }
}

/// How many cells a test says that it costs at most.
fn limit(execution: &Execution) -> Option<u64> {
    let mut scopes = execution.stats.scopes.iter();
    scopes.find_map(|scope| scope.name.strip_prefix(MAX_CELLS)?.parse().ok())
}

fn too_dear(found: u64, max_cells: u64) -> Option<String> {
    (found > max_cells).then(|| {
        format!(
            "the test costs {} cells (version {COST_VERSION}) where at most {} are expected; make it cheaper, or raise its max_cells \
             to {found}",
            grouped(found),
            grouped(max_cells),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::option_option, reason = "as in what is tested")]
    fn test(should_panic: Option<Option<&str>>) -> Listed {
        Listed {
            name: "test".to_owned(),
            ignored: None,
            should_panic: should_panic.map(|part| part.map(str::to_owned)),
        }
    }

    #[test]
    fn a_test_ends_as_it_should() {
        let messages = b"panicked at src/main.rs:1:2:\nno such thing\n";
        for (should_panic, exit_code, reason) in [
            (None, 0, None),
            (None, 101, Some("")),
            (None, 7, Some("exit code 7")),
            (Some(None), 101, None),
            (Some(None), 0, Some("did not panic")),
            (Some(None), 102, Some("not in a panic")),
            (Some(Some("such")), 101, None),
            (Some(Some("other")), 101, Some("expected substring: \"other\"")),
            (Some(Some("such")), 0, Some("did not panic")),
        ] {
            let found = ended_badly(&test(should_panic), exit_code, messages);
            match reason {
                None => assert_eq!(found, None, "{should_panic:?} {exit_code}"),
                Some(reason) => assert!(
                    found.as_ref().is_some_and(|found| found.contains(reason)),
                    "{found:?}"
                ),
            }
        }
    }

    #[test]
    fn what_costs_more_than_it_should_is_told_with_both_numbers() {
        assert_eq!(too_dear(1000, 1000), None);
        let text = too_dear(1_234_567, 1000).unwrap();
        assert!(
            text.contains("1,234,567 cells") && text.contains("at most 1,000"),
            "{text}"
        );
    }
}
