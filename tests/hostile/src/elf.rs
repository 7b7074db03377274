use zisk_emulator::{Machine, Replayed};
use zisk_host::ListedFunction;
use zisk_program::{Program, Segment, Symbols};

use crate::bounded;

/// How long a program runs.
const BUDGET: u64 = 10_000;
/// How many addresses are looked up in symbols.
const LOOKUPS: usize = 64;

/// An ELF file: it is loaded or refused; what is loaded is decoded, listed and run for a while; its symbols are looked up,
/// whether or not it can be loaded.
///
/// # Panics
/// When something does not hold.
pub fn elf(bytes: &[u8]) {
    let symbols = bounded(bytes.len(), 64, || Symbols::new(bytes));
    let Ok(program) = bounded(bytes.len(), 4, || Program::from_elf(bytes)) else {
        let _ = symbols.locate(0x1_0000);
        return;
    };
    let data: usize = program
        .segments()
        .iter()
        .map(|segment| segment.data().len())
        .sum();
    assert!(data <= bytes.len());
    let entry = program.entry();
    let is_code =
        |segment: &Segment| (segment.start()..segment.start() + segment.data().len() as u64).contains(&entry);
    assert!(program.executable_segments().any(is_code) && entry.is_multiple_of(2));
    for segment in program.executable_segments() {
        for pc in (segment.start()..).step_by(2).take(LOOKUPS) {
            let _ = (symbols.locate(pc), symbols.frames(pc));
        }
    }
    let functions = zisk_host::disassemble(bytes).expect("what can be loaded can be listed");
    let instructions = functions.iter().flat_map(ListedFunction::instructions);
    let listed: usize = instructions.map(|instruction| instruction.bytes().len()).sum();
    let executable: usize = program
        .executable_segments()
        .map(|segment| segment.data().len())
        .sum();
    assert_eq!(listed, executable, "all code is listed once");
    let Ok(mut machine) = Machine::new(&program, &[]) else {
        panic!("an input without frames always fits");
    };
    let _ = machine.run(BUDGET, &mut Replayed::new(vec![7; 16]), &mut ());
    assert!(machine.instructions() <= BUDGET);
}
