//! `cargo zisk debug`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use clap::Args;
use zisk_debugger::{Ending, Outcome, Output, Server, Session};

use crate::commands::prove::parse_size;
use crate::commands::run::outcome as outcome_of;
use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::interrupt;
use crate::journal_text::JournalText;
use crate::terminal::{self, Relay};

/// The programs that can be given as gdb; the last one only where it knows RISC-V.
const GDB: [&str; 3] = ["gdb-multiarch", "riscv64-unknown-elf-gdb", "gdb"];

/// Build a guest and debug it with gdb, forward and backward
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Debug {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
    /// Wait for gdb on this port of this machine; 0 is one that is free
    #[arg(long, value_name = "PORT", default_value_t = 0, help_heading = "Debugging")]
    port: u16,
    /// Start gdb here, and end with it; what stands behind `--` is handed to it
    #[arg(long, help_heading = "Debugging")]
    gdb: bool,
    /// Keep checkpoints for going back in so much memory
    #[arg(long, value_name = "BYTES", value_parser = parse_size, default_value = "512M", help_heading = "Debugging")]
    max_memory: u64,
    /// Options of gdb
    #[arg(last = true, value_name = "GDB OPTIONS", requires = "gdb")]
    gdb_options: Vec<String>,
}

const AFTER_HELP: &str = "\
gdb has breakpoints, watchpoints, registers and memory, and all of its commands that go backward: reverse-continue, \
reverse-stepi, reverse-finish. `monitor help` lists what there is beside: `monitor lastwrite ADDRESS` finds the \
instruction that wrote there last. Nothing can be changed: it is the run that the input makes.

A guest that is about to end with an exit code other than 0 stops with SIGABRT before it does, so that one can go back.";

impl Debug {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let guest = self.guest.inspectable()?;
        let input = self.inputs.read()?;
        let output = Output {
            stdout: Box::new(Relay::new(io::stdout())),
            stderr: Box::new(Relay::new(io::stderr())),
        };
        let mut session = Session::new(&guest.elf, input.encoded(), output, self.max_memory)?;
        let server = Server::bind(self.port)?;
        let commands = gdb_commands(&guest.sources, server.port());
        let outcome = if self.gdb {
            let mut gdb = self.start_gdb(&commands, &guest.elf_path)?;
            let outcome = server.serve(&mut session, || matches!(gdb.try_wait(), Ok(None)));
            // gdb may have more to show, and its terminal is ours.
            let _ = gdb.wait();
            outcome?
        } else {
            terminal::progress("Waiting", &format!("for gdb on port {}; type", server.port()));
            terminal::progress("", &command_line(&commands, &guest.elf_path));
            server.serve(&mut session, || true)?
        };
        match outcome {
            Outcome::Left | Outcome::NobodyCame => Ok(()),
            Outcome::Over(Ending::Trapped(trap)) => Err(Error::Trapped { trap }),
            Outcome::Over(Ending::Halted { exit_code }) => {
                let journal = JournalText(session.journal());
                let mut stdout = Relay::new(io::stdout());
                writeln!(stdout, "{journal}")
                    .and_then(|()| stdout.flush())
                    .map_err(Error::Stdout)?;
                outcome_of(exit_code)
            }
        }
    }

    fn start_gdb(&self, commands: &[String], elf: &Path) -> Result<Child, Error> {
        let found = GDB.iter().find_map(|name| which::which(name).ok());
        let path = found.ok_or(Error::NoGdb { wanted: &GDB })?;
        interrupt::leave_to_others().map_err(Error::Interrupt)?;
        let mut gdb = Command::new(&path);
        gdb.args(commands.iter().flat_map(|command| ["-ex", command]));
        gdb.args(&self.gdb_options).arg(elf);
        gdb.spawn().map_err(|source| Error::StartGdb { path, source })
    }
}

/// What gdb has to be told: where the sources are that the debug information names, and where the guest is.
fn gdb_commands(sources: &[(PathBuf, String)], port: u16) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for (folder, name) in sources {
        if !named.contains(&name.as_str()) && folder.is_dir() {
            named.push(name);
            commands.push(format!("set substitute-path {name} {}", folder.display()));
        }
    }
    commands.push(format!("target remote :{port}"));
    commands
}

/// What to type into a shell.
fn command_line(commands: &[String], elf: &Path) -> String {
    let mut line = GDB[0].to_owned();
    for command in commands {
        line.push_str(" -ex ");
        line.push_str(&quoted(command));
    }
    line.push(' ');
    line.push_str(&quoted(&elf.display().to_string()));
    line
}

/// A word that a shell takes as it is.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:=+,@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_what_is_meant() {
        let line = command_line(&["target remote :1234".to_owned()], Path::new("/a b/it's"));
        assert_eq!(line, r"gdb-multiarch -ex 'target remote :1234' '/a b/it'\''s'");
        assert_eq!(quoted("/plain-1.0/guest"), "/plain-1.0/guest");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn folders_are_named_once_and_only_if_they_are_there() {
        let here = std::env::temp_dir();
        let sources = [(&*here, "/a"), (&*here, "/a"), (Path::new("/not/there"), "/b")];
        let sources = sources.map(|(folder, name)| (folder.to_owned(), name.to_owned()));
        let commands = gdb_commands(&sources, 7);
        let first = format!("set substitute-path /a {}", here.display());
        assert_eq!(commands, [first, "target remote :7".to_owned()]);
    }
}
