//! Finding a C compiler that can compile for the guest target.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::GUEST_TARGET;

/// A C compiler for RISC-V.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Compiler {
    Gcc(PathBuf),
    Clang(PathBuf),
}

impl Compiler {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Gcc(path) | Self::Clang(path) => path,
        }
    }

    /// The folder that the compiler's own headers lie in: as the compiler names it, and resolved.
    pub(super) fn folders(&self) -> Vec<String> {
        let output = Command::new(self.path()).arg("-print-file-name=include").output();
        let Ok(output) = output else { return Vec::new() };
        let headers = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end());
        // A compiler that has none answers with the name alone.
        let Some(folder) = headers.parent().filter(|folder| folder.is_absolute()) else {
            return Vec::new();
        };
        let resolved = folder.canonicalize().ok().filter(|resolved| resolved != folder);
        [Some(folder.to_owned()), resolved]
            .into_iter()
            .flatten()
            .map(|folder| folder.display().to_string())
            .collect()
    }
}

/// Whether the user chose a compiler for the guest target, in the variables that the cc crate reads. Plain `CC` does not
/// count: it means the host's.
pub(super) fn is_chosen() -> bool {
    [
        format!("CC_{GUEST_TARGET}"),
        format!("CC_{}", GUEST_TARGET.replace('-', "_")),
        "TARGET_CC".to_owned(),
    ]
    .iter()
    .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The compiler in the folders of `path`, which is a value of `PATH`.
pub(super) fn find(path: &OsStr) -> Option<Compiler> {
    let program = |name: &str| which::which_in(name, Some(path), Path::new("/")).ok();
    let clang = || program("clang").filter(|clang| knows_riscv(clang));
    program("riscv64-unknown-elf-gcc")
        .map(Compiler::Gcc)
        .or_else(|| clang().map(Compiler::Clang))
}

fn knows_riscv(clang: &Path) -> bool {
    let output = Command::new(clang).arg("--print-targets").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("riscv64"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn script(folder: &Path, name: &str, body: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn empty_path_has_no_compiler() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find(folder.path().as_os_str()), None);
    }

    #[test]
    fn clang_counts_only_if_it_knows_the_machine() {
        let folder = tempfile::tempdir().unwrap();
        script(folder.path(), "clang", "echo '  x86-64 - 64-bit X86'");
        assert_eq!(find(folder.path().as_os_str()), None);
        let clang = script(folder.path(), "clang", "echo '  riscv64 - 64-bit RISC-V'");
        assert_eq!(find(folder.path().as_os_str()), Some(Compiler::Clang(clang)));
    }

    #[test]
    fn gcc_comes_before_clang() {
        let folder = tempfile::tempdir().unwrap();
        script(folder.path(), "clang", "echo riscv64");
        let gcc = script(folder.path(), "riscv64-unknown-elf-gcc", "");
        assert_eq!(find(folder.path().as_os_str()), Some(Compiler::Gcc(gcc)));
    }
}
