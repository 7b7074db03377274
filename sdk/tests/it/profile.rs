//! Profiles of examples, from the command line to what a browser shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use zisk_tests::guests::{counting, scoped};
use zisk_tests::tools::find_or_skip;

use super::{Outcome, checkout, command, zisk};

/// An example, built where it stays.
fn example(arguments: &[&str]) -> Outcome {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    let outcome: Outcome = command(Path::new(checkout()), arguments)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap()
        .into();
    assert_eq!(outcome.exit_code, 0, "{arguments:?}: {outcome:?}");
    outcome
}

fn json(outcome: &Outcome) -> Value {
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:?}");
    serde_json::from_str(&outcome.stdout).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("no {key}: {value}"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Profiles an example into a folder; gives what was printed as JSON.
fn profile(package: &str, input: &[&str], folder: &Path) -> Value {
    let output = folder.to_str().unwrap();
    let arguments = [
        &["profile", "-q", "-p", package, "--json", "--output", output],
        input,
    ]
    .concat();
    json(&example(&arguments))
}

/// The sums are those of the run, and the whole is what `stats` says is committed to.
fn sums_agree(report: &Value, package: &str, input: &[&str]) {
    let stats = json(&example(
        &[&["stats", "-q", "-p", package, "--json"], input].concat(),
    ));
    assert_eq!(report["instructions"], stats["instructions"]);
    let sum = |key: &str| -> u64 {
        let functions = list(report, "functions").iter();
        functions.map(|function| number(&function["own"][key])).sum()
    };
    assert_eq!(sum("instructions"), number(&report["instructions"]));
    assert_eq!(sum("cells"), number(&report["cells"]));
    let overhead: u64 = report["overhead"].as_object().unwrap().values().map(number).sum();
    assert_eq!(
        number(&report["cells"]) + overhead,
        number(&report["committed_cells"])
    );
    let expected = |name: &str| -> u64 {
        let tables = list(&stats, "state_machines").iter();
        // Both tables of instructions are one here.
        let same = |table: &&Value| table["name"].as_str().unwrap().trim_end_matches("_rest") == name;
        let cells = tables.filter(same).map(|table| {
            let columns = number(&table["main_columns"]) + number(&table["logup_columns"]);
            number(&table["height"]) * columns
        });
        cells.sum()
    };
    let mut committed = 0;
    for machine in list(report, "state_machines") {
        let name = machine["name"].as_str().unwrap();
        let (found, expected) = (number(&machine["committed_cells"]), expected(name));
        // How often registers rest is only bounded.
        let is_right = found == expected || name == "refresh" && found > expected;
        assert!(is_right, "{machine}: {expected}");
        committed += found;
    }
    assert_eq!(committed, number(&report["committed_cells"]));
}

/// The function that has `name` and spent most together with what it called.
fn function<'a>(report: &'a Value, name: &str) -> &'a Value {
    let functions = list(report, "functions").iter();
    let named = functions.filter(|function| function["name"] == name);
    named
        .max_by_key(|function| number(&function["total"]["cells"]))
        .unwrap_or_else(|| panic!("no function {name}: {report}"))
}

/// What the file for speedscope says is well formed and complete.
fn speedscope_is_whole(report: &Value, folder: &Path) {
    let text = fs::read_to_string(folder.join("profile.speedscope.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        file["$schema"],
        "https://www.speedscope.app/file-format-schema.json"
    );
    let frames = list(&file["shared"], "frames").len();
    assert_eq!(frames, list(report, "functions").len());
    for measure in ["cells", "instructions"] {
        let profile = list(&file, "profiles")
            .iter()
            .find(|profile| profile["name"] == measure)
            .unwrap();
        let (samples, weights) = (list(profile, "samples"), list(profile, "weights"));
        assert_eq!(samples.len(), weights.len());
        let frame = |frame: &Value| (number(frame) as usize) < frames;
        assert!(
            samples
                .iter()
                .all(|stack| stack.as_array().unwrap().iter().all(frame))
        );
        assert_eq!(weights.iter().map(number).sum::<u64>(), number(&report[measure]));
        assert_eq!(number(&profile["endValue"]), number(&report[measure]));
    }
}

/// A browser without a window and without a network.
struct Browser {
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl Browser {
    fn find(test: &str) -> Option<Self> {
        Some(Self {
            program: find_or_skip(
                test,
                &["chromium", "chromium-browser", "google-chrome"],
                "chromium",
            )?,
            folder: tempfile::tempdir().unwrap(),
        })
    }

    fn run(&self, arguments: &[&str], url: &str) -> Vec<u8> {
        let output = Command::new(&self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--window-size=1280,2400",
            ])
            .arg("--host-resolver-rules=MAP * ~NOTFOUND")
            .arg(format!("--user-data-dir={}", self.folder.path().display()))
            .args(arguments)
            .arg(url)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    }

    /// A page as it is when its scripts have run.
    fn content(&self, file: &Path) -> String {
        let url = format!("file://{}", file.display());
        String::from_utf8(self.run(&["--dump-dom"], &url)).unwrap()
    }

    /// The bytes of a picture of a page.
    fn picture(&self, url: &str) -> Vec<u8> {
        let path = self.folder.path().join("picture.png");
        self.run(&[&format!("--screenshot={}", path.display())], url);
        fs::read(path).unwrap()
    }
}

/// Everything is on the page, and the flamegraph's script has run there.
fn page_is_whole(browser: &Browser, report: &Value, folder: &Path, names: &[&str]) {
    let file = folder.join("profile.html");
    let source = fs::read_to_string(&file).unwrap();
    for elsewhere in ["src=\"http", "href=\"http", "url(http", "@import", "<link"] {
        assert!(!source.contains(elsewhere), "{elsewhere}");
    }
    let page = browser.content(&file);
    let ids = [
        "functions",
        "machines",
        "machines-over-time",
        "memory",
        "memory-over-time",
        "segments",
        "whole",
    ];
    for id in ids {
        assert!(page.contains(&format!("id=\"{id}\"")), "no {id}");
    }
    for name in names {
        assert!(page.contains(name), "no {name}");
    }
    for machine in list(report, "state_machines") {
        let is_used = number(&machine["rows"]) > 0;
        let cell = format!(">{}", machine["name"].as_str().unwrap());
        assert!(!is_used || page.contains(&cell), "no {machine}");
    }
    for series in ["main", "stack"] {
        assert!(page.contains(&format!("data-series=\"{series}\"")), "no {series}");
    }
    // The script fits the graph to the page.
    let graph = page.find("<svg").map(|start| &page[start..]).unwrap();
    let tag = &graph[..graph.find('>').unwrap()];
    assert!(tag.contains("init(evt)") && !tag.contains("viewBox"), "{tag}");

    let picture = browser.picture(&format!("file://{}", file.display()));
    let blank = browser.picture("about:blank");
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    assert!(
        picture.len() > 8 * blank.len(),
        "{} and {} bytes",
        picture.len(),
        blank.len()
    );
}

/// The flamegraphs open by themselves, and have these functions.
fn graphs_are_whole(browser: &Browser, report: &Value, folder: &Path, names: &[&str]) {
    for (file, measure) in [
        ("flamegraph.svg", "cells"),
        ("flamegraph-instructions.svg", "instructions"),
    ] {
        let graph = browser.content(&folder.join(file));
        let total = number(&report[measure]);
        assert!(graph.contains(&format!("total_samples=\"{total}\"")), "{file}");
        for name in names {
            assert!(graph.contains(&format!("<title>{name} (")), "{file}: no {name}");
        }
    }
}

#[test]
fn fibonacci_is_profiled_to_its_inlined_functions() {
    let folder = tempfile::tempdir().unwrap();
    let input = ["--input-hex", "a09c01"];
    let report = profile("fibonacci-guest", &input, folder.path());
    sums_agree(&report, "fibonacci-guest", &input);
    speedscope_is_whole(&report, folder.path());
    let whole = number(&report["cells"]);
    // A release build, in which `main` is inlined into what calls it: line tables tell.
    let main = function(&report, "main");
    assert!(
        main["file"]
            .as_str()
            .unwrap()
            .ends_with("fibonacci/guest/src/main.rs"),
        "{main}"
    );
    assert!(number(&main["total"]["cells"]) > whole / 10 * 9, "{main}");
    let start = function(&report, "zisk_guest::entry::start");
    assert!(
        number(&start["total"]["cells"]) > number(&main["total"]["cells"]),
        "{start}"
    );
    assert!(number(&start["own"]["cells"]) < whole / 100, "{start}");
    let names = ["main", "zisk_guest::entry::start"];
    let Some(browser) = Browser::find("fibonacci_is_profiled_to_its_inlined_functions") else {
        return;
    };
    page_is_whole(&browser, &report, folder.path(), &names);
    graphs_are_whole(&browser, &report, folder.path(), &names);
}

#[test]
fn sha256_is_profiled_to_its_operations_and_its_coprocessor() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input");
    fs::write(&file, [7; 5_000]).unwrap();
    let input = ["--input", file.to_str().unwrap()];
    let report = profile("sha256-guest", &input, folder.path());
    sums_agree(&report, "sha256-guest", &input);
    speedscope_is_whole(&report, folder.path());
    let whole = number(&report["cells"]);
    let functions = list(&report, "functions").iter();
    let most = functions
        .max_by_key(|function| number(&function["own"]["cells"]))
        .unwrap();
    assert_eq!(most["name"], "rotate_right<u32>");
    let compress = function(&report, "sha2::sha256::compress256");
    assert!(number(&compress["total"]["cells"]) > whole / 10 * 9, "{compress}");
    // The journal's digest is the coprocessor's: its rows are cells of whoever calls it.
    let machines = list(&report, "state_machines").iter();
    let rounds = machines.filter(|machine| machine["coprocessor"] == "sha256_compress");
    let rounds: u64 = rounds.map(|machine| number(&machine["cells"])).sum();
    let caller = function(&report, "zisk_coprocessor::sha256_compress");
    assert!(
        rounds > 0 && number(&caller["own"]["cells"]) >= rounds,
        "{caller}"
    );
    // All of the input is read, in words.
    let input = list(&report, "memory")
        .iter()
        .find(|region| region["name"] == "input")
        .unwrap();
    assert!((5_000..5_100).contains(&number(&input["bytes"])), "{input}");
    let names = [
        "rotate_right&lt;u32&gt;",
        "sha2::sha256::compress256",
        "zisk_coprocessor::sha256_compress",
    ];
    let Some(browser) = Browser::find("sha256_is_profiled_to_its_operations_and_its_coprocessor") else {
        return;
    };
    page_is_whole(&browser, &report, folder.path(), &names);
    // Eleven instructions are too few to be seen in the graph of instructions.
    graphs_are_whole(&browser, &report, folder.path(), &names[..2]);
}

#[test]
fn a_table_is_for_people() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("guest"), scoped(1000)).unwrap();
    let outcome = zisk(path, &["profile", "--elf", "guest", "--top", "1"]);
    assert_eq!(outcome.exit_code, 0, "{outcome:?}");
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    let scope = lines
        .iter()
        .find(|line| line.ends_with("  work"))
        .expect("a row for the scope");
    let columns: Vec<&str> = scope.split_whitespace().collect();
    let [cells, share, instructions, calls, _] = columns[..] else {
        panic!("{scope}");
    };
    assert_eq!(calls, "1");
    let counts = [cells, instructions].map(|count| count.replace(',', "").parse::<u64>().unwrap());
    // Three instructions in each round, and what opens and closes the scope.
    assert!(
        (3000..3020).contains(&counts[1]) && counts[0] > 90 * counts[1],
        "{scope}"
    );
    assert!(
        share.trim_end_matches('%').parse::<f64>().unwrap() > 95.0,
        "{scope}"
    );
    assert!(
        lines[0].ends_with("function") && lines[0].contains("with callees"),
        "{outcome:?}"
    );
    for text in [
        "all of them",
        "state machine",
        "rows that fill tables up",
        "in one segment",
    ] {
        assert!(outcome.stdout.contains(text), "no `{text}`: {outcome:?}");
    }
    assert!(path.join("guest.profile/profile.html").is_file());
    assert!(
        outcome.stderr.contains("guest.profile/profile.html"),
        "{outcome:?}"
    );
}

#[test]
fn failures_of_guests_are_profiled_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("guest"), counting(10, 7)).unwrap();
    let outcome = zisk(path, &["profile", "--elf", "guest", "--json", "--output", "out"]);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert_eq!(json(&outcome)["exit_code"], 7);
    assert!(outcome.stderr.contains("exit code 7"), "{outcome:?}");
    assert!(path.join("out/flamegraph.svg").is_file());

    fs::write(path.join("file"), "").unwrap();
    let outcome = zisk(path, &["profile", "--elf", "guest", "--output", "file"]);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(outcome.stderr.contains("cannot make file"), "{outcome:?}");
}
