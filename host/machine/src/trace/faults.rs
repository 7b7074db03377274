//! What a prover may say wrongly of a step, after which everything else is filled as if it were so.
//!
//! This is for those who try to cheat: without the feature `faults` nothing of it exists, and steps are followed as they
//! are.

use super::Replay;
use crate::coprocessor::Call;
use crate::halt::Halt;

/// A lie in the rows of one step.
#[cfg(feature = "faults")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The instruction's result, unless it is a store, has these bits flipped. What it asks of other tables is answered as
    /// it is.
    Result {
        /// The bits.
        mask: u64,
    },
    /// Another table is asked for a result of another first operand.
    Operation {
        /// The bits that are flipped in it.
        mask: u64,
    },
    /// Something was looked at so much later before than it was.
    Time {
        /// Which look: 0 to 2 are those at `rs1`, `rs2` and `rd`, 3 and 4 those at the words of a load or store.
        look: usize,
        /// Clocks; negative for earlier.
        by: i32,
    },
    /// The call that ends the run was given another exit code.
    ExitCode {
        /// The bits that are flipped in it.
        mask: u64,
    },
    /// The call that ends the run found another digest.
    Digest {
        /// Which of its words.
        word: usize,
        /// The bits that are flipped in it.
        mask: u64,
    },
    /// A coprocessor found something else in an operand.
    Operand {
        /// Which of all words of its operands, one operand behind the other.
        word: usize,
        /// The bits that are flipped in it.
        mask: u64,
    },
}

#[cfg(feature = "faults")]
impl Replay<'_> {
    /// Says this of the next step.
    pub fn lie(&mut self, fault: Fault) {
        self.fault = Some((self.executed.len(), fault));
    }

    /// What a register holds; `None` if there is none of this number.
    pub fn register_mut(&mut self, register: u8) -> Option<&mut u64> {
        let state = self.registers.get_mut(usize::from(register));
        state.map(|state| &mut state.value)
    }

    /// What a word holds; `None` if the segment is not said to touch it. The address is over 8.
    pub fn word_mut(&mut self, address: u32) -> Option<&mut u64> {
        let state = self.memory.word(address.into()).ok();
        state.map(|(state, _)| &mut state.value)
    }

    fn fault(&self) -> Option<Fault> {
        let (step, fault) = self.fault?;
        (step == self.executed.len()).then_some(fault)
    }

    pub(super) fn said_result(&self, result: u64) -> u64 {
        match self.fault() {
            Some(Fault::Result { mask }) => result ^ mask,
            _ => result,
        }
    }

    pub(super) fn said_operand(&self, a: u64) -> u64 {
        match self.fault() {
            Some(Fault::Operation { mask }) => a ^ mask,
            _ => a,
        }
    }

    pub(super) fn said_time(&self, look: usize, time: u32) -> u32 {
        match self.fault() {
            Some(Fault::Time { look: said, by }) if said == look => time.wrapping_add_signed(by),
            _ => time,
        }
    }

    pub(super) fn said_halt(&self, mut halt: Halt) -> Halt {
        match self.fault() {
            Some(Fault::ExitCode { mask }) => halt.exit_code.value ^= mask,
            Some(Fault::Digest { word, mask }) => halt.digest[word].value ^= mask,
            _ => {}
        }
        halt
    }

    pub(super) fn said_call(&self, mut call: Call) -> Call {
        if let Some(Fault::Operand { word, mask }) = self.fault()
            && let Some(word) = call.words.get_mut(word)
        {
            word.seen.value ^= mask;
        }
        call
    }
}

#[cfg(not(feature = "faults"))]
#[allow(clippy::unused_self, reason = "with the feature, what is said depends on it")]
impl Replay<'_> {
    #[inline]
    pub(super) fn said_result(&self, result: u64) -> u64 {
        result
    }

    #[inline]
    pub(super) fn said_operand(&self, a: u64) -> u64 {
        a
    }

    #[inline]
    pub(super) fn said_time(&self, _look: usize, time: u32) -> u32 {
        time
    }

    #[inline]
    pub(super) fn said_halt(&self, halt: Halt) -> Halt {
        halt
    }

    #[inline]
    pub(super) fn said_call(&self, call: Call) -> Call {
        call
    }
}
