//! Coprocessors: system calls that compute on memory operands.
//!
//! A coprocessor takes the address of its n-th operand in the n-th argument register. Each operand is a
//! whole number of 64-bit words, aligned to 8 bytes, and lies in memory that the program may access so.
//! All operands are read before one is written, and a coprocessor writes one: so operands may overlap.

use crate::syscall::FIRST_COPROCESSOR;

/// What a coprocessor does with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only reads it.
    Read,
    /// Reads it, then writes it.
    ReadWrite,
}

/// One operand: a pointer in an argument register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// What the operand is called in messages.
    pub name: &'static str,
    /// Length in 64-bit words.
    pub words: usize,
    /// What is done with it.
    pub access: Access,
}

/// One coprocessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coprocessor {
    /// System call number.
    pub number: u64,
    /// What it is called in messages and statistics.
    pub name: &'static str,
    /// The operand in `a0`, then the one in `a1`, and so on.
    pub operands: &'static [Operand],
}

impl Coprocessor {
    /// Length of all operands, in 64-bit words.
    pub const fn words(&self) -> usize {
        self.first_word(self.operands.len())
    }

    /// Where an operand begins in all words of all operands, one operand behind the other.
    pub const fn first_word(&self, operand: usize) -> usize {
        let (mut words, mut index) = (0, 0);
        while index < operand {
            words += self.operands[index].words;
            index += 1;
        }
        words
    }
}

const fn operand(name: &'static str, words: usize, access: Access) -> Operand {
    Operand { name, words, access }
}

/// One compression of SHA-256 (FIPS 180-4, section 6.2.2). The state is eight 32-bit words in the
/// machine's byte order (little endian); the block is 64 bytes of the message as they stand.
pub const SHA256_COMPRESS: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR,
    name: "sha256_compress",
    operands: &[
        operand("state", 4, Access::ReadWrite),
        operand("block", 8, Access::Read),
    ],
};

/// The permutation Keccak-f[1600] (FIPS 202, section 3.3). The lane at `x`, `y` is word `x + 5 * y` of the state.
pub const KECCAK_F: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 1,
    name: "keccak_f",
    operands: &[operand("state", 25, Access::ReadWrite)],
};

/// `x <- (x * y + z) mod m`, of numbers of 256 bits, the lowest word first; a modulus of 0 stands for 2^256. The quotient must
/// have 256 bits, too, as it has if `x` or `y` is below the modulus: a call where it has more ends the run with a trap.
pub const U256_MUL_ADD_MOD: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 2,
    name: "u256_mul_add_mod",
    operands: &[
        operand("x", 4, Access::ReadWrite),
        operand("y", 4, Access::Read),
        operand("z", 4, Access::Read),
        operand("m", 4, Access::Read),
    ],
};

/// `low + 2^256 * high <- x * y + low + high`, of numbers of 256 bits, the lowest word first. It has 512 bits whatever they are.
/// `low` and `high` are one operand, one behind the other: so in a product of many digits, the sums of a row are computed from
/// the lowest digit on by moving one digit further each time, which takes the carry along.
pub const U256_MUL_ADD: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 3,
    name: "u256_mul_add",
    operands: &[
        operand("sum", 8, Access::ReadWrite),
        operand("x", 4, Access::Read),
        operand("y", 4, Access::Read),
    ],
};

/// `p <- p + q`, of points of secp256k1 (SEC 2, section 2.4.1): `x`, then `y`, the lowest word first. Both `x` must be below the
/// order of the field and different: a call where they are not ends the run with a trap. Whether the points are on the curve is
/// not looked at; `y` is taken modulo the order of the field.
pub const SECP256K1_ADD: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 4,
    name: "secp256k1_add",
    operands: &[operand("p", 8, Access::ReadWrite), operand("q", 8, Access::Read)],
};

/// `p <- 2 * p`, of a point of secp256k1. Its `y` must not be 0 modulo the order of the field: a call where it is ends the run with
/// a trap. Whether the point is on the curve is not looked at; coordinates are taken modulo the order of the field.
pub const SECP256K1_DOUBLE: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 5,
    name: "secp256k1_double",
    operands: &[operand("p", 8, Access::ReadWrite)],
};

/// The permutation Poseidon2 (eprint 2023/323) of 24 elements of the field KoalaBear, of 2^31 - 2^24 + 1 elements, with the constants of
/// Plonky3's `p3-koala-bear`. A word holds two elements, the first in its lower half; an element `x` is in memory as `x * 2^32` modulo
/// the order, as Plonky3 has it. Results are below the order; operands need not be.
pub const POSEIDON2: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 6,
    name: "poseidon2",
    operands: &[operand("state", 12, Access::ReadWrite)],
};

/// `sum <- sum + x * y`, of elements of KoalaBear's extension by a root of `X^5 + X^2 - 1`: five coefficients, the lowest first, each
/// in memory as [`POSEIDON2`] has it. The sixth half of a word is not looked at, and is 0 in the sum.
pub const QUINTIC_MUL_ADD: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 7,
    name: "quintic_mul_add",
    operands: &[
        operand("sum", 3, Access::ReadWrite),
        operand("x", 3, Access::Read),
        operand("y", 3, Access::Read),
    ],
};

/// Words that coprocessors copy, fill and compare at once.
pub const BLOCK_WORDS: usize = 16;

/// `to <- from`, of [`BLOCK_WORDS`] words.
pub const COPY_BLOCK: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 8,
    name: "copy_block",
    operands: &[
        operand("to", BLOCK_WORDS, Access::ReadWrite),
        operand("from", BLOCK_WORDS, Access::Read),
    ],
};

/// Each of [`BLOCK_WORDS`] words `to <- value`.
pub const FILL_BLOCK: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 9,
    name: "fill_block",
    operands: &[
        operand("to", BLOCK_WORDS, Access::ReadWrite),
        operand("value", 1, Access::Read),
    ],
};

/// `equal <-` how many words of `x` and `y` are equal before the first one that is not.
pub const COMPARE_BLOCKS: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR + 10,
    name: "compare_blocks",
    operands: &[
        operand("equal", 1, Access::ReadWrite),
        operand("x", BLOCK_WORDS, Access::Read),
        operand("y", BLOCK_WORDS, Access::Read),
    ],
};

/// All coprocessors: each stands where its number says, counted from [`FIRST_COPROCESSOR`].
pub static COPROCESSORS: [Coprocessor; NUM_COPROCESSORS] = ALL;

/// How many coprocessors there are.
pub const NUM_COPROCESSORS: usize = ALL.len();

const ALL: [Coprocessor; 11] = [
    SHA256_COMPRESS,
    KECCAK_F,
    U256_MUL_ADD_MOD,
    U256_MUL_ADD,
    SECP256K1_ADD,
    SECP256K1_DOUBLE,
    POSEIDON2,
    QUINTIC_MUL_ADD,
    COPY_BLOCK,
    FILL_BLOCK,
    COMPARE_BLOCKS,
];

/// Most words that a coprocessor's operands have together.
pub const MOST_WORDS: usize = {
    let (mut most, mut index) = (0, 0);
    while index < ALL.len() {
        let words = ALL[index].words();
        most = if words > most { words } else { most };
        index += 1;
    }
    most
};

/// The coprocessor with this number, and where it stands in [`COPROCESSORS`].
pub fn find(number: u64) -> Option<(usize, &'static Coprocessor)> {
    let index = usize::try_from(number.checked_sub(FIRST_COPROCESSOR)?).ok()?;
    Some((index, COPROCESSORS.get(index)?))
}

const _: () = {
    let mut index = 0;
    while index < ALL.len() {
        assert!(
            ALL[index].number == FIRST_COPROCESSOR + index as u64,
            "numbers are those of the list"
        );
        let operands = ALL[index].operands;
        let (mut written, mut operand) = (0, 0);
        while operand < operands.len() {
            written += matches!(operands[operand].access, Access::ReadWrite) as usize;
            operand += 1;
        }
        assert!(
            written == 1,
            "what is written cannot overlap what else is written"
        );
        index += 1;
    }
};
