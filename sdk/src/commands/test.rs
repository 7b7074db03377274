//! `cargo zisk test`.

use std::path::PathBuf;

use clap::{Args, Parser};
use zisk_build::build::TestTargets;

use crate::error::Error;
use crate::guest_tests::{Check, Coverage, Options, run};
use crate::guests::Selection;
use crate::{receipts, terminal};

/// Run the tests of guests, on this machine and in the VM
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Test {
    /// Run only tests with this in their names
    filter: Option<String>,
    /// Options of libtest: --exact, --skip FILTER, --ignored, --include-ignored, --list, --nocapture, --show-output,
    /// --test-threads NUMBER, --quiet
    #[arg(last = true, value_name = "OPTIONS")]
    options: Vec<String>,
    /// Do without the VM
    #[arg(long, help_heading = "Tests")]
    native: bool,
    /// Run them in the VM only
    #[arg(long, conflicts_with = "native", help_heading = "Tests")]
    vm: bool,
    /// Check every constraint of the proof system on the run of each test in the VM
    #[arg(long, conflicts_with = "native", help_heading = "Tests")]
    constraints: bool,
    /// Prove the run of each test in the VM, and verify the receipt
    #[arg(long, conflicts_with_all = ["native", "constraints"], help_heading = "Tests")]
    prove: bool,
    /// Show what each test costs in the VM
    #[arg(long, conflicts_with_all = ["native", "coverage"], help_heading = "Tests")]
    cells: bool,
    /// Write to this file, in the format of lcov, how often each line of the guests is executed in the VM
    #[arg(long, value_name = "FILE", conflicts_with_all = ["native", "constraints", "prove"], help_heading = "Tests")]
    coverage: Option<PathBuf>,
    /// Run only the tests of libraries
    #[arg(long, conflicts_with_all = ["bins", "bin"], help_heading = "Tests")]
    lib: bool,
    /// Run only the tests of binaries
    #[arg(long, conflicts_with = "bin", help_heading = "Tests")]
    bins: bool,
    #[command(flatten)]
    selection: Selection,
}

const AFTER_HELP: &str = "\
On this machine, `cargo test` runs all tests of the guests' packages. In the VM those of the guests' libraries and binaries are run, each \
in a run of its own: what one leaves behind, another does not see. Tests that need std are left out there with \
#[cfg(not(target_os = \"none\"))]. A library that does not name zisk_guest otherwise needs `#[cfg(test)] use zisk_guest as _;`.

A test may say what it may cost: #[zisk_guest::test(max_cells = NUMBER)]. It fails in the VM if its run costs more than that, \
beyond the run of an empty test, by the figure of `cargo zisk estimate`; --cells shows the numbers.

For --coverage, tests are compiled without optimisation, and max_cells does not count. A line is counted as often as the instruction \
of it that was executed most often.

Exit codes: 101 a test failed; 1 it could not be run, or does not compile.";

impl Test {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let arguments = self.filter.iter().chain(&self.options);
        let options = Options::try_parse_from(arguments).map_err(Error::TestOptions)?;
        let mut failed = Vec::new();
        let natively = !self.vm && self.coverage.is_none();
        if natively
            && !self
                .selection
                .test_natively(self.targets(), &self.cargo_arguments())?
        {
            failed.push("natively".to_owned());
        }
        if !self.native {
            failed.extend(self.run_in_vm(&options)?);
        }
        if failed.is_empty() {
            Ok(())
        } else {
            Err(Error::TestsFailed { whose: failed })
        }
    }

    const fn targets(&self) -> TestTargets {
        match (self.lib, self.bins) {
            (true, _) => TestTargets::Library,
            (_, true) => TestTargets::Binaries,
            (false, false) => TestTargets::All,
        }
    }

    /// What cargo is told.
    fn cargo_arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = self.filter.iter().cloned().collect();
        arguments.push("--".to_owned());
        arguments.extend(self.options.iter().cloned());
        arguments
    }

    /// Runs the tests in the VM; gives the binaries and libraries of which some failed.
    fn run_in_vm(&self, options: &Options) -> Result<Vec<String>, Error> {
        let check = match (self.constraints, self.prove, &self.coverage) {
            (true, ..) => Check::Constraints,
            (_, true, _) => Check::Proof,
            (.., Some(_)) => Check::Coverage,
            (.., None) => Check::Cost,
        };
        let mut failed = Vec::new();
        let mut coverage = Coverage::default();
        for tests in self
            .selection
            .build_tests(self.targets(), check == Check::Coverage)?
        {
            let elf = std::fs::read(&tests.elf_path).map_err(|source| Error::File {
                action: "read",
                path: tests.elf_path.clone(),
                source,
            })?;
            terminal::progress("Running", &format!("tests of {} in the VM", tests.name));
            let summary = run(&tests.name, &elf, options, check, self.cells)?;
            if !summary.passed {
                failed.push(format!("{} in the VM", tests.name));
            }
            if let Some(executed) = &summary.executed {
                coverage.add(&tests, &elf, executed);
            }
        }
        if let Some(path) = &self.coverage {
            receipts::write(path, coverage.to_lcov().as_bytes())?;
            let (executed, all) = coverage.lines();
            let message = format!(
                "{executed} of {all} lines executed; written to {}",
                path.display()
            );
            terminal::progress("Coverage", &message);
        }
        Ok(failed)
    }
}
