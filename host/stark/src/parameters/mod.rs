//! Every number the proof system can be tuned by, in one place, and the security that comes of it.

mod security;
#[cfg(test)]
mod tests;

use p3_field::TwoAdicField;
use p3_fri::FriParameters;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use security::{InstanceShape, ProximityRegime, SecurityReport, SecurityTerm};

use crate::Val;

/// The most bits of work that may be demanded at one site.
///
/// A witness is one field element, so there are 2^31 to try. At 26 bits an honest prover finds one except with
/// probability 2^-45; at 30 it fails one time in seven, at 31 Plonky3 panics. From 32 on a proof system that
/// computes its mask as `(1u32 << bits) - 1` asks for nothing at all: that overflow once made every witness
/// valid elsewhere, so the bound is checked here and does not depend on what a library does.
pub const MAX_GRINDING_BITS: u8 = 26;

const MAX_LOG_BLOWUP: u8 = 8;
const MAX_QUERIES: u16 = 1024;
const MAX_LOG_FINAL_POLY_LEN: u8 = 12;
const MAX_LOG_ARITY: u8 = 4;

/// The parameters of the proof system. Prover and verifier must agree on all of them.
///
/// They are public and the verifier's own choice: [`require`](Self::require) says whether they are strong
/// enough for a given instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// Log2 of the blowup factor: polynomials are committed at rate `2^-log_blowup`. 1 to 8.
    pub log_blowup: u8,
    /// Number of positions at which the committed codewords are opened. 1 to 1024.
    pub num_queries: u16,
    /// FRI stops folding at `2^log_final_poly_len` coefficients, which the proof then lists. 0 to 12. Every
    /// table must have more rows than that.
    pub log_final_poly_len: u8,
    /// Log2 of the largest number of points folded into one in a round of FRI. 1 to 4.
    pub max_log_arity: u8,
    /// Work demanded before the challenges.
    pub grinding: Grinding,
}

/// Bits of work (leading to zero bits in the transcript's output) demanded before each kind of challenge, each
/// 0 to [`MAX_GRINDING_BITS`].
///
/// A prover who looks for a favourable challenge must pay that work for every try, so the bits add to the
/// security of the one round that the challenge opens (eprint 2021/582, section 5) and to no other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grinding {
    /// Before the challenges of the buses within one proof.
    pub bus: u8,
    /// Before the challenges of buses that several proofs share: ground once, by whoever derives them.
    pub shared_bus: u8,
    /// Before the out-of-domain point.
    pub out_of_domain: u8,
    /// Before the challenge that combines all opened columns into one codeword.
    pub batch: u8,
    /// Before the challenge of each round of folding.
    pub fold: u8,
    /// Before the query positions.
    pub query: u8,
}

impl Grinding {
    /// All sites by name. Taken apart field by field, so that a new site cannot be forgotten here.
    fn sites(&self) -> [(&'static str, u8); 6] {
        let Self {
            bus,
            shared_bus,
            out_of_domain,
            batch,
            fold,
            query,
        } = *self;
        [
            ("bus", bus),
            ("shared bus", shared_bus),
            ("out-of-domain", out_of_domain),
            ("batch", batch),
            ("fold", fold),
            ("query", query),
        ]
    }
}

impl Parameters {
    /// 128 bits of provable security for every instance up to [`InstanceShape::largest`] whose smallest table
    /// has 2^10 rows, in the unique-decoding regime at rate 1/2.
    ///
    /// The queries carry 128.5 bits. All other rounds are ground to about 133, which costs a prover
    /// milliseconds, so that the sum over all of them stays above 128. Folding by 8 and stopping at 2^7
    /// coefficients gives short proofs: with this many queries, a round on a small domain opens most of it.
    pub fn standard() -> Self {
        Self {
            log_blowup: 1,
            num_queries: 262,
            log_final_poly_len: 7,
            max_log_arity: 3,
            grinding: Grinding {
                bus: 13,
                shared_bus: 17,
                out_of_domain: 5,
                batch: 16,
                fold: 6,
                query: 20,
            },
        }
    }

    /// Parameters that make proving a matter of milliseconds and prove nothing to anybody. They grind at every
    /// site, stop early and fold by 4, so that tests meet every branch of the format.
    #[cfg(any(test, feature = "test-parameters"))]
    pub fn fast_insecure_for_tests() -> Self {
        Self {
            log_blowup: 1,
            num_queries: 6,
            log_final_poly_len: 2,
            max_log_arity: 2,
            grinding: Grinding {
                bus: 3,
                shared_bus: 3,
                out_of_domain: 3,
                batch: 3,
                fold: 3,
                query: 3,
            },
        }
    }

    /// Whether each number is in its range.
    ///
    /// # Errors
    /// Names the first number that is not, and its range.
    pub fn validate(&self) -> Result<(), ParametersError> {
        let ranges = [
            (
                "log_blowup",
                u16::from(self.log_blowup),
                1,
                u16::from(MAX_LOG_BLOWUP),
            ),
            ("num_queries", self.num_queries, 1, MAX_QUERIES),
            (
                "log_final_poly_len",
                u16::from(self.log_final_poly_len),
                0,
                u16::from(MAX_LOG_FINAL_POLY_LEN),
            ),
            (
                "max_log_arity",
                u16::from(self.max_log_arity),
                1,
                u16::from(MAX_LOG_ARITY),
            ),
        ];
        for (name, found, min, max) in ranges {
            if !(min..=max).contains(&found) {
                return Err(ParametersError::OutOfRange {
                    name,
                    found,
                    min,
                    max,
                });
            }
        }
        for (site, bits) in self.grinding.sites() {
            if bits > MAX_GRINDING_BITS {
                return Err(ParametersError::Grinding { site, bits });
            }
        }
        Ok(())
    }

    /// Refuses an instance whose proof would give less than `bits` bits of provable security, and one that
    /// these parameters cannot prove at all. This is what a verifier calls.
    ///
    /// # Errors
    /// If the parameters are out of range, if a table is too tall or too short for them, or if the security is
    /// below `bits`.
    pub fn require(&self, shape: &InstanceShape, bits: u32) -> Result<(), ParametersError> {
        self.check(shape)?;
        // Most instances are decided here, without the search that the other regime needs.
        if self.security_in(ProximityRegime::UniqueDecoding, shape).bits >= f64::from(bits) {
            return Ok(());
        }
        let report = self.security(shape)?;
        if report.bits >= f64::from(bits) {
            return Ok(());
        }
        let limiting = report.limiting();
        Err(ParametersError::TooWeak {
            demanded: bits,
            // Rounding towards zero is what is meant: 127.9 bits are 127.
            found: report.bits as u32,
            limiting: limiting.name,
        })
    }

    /// Whether these parameters are in range and can prove tables of these heights.
    fn check(&self, shape: &InstanceShape) -> Result<(), ParametersError> {
        self.validate()?;
        let InstanceShape {
            log_min_height,
            log_max_height,
            ..
        } = *shape;
        if log_min_height > log_max_height {
            return Err(ParametersError::HeightsReversed {
                log_min_height,
                log_max_height,
            });
        }
        let log_domain = usize::from(log_max_height) + usize::from(self.log_blowup);
        if log_domain > Val::TWO_ADICITY {
            return Err(ParametersError::TableTooTall {
                log_height: log_max_height,
                log_max: Val::TWO_ADICITY.saturating_sub(usize::from(self.log_blowup)),
            });
        }
        if log_min_height <= self.log_final_poly_len {
            return Err(ParametersError::TableTooShort {
                log_height: log_min_height,
                log_final_poly_len: self.log_final_poly_len,
            });
        }
        Ok(())
    }

    /// The part of the parameters that FRI and the opening argument around it read.
    pub fn fri<M>(&self, mmcs: M) -> FriParameters<M> {
        FriParameters {
            log_blowup: self.log_blowup.into(),
            log_final_poly_len: self.log_final_poly_len.into(),
            max_log_arity: self.max_log_arity.into(),
            num_queries: self.num_queries.into(),
            batch_proof_of_work_bits: self.grinding.batch.into(),
            commit_proof_of_work_bits: self.grinding.fold.into(),
            query_proof_of_work_bits: self.grinding.query.into(),
            mmcs,
        }
    }
}

/// Why parameters are refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParametersError {
    /// A number is outside its range.
    #[error("{name} is {found}, but must be from {min} to {max}")]
    OutOfRange {
        /// The field of [`Parameters`].
        name: &'static str,
        /// Its value.
        found: u16,
        /// The smallest value allowed.
        min: u16,
        /// The largest value allowed.
        max: u16,
    },
    /// More work is demanded than one field element can prove.
    #[error("{bits} bits of grinding at the {site} site, but at most {MAX_GRINDING_BITS} are possible")]
    Grinding {
        /// The site in [`Grinding`].
        site: &'static str,
        /// The bits demanded there.
        bits: u8,
    },
    /// The smallest table is given as taller than the largest.
    #[error("the smallest table has 2^{log_min_height} rows, but the largest only 2^{log_max_height}")]
    HeightsReversed {
        /// Log2 of the rows of the smallest table.
        log_min_height: u8,
        /// Log2 of the rows of the largest table.
        log_max_height: u8,
    },
    /// The field has no domain large enough for the table.
    #[error("a table has 2^{log_height} rows, but at this blowup at most 2^{log_max} can be proven")]
    TableTooTall {
        /// Log2 of the rows of the table.
        log_height: u8,
        /// Log2 of the most rows possible.
        log_max: usize,
    },
    /// FRI stops folding before it reaches the table.
    #[error(
        "a table has 2^{log_height} rows, but needs more than the 2^{log_final_poly_len} coefficients of the \
         final polynomial; pad the table or lower log_final_poly_len"
    )]
    TableTooShort {
        /// Log2 of the rows of the table.
        log_height: u8,
        /// Log2 of the coefficients of the final polynomial.
        log_final_poly_len: u8,
    },
    /// The proof would be easier to forge than the verifier accepts.
    #[error("{demanded} bits of security demanded, but these parameters give {found}, limited by {limiting}")]
    TooWeak {
        /// Bits the verifier demanded.
        demanded: u32,
        /// Whole bits these parameters give for this instance.
        found: u32,
        /// Name of the weakest term of the [`SecurityReport`].
        limiting: &'static str,
    },
}
