//! Random programs, executed by the emulator and by qemu-riscv64: all registers and all memory must agree.
//!
//! `ZISK_SEQUENCES` sets how many sequences are compared (2,000 unless set), `ZISK_SEED` another seed.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use zisk_emulator::{Machine, Replayed, Stop};
use zisk_isa::{Op, compressed};
use zisk_program::Program;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::generator::{BLOCK_SIZE, CODE_START, DATA_START, RESULT_OFFSET, RandomProgram};
use zisk_tests::tools::{find_or_skip, setting};

const SEQUENCES_PER_PROGRAM: usize = 250;
const ITEMS_PER_SEQUENCE: usize = 24;
const DEFAULT_SEQUENCES: usize = 2_000;

/// The program's ELF with `ending` behind its code.
fn elf(program: &RandomProgram, ending: &Code) -> Vec<u8> {
    let mut code = program.code.clone();
    code.append(ending);
    let segments = [
        Segment::code(CODE_START, code.into_bytes()),
        Segment::data(DATA_START, program.data.clone()),
    ];
    executable(CODE_START, &segments)
}

/// The data segment after the emulator ran the program.
fn run_here(program: &RandomProgram) -> Vec<u8> {
    let mut ending = Code::default();
    // The digest is not looked at: any readable address will do.
    ending
        .push(Op::Addi, 10, 0, 0, 0)
        .load_address(11, DATA_START)
        .ecall(zisk_abi::syscall::HALT);
    let program_here = Program::from_elf(&elf(program, &ending)).expect("generated programs load");
    let mut machine = Machine::new(&program_here, &[]).expect("no input");
    match machine.run(1 << 30, &mut Replayed::new(Vec::new()), &mut ()) {
        Ok(Stop::Halted { exit_code: 0, .. }) => {}
        other => panic!("the generated program did not end: {other:?}"),
    }
    machine
        .memory()
        .peek(DATA_START, program.data.len() as u64)
        .expect("the data segment is mapped")
        .to_vec()
}

/// The data segment after qemu ran the program.
fn run_in_qemu(qemu: &Path, program: &RandomProgram, folder: &Path) -> Vec<u8> {
    const LINUX_WRITE: u64 = 64;
    const LINUX_EXIT: u64 = 93;
    let mut ending = Code::default();
    ending.push(Op::Addi, 10, 0, 0, 1).load_address(11, DATA_START);
    ending
        .load_value(12, program.data.len() as u64)
        .ecall(LINUX_WRITE);
    ending.push(Op::Addi, 10, 0, 0, 0).ecall(LINUX_EXIT);
    let path = folder.join("program.elf");
    std::fs::write(&path, elf(program, &ending)).expect("the temporary folder is writable");
    make_executable(&path);
    let output = Command::new(qemu).arg(&path).output().expect("qemu starts");
    assert!(output.status.success(), "qemu ended with {}", output.status);
    output.stdout
}

fn make_executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("permissions are set");
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// What differs in the first sequence that does, and its code.
fn explain(program: &RandomProgram, here: &[u8], qemu: &[u8]) -> String {
    let mut text = String::new();
    for (index, (ours, theirs)) in here.chunks(BLOCK_SIZE).zip(qemu.chunks(BLOCK_SIZE)).enumerate() {
        if ours == theirs {
            continue;
        }
        let words = ours.chunks(8).zip(theirs.chunks(8)).enumerate();
        for (word, (ours, theirs)) in words.filter(|(_, (ours, theirs))| ours != theirs) {
            let place = match (word * 8).checked_sub(RESULT_OFFSET) {
                Some(offset) if offset < RESULT_OFFSET => {
                    zisk_isa::register_name((offset / 8) as u8).to_owned()
                }
                _ => format!("block+{:#x}", word * 8),
            };
            writeln!(text, "{place}: {ours:02x?} here, {theirs:02x?} in qemu").expect("strings grow");
        }
        writeln!(text, "sequence {index}:").expect("strings grow");
        let code = program.code.clone().into_bytes();
        let mut at = program.bodies[index].start;
        while at < program.bodies[index].end {
            let mut bits = [0; 4];
            let available = &code[at..code.len().min(at + 4)];
            bits[..available.len()].copy_from_slice(available);
            let bits = u32::from_le_bytes(bits);
            let pc = CODE_START + at as u64;
            writeln!(text, "  {pc:#x}: {}", zisk_isa::disassemble(bits, pc)).expect("strings grow");
            at += usize::from(zisk_isa::instruction_len(bits as u16));
        }
        break;
    }
    text
}

#[test]
fn random_programs_agree_with_qemu() {
    let Some(qemu) = find_or_skip("random_programs_agree_with_qemu", &["qemu-riscv64"], "qemu-user") else {
        return;
    };
    let num_programs =
        (setting("ZISK_SEQUENCES", DEFAULT_SEQUENCES as u64) as usize).div_ceil(SEQUENCES_PER_PROGRAM);
    let seed = setting("ZISK_SEED", 0x5eed);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut seen = BTreeSet::new();
    for index in 0..num_programs as u64 {
        let mut rng = ChaCha12Rng::seed_from_u64(seed.wrapping_add(index));
        let mut program = RandomProgram::generate(&mut rng, SEQUENCES_PER_PROGRAM, ITEMS_PER_SEQUENCE);
        seen.append(&mut program.mnemonics);
        let (here, qemu) = (run_here(&program), run_in_qemu(&qemu, &program, folder.path()));
        assert_eq!(here.len(), qemu.len(), "qemu wrote another number of bytes");
        assert!(
            here == qemu,
            "seed {seed}, program {index}:\n{}",
            explain(&program, &here, &qemu)
        );
    }
    let all = Op::ALL
        .iter()
        .map(|op| op.spec().mnemonic)
        .chain(compressed::SPECS.iter().map(|s| s.mnemonic));
    let not_generated: Vec<_> = all
        .filter(|name| !["ecall", "ebreak", "c.ebreak"].contains(name) && !seen.contains(name))
        .collect();
    assert!(not_generated.is_empty(), "no program had {not_generated:?}");
}
