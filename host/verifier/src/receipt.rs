use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zisk_machine::Segment;
use zisk_stark::{Proof, SharedProof, Val, verify_together};

use crate::{CONTEXT, Claim, Hash, ImageId, Journal, ProgramCommitment, UnknownProgram, VERSION};

/// Provable bits of security that every receipt must have.
pub const MIN_SECURITY_BITS: u32 = 128;

/// A program's journal, with a proof that the program wrote it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[must_use = "a receipt proves nothing to whoever does not verify it"]
pub struct Receipt {
    /// What the program made public.
    pub journal: Journal,
    /// The proof.
    pub seal: Seal,
}

/// A proof that some program ended with some exit code and some journal's digest.
#[derive(Clone, Serialize, Deserialize)]
pub struct Seal(Kind);

/// What a seal is worth.
#[derive(Clone, Serialize, Deserialize)]
enum Kind {
    /// A proof.
    Stark(Box<Stark>),
    /// Nothing: who made it says what the run was.
    Dev {
        image_id: ImageId,
        exit_code: u32,
        /// Digest of the journal, so that development notices if it is exchanged.
        journal_digest: [u8; 32],
    },
}

#[derive(Clone, Serialize, Deserialize)]
struct Stark {
    program: ProgramCommitment,
    /// Of the run's segments, in order.
    proofs: Vec<Proof<Hash>>,
    /// The work for the challenges that they share.
    work: Val,
    /// Whether the prover says that it hid the run. Nobody else could know.
    hides_witness: bool,
}

impl Seal {
    /// Proofs of all segments of a run of a program, in order, with the work for the challenges that they share.
    /// `hides_witness` says whether they were made to hide the run.
    pub fn new(program: ProgramCommitment, proofs: Vec<Proof<Hash>>, work: Val, hides_witness: bool) -> Self {
        Self(Kind::Stark(Box::new(Stark {
            program,
            proofs,
            work,
            hides_witness,
        })))
    }

    /// How many segments the run has that it is a proof of; none in development mode.
    pub fn num_segments(&self) -> usize {
        match &self.0 {
            Kind::Stark(stark) => stark.proofs.len(),
            Kind::Dev { .. } => 0,
        }
    }

    /// No proof, for development: only [`Receipt::verify_dev_mode`] takes it.
    pub fn dev_mode(image_id: ImageId, exit_code: u32, journal: &Journal) -> Self {
        Self(Kind::Dev {
            image_id,
            exit_code,
            journal_digest: Sha256::digest(journal.as_bytes()).into(),
        })
    }

    /// Whether it is no proof, and was made for development.
    pub fn is_dev_mode(&self) -> bool {
        matches!(self.0, Kind::Dev { .. })
    }

    fn image_id(&self) -> ImageId {
        match &self.0 {
            Kind::Stark(stark) => stark.program.image_id(),
            Kind::Dev { image_id, .. } => *image_id,
        }
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal")
            .field("image_id", &self.image_id())
            .field("is_dev_mode", &self.is_dev_mode())
            .finish_non_exhaustive()
    }
}

/// How hard it is to forge a receipt, and what it hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Security {
    /// Provable bits: a forgery takes work of `2^bits` at least. 0 for a receipt of development mode.
    pub bits: u32,
    /// The hash that this rests on.
    pub hash: &'static str,
    /// Whether the receipt, as its prover says, tells nothing of the input and the run but what the journal, the exit code
    /// and the sizes of tables tell.
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
    /// It was made in development mode, and proves nothing.
    #[error("the receipt was made in development mode and proves nothing; make one without that mode")]
    DevMode,
    /// It was made in development mode, of a run that ended otherwise or wrote another journal.
    #[error("the receipt of development mode is not of this journal and exit code {exit_code}")]
    DevModeClaim {
        /// The exit code that it should be of.
        exit_code: u32,
    },
    /// It is of no program.
    #[error(transparent)]
    UnknownProgram(#[from] UnknownProgram),
    /// It has more segments than a run can have.
    #[error("the receipt has {found} segments, and a run has {} at most", Segment::MAX)]
    TooManySegments {
        /// How many it has.
        found: usize,
    },
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
        let stark = match &self.seal.0 {
            Kind::Stark(stark) => stark,
            Kind::Dev { .. } => return Err(VerifyError::DevMode),
        };
        let found = self.require_program(image_id.into())?;
        let num_segments = stark.proofs.len();
        if num_segments > Segment::MAX as usize {
            return Err(VerifyError::TooManySegments { found: num_segments });
        }
        let key = stark.program.verifying_key()?;
        let claim = Claim::new(found, exit_code, self.journal.as_bytes());
        let run = stark.program.run(&claim, num_segments);
        let values: Vec<Vec<Vec<Val>>> = run.map(|segment| segment.public_values()).collect();
        let values: Vec<Vec<&[Val]>> = values
            .iter()
            .map(|values| values.iter().map(Vec::as_slice).collect())
            .collect();
        let proofs: Vec<SharedProof<'_, Hash>> = stark
            .proofs
            .iter()
            .zip(&values)
            .map(|(proof, public_values)| SharedProof { proof, public_values })
            .collect();
        verify_together(&key, CONTEXT, &proofs, stark.work, MIN_SECURITY_BITS)
            .map_err(|source| VerifyError::Proof { exit_code, source })
    }

    /// The same for development: takes receipts of development mode as well, which prove nothing. Whoever depends on
    /// what a receipt says calls [`verify_exit`](Self::verify_exit).
    ///
    /// # Errors
    /// When the receipt does not even say it.
    pub fn verify_dev_mode(&self, image_id: impl Into<ImageId>, exit_code: u32) -> Result<(), VerifyError> {
        let Kind::Dev {
            exit_code: said,
            journal_digest,
            ..
        } = &self.seal.0
        else {
            return self.verify_exit(image_id, exit_code);
        };
        self.require_program(image_id.into())?;
        let digest: [u8; 32] = Sha256::digest(self.journal.as_bytes()).into();
        if *said == exit_code && *journal_digest == digest {
            Ok(())
        } else {
            Err(VerifyError::DevModeClaim { exit_code })
        }
    }

    /// The program's image id, if it is this.
    fn require_program(&self, expected: ImageId) -> Result<ImageId, VerifyError> {
        let found = self.image_id();
        if found == expected {
            Ok(found)
        } else {
            Err(VerifyError::Program { expected, found })
        }
    }

    /// The program that the receipt says it is of. Only [`verify`](Self::verify) says whether it is.
    pub fn image_id(&self) -> ImageId {
        self.seal.image_id()
    }

    /// What a receipt that verifies is worth.
    pub fn security(&self) -> Security {
        let (bits, zero_knowledge) = match &self.seal.0 {
            Kind::Stark(stark) => (MIN_SECURITY_BITS, stark.hides_witness),
            Kind::Dev { .. } => (0, false),
        };
        Security {
            bits,
            hash: <Hash as zisk_stark::Hash>::NAME,
            zero_knowledge,
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
