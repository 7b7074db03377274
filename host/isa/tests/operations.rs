//! A table test per operation: values worked out by hand from the manual's text.

#![allow(
    clippy::wildcard_imports,
    reason = "every operation of the module is named below"
)]

use zisk_isa::operations::*;

const MIN: u64 = i64::MIN as u64;
const MAX: u64 = i64::MAX as u64;
const NEG: u64 = u64::MAX;
const MIN32: u64 = 0xffff_ffff_8000_0000;

fn check(name: &str, operation: fn(u64, u64) -> u64, rows: &[(u64, u64, u64)]) {
    for &(a, b, expected) in rows {
        let found = operation(a, b);
        assert_eq!(
            found, expected,
            "{name}({a:#x}, {b:#x}) = {found:#x}, expected {expected:#x}"
        );
    }
}

#[test]
fn arithmetic_and_logic() {
    check("add", add, &[(1, 2, 3), (NEG, 1, 0), (MAX, 1, MIN)]);
    check("sub", sub, &[(3, 2, 1), (0, 1, NEG), (MIN, 1, MAX)]);
    check("and", and, &[(0b1100, 0b1010, 0b1000), (NEG, 5, 5)]);
    check("or", or, &[(0b1100, 0b1010, 0b1110), (0, 5, 5)]);
    check("xor", xor, &[(0b1100, 0b1010, 0b0110), (NEG, NEG, 0)]);
    check("second", second, &[(7, 9, 9)]);
    check(
        "addw",
        addw,
        &[
            (0x7fff_ffff, 1, MIN32),
            (0xffff_ffff, 1, 0),
            (0xdead_0000_0000, 5, 5),
        ],
    );
    check(
        "subw",
        subw,
        &[
            (0, 1, NEG),
            (0x8000_0000, 1, 0x7fff_ffff),
            (0x1_0000_0000, 1, NEG),
        ],
    );
}

#[test]
fn shifts_use_the_low_bits_of_the_amount() {
    check("sll", sll, &[(1, 63, MIN), (1, 64, 1), (3, 65, 6)]);
    check("srl", srl, &[(NEG, 63, 1), (NEG, 64, NEG), (8, 3, 1)]);
    check(
        "sra",
        sra,
        &[
            (MIN, 63, NEG),
            (MIN, 64, MIN),
            (MAX, 62, 1),
            (MIN, 1, 0xc000_0000_0000_0000),
        ],
    );
    check(
        "sllw",
        sllw,
        &[(1, 31, MIN32), (1, 32, 1), (0xffff_ffff_0000_0001, 4, 16)],
    );
    check(
        "srlw",
        srlw,
        &[(0xffff_ffff, 31, 1), (NEG, 32, NEG), (0x8000_0000, 0, MIN32)],
    );
    check(
        "sraw",
        sraw,
        &[
            (0x8000_0000, 31, NEG),
            (0x7fff_ffff, 30, 1),
            (0xffff_ffff_7fff_ffff, 32, 0x7fff_ffff),
        ],
    );
}

#[test]
fn comparisons() {
    check("eq", eq, &[(5, 5, 1), (5, 6, 0), (0, NEG, 0)]);
    check("ne", ne, &[(5, 5, 0), (5, 6, 1), (MIN, MAX, 1)]);
    check("slt", slt, &[(NEG, 0, 1), (0, NEG, 0), (MIN, MAX, 1), (3, 3, 0)]);
    check("sge", sge, &[(NEG, 0, 0), (0, NEG, 1), (MIN, MAX, 0), (3, 3, 1)]);
    check(
        "sltu",
        sltu,
        &[(NEG, 0, 0), (0, NEG, 1), (MIN, MAX, 0), (3, 3, 0)],
    );
    check(
        "sgeu",
        sgeu,
        &[(NEG, 0, 1), (0, NEG, 0), (MIN, MAX, 1), (3, 3, 1)],
    );
    check("min", min, &[(NEG, 0, NEG), (0, NEG, NEG), (MIN, MAX, MIN)]);
    check("max", max, &[(NEG, 0, 0), (0, NEG, 0), (MIN, MAX, MAX)]);
    check("minu", minu, &[(NEG, 0, 0), (0, NEG, 0), (MIN, MAX, MAX)]);
    check("maxu", maxu, &[(NEG, 0, NEG), (0, NEG, NEG), (MIN, MAX, MIN)]);
}

#[test]
fn multiplication() {
    check(
        "mul",
        mul,
        &[(3, 5, 15), (NEG, NEG, 1), (MIN, 2, 0), (1 << 32, 1 << 32, 0)],
    );
    check(
        "mulh",
        mulh,
        &[
            (NEG, NEG, 0),
            (NEG, 1, NEG),
            (MIN, MIN, 1 << 62),
            (MIN, MAX, 0xc000_0000_0000_0000),
        ],
    );
    check(
        "mulhsu",
        mulhsu,
        &[(NEG, NEG, NEG), (1, NEG, 0), (MIN, NEG, MIN), (NEG, 1, NEG)],
    );
    check(
        "mulhu",
        mulhu,
        &[(NEG, NEG, NEG - 1), (1 << 32, 1 << 32, 1), (MIN, 2, 1)],
    );
    check(
        "mulw",
        mulw,
        &[
            (0x8000_0000, 1, MIN32),
            (0x1_0000_0003, 5, 15),
            (0xffff_ffff, 0xffff_ffff, 1),
        ],
    );
}

#[test]
fn division_by_zero_gives_all_ones_and_the_dividend() {
    check("div", div, &[(7, 0, NEG), (MIN, 0, NEG), (0, 0, NEG)]);
    check("divu", divu, &[(7, 0, NEG), (0, 0, NEG)]);
    check("rem", rem, &[(7, 0, 7), (MIN, 0, MIN)]);
    check("remu", remu, &[(7, 0, 7), (NEG, 0, NEG)]);
    check("divw", divw, &[(7, 0, NEG), (7, 1 << 32, NEG)]);
    check("divuw", divuw, &[(7, 0, NEG), (7, 1 << 32, NEG)]);
    check("remw", remw, &[(0x8000_0000, 0, MIN32), (7, 1 << 32, 7)]);
    check("remuw", remuw, &[(0x8000_0000, 0, MIN32), (7, 1 << 32, 7)]);
}

#[test]
fn signed_division_overflow_gives_the_dividend_and_zero() {
    check("div", div, &[(MIN, NEG, MIN)]);
    check("rem", rem, &[(MIN, NEG, 0)]);
    check(
        "divw",
        divw,
        &[(0x8000_0000, NEG, MIN32), (MIN32, 0xffff_ffff, MIN32)],
    );
    check("remw", remw, &[(0x8000_0000, NEG, 0), (MIN32, 0xffff_ffff, 0)]);
}

#[test]
fn division_rounds_towards_zero_and_the_remainder_has_the_dividends_sign() {
    let minus = |value: i64| value as u64;
    check(
        "div",
        div,
        &[
            (7, 2, 3),
            (minus(-7), 2, minus(-3)),
            (7, minus(-2), minus(-3)),
            (minus(-7), minus(-2), 3),
        ],
    );
    check(
        "rem",
        rem,
        &[
            (7, 2, 1),
            (minus(-7), 2, NEG),
            (7, minus(-2), 1),
            (minus(-7), minus(-2), NEG),
        ],
    );
    check("divu", divu, &[(NEG, 2, MAX), (7, NEG, 0)]);
    check("remu", remu, &[(NEG, 2, 1), (7, NEG, 7)]);
    check("divw", divw, &[(minus(-7), 2, minus(-3)), (0x1_0000_0007, 2, 3)]);
    check("remw", remw, &[(minus(-7), 2, NEG), (0x1_0000_0007, 2, 1)]);
    check("divuw", divuw, &[(NEG, 1, NEG), (NEG, 2, 0x7fff_ffff)]);
    check(
        "remuw",
        remuw,
        &[
            (NEG, 0x8000_0000, 0x7fff_ffff),
            (NEG, 2, 1),
            (0xffff_fffe, NEG, NEG - 1),
        ],
    );
}

#[test]
fn extensions() {
    let value = 0x8182_8384_8586_8788;
    assert_eq!(sext8(value), 0xffff_ffff_ffff_ff88);
    assert_eq!(sext16(value), 0xffff_ffff_ffff_8788);
    assert_eq!(sext32(value), 0xffff_ffff_8586_8788);
    assert_eq!(zext8(value), 0x88);
    assert_eq!(zext16(value), 0x8788);
    assert_eq!(zext32(value), 0x8586_8788);
    assert_eq!(full(value), value);
    assert_eq!(
        [sext8(0x7f), sext16(0x7fff), sext32(0x7fff_ffff)],
        [0x7f, 0x7fff, 0x7fff_ffff]
    );
}
