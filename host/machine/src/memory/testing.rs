//! Accesses for tests: what they do is computed here byte by byte.

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_isa::{Kind, Width};
use zisk_stark::Val;
use zisk_stark::checker::Violation;

use super::{Request, WordState};
use crate::messages::Space;
use crate::testing::{Asked, Scene, TestMemory};
use crate::word::word;
use crate::{OperationCode, Table};

/// An access, and what the one or two words were before.
pub(super) struct Recorded {
    pub(super) request: Request,
    pub(super) is_read_only: [bool; 2],
    pub(super) old: [WordState; 2],
}

/// What is done one after another.
#[derive(Default)]
pub(super) struct Recording {
    pub(super) memory: TestMemory,
    pub(super) accesses: Vec<Recorded>,
    pub(super) asked: Vec<Asked>,
    /// When the last access was.
    time: u32,
}

impl Recording {
    /// The next access: some time later, in read-only memory from the input region on.
    pub(super) fn push(&mut self, code: OperationCode, base: u64, offset: i32, value: u64) {
        // Few are long: all times are below 2^24.
        let gap = match self.accesses.len() {
            count if count % 256 == 7 => [0xffff, 0x1_0000, 0x1_0001, 0x4321][count / 256 % 4],
            count => 1 + count as u32 % 2,
        };
        self.push_at(self.time + gap, code, base, offset, value);
    }

    pub(super) fn push_at(&mut self, time: u32, code: OperationCode, base: u64, offset: i32, value: u64) {
        self.time = time;
        assert!(time < 1 << 24, "times have 24 bits");
        let address = base.wrapping_add(offset as u64);
        let (first, position) = ((address / 8) as u32, address as usize % 8);
        let is_read_only = [first, first + 1].map(|word| word >= 0x5000_0000 / 8);
        let spaces = is_read_only.map(|is| if is { Space::ReadOnly } else { Space::ReadWrite });
        let access = code.access().expect("an operation on memory");
        let num_bytes = num_bytes(code) as usize;
        let old = [0, 1].map(|word| self.memory.state(spaces[word], first + word as u32));
        let mut bytes = [old[0].value.to_le_bytes(), old[1].value.to_le_bytes()].concat();
        let mut low = [0; 8];
        low[..num_bytes].copy_from_slice(&bytes[position..position + num_bytes]);
        let here = u64::from_le_bytes(low);
        let offset_word = [Val::from_i32(offset), Val::ZERO, Val::ZERO, Val::ZERO];
        let (b, c, stored) = match access {
            Kind::Load(_, extend) | Kind::LoadReserved(_, extend) => (offset_word, word(extend(here)), None),
            Kind::Store(_) => (offset_word, word(value), Some(value)),
            Kind::StoreConditional(_) => (word(value), word(0), Some(value)),
            Kind::Amo(_, extend, function) => (
                word(value),
                word(extend(here)),
                Some(function(extend(here), extend(value))),
            ),
            Kind::Alu(_)
            | Kind::Upper(_)
            | Kind::Branch(_)
            | Kind::Jal
            | Kind::Jalr
            | Kind::Fence
            | Kind::Ecall
            | Kind::Ebreak => panic!("an operation on memory"),
        };
        if let Some(stored) = stored {
            bytes[position..position + num_bytes].copy_from_slice(&stored.to_le_bytes()[..num_bytes]);
        }
        let new = |index: usize| u64::from_le_bytes(core::array::from_fn(|byte| bytes[8 * index + byte]));
        self.memory.access(spaces[0], first, new(0), time);
        if position + num_bytes > 8 {
            self.memory.access(spaces[1], first + 1, new(1), time);
        }
        self.asked.push(Asked {
            code,
            time,
            a: word(base),
            b,
            c,
        });
        self.accesses.push(Recorded {
            request: Request {
                code,
                time,
                base,
                offset,
                value: if stored.is_some() { value } else { 0 },
            },
            is_read_only,
            old,
        });
    }

    /// All of it, carried out by one table.
    pub(super) fn scene(self, table: Table, fill: impl Fn(&Recorded, &mut [Val])) -> Scene {
        let rows = Scene::rows(table, self.accesses.len(), |index, row| {
            fill(&self.accesses[index], row);
        });
        Scene {
            tables: alloc::vec![rows],
            asked: self.asked,
            memory: self.memory,
            ..Scene::default()
        }
    }
}

/// When a word was accessed before and when it is said to be accessed, which is not later.
pub(super) const BACKWARDS: [(u32, u32); 4] = [
    (200_000, 200_000),
    (200_001, 200_000),
    (0xff_ffff, 0),
    (0x1_0000, 1),
];

impl Recording {
    /// One access of the word at 0x2000_0000, at a time, that was accessed before at another.
    pub(super) fn backwards((old_time, time): (u32, u32), code: OperationCode) -> Self {
        let mut recording = Self::default();
        let state = WordState {
            value: 3,
            time: old_time,
        };
        recording.memory.begin(Space::ReadWrite, 0x2000_0000 / 8, state);
        recording.push_at(time, code, 0x2000_0000, 0, 0);
        recording
    }
}

/// What the upper part of the distance between times may be said to be: every byte, and what would make the lower part fit.
pub(super) fn upper_parts((old_time, time): (u32, u32)) -> impl Iterator<Item = Val> {
    let inverse = Val::from_u32(1 << 16).inverse();
    let between = Val::from_u32(time) - Val::from_u32(old_time) - Val::ONE;
    (0..256).map(Val::from_u32).chain([
        -Val::ONE,
        between * inverse,
        (between - Val::from_u32(0xffff)) * inverse,
    ])
}

/// The lower limbs of bases of 32 bits that are the same as this one modulo p.
pub(super) fn aliases(base: u64) -> impl Iterator<Item = [Val; 2]> {
    const P: u64 = 0x7f00_0001;
    let others = [base + P, base + 2 * P].into_iter();
    others.filter(|base| base >> 32 == 0).map(|base| {
        let [low, upper, ..] = word(base);
        [low, upper]
    })
}

/// Whether all constraints hold, and all buses but the memory's balance: then a lie would go on in memory.
pub(super) fn only_memory_is_unbalanced(scene: &Scene) -> bool {
    let report = scene.check().expect_err("memory holds something else");
    let is_memory =
        |violation: &Violation| matches!(violation, Violation::Bus { bus, .. } if bus == "memory");
    report.violations.iter().all(is_memory)
}

/// Exactly one constraint does not hold.
#[track_caller]
pub(super) fn assert_only(scene: &Scene, label: &str) {
    let report = scene.check().expect_err(label);
    let is_it = |violation: &Violation| match violation {
        Violation::Constraint { label: broken, .. } => broken == label,
        _ => false,
    };
    assert!(report.violations.iter().all(is_it), "{report}");
}

/// The bytes of an access.
pub(super) fn num_bytes(code: OperationCode) -> u64 {
    let request = Request {
        code,
        time: 0,
        base: 0,
        offset: 0,
        value: 0,
    };
    request.code.width().map_or(0, Width::bytes)
}
