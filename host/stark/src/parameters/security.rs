//! How many bits of *provable* security a proof gives: the sum over every round of the protocol, with the
//! bounds of `p3-security` asked about the parameters that prover and verifier run with.
//!
//! **What is summed.** A cheating prover must be lucky in at least one round. Each round has a probability of
//! luck (its round-by-round soundness error, eprint 2024/1553), divided by two to the power of the grinding
//! that every try costs. The bits are minus the logarithm of the *sum* of these over all rounds (the union
//! bound); reporting only the worst round, as is customary, would give a little more. The rounds:
//!
//! | term | error | source |
//! |---|---|---|
//! | bus challenges | messages (width + 2) L / F | LogUp, eprint 2022/1530; the 2 counts a root of the cleared sum and a zero denominator |
//! | shared bus challenges | the same for messages that meet across proofs | |
//! | constraint combination | (constraints + tables) L / F | eprint 2024/1553, theorem 2 |
//! | out-of-domain point | max(d (n + c - 1) + n - 1, (chunks + 1) n + c - 1) L^2 / F | the same |
//! | opening combination | (openings - 1) B(n) / F | correlated agreement for powers of one challenge |
//! | folding | twice the first round's (arity - 1) B(n) / F | the same |
//! | queries | a^queries | a = share of positions on which a bad codeword may agree |
//!
//! `F` is the size of the challenge field, rounded down to a power of two; `n` the rows of the largest table;
//! `d` the degree of the constraints; `c` the out-of-domain points of a column. `L`, `B` and `a` depend on the
//! radius up to which codewords are decoded, and both radii used are *proven*, none is conjectured:
//! - unique decoding (eprint 2020/654): `L` = 1, `B` = the size of the domain, `a` = (1 + rate) / 2;
//! - up to the Johnson radius with parameter `m` (eprints 2025/2055 and 2026/2056, the latter's line bound
//!   extended to curves by an argument in p3-security's source): `L` = (m + 1/2) / sqrt(rate), `B` cubic in m,
//!   `a` = (1 + 1/(2m)) sqrt(rate). The best `m` is searched.
//!
//! **Where this is stricter than `p3-security`'s own composition.** It sums instead of taking the minimum. It
//! charges LogUp for every candidate of the list, since the challenge comes before one is singled out. It
//! takes `L^2` at the out-of-domain point, as the theorem does. It takes the query term at the *smallest*
//! table, where the out-of-domain points weigh most in the rate.
//!
//! **Why folding counts twice.** Rounds fold by at most 2^a, each from a domain at least twice smaller than
//! the one before, and (2^l - 1) 2^h summed over any such schedule from 2^H down is at most 2^a 2^H: at most
//! twice the first round at full arity. A table that joins when the domain has shrunk to its height raises the
//! degree of that round's curve by one, but the curve's words lie on the folded domain, which is smaller by
//! the arity, while the bound is taken on the unfolded one; so that is already paid for.
//!
//! **The hash** enters as a cap, not as a summand: its figure is the work of a birthday search, whose success
//! grows with the square of the tries, and not a chance per try.

use alloc::vec;
use alloc::vec::Vec;

use libm::log2;
use p3_security::fri::{FriRegime, commit_phase_error_ldr_m, commit_phase_error_udr, query_phase_error};
use p3_security::grinding::boost;
use p3_security::logup::{LogUpAir, fingerprint_error};
use p3_security::proximity::{LDR_M_CAP, alpha_ldr_m, alpha_udr, compute_upper_m, list_size_ldr_m};
use p3_security::{ErrorBits, SecurityAssumption, StarkAirParams, air, deep};

use super::{Parameters, ParametersError};

/// Log2 of the size of the challenge field, rounded down: p^5 for p = 2^31 - 2^24 + 1 is 2^154.94.
const CHALLENGE_BITS: usize = 154;

/// What the security of a proof depends on besides [`Parameters`]: the sizes of the instance, all known to the
/// verifier from the verifying key and the heights of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceShape {
    /// Log2 of the rows of the largest table.
    pub log_max_height: u8,
    /// Log2 of the rows of the smallest table.
    pub log_min_height: u8,
    /// Number of tables.
    pub num_tables: u32,
    /// Number of constraints, summed over the tables, those of the buses included.
    pub num_constraints: u32,
    /// The largest degree of a constraint in the columns, selectors included.
    pub max_constraint_degree: u32,
    /// The largest number of chunks into which a table's quotient is split.
    pub max_quotient_chunks: u32,
    /// Number of pairs of a committed column (over the base field) and a point at which it is opened.
    pub num_openings: u32,
    /// The largest number of points at which one column is opened.
    pub max_points_per_column: u32,
    /// Number of messages on the buses of this proof: interactions times rows, summed over the tables.
    pub num_messages: u64,
    /// Number of messages on the buses that several proofs share, summed over all these proofs. 0 if none.
    pub num_shared_messages: u64,
    /// Number of elements of the widest message.
    pub max_message_width: u32,
    /// Log2 of the work of finding a collision of the hash: [`Hash::COLLISION_BITS`](crate::hash::Hash).
    pub collision_bits: u32,
}

impl InstanceShape {
    /// The largest instance that [`Parameters::standard`] is made for: 14,336 committed columns of at most 2^22
    /// rows and their quotients, 10^8 messages in a proof and 10^9 over all proofs that share a bus.
    pub fn largest() -> Self {
        Self {
            log_max_height: 22,
            log_min_height: 10,
            num_tables: 64,
            num_constraints: 16_384,
            max_constraint_degree: 5,
            max_quotient_chunks: 8,
            num_openings: 28_672,
            max_points_per_column: 2,
            num_messages: 100_000_000,
            num_shared_messages: 1_000_000_000,
            max_message_width: 104,
            collision_bits: 139,
        }
    }
}

/// The radius up to which a proof's security was bounded. Neither needs a conjecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProximityRegime {
    /// Half the minimum distance: at most one codeword is near.
    UniqueDecoding,
    /// Up to the Johnson radius: a short list of codewords is near.
    Johnson {
        /// How near to the radius; at least 3.
        m: usize,
    },
}

/// One way to cheat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecurityTerm {
    /// What the cheating prover has to be lucky with.
    pub name: &'static str,
    /// Minus log2 of the chance per unit of work.
    pub bits: f64,
}

/// What a proof is worth, and why.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct SecurityReport {
    /// Provable bits: the sum over the terms, capped by the hash.
    pub bits: f64,
    /// The regime in which the bound holds.
    pub regime: ProximityRegime,
    /// All terms; the last is the hash's cap.
    pub terms: Vec<SecurityTerm>,
}

impl SecurityReport {
    /// The weakest term.
    pub fn limiting(&self) -> SecurityTerm {
        let none = SecurityTerm {
            name: "nothing",
            bits: f64::INFINITY,
        };
        self.terms.iter().fold(
            none,
            |weakest, term| {
                if term.bits < weakest.bits { *term } else { weakest }
            },
        )
    }
}

impl Parameters {
    /// The provable security of a proof of this shape, in the better of the two proven regimes.
    ///
    /// # Errors
    /// If the parameters are out of range, or a table is too tall or too short for them.
    pub fn security(&self, shape: &InstanceShape) -> Result<SecurityReport, ParametersError> {
        self.check(shape)?;
        let mut best = self.security_in(ProximityRegime::UniqueDecoding, shape);
        let rows = rows(shape.log_min_height);
        let largest_m = compute_upper_m(rows, count(shape.max_points_per_column)).min(LDR_M_CAP);
        for m in 3..=largest_m {
            let report = self.security_in(ProximityRegime::Johnson { m }, shape);
            if report.bits > best.bits {
                best = report;
            }
        }
        Ok(best)
    }

    /// The provable security in one regime, for parameters and heights that were checked.
    pub(super) fn security_in(&self, regime: ProximityRegime, shape: &InstanceShape) -> SecurityReport {
        let bound = Bound {
            parameters: self,
            regime,
            shape,
        };
        let mut terms = vec![
            SecurityTerm::new("bus challenges", bound.bus(shape.num_messages, self.grinding.bus)),
            SecurityTerm::new(
                "shared bus challenges",
                bound.bus(shape.num_shared_messages, self.grinding.shared_bus),
            ),
            SecurityTerm::new("constraint combination", bound.constraints()),
            SecurityTerm::new("out-of-domain point", bound.out_of_domain()),
            SecurityTerm::new("opening combination", bound.batch()),
            SecurityTerm::new("folding", bound.folding()),
            SecurityTerm::new("queries", bound.queries()),
        ];
        let errors: Vec<_> = terms.iter().map(|term| ErrorBits::from_log2(term.bits)).collect();
        let collision = f64::from(shape.collision_bits);
        terms.push(SecurityTerm {
            name: "hash collisions",
            bits: collision,
        });
        SecurityReport {
            bits: ErrorBits::sum(&errors).bits().min(collision),
            regime,
            terms,
        }
    }
}

impl SecurityTerm {
    /// A negative or undefined number of bits is no bound at all.
    fn new(name: &'static str, error: ErrorBits) -> Self {
        Self {
            name,
            bits: error.bits().max(0.0),
        }
    }
}

/// The terms for one choice of parameters, regime and shape.
struct Bound<'a> {
    parameters: &'a Parameters,
    regime: ProximityRegime,
    shape: &'a InstanceShape,
}

/// A round in which nothing can go wrong.
const NO_ERROR: ErrorBits = ErrorBits::from_log2(f64::INFINITY);

impl Bound<'_> {
    fn bus(&self, messages: u64, grinding: u8) -> ErrorBits {
        if messages == 0 {
            return NO_ERROR;
        }
        // p3-security multiplies by the rows again; rounding up to whole rows is the safe side.
        let rows = 1u64 << self.log_rows().min(63);
        let Ok(num_interactions) = usize::try_from(messages.div_ceil(rows)) else {
            return ErrorBits::from_log2(0.0);
        };
        let max_message_width = count(self.shape.max_message_width);
        let error = fingerprint_error(
            &LogUpAir {
                num_interactions,
                max_message_width,
            },
            &self.p3_shape(),
        );
        let error = boost(error, grinding.into());
        ErrorBits::from_log2(error.bits() - log2(self.list_size()))
    }

    fn constraints(&self) -> ErrorBits {
        let num = self.shape.num_constraints.saturating_add(self.shape.num_tables);
        air::composition_error(count(num), self.list_size(), CHALLENGE_BITS)
    }

    fn out_of_domain(&self) -> ErrorBits {
        let chunks = self.shape.max_quotient_chunks.checked_next_power_of_two();
        let air = StarkAirParams {
            num_constraints: count(self.shape.num_constraints),
            max_constraint_degree: count(self.shape.max_constraint_degree),
            // Zero is no power of two and makes p3-security answer that there is no bound.
            num_quotient_chunks: count(chunks.unwrap_or(0)),
            max_combo: count(self.shape.max_points_per_column),
        };
        let pairs = self.list_size() * self.list_size();
        let error = deep::deep_ali_error(&air, &self.p3_shape(), pairs);
        boost(error, self.parameters.grinding.out_of_domain.into())
    }

    fn batch(&self) -> ErrorBits {
        let openings = count(self.shape.num_openings);
        if openings < 2 {
            return NO_ERROR;
        }
        let (log_rows, log_blowup) = (self.log_rows(), self.parameters.log_blowup.into());
        let bits = match self.regime {
            ProximityRegime::UniqueDecoding => SecurityAssumption::UniqueDecoding.prox_gaps_error(
                log_rows,
                log_blowup,
                CHALLENGE_BITS,
                openings,
            ),
            ProximityRegime::Johnson { m } => {
                SecurityAssumption::prox_gaps_error_jb_at_m(log_rows, log_blowup, CHALLENGE_BITS, openings, m)
            }
        };
        boost(ErrorBits::from_log2(bits), self.parameters.grinding.batch.into())
    }

    fn folding(&self) -> ErrorBits {
        let fri = FriRegime {
            // Early stopping only leaves rounds out.
            log_final_poly_len: 0,
            ..self.parameters.fri(()).security_regime()
        };
        let first_round = match self.regime {
            ProximityRegime::UniqueDecoding => commit_phase_error_udr(&fri, &self.p3_shape()),
            ProximityRegime::Johnson { m } => commit_phase_error_ldr_m(&fri, &self.p3_shape(), m),
        };
        first_round.map_or(NO_ERROR, |error| ErrorBits::from_log2(error.bits() - 1.0))
    }

    fn queries(&self) -> ErrorBits {
        let log_blowup = self.parameters.log_blowup.into();
        let alpha = match self.regime {
            ProximityRegime::UniqueDecoding => alpha_udr(
                self.shape.log_min_height.into(),
                log_blowup,
                count(self.shape.max_points_per_column),
            ),
            ProximityRegime::Johnson { m } => alpha_ldr_m(log_blowup, m),
        };
        query_phase_error(
            alpha,
            self.parameters.num_queries.into(),
            self.parameters.grinding.query.into(),
        )
    }

    /// How many codewords may be near a committed one.
    fn list_size(&self) -> f64 {
        match self.regime {
            ProximityRegime::UniqueDecoding => 1.0,
            ProximityRegime::Johnson { m } => list_size_ldr_m(self.parameters.log_blowup.into(), m),
        }
    }

    fn log_rows(&self) -> usize {
        self.shape.log_max_height.into()
    }

    fn p3_shape(&self) -> p3_security::InstanceShape {
        p3_security::InstanceShape {
            log_trace_length: self.log_rows(),
            modulus_bits: CHALLENGE_BITS,
            collision_resistance: count(self.shape.collision_bits),
            num_batched_functions: count(self.shape.num_openings),
        }
    }
}

/// As `usize`, which has at least 32 bits wherever this runs.
fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn rows(log_height: u8) -> usize {
    1usize.checked_shl(log_height.into()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
