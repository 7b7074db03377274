//! What `cargo zisk profile` shows: a table, flamegraphs, a file for speedscope, and a page with all of it.

mod charts;
mod flamegraph;
mod page;
mod speedscope;
mod text;

use std::path::{Path, PathBuf};

use serde::Serialize;
use zisk_host::profile::{Profile, Spent, Stack};

use crate::error::Error;
use crate::receipts;
use crate::terminal::visible;
pub(crate) use text::ProfileText;

/// What a flamegraph shows of each function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Cells,
    Instructions,
}

impl Measure {
    const ALL: [Self; 2] = [Self::Cells, Self::Instructions];

    const fn name(self) -> &'static str {
        match self {
            Self::Cells => "cells",
            Self::Instructions => "instructions",
        }
    }

    const fn of(self, spent: Spent) -> u64 {
        match self {
            Self::Cells => spent.cells,
            Self::Instructions => spent.instructions,
        }
    }
}

/// The files of a profile.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Files {
    pub(crate) report: PathBuf,
    pub(crate) flamegraph: PathBuf,
    pub(crate) flamegraph_instructions: PathBuf,
    pub(crate) speedscope: PathBuf,
}

impl Files {
    /// Writes all of them; `guest` is the name of what was profiled.
    pub(crate) fn write(profile: &Profile, guest: &str, folder: &Path) -> Result<Self, Error> {
        let failed = |action, path: &Path| {
            let path = path.to_owned();
            move |source| Error::File { action, path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed("make", folder))?;
        let files = Self {
            report: folder.join("profile.html"),
            flamegraph: folder.join("flamegraph.svg"),
            flamegraph_instructions: folder.join("flamegraph-instructions.svg"),
            speedscope: folder.join("profile.speedscope.json"),
        };
        let graph =
            |measure, path: &Path| flamegraph::draw(profile, guest, measure).map_err(failed("draw", path));
        let cells = graph(Measure::Cells, &files.flamegraph)?;
        let instructions = graph(Measure::Instructions, &files.flamegraph_instructions)?;
        let page = page::page(profile, guest, &cells);
        let speedscope = speedscope::file(profile, guest);
        let contents = [
            (&files.report, page.as_bytes()),
            (&files.flamegraph, cells.as_bytes()),
            (&files.flamegraph_instructions, instructions.as_bytes()),
            (&files.speedscope, speedscope.as_bytes()),
        ];
        for (path, content) in contents {
            receipts::write(path, content)?;
        }
        Ok(files)
    }
}

/// A ten-thousandth of a run is no wider than a hair: what is less counts to whoever called it.
const LEAST_SHARE: u64 = 10_000;
/// The most functions on top of each other; what is beyond counts to the last of them.
const MAX_DEPTH: usize = 256;

/// The stacks that a person can see, as functions by their places, outermost first, and what each took itself.
fn visible_stacks(profile: &Profile, measure: Measure) -> Vec<(Vec<usize>, u64)> {
    let stacks = &profile.stacks;
    let least = measure.of(profile.total) / LEAST_SHARE;
    let mut totals: Vec<u64> = stacks.iter().map(|stack| measure.of(stack.own)).collect();
    // Children come behind their parents.
    for (number, stack) in stacks.iter().enumerate().rev() {
        if let Some(parent) = stack.parent {
            totals[parent] += totals[number];
        }
    }
    // Where each stack counts, and how deep that is.
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(stacks.len());
    let mut own = vec![0; stacks.len()];
    for (number, stack) in stacks.iter().enumerate() {
        let place = match stack.parent.map(|parent| places[parent]) {
            Some((around, depth)) if totals[number] < least || depth == MAX_DEPTH => (around, depth),
            Some((_, depth)) => (number, depth + 1),
            None => (number, 1),
        };
        places.push(place);
        own[place.0] += measure.of(stack.own);
    }
    let seen = stacks.iter().zip(own).filter(|(_, own)| *own > 0);
    seen.map(|(stack, own)| (functions_of(profile, stack), own))
        .collect()
}

/// The functions of a stack, outermost first.
fn functions_of(profile: &Profile, stack: &Stack) -> Vec<usize> {
    let around = |stack: &&Stack| stack.parent.and_then(|parent| profile.stacks.get(parent));
    let stacks = std::iter::successors(Some(stack), around);
    let mut functions: Vec<usize> = stacks.map(|stack| stack.function).collect();
    functions.reverse();
    functions
}

/// The name of a function, as files and people are shown it: a guest's file may say anything.
fn name_of(profile: &Profile, function: usize) -> String {
    let name = profile
        .functions
        .get(function)
        .map_or("", |function| &function.name);
    // These two are no characters of XML.
    visible(name).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// A share of a whole, in percent.
fn percent(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{}%", tenths / 10, tenths % 10)
}
