//! `cargo zisk new`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::checkout::Checkout;
use crate::error::Error;
use crate::project_name::ProjectName;
use crate::template::{self, Dependencies, Values};
use crate::terminal::{self, FAINT};

/// Make a new project: a guest, a host, and tests for both
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The folder to make; its last part is the project's name
    path: PathBuf,
    /// The project's name, if it is not the folder's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Build against the checkout of zisk in this folder
    ///
    /// Without this option and --sdk-version, it is the checkout that this program was built from, or the
    /// published version of this program if that is gone.
    #[arg(long, value_name = "FOLDER", conflicts_with = "sdk_version")]
    sdk_path: Option<PathBuf>,
    /// Build against this published version of zisk
    #[arg(long, value_name = "VERSION")]
    sdk_version: Option<String>,
}

impl New {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let name: ProjectName = match &self.name {
            Some(name) => name.parse()?,
            None => folder_name(&self.path).parse()?,
        };
        let values = Values {
            name: name.as_str().to_owned(),
            dependencies: self.dependencies()?,
        };
        create(&self.path, &values)?;
        terminal::progress(
            "Created",
            &format!("project `{}` in {}", name.as_str(), self.path.display()),
        );
        next_steps(&self.path).map_err(Error::Stdout)
    }

    fn dependencies(&self) -> Result<Dependencies, Error> {
        match (&self.sdk_path, &self.sdk_version) {
            (Some(path), _) => checkout(&Checkout::at(path)?),
            (None, Some(version)) => Ok(published(version)),
            (None, None) => match Checkout::origin().and_then(|origin| checkout(&origin)) {
                Err(Error::NoCheckout { .. }) => Ok(published(env!("CARGO_PKG_VERSION"))),
                result => result,
            },
        }
    }
}

/// The last part of a path, also of one like `.`.
fn folder_name(path: &Path) -> String {
    let resolved = path.canonicalize().or_else(|_| std::path::absolute(path));
    let name = resolved
        .as_deref()
        .unwrap_or(path)
        .file_name()
        .unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn published(version: &str) -> Dependencies {
    let version = toml_string(version);
    Dependencies {
        build: version.clone(),
        guest: version.clone(),
        host: version,
    }
}

fn checkout(checkout: &Checkout) -> Result<Dependencies, Error> {
    let package = |name| -> Result<String, Error> {
        let path = checkout.package(name)?;
        let path = path
            .to_str()
            .ok_or_else(|| Error::NotUtf8 { path: path.clone() })?;
        Ok(format!("{{ path = {} }}", toml_string(path)))
    };
    Ok(Dependencies {
        build: package("build-tools")?,
        guest: package("guest-std")?,
        host: package("host")?,
    })
}

/// JSON's strings are strings of TOML as well.
fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writes a project beside its place and moves it there, so that an interruption leaves nothing half made.
fn create(path: &Path, values: &Values) -> Result<(), Error> {
    let is_there = is_empty_folder(path)?;
    let absolute = std::path::absolute(path).map_err(failed("find", path))?;
    let parent = absolute.parent().unwrap_or(&absolute);
    fs::create_dir_all(parent).map_err(failed("create", parent))?;
    let scratch = tempfile::Builder::new()
        .prefix(".cargo-zisk-new-")
        .tempdir_in(parent)
        .map_err(failed("write to", parent))?;
    // The scratch folder itself is closed to other users; a project is as open as the user's other folders.
    let project = scratch.path().join("project");
    for (file, content) in template::render(values) {
        let file = project.join(file);
        let folder = file.parent().unwrap_or(&project);
        fs::create_dir_all(folder).map_err(failed("create", folder))?;
        fs::write(&file, content).map_err(failed("write", &file))?;
    }
    if is_there {
        move_into(&project, path)
    } else {
        fs::rename(&project, path)
    }
    .map_err(failed("create", path))
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::File {
        action,
        path: path.to_owned(),
        source,
    }
}

/// Whether there is a folder already. Anything in it, or anything else there, is an error.
fn is_empty_folder(path: &Path) -> Result<bool, Error> {
    let occupied = || Error::Occupied {
        path: path.to_owned(),
    };
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none().then_some(true).ok_or_else(occupied),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(occupied()),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// Moves what is in a folder into another, which stays what it is: a shell may stand in it.
fn move_into(from: &Path, to: &Path) -> io::Result<()> {
    let mut moved = Vec::new();
    let result = fs::read_dir(from)?.try_for_each(|entry| {
        let entry = entry?;
        let target = to.join(entry.file_name());
        fs::rename(entry.path(), &target)?;
        moved.push((target, entry.path()));
        Ok(())
    });
    if result.is_err() {
        for (target, source) in moved {
            // It was moved the other way a moment ago; if that no longer works there is nothing better to do.
            let _ = fs::rename(target, source);
        }
    }
    result
}

fn next_steps(path: &Path) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    let steps = [
        (format!("cd {}", path.display()), ""),
        (
            "cargo run --release".to_owned(),
            "build the guest and run it from the host",
        ),
        ("cargo test".to_owned(), "test the guest natively and in the VM"),
        (
            "cargo zisk run --input-hex 11 --input-hex 17".to_owned(),
            "run the guest without the host",
        ),
    ];
    writeln!(stdout, "\nNext:")?;
    for (command, meaning) in steps.iter().filter(|(command, _)| command != "cd .") {
        match *meaning {
            "" => writeln!(stdout, "  {command}")?,
            meaning => writeln!(stdout, "  {command:<46}{FAINT}{meaning}{FAINT:#}")?,
        }
    }
    stdout.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            name: "demo".to_owned(),
            dependencies: published("1.2.3"),
        }
    }

    fn files_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    const PROJECT: [&str; 7] = [
        ".cargo",
        ".gitignore",
        ".vscode",
        "Cargo.toml",
        "README.md",
        "guest",
        "host",
    ];

    #[test]
    fn project_is_complete_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/demo");
        create(&path, &values()).unwrap();
        assert_eq!(files_in(&path), PROJECT);
        assert_eq!(files_in(path.parent().unwrap()), ["demo"]);
    }

    #[test]
    fn empty_folder_is_filled_and_stays_the_same_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo");
        fs::create_dir(&path).unwrap();
        let before = fs::metadata(&path).unwrap();
        create(&path, &values()).unwrap();
        assert_eq!(files_in(&path), PROJECT);
        assert_eq!(files_in(folder.path()), ["demo"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!(fs::metadata(&path).unwrap().ino(), before.ino());
        }
        #[cfg(not(unix))]
        drop(before);
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "mine").unwrap();
        for path in [folder.path(), &file] {
            assert!(
                matches!(create(path, &values()), Err(Error::Occupied { .. })),
                "{}",
                path.display()
            );
        }
        assert_eq!(files_in(folder.path()), ["file"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_a_project_as_any_other_folder() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let usual = folder.path().join("usual");
        fs::create_dir(&usual).unwrap();
        let path = folder.path().join("demo");
        create(&path, &values()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&usual));
    }

    #[test]
    fn strings_are_escaped_for_manifests() {
        let text = "C:\\a \"b\"\n\u{1}é";
        let table: toml::Table = format!("x = {}", toml_string(text)).parse().unwrap();
        assert_eq!(table["x"].as_str(), Some(text));
    }

    #[test]
    fn name_is_the_last_part_of_the_path() {
        assert_eq!(folder_name(Path::new("some/where/demo")), "demo");
        let here = std::env::current_dir().unwrap();
        assert_eq!(
            folder_name(Path::new(".")),
            here.file_name().unwrap().to_str().unwrap()
        );
    }
}
