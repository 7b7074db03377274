//! Random programs.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use zisk_isa::{Kind, Op, Width};

use super::{DATA_LEN, Item, Program, REACH, VALUES};
use crate::generator::{shift_amount, value};

impl Program {
    /// A program of so many items, some of them with others in them.
    pub fn random<R: Rng>(rng: &mut R, num_items: usize) -> Self {
        let items = items(rng, num_items, 2);
        let data = (0..DATA_LEN / 8).flat_map(|_| value(rng).to_le_bytes());
        Self {
            data: data.collect(),
            items,
        }
    }
}

fn items<R: Rng>(rng: &mut R, num_items: usize, depth: u32) -> Vec<Item> {
    (0..num_items).map(|_| item(rng, depth)).collect()
}

fn register<R: Rng>(rng: &mut R) -> u8 {
    // Few registers, so that results are taken up again.
    rng.random_range(VALUES.start..VALUES.start + 10)
}

fn operand<R: Rng>(rng: &mut R) -> u8 {
    if rng.random_range(0..12) == 0 {
        0
    } else {
        register(rng)
    }
}

fn item<R: Rng>(rng: &mut R, depth: u32) -> Item {
    loop {
        let Some(&op) = Op::ALL.choose(rng) else { continue };
        let spec = op.spec();
        let (rd, rs1, rs2) = (register(rng), operand(rng), operand(rng));
        let imm = shift_amount(rng, op).unwrap_or_else(|| rng.random_range(-2048..2048));
        let aligned = |rng: &mut R, width: Width| {
            let bytes = width.bytes() as i32;
            rng.random_range(0..REACH / bytes) * bytes
        };
        match spec.kind {
            Kind::Alu(_) => {
                return Item::Compute {
                    op,
                    rd,
                    rs1,
                    rs2,
                    imm,
                };
            }
            // `auipc` gives addresses, which depend on how a program is written.
            Kind::Upper(_) if op == Op::Lui => {
                return Item::Compute {
                    op,
                    rd,
                    rs1: 0,
                    rs2: 0,
                    imm: rng.random::<i32>() & !0xfff,
                };
            }
            Kind::Load(width, _) => {
                let offset = rng.random_range(0..=REACH - width.bytes() as i32);
                return Item::Load { op, rd, offset };
            }
            Kind::Store(width) => {
                let offset = rng.random_range(0..=REACH - width.bytes() as i32);
                return Item::Store { op, rs2, offset };
            }
            Kind::Amo(width, ..) => {
                let offset = aligned(rng, width);
                return Item::Atomic { op, rd, rs2, offset };
            }
            Kind::Branch(_) if depth > 0 => {
                let num_items = rng.random_range(1..5);
                let then = items(rng, num_items, depth - 1);
                return Item::Unless { op, rs1, rs2, then };
            }
            // There is one counter: a loop has no other in it.
            Kind::Jal if depth > 1 => {
                let (num_items, times) = (rng.random_range(1..5), rng.random_range(1..6));
                let body = items(rng, num_items, 1);
                return Item::Repeat { times, body };
            }
            Kind::Upper(_)
            | Kind::Branch(_)
            | Kind::Jal
            | Kind::Jalr
            | Kind::LoadReserved(..)
            | Kind::StoreConditional(_)
            | Kind::Fence
            | Kind::Ecall
            | Kind::Ebreak => {}
        }
    }
}
