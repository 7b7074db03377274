//! The order in which prover and verifier absorb and draw. Every step is one function that both call.

use alloc::vec::Vec;

use p3_challenger::{CanObserve, FieldChallenger, GrindingChallenger};
use p3_field::PrimeCharacteristicRing;

use crate::field::{Challenge, Val};
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
use crate::logup::BusChallenges;
use crate::parameters::{Grinding, Parameters};
use crate::shared::SharedStatement;

/// What the transcript of this version begins with.
const PROTOCOL: &[u8] = b"zisk-stark 1";

/// Steps of the transcript, absorbed before what belongs to them.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
enum Step {
    Statement = 1,
    Early,
    SharedChallenges,
    SharedStatements,
    Main,
    LogUp,
    Quotient,
}

/// The transcript.
pub(crate) struct Transcript<H: Hash> {
    pub(crate) challenger: H::Challenger,
}

impl<H: Hash> Transcript<H> {
    /// Absorbs everything that is known before the first commitment: the protocol, the parameters, the key's
    /// digest, the heights and public values of all tables.
    pub(crate) fn new<T>(key: &VerifyingKey<T, H>, log_heights: &[u8], public_values: &[&[Val]]) -> Self {
        let mut transcript = Self::of_key(key);
        transcript.tables(log_heights, public_values);
        transcript
    }

    /// Absorbs heights of tables and the public values of all tables, each list behind its length.
    fn tables<V: AsRef<[Val]>>(&mut self, log_heights: &[u8], public_values: &[V]) {
        self.numbers(log_heights.iter().map(|log_height| usize::from(*log_height)));
        self.numbers([public_values.len()]);
        for values in public_values {
            let values = values.as_ref();
            self.numbers([values.len()]);
            self.challenger.observe_slice(values);
        }
    }

    /// Absorbs the protocol and the key.
    fn of_key<T>(key: &VerifyingKey<T, H>) -> Self {
        let mut transcript = Self {
            challenger: H::challenger(),
        };
        transcript.numbers(PROTOCOL.iter().map(|byte| usize::from(*byte)));
        transcript.step(Step::Statement);
        transcript.parameters(&key.parameters);
        transcript.challenger.observe_slice(&key.digest);
        transcript.numbers([usize::from(key.fixed.is_some())]);
        if let Some(fixed) = &key.fixed {
            transcript.challenger.observe(fixed.clone());
        }
        transcript
    }

    /// The transcript that challenges of several proofs are drawn from: the key, whatever they have in common, and what
    /// each of them states, in order. Work and the challenges follow.
    ///
    /// A message may read public values, and how often it is sent depends on heights: like early columns, they
    /// must not be chosen after the challenges. The heights of tables without shared messages may: a shared message is sent
    /// once for each active row of its own table, and reads that table's columns there. Each proof's own
    /// transcript absorbs all heights before anything that depends on them is drawn.
    pub(crate) fn of_proofs<T>(
        key: &VerifyingKey<T, H>,
        context: &[u8],
        statements: &[SharedStatement<H>],
    ) -> Self {
        let mut transcript = Self::of_key(key);
        transcript.step(Step::SharedStatements);
        transcript.numbers(context.iter().map(|byte| usize::from(*byte)));
        transcript.numbers([statements.len()]);
        for statement in statements {
            let SharedStatement {
                log_heights,
                public_values,
                early,
            } = statement;
            transcript.tables(log_heights, public_values);
            transcript.numbers([usize::from(early.is_some())]);
            if let Some(root) = early {
                transcript.challenger.observe(root.clone());
            }
        }
        transcript
    }

    /// Absorbs the early columns. Work and the challenges of shared buses follow, or
    /// [`shared_challenges`](Self::shared_challenges).
    pub(crate) fn early(&mut self, root: &Commitment<H>) {
        self.step(Step::Early);
        self.challenger.observe(root.clone());
    }

    /// Absorbs challenges that were drawn elsewhere.
    pub(crate) fn shared_challenges(&mut self, challenges: &BusChallenges) {
        self.step(Step::SharedChallenges);
        self.challenger.observe_algebra_element(challenges.beta);
        self.challenger.observe_algebra_element(challenges.gamma);
    }

    /// Draws the challenges of a bus.
    pub(crate) fn draw_bus(&mut self) -> BusChallenges {
        BusChallenges {
            beta: self.draw(),
            gamma: self.draw(),
        }
    }

    /// Absorbs the main columns. Work and the LogUp challenges follow.
    pub(crate) fn main(&mut self, root: &Commitment<H>) {
        self.step(Step::Main);
        self.challenger.observe(root.clone());
    }

    /// After the LogUp columns: what combines constraints.
    pub(crate) fn logup(&mut self, root: Option<&Commitment<H>>, sums: &[Challenge]) -> Challenge {
        self.step(Step::LogUp);
        self.numbers([usize::from(root.is_some()), sums.len()]);
        if let Some(root) = root {
            self.challenger.observe(root.clone());
        }
        for sum in sums {
            self.challenger.observe_algebra_element(*sum);
        }
        self.draw()
    }

    /// Absorbs the quotients. Work and the out-of-domain point follow.
    pub(crate) fn quotient(&mut self, root: &Commitment<H>) {
        self.step(Step::Quotient);
        self.challenger.observe(root.clone());
    }

    /// Does the work that stands before a challenge. With nothing demanded the witness is 0.
    #[cfg(feature = "prove")]
    pub(crate) fn find_work(&mut self, bits: u8) -> Val {
        if bits == 0 {
            Val::ZERO
        } else {
            self.challenger.grind(usize::from(bits))
        }
    }

    /// Whether the work was done. With nothing demanded only 0 will do, so that no field of a proof is free.
    pub(crate) fn check_work(&mut self, bits: u8, witness: Val) -> bool {
        if bits == 0 {
            witness == Val::ZERO
        } else {
            self.challenger.check_witness(usize::from(bits), witness)
        }
    }

    /// Draws a challenge.
    pub(crate) fn draw(&mut self) -> Challenge {
        self.challenger.sample_algebra_element()
    }

    fn parameters(&mut self, parameters: &Parameters) {
        let Parameters {
            log_blowup,
            num_queries,
            log_final_poly_len,
            max_log_arity,
            grinding,
        } = parameters;
        let Grinding {
            bus,
            shared_bus,
            out_of_domain,
            batch,
            fold,
            query,
        } = grinding;
        let bytes = [
            log_blowup,
            log_final_poly_len,
            max_log_arity,
            bus,
            shared_bus,
            out_of_domain,
            batch,
            fold,
            query,
        ];
        self.numbers(bytes.map(|byte| usize::from(*byte)));
        self.numbers([usize::from(*num_queries)]);
    }

    fn step(&mut self, step: Step) {
        self.numbers([step as usize]);
    }

    /// Absorbs numbers behind their count. All are far below the field's characteristic.
    fn numbers(&mut self, numbers: impl IntoIterator<Item = usize>) {
        let numbers: Vec<Val> = numbers.into_iter().map(Val::from_usize).collect();
        self.challenger.observe(Val::from_usize(numbers.len()));
        self.challenger.observe_slice(&numbers);
    }
}
