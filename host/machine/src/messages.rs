//! Everything that tables say to each other. A message is defined once, and sender and receiver build the same
//! struct.

use zisk_stark::{Bus, Message, Val};

pub use crate::word::Word;

macro_rules! message {
    ($(#[$meta:meta])* $name:ident on $bus:literal {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name<E> {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl<E> Message<E> for $name<E> {
            const BUS: Bus = Bus { name: $bus };

            fn into_fields(self) -> impl IntoIterator<Item = E> {
                let fields = core::iter::empty();
                $(let fields = fields.chain(Fields::<E>::fields(self.$field));)*
                fields
            }
        }
    };
}

/// One element or several.
trait Fields<E> {
    fn fields(self) -> impl Iterator<Item = E>;
}

impl<E> Fields<E> for E {
    fn fields(self) -> impl Iterator<Item = E> {
        core::iter::once(self)
    }
}

impl<E, const N: usize> Fields<E> for [E; N] {
    fn fields(self) -> impl Iterator<Item = E> {
        self.into_iter()
    }
}

message! {
    /// An operation and its result: sent by whoever needs it, received by the table that computes it.
    ///
    /// All limbs of `a` and `b` are 16 bits wide when it is sent, but for the offset of an access to memory, which is one
    /// element; the receiver sees to those of `c`, but for stores: theirs is a register's.
    Operation on "operation" {
        /// Which: an [`OperationCode`](crate::OperationCode).
        code: E,
        /// When, for operations on memory and system calls; 0 for others.
        time: E,
        /// The first operand.
        a: Word<E>,
        /// The second operand.
        b: Word<E>,
        /// The result, or what is stored.
        c: Word<E>,
    }
}

message! {
    /// Says that a value lies in `0..2^16`.
    Range16 on "range 16" {
        /// The value.
        value: E,
    }
}

message! {
    /// Says that two values are bytes.
    BytePair on "byte pair" {
        /// The first.
        x: E,
        /// The second.
        y: E,
    }
}

message! {
    /// Says that two values are bytes, and what their bitwise conjunction is.
    ByteAnd on "byte and" {
        /// The first.
        x: E,
        /// The second.
        y: E,
        /// `x & y`.
        and: E,
    }
}

message! {
    /// The state of a word of memory, or of a register: what it holds, and when that was last looked at.
    ///
    /// An access receives the state as it was, at an earlier time, and sends the state as it is from then on. So the
    /// accesses of an address form a chain, from what it holds in the beginning to what it holds in the end.
    Memory on "memory" {
        /// Which memory: a [`Space`].
        space: E,
        /// A register's number, or the address of the word's first byte over 8.
        address: E,
        /// What it holds.
        value: Word<E>,
        /// When: below 2^26, for the highest tables of instructions that there can be.
        time: E,
    }
}

/// Which memory an address is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Space {
    /// The registers.
    Register = 0,
    /// What may be read and written.
    ReadWrite = 1,
    /// What may only be read: code, constants, the input.
    ReadOnly = 2,
}

message! {
    /// An instruction of the program, as the main table executes it.
    Fetch on "program" {
        /// Its address.
        pc: E,
        /// What it does: the flags of [`Flags`](crate::rom::Flags), the first in the lowest bit.
        flags: E,
        /// The operation that is asked for, an [`OperationCode`](crate::OperationCode); 0 if there is none.
        code: E,
        /// Destination register; of a store, the register of what is stored.
        rd: E,
        /// First source register.
        rs1: E,
        /// Second source register.
        rs2: E,
        /// The immediate: its lower two limbs, and the limb that both upper ones are. For loads and stores the
        /// offset, as one element, and zeros.
        imm: [E; 3],
        /// What a jump adds to the address of the next instruction; for `jalr`, what it adds to its register.
        jump: E,
    }
}

message! {
    /// Where a segment begins, goes on in the second table of instructions, and ends without ending the run: sent by
    /// [`passage`](crate::passage) and by the tables of instructions, received by them and by it.
    Continue on "continue" {
        /// The address of the next instruction.
        pc: E,
        /// Its clock.
        clock: E,
    }
}

message! {
    /// The state of a word of memory, or of a register, between segments: sent by whoever knows what it holds in the
    /// beginning of the run and by each segment that touches it, received by the next that does.
    Handover on "handover" {
        /// Which memory: a [`Space`].
        space: E,
        /// As in [`Memory`].
        address: E,
        /// What it holds.
        value: Word<E>,
        /// The number of the segment that touched it last; 0 in the beginning.
        segment: E,
    }
}

/// Elements of a [`Passage`] that hide what the messages of a segment come to: as many as a challenge has.
pub const NUM_MASKS: usize = 5;

message! {
    /// Where the run goes on in the next segment: sent by each but the last, received by each but the first.
    Passage on "passage" {
        /// The number of the segment that receives it.
        segment: E,
        /// The address of the next instruction.
        pc: E,
        /// Whatever the prover likes: random elements, which no constraint looks at.
        masks: [E; NUM_MASKS],
    }
}

message! {
    /// The address up to which words have begun: sent by each segment but the last, received by each but the first.
    Cursor on "cursor" {
        /// The number of the segment that receives it.
        segment: E,
        /// As in [`Memory`].
        address: E,
    }
}

/// The buses whose messages go from segment to segment: balanced over all proofs of a run.
pub const SHARED_BUSES: [Bus; 3] = [
    <Handover<Val> as Message<Val>>::BUS,
    <Passage<Val> as Message<Val>>::BUS,
    <Cursor<Val> as Message<Val>>::BUS,
];

message! {
    /// The eight variables of a compression, before its first round or behind its last one.
    Sha256State on "sha256 state" {
        /// The call's.
        time: E,
        /// Whether they are those behind the last round.
        is_last: E,
        /// Two limbs each.
        state: [E; 16],
    }
}

message! {
    /// Two words of memory of the block that a compression is of.
    Sha256Block on "sha256 block" {
        /// The call's.
        time: E,
        /// Which two: 0 to 3.
        part: E,
        /// What they hold: one word, then the other.
        words: [E; 8],
    }
}

message! {
    /// The state of Keccak-f[1600], before its first round or behind its last one.
    KeccakState on "keccak state" {
        /// The call's.
        time: E,
        /// Whether it is that behind the last round.
        is_last: E,
        /// Four limbs of each lane.
        state: [E; 100],
    }
}
