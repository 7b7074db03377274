//! `cargo zisk new`, without building anything.

use std::fs;
use std::path::Path;

use super::{checkout, zisk, zisk_ok};

fn dependencies(project: &Path) -> toml::Table {
    let manifest: toml::Table = fs::read_to_string(project.join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    manifest["workspace"]["dependencies"].as_table().unwrap().clone()
}

#[test]
fn project_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = zisk_ok(folder.path(), &["new", "demo"]);
    assert!(outcome.stdout.contains("cd demo"), "{outcome:?}");
    let readme = folder.path().join("demo/README.md");
    assert!(fs::read_to_string(&readme).unwrap().starts_with("# demo\n"));

    fs::write(&readme, "mine").unwrap();
    let outcome = zisk(folder.path(), &["new", "demo"]);
    assert_eq!(outcome.exit_code, 2);
    assert!(
        outcome.stderr.contains("demo exists and is no empty folder"),
        "{outcome:?}"
    );
    assert_eq!(fs::read_to_string(&readme).unwrap(), "mine");
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside the project"
    );
}

#[test]
fn dependencies_are_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let make = |arguments: &[&str]| {
        let name = format!("demo{}", arguments.len());
        zisk_ok(folder.path(), &[&["new", &name], arguments].concat());
        dependencies(&folder.path().join(name))
    };
    let version = make(&["--sdk-version=1.2.3"]);
    for name in ["zisk-build", "zisk-guest", "zisk-host"] {
        assert_eq!(version[name].as_str(), Some("1.2.3"), "{name}");
    }
    // Built from a checkout, that checkout is the default.
    for chosen in [make(&[]), make(&["--sdk-path", checkout()])] {
        let path = chosen["zisk-host"]["path"].as_str().unwrap();
        assert_eq!(
            Path::new(path),
            Path::new(checkout()).canonicalize().unwrap().join("host")
        );
    }
}

#[test]
fn name_may_differ_from_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    zisk_ok(folder.path(), &["new", "2fast", "--name", "two-fast"]);
    let manifest = fs::read_to_string(folder.path().join("2fast/guest/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"two-fast-guest\""), "{manifest}");
}

#[test]
fn refusals_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let refused: [(&[&str], &str); 3] = [
        (&["new", "2fast"], "--name"),
        (&["new", "demo", "--name", "a b"], "--name"),
        (&["new", "demo", "--sdk-path", "."], "no checkout"),
    ];
    for (arguments, advice) in refused {
        let outcome = zisk(folder.path(), arguments);
        assert_eq!(outcome.exit_code, 2, "{arguments:?}: {outcome:?}");
        assert!(outcome.stderr.contains(advice), "{arguments:?}: {outcome:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
}
