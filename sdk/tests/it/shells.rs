//! Completions and pages for man, as shells and man take them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::{zisk, zisk_ok};

/// The commands, as the program's help lists them.
fn commands() -> BTreeSet<String> {
    let help = zisk_ok(&std::env::temp_dir(), &["--help"]).stdout;
    let (_, list) = help.split_once("Commands:\n").expect("a list of commands");
    let lines = list.lines().take_while(|line| !line.is_empty());
    // What follows on further lines is indented deeper.
    let names = lines.filter_map(|line| {
        line.strip_prefix("  ")?
            .split(' ')
            .next()
            .filter(|name| !name.is_empty())
    });
    let names: BTreeSet<String> = names.filter(|name| *name != "help").map(str::to_owned).collect();
    assert!(names.contains("prove") && names.len() > 15, "{names:?}");
    names
}

#[expect(clippy::print_stderr, reason = "a test says that it is skipped")]
fn say_skipped(program: &str) {
    eprintln!("skipped: {program} is not installed");
}

/// Runs a program of others; `None`, with a line about it, where it is not installed.
fn foreign(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            say_skipped(program);
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

fn completions(folder: &Path, shell: &str) -> String {
    let text = zisk_ok(folder, &["completions", shell]).stdout;
    fs::write(folder.join(shell), &text).unwrap();
    text
}

#[test]
fn completions_parse_and_name_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = completions(folder.path(), shell);
        for command in commands() {
            assert!(text.contains(&command), "{shell}: no {command}");
        }
        if ["elvish", "powershell"].contains(&shell) {
            continue;
        }
        let path = folder.path().join(shell);
        if let Some(output) = foreign(shell, &["-n", path.to_str().unwrap()]) {
            assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        }
    }
    let outcome = zisk(folder.path(), &["completions", "none"]);
    assert_eq!(outcome.exit_code, 2, "{outcome:?}");
}

/// What bash would offer for the last of these words.
fn offered_by_bash(script: &Path, before: &str, words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let program = format!(
        "{before}\nsource '{}'\nCOMP_WORDS=({})\nCOMP_CWORD={}\n\
         function=$(complete -p {} | sed 's/.* -F \\([^ ]*\\) .*/\\1/')\n\
         \"$function\" {} '{}' '{}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        script.display(),
        quoted.join(" "),
        words.len() - 1,
        words[0],
        words[0],
        words[words.len() - 1],
        words[words.len() - 2],
    );
    let output = foreign("bash", &["-c", &program]).expect("bash is there");
    assert!(output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn bash_completes_both_ways_to_call_it() {
    let folder = tempfile::tempdir().unwrap();
    completions(folder.path(), "bash");
    let script = folder.path().join("bash");
    for call in [&["cargo-zisk"][..], &["cargo", "zisk"]] {
        let offered = |words: &[&str]| offered_by_bash(&script, "", &[call, words].concat());
        assert_eq!(offered(&["verify-c"]), ["verify-constraints"], "{call:?}");
        assert_eq!(offered(&["prove", "--max-m"]), ["--max-memory"], "{call:?}");
        assert_eq!(offered(&["toolchain", "ins"]), ["install"], "{call:?}");
    }
    // What completed cargo before completes its other commands as before.
    let before = "_others() { COMPREPLY=(\"$2-of-cargo\"); }\ncomplete -F _others cargo";
    let offered = |words: &[&str]| offered_by_bash(&script, before, words);
    assert_eq!(offered(&["cargo", "bui"]), ["bui-of-cargo"]);
    assert_eq!(offered(&["cargo", "zisk", "docto"]), ["doctor"]);
}

#[test]
fn fish_completes_both_ways_to_call_it() {
    let folder = tempfile::tempdir().unwrap();
    completions(folder.path(), "fish");
    let script = folder.path().join("fish");
    for line in ["cargo-zisk verify-c", "cargo zisk verify-c"] {
        let program = format!("source '{}'; complete -C '{line}'", script.display());
        let Some(output) = foreign("fish", &["--no-config", "-c", &program]) else {
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        let offered: Vec<&str> = text.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(offered, ["verify-constraints"], "{line}");
    }
}

#[test]
fn there_is_a_page_for_each_command_that_man_shows_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("share/man1");
    zisk_ok(folder.path(), &["man", pages.to_str().unwrap()]);
    let read = |name: &str| fs::read_to_string(pages.join(name)).unwrap();
    let all = read("cargo-zisk.1").replace('\\', "");
    for command in commands() {
        let name = format!("cargo-zisk-{command}");
        assert!(all.contains(&name), "no {name} in the page of all");
        let page = read(&format!("{name}.1")).replace('\\', "");
        assert!(page.contains(".SH NAME") && page.contains(&name), "{page}");
    }
    assert!(
        read("cargo-zisk-prove.1")
            .replace('\\', "")
            .contains("--max-memory")
    );
    for page in fs::read_dir(&pages).unwrap() {
        let path = page.unwrap().path();
        let Some(output) = foreign("groff", &["-man", "-ww", "-z", "-Tutf8", path.to_str().unwrap()]) else {
            return;
        };
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}
