//! The side of a host's `build.rs`: build guests and write the source file that `include_guests!` includes.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zisk_host::ImageId;

use super::error::io_error;
use super::inputs::OWN_VARIABLES;
use super::workspace::{any_cargo, guests_of, manifest_at};
use super::{BuildError, BuiltGuest, GuestBuild, advice};

/// Set to `1`, guests are not built and an empty ELF is embedded: for editors and lints on machines without the
/// guest toolchain.
pub(super) const SKIP: &str = "ZISK_SKIP_BUILD";
/// The file in `OUT_DIR` that `include_guests!` names.
const SOURCE: &str = "zisk_guests.rs";
/// The folder in `OUT_DIR` that the ELF files are copied to.
const ELF_FOLDER: &str = "zisk_guests";

/// Builds the guest in a folder, relative to the host's package, and embeds it: call it from `build.rs`.
///
/// The host then writes `zisk_host::include_guests!()` and has `ELF`, the bytes of the guest's ELF file, and `IMAGE_ID`,
/// which receipts of it are verified with, with `ELF_PATH` and `NAME`. Where the folder holds several guest
/// binaries, there is a module with these constants for each, called like the binary.
///
/// With `ZISK_SKIP_BUILD=1` in the environment nothing is built, `ELF` is empty and `IMAGE_ID` is zero.
///
/// # Panics
/// When the guest cannot be built, with a message that says why; a build script ends that way. [`embed`]
/// returns the error instead.
pub fn build_guest(folder: impl AsRef<Path>) {
    build_guests(&[folder]);
}

/// Builds the guests in several folders and embeds them as [`build_guest`] does: several binaries in a module
/// each, a single one without a module.
///
/// # Panics
/// As [`build_guest`].
pub fn build_guests(folders: &[impl AsRef<Path>]) {
    let builds: Vec<GuestBuild> = folders
        .iter()
        .map(|folder| GuestBuild::new(folder.as_ref()))
        .collect();
    if let Err(error) = embed(&builds) {
        panic!("{error}");
    }
}

/// Builds guests with options and embeds them as [`build_guest`] does.
///
/// # Errors
/// [`BuildError`], and [`BuildError::NotInBuildScript`] when cargo's `OUT_DIR` is not set.
pub fn embed(builds: &[GuestBuild]) -> Result<Vec<BuiltGuest>, BuildError> {
    let out_dir = variable("OUT_DIR")?;
    let package = variable("CARGO_MANIFEST_DIR")?;
    let skipped = env::var_os(SKIP).is_some_and(|value| !value.is_empty() && value != "0");
    let mut guests = Vec::new();
    for build in builds {
        let mut build = build.clone();
        build.path = package.join(build.path);
        if skipped {
            guests.extend(unbuilt(&build)?);
            continue;
        }
        if build.target_dir.is_none() {
            build.target_dir = target_dir(&out_dir);
        }
        guests.extend(build.quiet(true).run()?);
    }
    check_names(&guests)?;
    let folder = out_dir.join(ELF_FOLDER);
    fs::create_dir_all(&folder).map_err(io_error("create", &folder))?;
    let mut image_ids = Vec::new();
    for guest in &mut guests {
        let copy = folder.join(elf_name(guest));
        let mut elf = Vec::new();
        let mut image_id = ImageId([0; 32]);
        if !skipped {
            elf = fs::read(&guest.elf_path).map_err(io_error("read", &guest.elf_path))?;
            image_id = zisk_host::image_id(&elf).map_err(|source| BuildError::ImageId {
                name: guest.name.clone(),
                source: Box::new(source),
            })?;
        }
        image_ids.push(image_id);
        write_if_changed(&copy, &elf)?;
        guest.elf_path = copy;
    }
    write_if_changed(&out_dir.join(SOURCE), source(&guests, &image_ids).as_bytes())?;
    let directives = directives(&guests);
    io::stdout()
        .write_all(directives.as_bytes())
        .map_err(io_error("write to", "standard output"))?;
    Ok(guests)
}

fn variable(name: &'static str) -> Result<PathBuf, BuildError> {
    env::var_os(name)
        .map(PathBuf::from)
        .ok_or(BuildError::NotInBuildScript { variable: name })
}

/// `zisk` in the target folder of the outer cargo, which marks that folder as a cache.
fn target_dir(out_dir: &Path) -> Option<PathBuf> {
    let target = out_dir
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())?;
    Some(target.join("zisk"))
}

/// What would be built.
fn unbuilt(build: &GuestBuild) -> Result<Vec<BuiltGuest>, BuildError> {
    let guests = build.select(guests_of(&manifest_at(&build.path)?, any_cargo())?)?;
    let built = guests.into_iter().flat_map(|guest| {
        guest.binaries.into_iter().map(move |name| BuiltGuest {
            package: guest.package.clone(),
            name,
            elf_path: PathBuf::new(),
            inputs: BTreeSet::from([guest.manifest_path.clone()]),
            variables: OWN_VARIABLES.map(str::to_owned).into(),
            renamed_folders: Vec::new(),
            slow_crates: Vec::new(),
        })
    });
    Ok(built.collect())
}

fn module_name(guest: &BuiltGuest) -> String {
    guest.name.replace('-', "_")
}

fn elf_name(guest: &BuiltGuest) -> String {
    format!("{}.elf", module_name(guest))
}

fn check_names(guests: &[BuiltGuest]) -> Result<(), BuildError> {
    const KEYWORDS: [&str; 4] = ["crate", "self", "super", "Self"];
    let mut seen = BTreeSet::new();
    for name in guests.iter().map(module_name) {
        let identifier = name
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_')
            && !name.starts_with(|character: char| character.is_numeric())
            && !KEYWORDS.contains(&name.as_str());
        if !identifier {
            return Err(BuildError::NoModuleName { name });
        }
        if !seen.insert(name.clone()) {
            return Err(BuildError::SameName { name });
        }
    }
    Ok(())
}

/// The constants of one guest alone, or a module with them for each of several.
fn source(guests: &[BuiltGuest], image_ids: &[ImageId]) -> String {
    let constants = |(guest, ImageId(image_id)): (&BuiltGuest, &ImageId)| {
        let name = &guest.name;
        let elf = format!(r#"concat!(env!("OUT_DIR"), "/{ELF_FOLDER}/{}")"#, elf_name(guest));
        let allow = r#"#[allow(dead_code, reason = "a host uses what it needs")]"#;
        format!(
            "/// The ELF file of the guest `{name}`.\n{allow}\n\
             pub const ELF: &[u8] = include_bytes!({elf});\n\
             /// Its image id: what receipts of it are verified with.\n{allow}\n\
             pub const IMAGE_ID: ::zisk_host::ImageId = ::zisk_host::ImageId({image_id:?});\n\
             /// Where that file lies on the machine that built the host.\n{allow}\n\
             pub const ELF_PATH: &str = {elf};\n\
             /// The guest's name.\n{allow}\n\
             pub const NAME: &str = {name:?};\n"
        )
    };
    if let ([guest], [image_id]) = (guests, image_ids) {
        return constants((guest, image_id));
    }
    guests
        .iter()
        .zip(image_ids)
        .fold(String::new(), |mut text, embedded| {
            let (guest, _) = embedded;
            // A raw identifier, because a binary may be called like a keyword.
            let (module, constants) = (module_name(guest), constants(embedded));
            let _ = write!(
                text,
                "/// The guest `{}`.\npub mod r#{module} {{\n{constants}}}\n",
                guest.name
            );
            text
        })
}

/// What cargo is told. One colon after `cargo`, because hosts may declare any minimal Rust version.
fn directives(guests: &[BuiltGuest]) -> String {
    let files: BTreeSet<&PathBuf> = guests.iter().flat_map(|guest| &guest.inputs).collect();
    let variables: BTreeSet<&String> = guests.iter().flat_map(|guest| &guest.variables).collect();
    let mut text = String::new();
    for file in files {
        let _ = writeln!(text, "cargo:rerun-if-changed={}", file.display());
    }
    for variable in variables {
        let _ = writeln!(text, "cargo:rerun-if-env-changed={variable}");
    }
    let advice = advice(guests.iter().flat_map(|guest| &guest.slow_crates));
    for line in advice.iter().flat_map(|advice| advice.lines()) {
        let _ = writeln!(text, "cargo:warning={line}");
    }
    text
}

/// A file whose content stays keeps its time, so that nothing that includes it is compiled again.
fn write_if_changed(path: &Path, content: &[u8]) -> Result<(), BuildError> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    fs::write(path, content).map_err(io_error("write", path))
}

#[cfg(test)]
mod tests {
    use super::super::{Remedy, SlowCrate};
    use super::*;

    #[test]
    fn cargo_is_told_what_would_make_guests_faster() {
        let mut guest = BuiltGuest {
            package: "guest".to_owned(),
            name: "guest".to_owned(),
            elf_path: PathBuf::new(),
            inputs: BTreeSet::new(),
            variables: BTreeSet::new(),
            renamed_folders: Vec::new(),
            slow_crates: Vec::new(),
        };
        assert_eq!(directives(&[guest.clone()]), "");
        guest.slow_crates.push(SlowCrate {
            name: "sha2".to_owned(),
            version: "0.9.0".to_owned(),
            cost: "it takes long",
            remedy: Remedy::OtherVersion("0.10".to_owned()),
        });
        let text = directives(&[guest.clone(), guest]);
        assert!(
            text.lines().all(|line| line.starts_with("cargo:warning=")),
            "{text}"
        );
        assert_eq!(text.matches("sha2 0.9.0").count(), 1, "{text}");
    }
}
