//! Writing a guest that executes one operation many times.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use zisk_abi::memory::{IMAGE, PAGE_SIZE};
use zisk_abi::syscall::HALT;
use zisk_isa::{Instruction, Op, compressed};
use zisk_tests::assembler::Code;
use zisk_tests::elf::{PF_R, Segment, executable};

/// Operands at which something may go wrong.
pub(crate) const CORNERS: [u64; 20] = [
    0,
    1,
    2,
    u64::MAX,
    u64::MAX - 1,
    i64::MIN as u64,
    i64::MAX as u64,
    i32::MIN as u64,
    i32::MAX as u64,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    0x8000,
    0xffff,
    0x1_0000,
    0x8877_6655_4433_2211,
    31,
    32,
    63,
    64,
];

/// Some pairs of them, for what is tried in many ways.
pub(crate) const FEW: [(u64, u64); 5] = [
    (i64::MIN as u64, u64::MAX),
    (0xffff, 0x8000),
    (u64::MAX, 0),
    (i32::MIN as u64, i32::MIN as u64),
    (0x8877_6655_4433_2211, 63),
];

/// Where constants are: the first page that can be mapped.
pub(crate) const CONSTANTS: u64 = IMAGE.start;
/// The digest of an empty journal, behind the corners.
pub(crate) const DIGEST: u64 = CONSTANTS + 8 * CORNERS.len() as u64;
/// Where the code is.
pub(crate) const CODE: u64 = 0x10_0000;
/// Two pages of variables.
pub(crate) const DATA: u64 = 0x40_0000;
/// A page of constants right behind the variables.
pub(crate) const BEHIND: u64 = DATA + 2 * PAGE_SIZE;
/// Variables in the last page that a program may have.
pub(crate) const LAST: u64 = IMAGE.end - PAGE_SIZE;

/// Points at the constants; no case writes it.
const POOL: u8 = 31;
/// What results are read with: registers that no case writes.
const LOOK: u8 = 4;
const LOOK_WORD: u8 = 3;

/// What every compressed instruction stands for, turned around.
static SHORT: LazyLock<HashMap<Instruction, Vec<u16>>> = LazyLock::new(|| {
    let mut short: HashMap<_, Vec<u16>> = HashMap::new();
    for half in 0..=u16::MAX {
        if let Some(instruction) = compressed::expand(half) {
            short.entry(instruction).or_default().push(half);
        }
    }
    short
});

/// An encoding of an instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Full(u32),
    Short(u16),
}

impl Form {
    /// The 32-bit encoding, then the 16-bit ones.
    pub(crate) fn all(instruction: Instruction) -> impl Iterator<Item = Self> {
        let short = SHORT.get(&instruction).into_iter().flatten();
        std::iter::once(Self::Full(instruction.encode())).chain(short.map(|half| Self::Short(*half)))
    }

    /// An encoding of this length, if there is one.
    pub(crate) fn of_len(instruction: Instruction, len: i32) -> Option<Self> {
        Self::all(instruction).find(|form| form.len() == len)
    }

    fn len(self) -> i32 {
        match self {
            Self::Full(_) => 4,
            Self::Short(_) => 2,
        }
    }
}

/// A guest under construction.
pub(crate) struct Guest {
    pub(crate) code: Code,
    /// Further code.
    pub(crate) segments: Vec<Segment>,
    /// How often the operation that the guest is for is executed, at least.
    pub(crate) cases: usize,
    /// The compressed instructions among them.
    pub(crate) short: BTreeSet<&'static str>,
}

impl Guest {
    /// A guest that has set up what cases need.
    pub(crate) fn new() -> Self {
        let mut code = Code::default();
        code.load_address(POOL, CONSTANTS);
        Self {
            code,
            segments: Vec::new(),
            cases: 0,
            short: BTreeSet::new(),
        }
    }

    /// The address of what is written next.
    pub(crate) fn here(&self) -> u64 {
        CODE + self.code.len() as u64
    }

    /// Sets registers. Of a register that stands here twice, the last value counts; x0 is left alone.
    pub(crate) fn set(&mut self, values: &[(u8, u64)]) {
        for &(register, value) in values {
            if register == 0 {
                continue;
            }
            if let Some(place) = CORNERS.iter().position(|corner| *corner == value) {
                self.code.push(Op::Ld, register, POOL, 0, 8 * place as i32);
            } else if value < 1 << 31 {
                self.code.load_address(register, value);
            } else {
                self.code.load_value(register, value);
            }
        }
    }

    /// An instruction in one of its forms.
    pub(crate) fn push(&mut self, form: Form) {
        self.cases += 1;
        match form {
            Form::Full(bits) => self.code.push_bits(bits),
            Form::Short(half) => {
                let is_it = |spec: &&compressed::Spec| half & spec.mask == spec.value;
                self.short
                    .extend(compressed::SPECS.iter().find(is_it).map(|spec| spec.mnemonic));
                self.code.push_half(half)
            }
        };
    }

    /// An instruction in all of its forms, each on the same values of registers.
    pub(crate) fn case(&mut self, values: &[(u8, u64)], instruction: Instruction) {
        for form in Form::all(instruction) {
            self.set(values);
            self.push(form);
            self.look_at(instruction.rd);
        }
    }

    /// An instruction that writes memory at a place, likewise.
    pub(crate) fn writing_case(&mut self, values: &[(u8, u64)], instruction: Instruction, place: u64) {
        for form in Form::all(instruction) {
            self.set(values);
            self.push(form);
            self.look_at(instruction.rd);
            self.look_at_memory(place);
        }
    }

    /// Reads a register. What the emulator and the machine computed is compared where it is read: a result that nobody
    /// reads may differ.
    pub(crate) fn look_at(&mut self, register: u8) {
        if register != 0 {
            self.code.push(Op::Addi, LOOK, register, 0, 0);
        }
    }

    /// Reads the word of memory that a place is in, and the one behind it if something of 8 bytes reaches there and
    /// anything is mapped.
    pub(crate) fn look_at_memory(&mut self, place: u64) {
        let word = place & !7;
        self.set(&[(LOOK, word)]);
        self.code.push(Op::Ld, LOOK_WORD, LOOK, 0, 0);
        self.look_at(LOOK_WORD);
        let is_mapped = !(word + 8).is_multiple_of(PAGE_SIZE) || word + 8 == DATA + PAGE_SIZE;
        if word != place && is_mapped {
            self.set(&[(LOOK, word)]);
            self.code.push(Op::Ld, LOOK_WORD, LOOK, 0, 8);
            self.look_at(LOOK_WORD);
        }
    }

    /// Jumps over or back by a distance in bytes, without being a case.
    pub(crate) fn goto(&mut self, distance: i32) {
        self.code.push(Op::Jal, 0, 0, 0, distance);
    }

    /// Bytes that are no instruction.
    pub(crate) fn skip(&mut self, num_bytes: i32) {
        for _ in 0..num_bytes / 2 {
            self.code.push_half(0);
        }
    }

    /// The guest, which ends well and with an empty journal.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.code.push(Op::Addi, 10, 0, 0, 0);
        self.code.load_address(11, DIGEST);
        self.code.ecall(HALT);
        let mut constants: Vec<u8> = CORNERS.iter().flat_map(|corner| corner.to_le_bytes()).collect();
        constants.extend(Sha256::digest([]));
        // Bytes with and without a top bit, none of them like another close by.
        let pattern = |len: u64| {
            (0..len)
                .map(|i| (0x80_u64.wrapping_add(i * 0x9d)) as u8)
                .collect()
        };
        let read_only = |start, data: Vec<u8>| Segment {
            start,
            size: data.len() as u64,
            data,
            flags: PF_R,
        };
        let mut segments = self.segments;
        segments.extend([
            read_only(CONSTANTS, constants),
            Segment::code(CODE, self.code.into_bytes()),
            Segment::data(DATA, pattern(2 * PAGE_SIZE)),
            read_only(BEHIND, pattern(PAGE_SIZE)),
            Segment::data(LAST, pattern(PAGE_SIZE)),
        ]);
        executable(CODE, &segments)
    }
}
