//! The disassembler against binutils: every row of both instruction tables, and the examples' code.

use std::path::Path;
use std::process::Command;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_build::build::GuestBuild;
use zisk_isa::{Format, Kind, SPECS, compressed, decode, disassemble};
use zisk_tests::tools::find_or_skip;

const OBJDUMP: &[&str] = &["riscv64-unknown-elf-objdump", "riscv64-linux-gnu-objdump"];
const PACKAGE: &str = "binutils-riscv64-unknown-elf";
const START: u64 = 0x1_0000;
const SAMPLES_PER_ROW: usize = 64;

/// One line of a listing, freed from how it is written: mnemonic and operands, numbers as numbers.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    address: u64,
    mnemonic: String,
    operands: Vec<Operand>,
}

#[derive(Debug, PartialEq, Eq)]
enum Operand {
    Text(String),
    Number(i64),
}

/// Reads a line of text. In binutils' the last operand of a jump is an address without `0x`.
fn parse_line(address: u64, text: &str, is_binutils: bool) -> Line {
    let text = text.split(['#', '<']).next().unwrap_or_default().trim();
    let (mnemonic, operands) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let pieces: Vec<&str> = operands
        .split([',', '(', ')'])
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    let jumps = [
        "j", "c.j", "jal", "beq", "bne", "blt", "bge", "bltu", "bgeu", "c.beqz", "c.bnez",
    ];
    let has_target = is_binutils && jumps.contains(&mnemonic);
    let last = pieces.len().saturating_sub(1);
    let operands = pieces
        .iter()
        .enumerate()
        .map(|(index, piece)| {
            let hex = piece
                .strip_prefix("0x")
                .or((has_target && index == last).then_some(*piece));
            let number = match hex {
                Some(digits) => u64::from_str_radix(digits, 16).ok().map(|number| number as i64),
                None => piece.parse().ok(),
            };
            number.map_or_else(|| Operand::Text((*piece).to_owned()), Operand::Number)
        })
        .collect();
    Line {
        address,
        mnemonic: mnemonic.to_owned(),
        operands,
    }
}

/// What objdump says: `(bits, line)` per instruction.
fn objdump(program: &Path, arguments: &[&str], file: &Path) -> Vec<(u32, Line)> {
    let output = Command::new(program)
        .args(["-M", "no-aliases", "-z"])
        .args(arguments)
        .arg(file)
        .output()
        .expect("objdump starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter_map(|line| {
            let (address, rest) = line.split_once(":\t")?;
            let (bits, text) = rest.split_once('\t')?;
            let address = u64::from_str_radix(address.trim(), 16).ok()?;
            let bits = u32::from_str_radix(bits.trim(), 16).ok()?;
            Some((bits, parse_line(address, text, true)))
        })
        .collect()
}

fn assert_agrees(lines: Vec<(u32, Line)>, at_least: usize) {
    assert!(
        lines.len() >= at_least,
        "objdump gave {} instructions, expected {at_least}",
        lines.len()
    );
    for (bits, theirs) in lines {
        let ours = parse_line(
            theirs.address,
            &disassemble(bits, theirs.address).to_string(),
            false,
        );
        assert_eq!(ours, theirs, "{bits:#010x}");
    }
}

/// Encodings that the manual calls hints, and `c.nop`, have other names in binutils.
fn is_hint(half: u16) -> bool {
    let Some(instruction) = compressed::expand(half) else {
        return false;
    };
    let shift_by_nothing =
        matches!(instruction.op.spec().format, Format::Shift64 | Format::Shift32) && instruction.imm == 0;
    let writes = matches!(instruction.op.spec().kind, Kind::Alu(_) | Kind::Upper(_));
    let writes_nothing = writes && instruction.rd == 0;
    shift_by_nothing || writes_nothing
}

#[test]
fn every_encoding_reads_as_in_binutils() {
    let Some(program) = find_or_skip("every_encoding_reads_as_in_binutils", OBJDUMP, PACKAGE) else {
        return;
    };
    let mut code: Vec<u8> = Vec::new();
    let mut count = 0;
    for half in 0..=u16::MAX {
        if compressed::expand(half).is_some() && !is_hint(half) {
            code.extend(half.to_le_bytes());
            count += 1;
        }
    }
    let mut rng = ChaCha12Rng::seed_from_u64(7);
    for spec in SPECS {
        for _ in 0..SAMPLES_PER_ROW {
            let random: u32 = rng.random();
            let bits = match spec.format {
                // Other fields of a fence are reserved, and some of its sets have names of their own.
                Format::Fence => spec.value | (random & 0x0ff0_0000) | 0x0110_0000,
                _ => spec.value | (random & !spec.mask),
            };
            if decode(bits).is_some() {
                code.extend(bits.to_le_bytes());
                count += 1;
            }
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("code.bin");
    std::fs::write(&file, code).expect("the temporary folder is writable");
    let vma = format!("--adjust-vma={START:#x}");
    assert_agrees(
        objdump(&program, &["-D", "-b", "binary", "-m", "riscv:rv64", &vma], &file),
        count,
    );
}

#[test]
fn the_code_of_a_guest_reads_as_in_binutils() {
    let Some(program) = find_or_skip("the_code_of_a_guest_reads_as_in_binutils", OBJDUMP, PACKAGE) else {
        return;
    };
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace")
        .join("examples");
    for example in ["fibonacci", "json-query", "ecdsa"] {
        let guests = GuestBuild::new(examples.join(example).join("guest"))
            .run()
            .expect("the guest builds");
        assert_agrees(objdump(&program, &["-d"], &guests[0].elf_path), 1000);
    }
}
