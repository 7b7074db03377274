//! What documents say of the code is there.

use std::collections::BTreeSet;
use std::path::Path;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests is a folder of the workspace")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether a file has a test of this name, attributes and all.
fn has_test(file: &str, name: &str) -> bool {
    let function = format!("fn {name}()");
    let mut is_test = false;
    for line in file.lines().map(str::trim) {
        if line == "#[test]" {
            is_test = true;
        } else if line.contains(&function) {
            return is_test;
        } else if !line.starts_with("#[") {
            is_test = false;
        }
    }
    false
}

/// A test that was renamed or taken away no longer says what the page claims.
#[test]
fn tests_that_the_security_page_names_are_there() {
    let page = read("SECURITY.md");
    let mut claims = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        let [_, file, tests] = cells[..] else {
            panic!("`{line}` does not have three cells");
        };
        for path in quoted(file) {
            let file = read(path);
            for name in quoted(tests) {
                assert!(has_test(&file, name), "{path} has no test `{name}`");
                claims.insert(name);
            }
        }
    }
    assert!(claims.len() > 50, "only {} tests were found", claims.len());
}

#[test]
fn tests_are_told_from_other_functions() {
    let file = "#[test]\nfn one() {\n#[test]\n#[ignore = \"slow\"]\n    fn two() {\nfn three() {\n";
    assert!(has_test(file, "one") && has_test(file, "two"));
    assert!(!has_test(file, "three") && !has_test(file, "on") && !has_test(file, "four"));
}

/// The pages of the book.
fn pages() -> BTreeSet<String> {
    let files = std::fs::read_dir(workspace().join("docs")).expect("there are pages");
    files
        .map(|file| file.expect("a file").file_name().into_string().expect("text"))
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "md")
        })
        .collect()
}

#[test]
fn the_book_has_all_pages() {
    let summary = read("docs/SUMMARY.md");
    let links = summary
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let mut listed: BTreeSet<String> = links.map(str::to_owned).collect();
    listed.insert("SUMMARY.md".to_owned());
    assert_eq!(listed, pages());
}

/// Documentation tests see what is named here.
#[test]
fn code_of_all_pages_is_compiled() {
    let compiled = read("tests/src/book.rs");
    for page in pages() {
        if read(&format!("docs/{page}")).contains("```rust") {
            assert!(compiled.contains(&format!("/docs/{page}\")")), "{page}");
        }
    }
}

/// Links of documents to files of this repository, and to headings of these.
#[test]
fn links_of_documents_lead_somewhere() {
    let pages = pages().into_iter().map(|page| format!("docs/{page}"));
    let documents = ["README.md", "ARCHITECTURE.md", "SECURITY.md"].map(str::to_owned);
    for document in pages.chain(documents) {
        let document = document.as_str();
        let text = read(document);
        let folder = Path::new(document).parent().unwrap_or(Path::new(""));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                workspace().join(document)
            } else {
                workspace().join(folder).join(path)
            };
            assert!(
                target.exists(),
                "{document} links to {link}, where there is nothing"
            );
            assert!(
                !document.starts_with("docs/") || !path.contains('/') || path.starts_with("images/"),
                "{document} links to {link}, which is not in the book"
            );
            if !heading.is_empty() {
                let target = std::fs::read_to_string(&target).expect("headings are of files");
                assert!(
                    headings(&target).any(|found| found == heading),
                    "{document} links to {link}, which has no such heading"
                );
            }
        }
    }
}

/// The names by which headings are linked to.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter(|line| line.starts_with('#')).map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        words
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            })
            .collect()
    })
}
