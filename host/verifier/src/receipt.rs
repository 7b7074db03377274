use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zisk_machine::Segment;
use zisk_stark::{Proof, SharedProof, Val, verify_together};

use crate::{
    CONTEXT, Claim, Hash, ImageId, Journal, ProgramCommitment, RETIRED, Retired, RetiredVersion,
    UnknownProgram, VERSION, versions,
};

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

/// What [`Receipt::verify_with`] is to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyOptions {
    /// The exit code that the program must have ended with: 0, unless another is given.
    pub exit_code: u32,
    /// Versions that are refused beside those of [`RETIRED`]: so a verifier that is out there can stop taking receipts of
    /// its own version on the day when that is found to be broken.
    pub retired: Vec<Retired>,
}

impl Default for VerifyOptions {
    fn default() -> Self {
        Self {
            exit_code: zisk_abi::exit::SUCCESS,
            retired: Vec::new(),
        }
    }
}

/// A receipt does not show what it is said to show.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is of a version whose receipts prove nothing any more.
    #[error(transparent)]
    RetiredVersion(#[from] RetiredVersion),
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
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// They do not begin as receipts do.
    #[error("this is not a receipt: it does not begin with `{}`", MAGIC.escape_ascii())]
    Magic,
    /// They are a receipt of a version that was retired.
    #[error(transparent)]
    RetiredVersion(#[from] RetiredVersion),
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
        let options = VerifyOptions {
            exit_code,
            ..VerifyOptions::default()
        };
        self.verify_with(image_id, &options)
    }

    /// Whether the program with this image id, on some input, wrote the journal and ended as the options say.
    ///
    /// # Errors
    /// When the receipt does not show it. That receipts of its version show nothing is found before anything else.
    pub fn verify_with(
        &self,
        image_id: impl Into<ImageId>,
        options: &VerifyOptions,
    ) -> Result<(), VerifyError> {
        // What was decoded is of this version, and what was put together otherwise is verified as if it were.
        versions::check(VERSION, RETIRED, &options.retired)?;
        let exit_code = options.exit_code;
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

    /// A receipt from bytes. No more is allocated than a fixed multiple of their length.
    ///
    /// # Errors
    /// When they are no receipt of this version, or their version was retired.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(bytes, RETIRED)
    }

    fn decode(bytes: &[u8], retired: &[Retired]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(DecodeError::Magic)?;
        let (version, rest) = rest.split_first_chunk().ok_or(DecodeError::Damaged)?;
        let found = u16::from_le_bytes(*version);
        versions::check(found, retired, &[])?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn retired(version: u16) -> Retired {
        Retired {
            version,
            since: "2027-01-31".into(),
            reason: "a carry was not checked".into(),
        }
    }

    /// A receipt that everything else of `verify_with` refuses, too, as one of development mode: its version comes first.
    #[test]
    fn a_retired_version_is_refused_before_anything_else() {
        let receipt = Receipt {
            journal: Journal::default(),
            seal: Seal::dev_mode(ImageId([1; 32]), 0, &Journal::default()),
        };
        let with = |retired: &[Retired]| {
            let options = VerifyOptions {
                retired: retired.to_vec(),
                ..VerifyOptions::default()
            };
            receipt.verify_with([2; 32], &options)
        };
        assert_eq!(with(&[]), Err(VerifyError::DevMode));
        assert_eq!(with(&[retired(VERSION - 1)]), Err(VerifyError::DevMode));
        let own = retired(VERSION);
        assert_eq!(
            with(&[retired(VERSION - 1), own.clone()]),
            Err(VerifyError::RetiredVersion(RetiredVersion(own)))
        );
    }

    /// Bytes of a retired version are not looked at: here there are none behind it, which would be an error of its own.
    #[test]
    fn bytes_of_a_retired_version_are_not_decoded() {
        for version in [0, VERSION - 1, VERSION, VERSION + 1, u16::MAX] {
            let bytes = [MAGIC, &version.to_le_bytes()].concat();
            let other = if version == VERSION {
                DecodeError::Damaged
            } else {
                DecodeError::Version { found: version }
            };
            assert_eq!(Receipt::decode(&bytes, &[]).err(), Some(other));
            let own = retired(version);
            assert_eq!(
                Receipt::decode(&bytes, core::slice::from_ref(&own)).err(),
                Some(DecodeError::RetiredVersion(RetiredVersion(own)))
            );
        }
        // Half a version is none.
        let cut = [MAGIC, &[0]].concat();
        assert_eq!(
            Receipt::decode(&cut, &[retired(0)]).err(),
            Some(DecodeError::Damaged)
        );
    }
}
