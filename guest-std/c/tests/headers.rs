//! Headers declare what the library defines, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What the compiler's own library defines for every program.
const OF_THE_COMPILER: [&str; 5] = ["memcpy", "memmove", "memset", "memcmp", "strlen"];

fn texts(folder: &str, extension: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// A text of C without comments and lines of the preprocessor.
fn declarations(header: &str) -> String {
    let mut parts = header.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    let code = parts.fold(first, |code, part| code + part.split_once("*/").unwrap().1);
    let lines = code.lines().filter(|line| !line.starts_with('#'));
    lines.collect::<Vec<_>>().join("\n")
}

/// The names that stand before parentheses.
fn names(code: &str) -> BTreeSet<String> {
    let before = code.split('(').rev().skip(1);
    before
        .map(|text| {
            let start = text.rfind(|c: char| !c.is_alphanumeric() && c != '_');
            text[start.map_or(0, |start| start + 1)..].to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn headers_and_the_library_have_the_same_functions() {
    let headers = texts("include", "h");
    assert_eq!(headers.len(), 3);
    let declared: BTreeSet<String> = headers
        .iter()
        .flat_map(|header| names(&declarations(header)))
        .collect();
    let of_the_compiler = OF_THE_COMPILER.map(str::to_owned).into();
    assert!(declared.is_superset(&of_the_compiler), "{declared:?}");

    let sources = texts("src", "rs");
    let defined: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| {
            source
                .split(r#"pub extern "C-unwind" fn "#)
                .skip(1)
                .chain(source.split(r#"pub unsafe extern "C-unwind" fn "#).skip(1))
        })
        .filter_map(|rest| Some(rest.split_once('(')?.0.to_owned()))
        .collect();
    assert_eq!(&declared - &of_the_compiler, defined);
    assert!(defined.len() > 10, "{defined:?}");
}

#[test]
fn names_are_found_in_declarations() {
    let header = "#define X(y) z\n/* not(this) */\nint one(int a,\n  int b);\nvoid *two(void); /* nor\n this(one) */\n";
    assert_eq!(
        names(&declarations(header)),
        ["one", "two"].map(str::to_owned).into()
    );
}
