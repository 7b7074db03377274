//! The tests of guests, natively and in the VM.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::generated::Project;
use super::{Outcome, checkout, zisk, zisk_ok};

#[test]
fn tests_of_examples_pass_in_the_vm_as_they_do_natively() {
    let repository = Path::new(checkout());
    for (guest, num_tests, test) in [
        (
            "sudoku-guest",
            3,
            "tests::one_wrong_board_among_right_ones_is_refused",
        ),
        ("word-count-guest", 2, "tests::most_frequent_words_come_first"),
        ("interpreter-guest --lib", 3, "tests::jumps"),
    ] {
        let arguments = format!("test --quiet --vm --cells --package {guest}");
        let outcome = zisk_ok(repository, &arguments.split(' ').collect::<Vec<_>>());
        let text = &outcome.stdout;
        assert!(text.contains(&format!("running {num_tests} tests\n")), "{text}");
        let line = text
            .lines()
            .find(|line| line.contains(test))
            .expect("a line for each test");
        assert!(
            line.starts_with(&format!("test {test} ... ok <")) && line.ends_with(" cells>"),
            "{line}"
        );
        let result =
            format!("test result: ok. {num_tests} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out;");
        assert!(text.contains(&result), "{text}");
        assert_eq!(outcome.stderr.matches("Running").count(), 1, "{}", outcome.stderr);
    }
}

#[test]
fn tests_of_examples_satisfy_the_constraints_and_are_proven() {
    let repository = Path::new(checkout());
    for (guest, option) in [
        ("fibonacci-guest", "--constraints"),
        ("fibonacci-guest", "--prove"),
        ("sudoku-guest", "--constraints"),
    ] {
        let arguments = ["test", "--quiet", "--vm", option, "--package", guest];
        let text = zisk_ok(repository, &arguments).stdout;
        assert!(
            text.contains(" passed; 0 failed;") && !text.contains(" 0 passed"),
            "{text}"
        );
    }
}

const GUEST: &str = r#"#![no_std]
#![cfg_attr(not(test), no_main)]
extern crate alloc;
mod helper;
zisk_guest::entry!(main);
fn main() {
    let n: u32 = zisk_guest::io::read();
    if n == 0 {
        zisk_guest::exit(9);
    }
    zisk_guest::journal::commit(&helper::triangle(n));
}
#[cfg(test)]
mod tests {
    use zisk_guest::testing::{Outcome, run};
    fn triangle(n: u32) -> Outcome {
        run(super::main, |input| input.write(&n))
    }
    #[test]
    fn passes() {
        zisk_guest::println!("printed by a test that passes");
        assert_eq!(triangle(4).decode_journal::<u64>(), Ok(10));
        let outcome = triangle(0);
        assert_eq!((outcome.exit_code, outcome.panic), (9, None));
        let outcome = triangle(1_000_000);
        assert_eq!(outcome.exit_code, 101);
        assert_eq!(outcome.panic.as_deref(), Some("1000000 is too many"));
        assert!(outcome.stderr.contains("helper.rs"), "{}", outcome.stderr);
        let outcome = run(super::main, |_| ());
        assert_eq!(outcome.exit_code, 103);
        // What runs within a run ends by itself.
        let outcome = run(
            || {
                let inner = triangle(3);
                zisk_guest::journal::commit(&(inner.exit_code, zisk_guest::io::read::<u8>()));
            },
            |input| input.write(&7u8),
        );
        assert_eq!(outcome.decode_journal::<(u32, u8)>(), Ok((0, 7)));
    }
    #[test]
    fn fails() {
        zisk_guest::println!("printed before the panic");
        assert_eq!(triangle(3).decode_journal::<u64>(), Ok(7), "the third");
    }
    #[test]
    fn returns_an_error() -> Result<(), &'static str> {
        Err("no luck")
    }
    #[test]
    #[should_panic(expected = "too many")]
    fn panics_as_expected() {
        super::helper::triangle(2_000_000);
    }
    #[test]
    #[should_panic(expected = "too few")]
    fn panics_otherwise() {
        super::helper::triangle(2_000_000);
    }
    #[test]
    #[should_panic]
    fn does_not_panic() {}
    #[test]
    #[ignore = "takes long"]
    fn is_ignored() {}
    #[test]
    fn ends_the_guest() {
        zisk_guest::exit(0);
    }
    #[zisk_guest::test(max_cells = 1_000_000)]
    fn is_cheap() {
        assert_eq!(super::helper::triangle(10), 55);
    }
    #[zisk_guest::test(max_cells = 1_000)]
    fn is_dear() {
        assert_eq!(super::helper::triangle(core::hint::black_box(500)), 125_250);
    }
}
"#;

const HELPER: &str = r#"/// The sum of all numbers up to this.
pub(crate) fn triangle(n: u32) -> u64 {
    assert!(n < 1000, "{n} is too many");
    let mut sum = 0;
    for i in 0..=n {
        sum += core::hint::black_box(u64::from(i));
    }
    sum
}

#[expect(dead_code, reason = "for what is never executed")]
fn unused(n: u32) -> u32 {
    n + 1
}
"#;

fn project(name: &str) -> Project {
    let project = Project::with_guest(name, "", GUEST);
    fs::write(project.folder.join("guest/src/helper.rs"), HELPER).unwrap();
    project
}

/// The words behind `...` of a test's line.
fn result_of<'a>(outcome: &'a Outcome, test: &str) -> &'a str {
    let mut lines = outcome.stdout.lines();
    let line = lines.find_map(|line| line.strip_prefix(&format!("test tests::{test}")));
    line.and_then(|line| line.split(" ... ").nth(1))
        .unwrap_or_else(|| panic!("no line for {test} in {}", outcome.stdout))
}

/// What is shown of a failure.
fn failure_of<'a>(outcome: &'a Outcome, test: &str) -> &'a str {
    let head = format!("---- tests::{test} stdout ----\n");
    let (_, text) = outcome
        .stdout
        .split_once(&head)
        .unwrap_or_else(|| panic!("{}", outcome.stdout));
    text.split_once("\n----").map_or(text, |(text, _)| text)
}

#[test]
fn results_are_those_of_libtest() {
    let project = project("guest-tests");
    failures_are_told(&project);
    tests_are_chosen(&project);
    lines_are_counted(&project);
}

fn failures_are_told(project: &Project) {
    let outcome = project.zisk(&["test", "--quiet", "--vm"]);
    assert_eq!(outcome.exit_code, 101, "{outcome:?}");
    assert!(outcome.stdout.contains("\nrunning 10 tests\n"), "{outcome:?}");
    for (test, result) in [
        ("passes", "ok"),
        ("fails", "FAILED"),
        ("returns_an_error", "FAILED"),
        ("panics_as_expected", "ok"),
        ("panics_otherwise", "FAILED"),
        ("does_not_panic", "FAILED"),
        ("is_ignored", "ignored, takes long"),
        ("ends_the_guest", "FAILED"),
        ("is_cheap", "ok"),
        ("is_dear", "FAILED"),
    ] {
        assert_eq!(result_of(&outcome, test), result, "{test}: {outcome:?}");
    }
    for (test, parts) in [
        ("fails", &["printed before the panic", "the third", "main.rs"][..]),
        ("returns_an_error", &["no luck"]),
        (
            "panics_otherwise",
            &["did not contain expected string", "\"too few\""],
        ),
        ("does_not_panic", &["did not panic as expected"]),
        ("ends_the_guest", &["exit code 0 outside of a run"]),
        ("is_dear", &["cells (version 1)", "at most 1,000", "max_cells"]),
    ] {
        let failure = failure_of(&outcome, test);
        for part in parts {
            assert!(failure.contains(part), "{test}: no {part} in {failure}");
        }
    }
    let text = &outcome.stdout;
    assert!(
        text.contains("test tests::panics_as_expected - should panic ... ok"),
        "{text}"
    );
    assert!(
        text.contains("test result: FAILED. 3 passed; 6 failed; 1 ignored; 0 measured; 0 filtered out;"),
        "{text}"
    );
    assert!(!text.contains("printed by a test that passes"), "{text}");
    assert!(
        outcome
            .stderr
            .contains("error: tests failed: demo-guest in the VM"),
        "{outcome:?}"
    );
}

fn tests_are_chosen(project: &Project) {
    let names = |arguments: &[&str]| {
        let text = project
            .zisk_ok(&[&["test", "--quiet", "--vm"][..], arguments].concat())
            .stdout;
        let lines = text.lines().filter_map(|line| line.strip_suffix(": test"));
        (
            lines
                .map(|name| name.trim_start_matches("tests::").to_owned())
                .collect::<Vec<_>>(),
            text,
        )
    };
    let (all, text) = names(&["--", "--list"]);
    assert_eq!(all.len(), 10, "{text}");
    assert!(text.ends_with("\n10 tests, 0 benchmarks\n"), "{text}");
    assert_eq!(
        names(&["panic", "--", "--list", "--skip", "otherwise"]).0,
        ["does_not_panic", "panics_as_expected"]
    );
    assert_eq!(
        names(&["--", "--list", "--exact", "tests::passes", "tests::fail"]).0,
        ["passes"]
    );

    let text = project
        .zisk_ok(&["test", "--quiet", "--vm", "is_ignored", "--", "--ignored"])
        .stdout;
    assert!(text.contains("test tests::is_ignored ... ok"), "{text}");
    assert!(
        text.contains("1 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out;"),
        "{text}"
    );
    let shown = [
        "test",
        "--quiet",
        "--vm",
        "tests::passes",
        "--",
        "--nocapture",
        "--test-threads",
        "1",
    ];
    let text = project.zisk_ok(&shown).stdout;
    assert!(text.contains("printed by a test that passes"), "{text}");
    let text = project
        .zisk_ok(&["test", "--quiet", "--vm", "pass", "--", "-q"])
        .stdout;
    assert!(text.contains("\nrunning 1 test\n.\n"), "{text}");

    let outcome = project.zisk(&["test", "--vm", "--", "--no-such-option"]);
    assert!(
        outcome.exit_code == 2 && outcome.stderr.contains("--no-such-option"),
        "{outcome:?}"
    );
}

fn lines_are_counted(project: &Project) {
    let arguments = ["test", "--quiet", "--coverage", "lines.info", "tests::passes"];
    project.zisk_ok(&arguments);
    let text = project.read("lines.info");
    let mut files: BTreeMap<String, BTreeMap<usize, u64>> = BTreeMap::new();
    for record in text.split("end_of_record\n").filter(|record| !record.is_empty()) {
        let field = |name: &str| record.lines().find_map(|line| line.strip_prefix(name));
        let file = Path::new(field("SF:").expect("a file"));
        assert!(file.is_file(), "{}", file.display());
        let lines = record
            .lines()
            .filter_map(|line| line.strip_prefix("DA:")?.split_once(','));
        let lines: BTreeMap<usize, u64> = lines
            .map(|(line, count)| (line.parse().unwrap(), count.parse().unwrap()))
            .collect();
        assert_eq!(field("LF:"), Some(lines.len().to_string().as_str()));
        files.insert(file.file_name().unwrap().to_str().unwrap().to_owned(), lines);
    }
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["helper.rs", "main.rs"],
        "{text}"
    );
    let count = |file: &str, source: &str, part: &str| {
        let line = source
            .lines()
            .position(|line| line.contains(part))
            .expect("a line")
            + 1;
        files[file].get(&line).copied()
    };
    // 0 to 4, and 0 to 3; a panic before the third.
    assert_eq!(count("helper.rs", HELPER, "sum += "), Some(9), "{text}");
    assert_eq!(count("helper.rs", HELPER, "n + 1"), Some(0), "{text}");
    assert_eq!(count("helper.rs", HELPER, "/// The sum"), None, "{text}");
    assert_eq!(count("main.rs", GUEST, "zisk_guest::exit(9)"), Some(1), "{text}");
    assert_eq!(count("main.rs", GUEST, "zisk_guest::exit(0)"), Some(0), "{text}");

    fs::write(project.folder.join("guest/src/lib.rs"), LIBRARY).unwrap();
    project.zisk_ok(&["test", "--quiet", "--coverage", "lines.info", "--lib"]);
    let text = project.read("lines.info");
    assert!(
        text.contains("guest/src/lib.rs\n") && text.contains("DA:5,1\n"),
        "{text}"
    );
}

const LIBRARY: &str = r"#![no_std]
#[cfg(test)]
use zisk_guest as _;
pub fn double(n: u32) -> u32 {
    n * 2
}
#[cfg(test)]
mod tests {
    #[test]
    fn doubles() {
        assert_eq!(super::double(4), 8);
    }
}
";

fn libraries_are_tested(project: &Project) {
    let outcome = project.zisk(&["test", "--quiet", "--lib"]);
    assert!(
        outcome.exit_code == 1 && outcome.stderr.contains("guests there: demo-guest"),
        "{outcome:?}"
    );

    let library = "guest/src/lib.rs";
    fs::write(project.folder.join(library), LIBRARY).unwrap();
    let outcome = project.zisk_ok(&["test", "--vm"]);
    for line in [
        "running 1 test\n",
        "test tests::doubles ... ok\n",
        "running 4 tests\n",
    ] {
        assert!(outcome.stdout.contains(line), "{outcome:?}");
    }
    let outcome = project.zisk_ok(&["test", "--lib"]);
    for line in ["running 1 test\n", "test tests::doubles ... ok\n"] {
        assert_eq!(outcome.stdout.matches(line).count(), 2, "{outcome:?}");
    }
    let outcome = project.zisk_ok(&["test", "--bin", "demo-guest"]);
    assert!(!outcome.stdout.contains("doubles"), "{outcome:?}");

    project.edit(library, |source| {
        source.replace("use zisk_guest as _;", "use core as _;")
    });
    let outcome = project.zisk(&["test", "--vm"]);
    assert!(
        outcome.exit_code == 1
            && outcome
                .stderr
                .contains("needs `#[cfg(test)] use zisk_guest as _;`"),
        "{outcome:?}"
    );
    project.zisk_ok(&["test", "--vm", "--bins"]);
    // What the manifest says of tests holds, unless a binary is named.
    let manifest = project.read("guest/Cargo.toml");
    let no_library = "\n[lib]\ntest = false\n";
    let no_binary = "[[bin]]\nname = \"demo-guest\"\npath = \"src/main.rs\"\ntest = false\n";
    for (added, choice, num_programs) in [
        (no_library.to_owned(), "--quiet", 1),
        (format!("{no_library}{no_binary}"), "--quiet", 0),
        (format!("{no_library}{no_binary}"), "--bin=demo-guest", 1),
    ] {
        project.edit("guest/Cargo.toml", |_| format!("{manifest}{added}"));
        let outcome = project.zisk_ok(&["test", "--vm", choice]);
        let found = outcome.stdout.matches("running ").count();
        assert_eq!(found, num_programs, "{added}: {outcome:?}");
    }
    project.edit("guest/Cargo.toml", |_| format!("{manifest}{no_library}"));
}

#[test]
fn a_new_project_has_tests_for_both() {
    let project = Project::new("new-tests");
    let outcome = project.zisk_ok(&["test"]);
    assert_eq!(
        outcome.stdout.matches("running 4 tests").count(),
        2,
        "{outcome:?}"
    );
    assert_eq!(
        outcome.stdout.matches("multiplying_is_cheap ... ok").count(),
        2,
        "{outcome:?}"
    );
    assert_eq!(
        outcome.stdout.matches("test result: ok. 4 passed").count(),
        2,
        "{outcome:?}"
    );
    libraries_are_tested(&project);

    project.edit("guest/src/main.rs", |source| source.replace("Ok(391)", "Ok(392)"));
    let outcome = project.zisk(&["test"]);
    assert_eq!(outcome.exit_code, 101, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("tests failed: natively, demo-guest in the VM"),
        "{outcome:?}"
    );

    project.edit("guest/src/main.rs", |source| {
        source.replace("Ok(392)", "Ok(nonsense)")
    });
    let outcome = project.zisk(&["test", "--vm"]);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(outcome.stderr.contains("does not compile"), "{outcome:?}");
    let outcome = zisk(&project.folder, &["test", "--native", "--prove"]);
    assert_eq!(outcome.exit_code, 2, "{outcome:?}");
}
