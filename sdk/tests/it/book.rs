//! What the pages of `docs` say to type is typed, and what they say comes out does come out.
//!
//! A block `console` has commands behind `$ `, all of a page in one shell, and below each what it writes: in a line `[..]` stands for any
//! text, and a line `...` for any lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::checkout;

/// A command, and the lines that are shown below it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step<'a> {
    command: &'a str,
    shown: Vec<&'a str>,
}

/// The blocks of a page, each with what stands behind its fence.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block = lines.by_ref().take_while(|line| *line != "```");
            blocks.push((language, block.collect()));
        }
    }
    blocks
}

fn steps(page: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for (_, lines) in blocks(page).iter().filter(|(language, _)| *language == "console") {
        for line in lines {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step {
                    command,
                    shown: Vec::new(),
                });
            } else {
                let step = steps.last_mut().expect("a block begins with a command");
                step.shown.push(line);
            }
        }
    }
    steps
}

/// Whether a line is what a page shows.
fn is_line(shown: &str, line: &str) -> bool {
    let mut parts = shown.split("[..]");
    let Some(mut rest) = parts.next().and_then(|start| line.strip_prefix(start)) else {
        return false;
    };
    let mut is_exact = true;
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        is_exact = !part.is_empty();
        rest = behind;
    }
    !is_exact || rest.is_empty()
}

/// Whether lines are what a page shows.
fn are_lines(shown: &[&str], lines: &[&str]) -> bool {
    match (shown, lines) {
        ([], []) => true,
        (["...", shown @ ..], _) => (0..=lines.len()).any(|skipped| are_lines(shown, &lines[skipped..])),
        ([shown, others @ ..], [line, rest @ ..]) => is_line(shown, line) && are_lines(others, rest),
        _ => false,
    }
}

/// What each command writes, in one shell.
fn outputs(folder: &Path, steps: &[Step<'_>]) -> Vec<String> {
    const MARK: &str = "--- next ---";
    let commands = steps
        .iter()
        .map(|step| [step.command, "\necho '", MARK, "'\n"].concat());
    let script: String = std::iter::once("exec 2>&1\nset -e\n".to_owned())
        .chain(commands)
        .collect();
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-zisk"));
    let path = [
        program.parent().unwrap().as_os_str().to_owned(),
        std::env::var_os("PATH").unwrap_or_default(),
    ]
    .join(std::ffi::OsStr::new(":"));
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", folder.with_file_name("target"))
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let end = format!("{MARK}\n");
    text.split_terminator(&end).map(str::to_owned).collect()
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(checkout()).join("docs");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

#[test]
fn commands_of_the_book_do_what_it_says() {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
    let mut num_steps = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        let steps = steps(&page);
        if steps.is_empty() {
            continue;
        }
        let folder = parent.join(path.file_stem().unwrap());
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        let outputs = outputs(&folder, &steps);
        assert_eq!(outputs.len(), steps.len(), "{}: {outputs:?}", path.display());
        for (step, output) in steps.iter().zip(&outputs) {
            let lines: Vec<&str> = output.lines().collect();
            assert!(
                are_lines(&step.shown, &lines),
                "{}: {}\nwrites\n{output}and not\n{}",
                path.display(),
                step.command,
                step.shown.join("\n")
            );
        }
        num_steps += steps.len();
    }
    assert!(num_steps > 10, "only {num_steps} commands were found");
}

/// A block of another kind would be neither compiled nor run.
#[test]
fn blocks_of_the_book_are_of_kinds_that_are_tried() {
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        for (language, _) in blocks(&page) {
            let known = ["console", "rust", "rust,no_run", "text", "toml"];
            assert!(known.contains(&language), "{}: ```{language}", path.display());
        }
    }
}

#[test]
fn steps_and_lines_are_told_apart() {
    let page = "text\n```console\n$ one\n1\n...\n$ two\n```\n```rust\n$ no\n```\n";
    let step = |command, shown: &[&'static str]| Step {
        command,
        shown: shown.to_vec(),
    };
    assert_eq!(steps(page), [step("one", &["1", "..."]), step("two", &[])]);
    assert!(is_line("a[..]c", "abc") && is_line("a[..]", "a") && is_line("[..]", ""));
    assert!(!is_line("a[..]c", "abcd") && !is_line("a", "ab") && !is_line("b[..]", "ab"));
    assert!(are_lines(&["a", "..."], &["a", "b", "c"]) && are_lines(&["...", "c"], &["a", "c"]));
    assert!(!are_lines(&["a"], &["a", "b"]) && !are_lines(&["a", "b"], &["a"]));
}
