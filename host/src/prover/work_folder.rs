//! A folder in which a run's proof grows, so that it can go on where it was stopped.
//!
//! | file | what it holds |
//! |---|---|
//! | `run` | which run it is, the seed of what hides it, where it is cut, the host's random answers, the work for the challenges |
//! | `segment-N.job` | what another process needs to prove a segment, if that was asked for |
//! | `segment-N.proof` | the proof of a segment |
//! | `finished` | which run it was, and its seal; the other files are gone then |
//!
//! Whoever reads `run` or a job knows what the receipt hides, so all files are their owner's alone. A file is written beside
//! and renamed. What is torn, or of another run, is not used: a `run` is known by its digest, and a segment's proof is
//! verified.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use thiserror::Error;
use zisk_stark::{Proof, Val};
use zisk_verifier::{Hash, Seal, VERSION};

use super::builder::Options;
use crate::input::Input;

/// A folder cannot be worked in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkFolderError {
    /// A file could not be read or written.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The file, or the folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process works there.
    #[error("another process is proving in {}; wait for it, or choose another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// It holds another run.
    #[error(
        "{} holds the proof of another run: of another program, input, or choice of options; choose another folder, or \
         remove this one if that proof is no longer wanted", path.display()
    )]
    OtherRun {
        /// The folder.
        path: PathBuf,
    },
}

/// Which run it is: a digest of the program, the input and the options that proofs depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunId([u8; 32]);

impl RunId {
    pub(super) fn new(elf: &[u8], input: &Input, options: &Options) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"zisk run");
        hasher.update(VERSION.to_le_bytes());
        for bytes in [elf, input.encoded()] {
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        hasher.update([u8::from(options.hiding), u8::from(options.proves_failure)]);
        Self(hasher.finalize().into())
    }
}

/// What must be the same again when a run is gone on with.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) id: RunId,
    /// The seed of what hides the run.
    pub(super) seed: [u8; 32],
    /// The instructions of each segment.
    pub(super) cuts: Vec<u64>,
    /// What the host answered when it was asked for randomness.
    pub(super) answers: Vec<u64>,
    /// The work for the challenges, if it has been done.
    pub(super) work: Option<Val>,
}

/// The folder of a run. No other process works there as long as this exists.
pub(super) struct WorkFolder {
    path: PathBuf,
    _lock: File,
}

impl WorkFolder {
    /// Opens a folder, and makes it if there is none.
    pub(super) fn open(path: &Path) -> Result<Self, WorkFolderError> {
        let error = |source| WorkFolderError::Io {
            path: path.to_owned(),
            source,
        };
        make(path).map_err(error)?;
        let lock = File::create(path.join("lock")).map_err(error)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(WorkFolderError::InUse {
                path: path.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(error(source)),
        }
    }

    /// What is kept of this run; nothing if it has not begun.
    pub(super) fn kept(&self, id: RunId) -> Result<Option<Kept>, WorkFolderError> {
        let kept: Option<Kept> = self.read("run")?;
        match kept {
            Some(kept) if kept.id == id => Ok(Some(kept)),
            Some(_) => Err(self.other_run()),
            None => Ok(None),
        }
    }

    pub(super) fn keep(&self, kept: &Kept) -> Result<(), WorkFolderError> {
        self.write("run", kept)
    }

    /// The seal of this run, if it is finished.
    pub(super) fn finished(&self, id: RunId) -> Result<Option<Seal>, WorkFolderError> {
        let finished: Option<(RunId, Seal)> = self.read("finished")?;
        match finished {
            Some((of, seal)) if of == id => Ok(Some(seal)),
            Some(_) => Err(self.other_run()),
            None => Ok(None),
        }
    }

    /// Keeps the seal and removes everything else, the seed above all.
    pub(super) fn finish(&self, id: RunId, seal: &Seal, num_segments: usize) -> Result<(), WorkFolderError> {
        self.write("finished", &(id, seal))?;
        self.remove("run")?;
        for number in 1..=num_segments {
            self.remove(&job_name(number))?;
            self.remove(&proof_name(number))?;
        }
        Ok(())
    }

    /// The proof of a segment, if there is a file that could be one.
    pub(super) fn proof(&self, number: usize) -> Result<Option<Proof<Hash>>, WorkFolderError> {
        let bytes = self.bytes(&proof_name(number))?;
        Ok(bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok()))
    }

    pub(super) fn keep_proof(&self, number: usize, proof: &Proof<Hash>) -> Result<(), WorkFolderError> {
        // Writing to memory does not fail.
        self.write_bytes(
            &proof_name(number),
            &postcard::to_allocvec(proof).unwrap_or_default(),
        )
    }

    pub(super) fn keep_job(&self, number: usize, job: &[u8]) -> Result<(), WorkFolderError> {
        self.write_bytes(&job_name(number), job)
    }

    /// A file's content; nothing if there is none, or if it is not as it was written.
    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, WorkFolderError> {
        let Some(bytes) = self.bytes(name)? else {
            return Ok(None);
        };
        let intact = bytes.split_last_chunk().filter(|(content, digest)| {
            let computed: [u8; 32] = Sha256::digest(content).into();
            computed == **digest
        });
        Ok(intact.and_then(|(content, _)| postcard::from_bytes(content).ok()))
    }

    fn write(&self, name: &str, content: &impl Serialize) -> Result<(), WorkFolderError> {
        // Writing to memory does not fail.
        let mut bytes = postcard::to_allocvec(content).unwrap_or_default();
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        self.write_bytes(name, &bytes)
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, WorkFolderError> {
        match fs::read(self.path.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.error(name, source)),
        }
    }

    fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), WorkFolderError> {
        write_private(&self.path.join(name), bytes).map_err(|source| self.error(name, source))
    }

    fn remove(&self, name: &str) -> Result<(), WorkFolderError> {
        match fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.error(name, error)),
            _ => Ok(()),
        }
    }

    fn error(&self, name: &str, source: io::Error) -> WorkFolderError {
        WorkFolderError::Io {
            path: self.path.join(name),
            source,
        }
    }

    fn other_run(&self) -> WorkFolderError {
        WorkFolderError::OtherRun {
            path: self.path.clone(),
        }
    }
}

/// Makes a folder that is its owner's alone, unless it is there.
fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file that is its owner's alone, beside, and renames it.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn proof_name(number: usize) -> String {
    format!("segment-{number:05}.proof")
}

fn job_name(number: usize) -> String {
    format!("segment-{number:05}.job")
}
