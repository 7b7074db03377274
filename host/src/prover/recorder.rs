use zisk_emulator::code::MicroOp;
use zisk_emulator::{Observer, Registers};
use zisk_isa::{Kind, Width};
use zisk_machine::trace::{Replay, ReplayError, Step};

/// `a0`, where a system call's result is.
const RESULT_REGISTER: u8 = 10;

/// Records what a run does.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    steps: Vec<Step>,
    extend: Option<fn(u64) -> u64>,
}

impl Recorder {
    /// Follows what was recorded, for all tables to be filled from.
    pub(super) fn follow(&self, replay: &mut Replay<'_>) -> Result<(), ReplayError> {
        self.steps.iter().try_for_each(|step| replay.step(step))
    }

    /// What was recorded.
    #[cfg(feature = "faults")]
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl Observer for Recorder {
    #[inline]
    fn instruction(&mut self, pc: u64, instruction: &MicroOp, registers: &[u64; 256]) {
        let [a, b] = [instruction.rs1, instruction.rs2].map(|register| registers[usize::from(register)]);
        self.extend = match instruction.op.spec().kind {
            Kind::Load(_, extend) | Kind::LoadReserved(_, extend) | Kind::Amo(_, extend, _) => Some(extend),
            Kind::Alu(_)
            | Kind::Upper(_)
            | Kind::Branch(_)
            | Kind::Jal
            | Kind::Jalr
            | Kind::Store(_)
            | Kind::StoreConditional(_)
            | Kind::Fence
            | Kind::Ecall
            | Kind::Ebreak => None,
        };
        self.steps.push(Step {
            pc,
            operands: [a, b],
            result: 0,
        });
    }

    #[inline]
    fn load(&mut self, _address: u64, _width: Width, value: u64) {
        if let (Some(step), Some(extend)) = (self.steps.last_mut(), self.extend) {
            step.result = extend(value);
        }
    }

    fn syscall(&mut self, _number: u64, registers: &Registers) {
        if let Some(step) = self.steps.last_mut() {
            step.result = registers.get(RESULT_REGISTER);
        }
    }
}
