//! Leaves out each constraint and each message of each state machine, and sees whether a test fails.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fmt};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;
use rayon::prelude::*;
use serde::Deserialize;
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_stark::analysis::analyze;

/// The environment variable that says what is left out, as `zisk_machine::omission` reads it.
const VARIABLE: &str = "ZISK_OMIT";

/// The reviewed list of what no test notices.
const LIST: &str = include_str!("../unnoticed.toml");

/// A constraint or a message of a state machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The state machine's place in [`Table::ALL`].
    pub table: usize,
    /// Its name, with the state machine's.
    pub name: String,
    /// What it is, for people: of a message, the bus.
    pub what: String,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.what.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{} ({})", self.name, self.what)
        }
    }
}

/// What came of leaving out a part.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// The part.
    pub part: Part,
    /// The tests that failed first, by the program that they are in.
    pub noticed_by: Option<String>,
    /// Why it is no harm that nobody did, if that was reviewed.
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    unnoticed: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    parts: Vec<String>,
    reason: String,
}

/// Programs with tests, in which parts can be left out.
#[derive(Debug)]
pub struct Suite {
    /// The state machines' own.
    machine: PathBuf,
    /// Those of this package.
    adversary: Vec<PathBuf>,
    /// Whether a part is to be noticed by its state machine's own tests: those of its module.
    only_own: bool,
}

impl Suite {
    /// Compiles the tests. With `only_own`, each state machine's own are all that there are.
    ///
    /// # Errors
    /// When they cannot be compiled.
    pub fn build(only_own: bool) -> Result<Self> {
        let of = |package: &str| tests(&["--package", package, "--features", &format!("{package}/omission")]);
        let machine = of("zisk-machine")?
            .pop()
            .context("the state machines have tests")?;
        Ok(Self {
            machine,
            adversary: if only_own {
                Vec::new()
            } else {
                of("zisk-adversary")?
            },
            only_own,
        })
    }

    /// Leaves out each part of each state machine, or of one of this name.
    ///
    /// # Errors
    /// When a test fails though nothing is left out, or cannot be run.
    pub fn delete_each(&self, table: Option<&str>) -> Result<Vec<Deletion>> {
        if let Some(program) = self.first_to_fail("", None)? {
            bail!("{program} fails though nothing is left out");
        }
        let list: List = toml::from_str(LIST).context("unnoticed.toml")?;
        let parts: Vec<Part> = parts()?;
        let names: BTreeSet<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        if let Some(name) = list
            .unnoticed
            .iter()
            .flat_map(|entry| &entry.parts)
            .find(|name| !names.contains(name.as_str()))
        {
            bail!("unnoticed.toml: there is no part {name}");
        }
        let parts = parts.into_par_iter();
        let parts = parts.filter(|part| table.is_none_or(|table| Table::ALL[part.table].name() == table));
        parts
            .map(|part| {
                let module = module(Table::ALL[part.table]);
                let noticed_by = self.first_to_fail(module, Some(&part.name))?;
                let entry = list
                    .unnoticed
                    .iter()
                    .find(|entry| entry.parts.contains(&part.name));
                Ok(Deletion {
                    reason: entry.map(|entry| entry.reason.clone()),
                    part,
                    noticed_by,
                })
            })
            .collect()
    }

    /// The first program with a test that fails. A state machine's own tests come first.
    fn first_to_fail(&self, module: &str, omitted: Option<&str>) -> Result<Option<String>> {
        let mut all = vec![(&self.machine, module)];
        if !self.only_own {
            // Those that take longest, last: the other state machines' tests, and lies.
            let others = self.adversary.iter().rev().map(|program| (program, ""));
            all.extend(others);
            if !module.is_empty() {
                all.push((&self.machine, ""));
            }
        }
        for (program, filter) in all {
            let mut command = Command::new(program);
            command
                .args([filter, "--test-threads=1"])
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            match omitted {
                Some(name) => command.env(VARIABLE, name),
                None => command.env_remove(VARIABLE),
            };
            let status = command.status().with_context(|| program.display().to_string())?;
            if !status.success() {
                let name = program
                    .file_stem()
                    .map(|name| name.to_string_lossy().into_owned());
                let name = name.unwrap_or_default();
                let name = name.rsplit_once('-').map_or(name.as_str(), |(name, _)| name);
                return Ok(Some(if filter.is_empty() {
                    name.to_owned()
                } else {
                    format!("{name} {filter}")
                }));
            }
        }
        Ok(None)
    }
}

/// All parts of all state machines.
fn parts() -> Result<Vec<Part>> {
    let mut all = Vec::new();
    for (number, table) in Table::ALL.iter().enumerate() {
        let shape = analyze(table, &SHARED_BUSES)?;
        let labels: BTreeSet<&str> = shape
            .constraints
            .iter()
            .map(|constraint| constraint.label.as_str())
            .collect();
        let part = |name: String, what: &str| Part {
            table: number,
            name: format!("{}{name}", table.name()),
            what: what.to_owned(),
        };
        all.extend(labels.into_iter().map(|label| part(format!(":{label}"), "")));
        let messages = shape.interactions.iter().enumerate();
        all.extend(messages.map(|(index, message)| part(format!("#{index}"), &message.bus)));
    }
    Ok(all)
}

/// A part of the names of the tests that a state machine has itself.
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "most are in a module of their name"
)]
fn module(table: Table) -> &'static str {
    match table {
        Table::Main | Table::MainRest => "processor",
        Table::Range | Table::Bytes => "fixed",
        Table::Sha256Call => "sha256",
        _ => table.name(),
    }
}

/// Compiles the tests of a package.
fn tests(arguments: &[&str]) -> Result<Vec<PathBuf>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["test", "--release", "--no-run", "--message-format=json"])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be run")?;
    if !output.status.success() {
        bail!("the tests of {arguments:?} cannot be compiled");
    }
    let messages = Message::parse_stream(output.stdout.as_slice());
    let mut programs = Vec::new();
    for message in messages {
        if let Message::CompilerArtifact(artifact) = message?
            && artifact.profile.test
            && let Some(program) = artifact.executable
        {
            programs.push(program.into());
        }
    }
    Ok(programs)
}
