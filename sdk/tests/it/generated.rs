//! A generated project, for tests of what becomes of one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Outcome, checkout, command, zisk_ok};

/// A project in a place that stays the same, so that what it depends on is compiled once and not in every
/// run. It lies inside the workspace of this checkout, which must not matter to cargo.
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
}

impl Project {
    /// A new one; each test has a name of its own.
    pub(crate) fn new(test: &str) -> Self {
        let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        let folder = parent.join("demo");
        fs::create_dir_all(&parent).unwrap();
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        zisk_ok(&parent, &["new", "demo", "--sdk-path", checkout()]);
        Self { folder }
    }

    /// One with this guest.
    pub(crate) fn with_guest(test: &str, dependencies: &str, source: &str) -> Self {
        let project = Self::new(test);
        project.edit("guest/Cargo.toml", |manifest| {
            manifest.replace("[dependencies]", &format!("[dependencies]{dependencies}"))
        });
        project.edit("guest/src/main.rs", |_| source.to_owned());
        project
    }

    pub(crate) fn command(&self, place: &str, arguments: &[&str]) -> Command {
        let mut command = command(&self.folder.join(place), arguments);
        command.env("CARGO_TARGET_DIR", self.folder.with_file_name("target"));
        command
    }

    pub(crate) fn zisk(&self, arguments: &[&str]) -> Outcome {
        self.command("", arguments).output().unwrap().into()
    }

    pub(crate) fn zisk_ok(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.zisk(arguments);
        assert_eq!(outcome.exit_code, 0, "{arguments:?}: {outcome:?}");
        outcome
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap()
    }

    pub(crate) fn edit(&self, file: &str, edit: impl FnOnce(String) -> String) {
        fs::write(self.folder.join(file), edit(self.read(file))).unwrap();
    }

    /// Runs cargo in it.
    pub(crate) fn cargo_ok(&self, arguments: &[&str]) {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    /// Runs the guest: its journal, how many instructions it took, and what was said. Nothing else is on standard output.
    pub(crate) fn run(&self, inputs: &[&str]) -> (String, u64, String) {
        let outcome = self.zisk_ok(&[&["run", "--quiet", "--json"], inputs].concat());
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let journal = report["journal"].as_str().unwrap().to_owned();
        (journal, report["instructions"].as_u64().unwrap(), outcome.stderr)
    }
    /// Proves a run of the guest, and verifies the receipt: its journal.
    pub(crate) fn prove(&self, inputs: &[&str]) -> String {
        let outcome =
            self.zisk_ok(&[&["prove", "--quiet", "--json", "--output", "receipt"], inputs].concat());
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let id = self.zisk_ok(&["id", "--quiet"]).stdout;
        self.zisk_ok(&["verify", "receipt", "--image-id", id.trim()]);
        report["journal"].as_str().unwrap().to_owned()
    }
}
