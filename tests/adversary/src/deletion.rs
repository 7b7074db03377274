//! Leaves out each constraint and each message of each state machine, and sees who notices.
//!
//! Most are noticed by the list of forgeries, and messages by honest runs, which is a matter of seconds; for the others, tests
//! are run, of which each has to be run anew for each part.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fmt};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;
use rayon::prelude::*;
use serde::Deserialize;
use zisk_host::Fill;
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_stark::analysis::{TableShape, analyze};
use zisk_stark::checker::{Checker, Objection, Omission};

use crate::corpus::cases;
use crate::forgery::{self, Reach};

/// The environment variable that says what is left out, as `zisk_machine::omission` reads it.
const VARIABLE: &str = "ZISK_OMIT";

/// Tests with this in their names say what tables cost. With a part left out that is less, whatever the part is there for.
const COSTS: &str = "as_documented";

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
    /// How it objects.
    pub objection: Objection,
    /// Of the second table of instructions, the part of the first that is the same.
    pub twin: Option<String>,
}

impl Part {
    /// All parts of all state machines.
    ///
    /// # Errors
    /// When a table is not well-formed.
    pub fn all() -> Result<Vec<Self>> {
        let mut all = Vec::new();
        let main = written(&analyze(&Table::Main, &SHARED_BUSES)?, true);
        for (table, machine) in Table::ALL.iter().enumerate() {
            let shape = analyze(machine, &SHARED_BUSES)?;
            // Of others, expressions are not compared: those with much in common are long when written out.
            for (objection, text) in written(&shape, *machine == Table::MainRest) {
                let name = |machine: Table| match &objection {
                    Objection::Constraint(label) => format!("{}:{label}", machine.name()),
                    Objection::Interaction(number) => format!("{}#{number}", machine.name()),
                };
                let is_twin = *machine == Table::MainRest && main.get(&objection) == Some(&text);
                all.push(Self {
                    table,
                    name: name(*machine),
                    what: match &objection {
                        Objection::Constraint(_) => String::new(),
                        Objection::Interaction(number) => shape.interactions[*number].bus.clone(),
                    },
                    twin: is_twin.then(|| name(Table::Main)),
                    objection,
                });
            }
        }
        Ok(all)
    }

    /// Whether it is of a state machine with one of these names, if there are any.
    pub fn is_of(&self, tables: &[String]) -> bool {
        tables.is_empty() || tables.iter().any(|table| Table::ALL[self.table].name() == table)
    }
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

/// The parts of a table, with what they say, if that is asked for.
fn written(shape: &TableShape, with_text: bool) -> BTreeMap<Objection, String> {
    let text = |part: &dyn fmt::Debug| {
        if with_text {
            format!("{part:?}")
        } else {
            String::new()
        }
    };
    let mut written: BTreeMap<Objection, String> = BTreeMap::new();
    for constraint in &shape.constraints {
        let objection = Objection::Constraint(constraint.label.clone());
        let before = written.remove(&objection).unwrap_or_default();
        written.insert(objection, before + &text(&constraint.expression));
    }
    let messages = shape.interactions.iter().enumerate();
    written.extend(messages.map(|(number, message)| (Objection::Interaction(number), text(message))));
    written
}

/// What came of leaving out a part.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// The part.
    pub part: Part,
    /// Who noticed it first: honest runs that do not balance, a forgery that is accepted, or the program with a test that fails.
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

/// Leaves out each part of each state machine, or of those with these names.
///
/// # Errors
/// When something is noticed though nothing is left out, or tests cannot be run.
pub fn delete_each(tables: &[String]) -> Result<Vec<Deletion>> {
    let reasons = reasons()?;
    let known = forgery::known()?;
    let failing = forgery::failing(&known)?;
    if let Some((forgery, objections)) = failing.first() {
        bail!("not only {} objects to its forgery: {objections:?}", forgery.part);
    }
    let mut noticed: BTreeMap<String, String> = BTreeMap::new();
    for forgery in known {
        let what = match forgery.reach {
            Reach::Run => "a forgery",
            Reach::Table => "a forgery of its own table",
        };
        noticed.insert(forgery.part, what.to_owned());
    }
    let mut parts = Part::all()?;
    // With a part is asked for what it is the twin of.
    let asked = parts.iter().filter(|part| part.is_of(tables));
    let twins: BTreeSet<String> = asked.filter_map(|part| part.twin.clone()).collect();
    parts.retain(|part| part.is_of(tables) || twins.contains(&part.name));
    let (known, open): (Vec<_>, Vec<_>) = parts
        .into_iter()
        .partition(|part| noticed.contains_key(&part.name));
    let (told, open) = unbalanced(open, &mut noticed)?;
    let (twins, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|part| part.twin.is_some());
    if !open.is_empty() {
        for (part, noticed_by) in Suite::build()?.notice(&open)? {
            noticed.extend(noticed_by.map(|by| (part.name.clone(), by)));
        }
    }
    for part in &twins {
        let twin = part.twin.as_ref().filter(|twin| noticed.contains_key(*twin));
        if let Some(twin) = twin {
            noticed.insert(part.name.clone(), format!("as {twin}, which it is"));
        }
    }
    let all = known.into_iter().chain(told).chain(twins).chain(open);
    let mut all: Vec<Part> = all.filter(|part| part.is_of(tables)).collect();
    all.sort();
    let deletions = all.into_iter().map(|part| Deletion {
        noticed_by: noticed.remove(&part.name),
        reason: reasons.get(&part.name).cloned(),
        part,
    });
    Ok(deletions.collect())
}

/// The reviewed list, by part.
fn reasons() -> Result<BTreeMap<String, String>> {
    let list: List = toml::from_str(LIST).context("unnoticed.toml")?;
    let parts = Part::all()?;
    let mut reasons = BTreeMap::new();
    for entry in list.unnoticed {
        for name in entry.parts {
            if !parts.iter().any(|part| part.name == name) {
                bail!("unnoticed.toml: there is no part {name}");
            }
            reasons.insert(name, entry.reason.clone());
        }
    }
    Ok(reasons)
}

/// Parts without which honest runs do not satisfy the machine any more, and the others.
///
/// Lookups are none of them: whoever looks up less counts less.
fn unbalanced(parts: Vec<Part>, noticed: &mut BTreeMap<String, String>) -> Result<(Vec<Part>, Vec<Part>)> {
    let lookups = forgery::lookups()?;
    let is_told = |part: &Part| match part.objection {
        Objection::Constraint(_) => false,
        Objection::Interaction(_) => !lookups.contains(&part.what),
    };
    let (mut told, mut others): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_told);
    let mut found = Vec::new();
    for case in cases(1) {
        let liar = case.liar()?;
        let said = liar.say(None, Fill::Small).context("an honest run has tables")?;
        let rows = liar.rows(&said);
        let (noticing, silent): (Vec<_>, Vec<_>) = told.into_iter().partition(|part| {
            let Objection::Interaction(number) = part.objection else {
                return false;
            };
            let omission = Omission {
                table: part.table,
                part: zisk_stark::checker::Part::Interaction(number),
            };
            let mut checker = Checker::new(&SHARED_BUSES);
            for tables in &rows {
                checker.check_without(tables, &omission);
            }
            checker.finish().is_err()
        });
        for part in noticing {
            noticed.insert(part.name.clone(), format!("an honest run, {}", case.name));
            found.push(part);
        }
        told = silent;
    }
    others.append(&mut told);
    others.sort();
    Ok((found, others))
}

/// Programs with tests, in which parts can be left out.
#[derive(Debug)]
struct Suite {
    /// The state machines' own.
    machine: PathBuf,
    /// Those of this package.
    adversary: Vec<PathBuf>,
}

impl Suite {
    /// Compiles the tests.
    fn build() -> Result<Self> {
        let of = |package: &str| tests(&["--package", package, "--features", &format!("{package}/omission")]);
        let machine = of("zisk-machine")?
            .pop()
            .context("the state machines have tests")?;
        // Forgeries were tried before; they name messages by their number, which is another if one is left out.
        let is_tried = |program: &PathBuf| {
            let name = program
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            name.is_some_and(|name| name.starts_with("forgeries-"))
        };
        let mut adversary = of("zisk-adversary")?;
        adversary.retain(|program| !is_tried(program));
        Ok(Self { machine, adversary })
    }

    /// Parts with the program that has a test which fails without it, if one has.
    fn notice<'a>(&self, parts: &'a [Part]) -> Result<Vec<(&'a Part, Option<String>)>> {
        if let Some(program) = self.first_to_fail("", None)? {
            bail!("{program} fails though nothing is left out");
        }
        parts
            .par_iter()
            .map(|part| {
                let module = module(Table::ALL[part.table]);
                let noticed_by = self.first_to_fail(module, Some(&part.name))?;
                tell(part, noticed_by.as_deref());
                Ok((part, noticed_by))
            })
            .collect()
    }

    /// The first program with a test that fails. A state machine's own tests come first.
    fn first_to_fail(&self, module: &str, omitted: Option<&str>) -> Result<Option<String>> {
        let mut all = vec![(&self.machine, module)];
        // Those that take longest, last: the other state machines' tests, and lies.
        let others = self.adversary.iter().rev().map(|program| (program, ""));
        all.extend(others);
        if !module.is_empty() {
            all.push((&self.machine, ""));
        }
        for (program, filter) in all {
            let mut command = Command::new(program);
            command
                .args([filter, "--test-threads=1", "--skip", COSTS])
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

/// Says what came of a part as soon as it is known: all of them take long.
#[allow(clippy::print_stderr, reason = "progress is for who waits")]
fn tell(part: &Part, noticed_by: Option<&str>) {
    eprintln!("{part}: {}", noticed_by.unwrap_or("nobody"));
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
        Table::KeccakCall => "keccak",
        Table::U256MulAdd | Table::U256MulAddMod => "uint256",
        Table::Secp256k1Add | Table::Secp256k1Double => "secp256k1",
        Table::Poseidon2 | Table::QuinticMulAdd => "koala_bear",
        Table::CopyBlock | Table::FillBlock | Table::CompareBlocks => "blocks",
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
