//! Running cargo for the guest target.

use std::io::{BufReader, Read};
use std::path::Path;
use std::process::Stdio;

use cargo_metadata::{Artifact, Message};

use super::workspace::Workspace;
use super::{BuildError, flags};
use crate::GUEST_TARGET;
use crate::toolchain::Toolchain;

/// Where and how a package is built.
pub(super) struct Cargo<'a> {
    pub(super) toolchain: &'a Toolchain,
    /// The workspace that the package belongs to.
    pub(super) workspace: &'a Workspace,
    /// The folder to build in.
    pub(super) target_dir: &'a Path,
    /// Further flags of the compiler, after ours.
    pub(super) rustflags: &'a [String],
    /// Settings of the profile that take the place of those that it has.
    pub(super) settings: &'a [&'a str],
    /// The package's manifest.
    pub(super) manifest: &'a Path,
    /// Its name, for errors.
    pub(super) package: &'a str,
}

impl Cargo<'_> {
    /// Runs cargo with what it is to do (`build`, say, and which targets), and gives what was made or was there already.
    /// The compiler's messages go to standard error.
    pub(super) fn run(&self, arguments: &[String]) -> Result<Vec<Artifact>, BuildError> {
        let mut rustflags = flags::rustflags(self.workspace, self.toolchain, self.target_dir, self.rustflags);
        rustflags.push(flags::linker_script(self.target_dir)?);
        let mut command = self.toolchain.cargo_command();
        command
            .current_dir(self.manifest.parent().unwrap_or(&self.workspace.root))
            .env("CARGO_ENCODED_RUSTFLAGS", rustflags.join("\u{1f}"))
            .args(arguments)
            .args(["--target", GUEST_TARGET, "--profile", flags::PROFILE])
            .args(["--message-format", "json-render-diagnostics", "--manifest-path"])
            .arg(self.manifest)
            .arg("--target-dir")
            .arg(self.target_dir)
            // Where a configuration file splits off the build folder, its lock would be shared with an outer cargo.
            .env("CARGO_BUILD_BUILD_DIR", self.target_dir);
        for value in flags::profile(self.workspace)? {
            command.args(["--config", &value]);
        }
        for setting in self.settings {
            command.args(["--config", &format!("profile.{}.{setting}", flags::PROFILE)]);
        }
        let start = |source| BuildError::Start {
            cargo: self.toolchain.cargo.clone(),
            source,
        };
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let messages = child.stdout.take().map(artifacts).transpose();
        let status = child.wait().map_err(start)?;
        if !status.success() {
            return Err(BuildError::Compile {
                package: self.package.to_owned(),
                status,
            });
        }
        Ok(messages.map_err(start)?.unwrap_or_default())
    }
}

/// Reads cargo's messages to their end.
fn artifacts(stdout: impl Read) -> std::io::Result<Vec<Artifact>> {
    let mut found = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message? {
            found.push(artifact);
        }
    }
    Ok(found)
}
