//! Every operation of the instruction table, in a guest of its own, on operands at which something may go wrong: the
//! emulator runs it, and all constraints of the machine must hold.

mod accesses;
mod computations;
mod guest;
mod jumps;
mod system;

use std::collections::BTreeSet;

use guest::Guest;
use zisk_emulator::code::MicroOp;
use zisk_emulator::{
    Host, Machine, Observer, OutputChannel, OutputLimitReached, RandomnessUnavailable, Stop, TrapCause,
};
use zisk_host::{ExecuteError, ExecutorEnv, Input, ProveError, check_constraints};
use zisk_isa::{Kind, Op, compressed};
use zisk_program::Program;

/// A host that wants nothing.
struct Silent;

impl Host for Silent {
    fn write(&mut self, _: OutputChannel, _: &[u8]) -> Result<(), OutputLimitReached> {
        Ok(())
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        Ok(u64::MAX)
    }

    fn scope_begin(&mut self, _: &[u8], _: u64) {}

    fn scope_end(&mut self, _: &[u8], _: u64) {}
}

/// Counts how often an operation is executed.
struct Counter {
    op: Op,
    count: usize,
}

impl Observer for Counter {
    fn instruction(&mut self, _: u64, instruction: &MicroOp, _: &[u64; 256]) {
        self.count += usize::from(instruction.op == self.op);
    }
}

/// A guest that executes this operation in all ways that matter. No arm for the rest: a new kind needs one of its own.
fn cases(op: Op) -> Guest {
    let mut guest = Guest::new();
    let to = &mut guest;
    match op.spec().kind {
        Kind::Alu(_) => computations::computation(to, op),
        Kind::Upper(_) => computations::upper(to, op),
        Kind::Fence => computations::fence(to, op),
        Kind::Branch(function) => jumps::branch(to, op, function),
        Kind::Jal => jumps::jump(to, op),
        Kind::Jalr => jumps::jump_to_register(to, op),
        Kind::Load(width, _) => accesses::load(to, op, width),
        Kind::Store(width) => accesses::store(to, op, width),
        Kind::LoadReserved(width, _) => accesses::load_reserved(to, op, width),
        Kind::StoreConditional(width) => accesses::store_conditional(to, op, width),
        Kind::Amo(width, ..) => accesses::atomic(to, op, width),
        Kind::Ecall => system::calls(to),
        Kind::Ebreak => system::breakpoint(to, op),
    }
    guest
}

fn check(elf: &[u8], name: &str) {
    let input = Input::new().write(&[0xff_u8; 9]).expect("bytes are encoded");
    match check_constraints(elf, input, ExecutorEnv::new().stdout(std::io::sink())) {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => panic!("`{name}` does not hold: {failure}"),
        Err(error) => panic!("`{name}` cannot be run: {error}"),
    }
}

#[test]
fn every_operation_holds_on_corner_operands() {
    let mut short = BTreeSet::new();
    for &op in Op::ALL {
        let name = op.spec().mnemonic;
        let guest = cases(op);
        let num_cases = guest.cases;
        assert!(num_cases > 0, "no case of `{name}`");
        short.extend(guest.short.iter().copied());
        let elf = guest.finish();
        let program = Program::from_elf(&elf).expect("the guest is well formed");
        let mut counter = Counter { op, count: 0 };
        let mut machine = Machine::new(&program, &[]).expect("there is no input");
        let stop = machine.run(1 << 20, &mut Silent, &mut counter);
        if matches!(op.spec().kind, Kind::Ebreak) {
            assert!(
                matches!(stop, Err(trap) if trap.cause == TrapCause::Breakpoint),
                "{stop:?}"
            );
            let error = check_constraints(&elf, Input::new(), ExecutorEnv::new()).expect_err("a trap");
            assert!(
                matches!(error, ProveError::Execute(ExecuteError::Trap(_))),
                "{error}"
            );
            continue;
        }
        assert!(
            matches!(stop, Ok(Stop::Halted { exit_code: 0, .. })),
            "`{name}`: {stop:?}"
        );
        assert!(
            counter.count >= num_cases,
            "`{name}`: {} of {num_cases} cases",
            counter.count
        );
        check(&elf, name);
    }
    let missing: Vec<_> = compressed::SPECS
        .iter()
        .filter(|spec| spec.op != Op::Ebreak && !short.contains(spec.mnemonic))
        .map(|spec| spec.mnemonic)
        .collect();
    assert!(missing.is_empty(), "never executed: {missing:?}");
}
