//! The command line: what can be asked for.

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use crate::commands::{
    bench, build, c_library, completions, debug, disasm, doctor, estimate, id, inspect, man, new, patch,
    profile, prove, prove_segment, run, stats, test, toolchain, verify, verify_constraints,
};
use crate::error::Error;
use crate::terminal;

/// Write, build, run and prove programs for the zisk VM.
#[derive(Debug, Parser)]
#[command(name = "cargo-zisk", bin_name = "cargo zisk", version, styles = terminal::HELP)]
#[command(arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 success; 1 the guest failed, or could not be built or run; 2 the command line is wrong; 130 Ctrl-C.";

#[derive(Debug, Subcommand)]
enum Command {
    New(new::New),
    Build(build::Build),
    Patch(patch::Patch),
    CLibrary(c_library::CLibraryCommand),
    Run(run::Run),
    Prove(prove::Prove),
    ProveSegment(prove_segment::ProveSegment),
    Verify(verify::Verify),
    Id(id::Id),
    Inspect(inspect::Inspect),
    VerifyConstraints(verify_constraints::VerifyConstraints),
    Test(test::Test),
    Stats(stats::Stats),
    Profile(profile::Profile),
    Estimate(estimate::Estimate),
    Bench(bench::Bench),
    Disasm(disasm::Disasm),
    Debug(debug::Debug),
    #[command(subcommand)]
    Toolchain(toolchain::Toolchain),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Cli {
    /// Parses the arguments of a process. cargo calls `cargo-zisk zisk new` for `cargo zisk new`.
    pub(crate) fn parse_arguments(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Self, clap::Error> {
        let mut arguments: Vec<OsString> = arguments.into_iter().collect();
        if arguments.get(1).is_some_and(|argument| argument == "zisk") {
            arguments.remove(1);
        }
        Self::try_parse_from(arguments)
    }

    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<(), Error> {
        match self.command {
            Command::New(command) => command.run(),
            Command::Build(command) => command.run(),
            Command::Patch(command) => command.run(),
            Command::CLibrary(command) => command.run(),
            Command::Run(command) => command.run(),
            Command::Prove(command) => command.run(),
            Command::ProveSegment(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Id(command) => command.run(),
            Command::Inspect(command) => command.run(),
            Command::VerifyConstraints(command) => command.run(),
            Command::Test(command) => command.run(),
            Command::Stats(command) => command.run(),
            Command::Profile(command) => command.run(),
            Command::Estimate(command) => command.run(),
            Command::Bench(command) => command.run(),
            Command::Disasm(command) => command.run(),
            Command::Debug(command) => command.run(),
            Command::Toolchain(command) => command.run(),
            Command::Doctor(command) => command.run(),
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::parse_arguments(arguments.iter().map(OsString::from))
    }

    #[test]
    fn definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn cargo_may_name_the_subcommand_first() {
        for arguments in [&["cargo-zisk", "doctor"][..], &["cargo-zisk", "zisk", "doctor"]] {
            assert!(matches!(parse(arguments).unwrap().command, Command::Doctor(_)));
        }
    }

    #[test]
    fn every_command_and_option_is_explained() {
        fn check(command: &clap::Command) {
            assert!(
                command.get_about().is_some(),
                "{} has no help",
                command.get_name()
            );
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn file_and_build_options_exclude_each_other() {
        let error = parse(&["cargo-zisk", "run", "--elf", "a", "--bin", "b"]).unwrap_err();
        assert_eq!(error.kind(), clap::error::ErrorKind::ArgumentConflict);
    }
}
