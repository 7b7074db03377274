use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zisk_machine::Table;
use zisk_stark::{Proof, Val, verify};

use crate::{Claim, Hash, ImageId, ProgramCommitment, UnknownProgram, VERSION};

/// Provable bits of security that every receipt must have.
const MIN_SECURITY_BITS: u32 = 128;

/// A program's journal, with a proof that the program wrote it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[must_use = "a receipt proves nothing to whoever does not verify it"]
pub struct Receipt {
    /// What the program made public.
    pub journal: Vec<u8>,
    /// The proof.
    pub seal: Seal,
}

/// A proof that some program ended with some exit code and some journal's digest.
#[derive(Clone, Serialize, Deserialize)]
pub struct Seal {
    program: ProgramCommitment,
    proof: Proof<Hash>,
}

impl Seal {
    /// A proof of a run of a program.
    pub fn new(program: ProgramCommitment, proof: Proof<Hash>) -> Self {
        Self { program, proof }
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal")
            .field("image_id", &self.program.image_id())
            .finish_non_exhaustive()
    }
}

/// How hard it is to forge a receipt, and what it hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Security {
    /// Provable bits: a forgery takes work of `2^bits` at least.
    pub bits: u32,
    /// The hash that this rests on.
    pub hash: &'static str,
    /// Whether a receipt says nothing of the input and the run but what the journal, the exit code and the sizes of tables
    /// say.
    pub zero_knowledge: bool,
}

/// A receipt does not show what it is said to show.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is a receipt of another program.
    #[error("the receipt is of program {found}, not of {expected}")]
    Program {
        /// The program that it should be of.
        expected: ImageId,
        /// The program that it is of.
        found: ImageId,
    },
    /// It is of no program.
    #[error(transparent)]
    UnknownProgram(#[from] UnknownProgram),
    /// Its proof does not show that the program wrote this journal and ended with this exit code.
    #[error(
        "the proof does not show that the program wrote this journal and ended with exit code {exit_code}: {source}"
    )]
    Proof {
        /// The exit code.
        exit_code: u32,
        /// What is wrong.
        source: zisk_stark::VerifyError,
    },
}

/// Bytes are no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// They do not begin as receipts do.
    #[error("this is not a receipt: it does not begin with `{}`", MAGIC.escape_ascii())]
    Magic,
    /// They are a receipt of another version.
    #[error(
        "this is a receipt of version {found}, and only version {VERSION} is accepted; prove again with this version"
    )]
    Version {
        /// Its version.
        found: u16,
    },
    /// They are damaged.
    #[error("the receipt is damaged or incomplete")]
    Damaged,
    /// There are bytes behind it.
    #[error("{num_bytes} bytes follow the receipt")]
    Trailing {
        /// How many.
        num_bytes: usize,
    },
}

/// What receipts begin with.
const MAGIC: &[u8] = b"zisk receipt";

impl Receipt {
    /// Whether the program with this image id, on some input, wrote the journal and ended with exit code 0.
    ///
    /// # Errors
    /// When the receipt does not show it.
    pub fn verify(&self, image_id: impl Into<ImageId>) -> Result<(), VerifyError> {
        self.verify_exit(image_id, zisk_abi::exit::SUCCESS)
    }

    /// Whether the program with this image id, on some input, wrote the journal and ended with this exit code.
    ///
    /// # Errors
    /// When the receipt does not show it.
    pub fn verify_exit(&self, image_id: impl Into<ImageId>, exit_code: u32) -> Result<(), VerifyError> {
        let expected = image_id.into();
        let Seal { program, proof } = &self.seal;
        let found = program.image_id();
        if found != expected {
            return Err(VerifyError::Program { expected, found });
        }
        let key = program.verifying_key()?;
        let claim = Claim::new(found, exit_code, &self.journal);
        let (entry, end) = ([program.entry()], claim.public_values());
        let of_table = |table: &Table| -> &[Val] {
            if *table == Table::Main {
                &entry
            } else if *table == Table::Halt {
                end.as_ref()
            } else {
                &[]
            }
        };
        let public_values: Vec<&[Val]> = Table::ALL.iter().map(of_table).collect();
        verify(&key, &public_values, proof, MIN_SECURITY_BITS)
            .map_err(|source| VerifyError::Proof { exit_code, source })
    }

    /// The program that the receipt says it is of. Only [`verify`](Self::verify) says whether it is.
    pub fn image_id(&self) -> ImageId {
        self.seal.program.image_id()
    }

    /// What a receipt that verifies is worth.
    pub fn security(&self) -> Security {
        Security {
            bits: MIN_SECURITY_BITS,
            hash: <Hash as zisk_stark::Hash>::NAME,
            zero_knowledge: true,
        }
    }

    /// The receipt as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        // Writing to memory does not fail.
        bytes.extend(postcard::to_allocvec(self).unwrap_or_default());
        bytes
    }

    /// A receipt from bytes. Nothing is allocated beyond their length.
    ///
    /// # Errors
    /// When they are no receipt of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(DecodeError::Magic)?;
        let (version, rest) = rest.split_first_chunk().ok_or(DecodeError::Damaged)?;
        let found = u16::from_le_bytes(*version);
        if found != VERSION {
            return Err(DecodeError::Version { found });
        }
        match postcard::take_from_bytes(rest) {
            Ok((receipt, [])) => Ok(receipt),
            Ok((_, behind)) => Err(DecodeError::Trailing {
                num_bytes: behind.len(),
            }),
            Err(_) => Err(DecodeError::Damaged),
        }
    }
}
