use alloc::vec::Vec;

use zisk_abi::coprocessor::{Coprocessor, NUM_COPROCESSORS, find};
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HALT, HOST_RANDOM, WRITE};
use zisk_isa::operations;
use zisk_software::Problem;

use super::words::Words;
use super::{Early, Guest};
use crate::arith::divide_signed;
use crate::boundary::NUM_REGISTERS;
use crate::coprocessor::{self, Found};
use crate::halt::{self, DIGEST_WORDS, Seen};
use crate::memory::{Request, WordState, atomic};
use crate::processor::{Accesses, clock, condition, next_pc};
use crate::refresh::Look;
use crate::rom::{Flags, Immediate};
use crate::system::{ARGUMENT_REGISTER, Call, NUMBER_REGISTER, RESULT_DELAY};
use crate::{OperationCode, Table};

/// An executed instruction, as whoever executed it saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Its address.
    pub pc: u64,
    /// What stood in `rs1` and `rs2`.
    pub operands: [u64; 2],
    /// What it loaded, as it is written to `rd`; for a system call, what `a0` holds behind it; 0 for others.
    pub result: u64,
}

/// A state of a register or a word, within a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) value: u64,
    pub(crate) time: u32,
}

/// The longest that a register rests without being looked at.
const MAX_REST: u32 = 1 << 16;

/// An instruction with everything that its row shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executed {
    pub(crate) pc: u64,
    /// Its place in the program.
    pub(crate) place: usize,
    pub(crate) found: Accesses,
    pub(crate) result: u64,
}

/// A load, a store or an atomic, with the word that it begins in, and the one behind if it reaches there, as they were.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemoryAccess {
    pub(crate) request: Request,
    pub(crate) words: [WordState; 2],
    pub(crate) is_read_only: [bool; 2],
}

/// Something happened that the machine does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayError {
    /// There is no instruction at this address.
    NoInstruction {
        /// The address.
        pc: u64,
    },
    /// The segment is not said to touch this address.
    Unknown {
        /// The address.
        address: u64,
    },
    /// A register or a word does not end as the segment is said to leave it.
    End {
        /// A register's number, or the address of the word over 8.
        address: u32,
        /// What it was to hold.
        expected: u64,
        /// What it holds.
        found: u64,
    },
    /// It ends with another instruction.
    EndPc {
        /// Where the next segment was to begin; nowhere if this one was to end the run.
        expected: Option<u64>,
        /// Where it would.
        found: Option<u64>,
    },
    /// A coprocessor's operands have no result.
    Coprocessor {
        /// Which.
        name: &'static str,
        /// Why.
        problem: Problem,
    },
    /// A system call that there is not.
    UnknownSyscall {
        /// Its number.
        number: u64,
    },
}

impl core::fmt::Display for ReplayError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NoInstruction { pc } => write!(f, "no instruction at {pc:#x}"),
            Self::Unknown { address } => {
                write!(f, "the segment was not to touch {address:#x}")
            }
            Self::End {
                address,
                expected,
                found,
            } => write!(
                f,
                "register or word {address:#x} ends as {found:#x}, not as {expected:#x}"
            ),
            Self::EndPc { expected, found } => {
                write!(f, "the segment leads to {found:x?}, not to {expected:x?}")
            }
            Self::Coprocessor { name, problem } => write!(f, "coprocessor `{name}`: {problem}"),
            Self::UnknownSyscall { number } => write!(f, "system call {number} does not exist"),
        }
    }
}

impl core::error::Error for ReplayError {}

/// A segment's registers and memory, followed step by step, and what every table has to show of that.
#[derive(Debug)]
pub struct Replay<'a> {
    guest: &'a Guest,
    early: &'a Early,
    pub(super) registers: [State; NUM_REGISTERS],
    pub(super) memory: Words,
    /// Where the segment is; nowhere when the run has ended.
    pc: Option<u64>,
    pub(crate) executed: Vec<Executed>,
    pub(crate) operations: Vec<(OperationCode, u64, u64)>,
    pub(crate) accesses: Vec<MemoryAccess>,
    pub(crate) looks: Vec<Look>,
    pub(crate) calls: Vec<Call>,
    /// Of each coprocessor.
    coprocessor_calls: [Vec<coprocessor::Call>; NUM_COPROCESSORS],
    pub(crate) halt: Option<halt::Halt>,
    /// What is said wrongly, of which step.
    #[cfg(feature = "faults")]
    pub(super) fault: Option<(usize, super::Fault)>,
}

impl<'a> Replay<'a> {
    /// A segment that has not begun.
    pub fn new(guest: &'a Guest, early: &'a Early) -> Self {
        Self {
            guest,
            early,
            registers: early.registers.map(|register| State {
                value: register.first,
                time: 0,
            }),
            memory: Words::new(guest, &early.words),
            pc: Some(early.start.pc),
            executed: Vec::new(),
            operations: Vec::new(),
            accesses: Vec::new(),
            looks: Vec::new(),
            calls: Vec::new(),
            coprocessor_calls: Default::default(),
            halt: None,
            #[cfg(feature = "faults")]
            fault: None,
        }
    }

    /// Makes room for so many instructions, so that it need not grow step by step.
    pub fn reserve(&mut self, instructions: usize) {
        self.executed.reserve_exact(instructions);
    }

    /// What was known of the segment before it was replayed.
    pub(crate) fn early(&self) -> &'a Early {
        self.early
    }

    /// The program that runs.
    pub(crate) fn guest(&self) -> &'a Guest {
        self.guest
    }

    /// Follows the next step.
    ///
    /// # Errors
    /// When the step is none of the guest's.
    pub fn step(&mut self, step: &Step) -> Result<(), ReplayError> {
        let guest = self.guest;
        let (place, encoded) = guest
            .instruction(step.pc)
            .ok_or(ReplayError::NoInstruction { pc: step.pc })?;
        let flags = &encoded.flags;
        let clock = clock(self.executed.len());
        // An instruction without a result that anybody sees looks at x0.
        let [a, rs2_value] = step.operands;
        let a = if encoded.rs1 == 0 { 0 } else { a };
        let before = self.look(encoded.rs1, clock);
        let mut found = Accesses {
            a,
            a_before: self.said_time(0, before),
            ..Accesses::default()
        };
        if flags.reads_rs2 {
            let before = self.look(encoded.rs2, clock + 1);
            (found.b, found.b_before) = (rs2_value, self.said_time(1, before));
        }
        let b = match encoded.immediate {
            Immediate::Value(value) if !flags.reads_rs2 => value,
            Immediate::Value(_) | Immediate::Offset(_) => rs2_value,
        };
        let mut result = step.result;
        if flags.copies {
            result = b;
        } else if flags.adds || flags.subtracts {
            result = computed(flags, a, b);
        } else if flags.is_ecall {
            result = self.system_call(step.result, clock)?;
        } else if let (Some(code), Immediate::Offset(offset)) = (encoded.code, encoded.immediate) {
            if flags.is_store {
                result = rs2_value;
            }
            let request = Request {
                code,
                time: clock,
                base: a,
                offset,
                value: if flags.is_store { result } else { found.b },
            };
            self.access(request, result)?;
        } else if let Some((code, function)) = encoded.code.and_then(|code| Some((code, code.function()?))) {
            result = function(a, b);
            let a = self.said_operand(a);
            self.operations.push((code, a, b));
            if code.table() == Some(Table::DivideSigned) {
                self.operations.push(divide_signed::asks_for(code, a, b));
            }
        }
        if !flags.is_store {
            result = self.said_result(result);
        }
        if flags.writes_rd || flags.is_store {
            found.old = self.registers[usize::from(encoded.rd)].value;
            let before = self.look(encoded.rd, clock + 2);
            found.old_before = self.said_time(2, before);
            self.registers[usize::from(encoded.rd)].value = result;
        }
        let condition = condition(flags, &found, result);
        self.pc = self
            .halt
            .is_none()
            .then(|| next_pc(step.pc, encoded, found.a, condition));
        self.executed.push(Executed {
            pc: step.pc,
            place,
            found,
            result,
        });
        Ok(())
    }

    /// Checks that the segment ended as it was said to.
    ///
    /// # Errors
    /// With the first difference.
    pub fn check_end(&self) -> Result<(), ReplayError> {
        let early = self.early;
        let registers = (0..).zip(early.registers.iter().zip(&self.registers));
        let registers = registers.map(|(address, (said, state))| (address, said.last, state.value));
        let states = self.memory.states();
        let words = early.words.iter().zip(states);
        let words = words.map(|(said, state)| (said.address, said.state.last, state.value));
        for (address, expected, found) in registers.chain(words) {
            if expected != found {
                return Err(ReplayError::End {
                    address,
                    expected,
                    found,
                });
            }
        }
        let expected = early.end.map(|end| end.pc);
        if self.pc == expected {
            Ok(())
        } else {
            Err(ReplayError::EndPc {
                expected,
                found: self.pc,
            })
        }
    }

    /// Looks at a register; gives the time of the look before, in between if that was too long ago.
    fn look(&mut self, register: u8, time: u32) -> u32 {
        let state = &mut self.registers[usize::from(register)];
        while time - state.time > MAX_REST {
            let (before, time) = (state.time, state.time + MAX_REST);
            self.looks.push(Look {
                register,
                value: state.value,
                before,
                time,
            });
            state.time = time;
        }
        core::mem::replace(&mut state.time, time)
    }

    /// Looks at a word.
    fn see(&mut self, address: u64, time: u32) -> Result<(Seen, bool), ReplayError> {
        let (state, is_read_only) = self.memory.word(address)?;
        let before = core::mem::replace(&mut state.time, time);
        Ok((
            Seen {
                value: state.value,
                before,
            },
            is_read_only,
        ))
    }

    fn access(&mut self, request: Request, result: u64) -> Result<(), ReplayError> {
        let address = request.address();
        let width = request.code.width().map_or(0, zisk_isa::Width::bytes);
        let (first, last) = (address / 8, address.wrapping_add(width - 1) / 8);
        let mut words = [WordState::default(); 2];
        let mut is_read_only = [false; 2];
        let addresses = if first == last {
            &[first][..]
        } else {
            &[first, last]
        };
        for (index, address) in addresses.iter().enumerate() {
            let (seen, read_only) = self.see(*address, request.time)?;
            words[index] = WordState {
                value: seen.value,
                time: self.said_time(3 + index, seen.before),
            };
            is_read_only[index] = read_only;
        }
        if let Some(stored) = request.stored(result) {
            let mut bytes = [words[0].value.to_le_bytes(), words[1].value.to_le_bytes()].concat();
            let (start, len) = ((address % 8) as usize, width as usize);
            bytes[start..start + len].copy_from_slice(&stored.to_le_bytes()[..len]);
            for (address, bytes) in addresses.iter().zip(bytes.as_chunks().0) {
                self.memory.word(*address)?.0.value = u64::from_le_bytes(*bytes);
            }
        }
        if request.table() == Some(Table::Atomic) {
            self.operations.extend(atomic::asks(&request, &words[0]));
        }
        self.accesses.push(MemoryAccess {
            request,
            words,
            is_read_only,
        });
        Ok(())
    }

    /// Gives 1 if the call ends the run, else 0.
    fn system_call(&mut self, answer: u64, time: u32) -> Result<u64, ReplayError> {
        let number_before = self.look(NUMBER_REGISTER as u8, time);
        let number = self.registers[NUMBER_REGISTER as usize].value;
        match number {
            HALT => {
                let (exit_code, address) = (self.argument(0, time), self.argument(1, time));
                let mut digest = [Seen::default(); DIGEST_WORDS];
                let mut is_read_only = false;
                for (index, word) in digest.iter_mut().enumerate() {
                    (*word, is_read_only) = self.see(address.value / 8 + index as u64, time)?;
                }
                self.halt = Some(self.said_halt(halt::Halt {
                    time,
                    number_before,
                    exit_code,
                    address,
                    digest,
                    is_read_only,
                }));
                return Ok(1);
            }
            WRITE | CYCLES_BEGIN | CYCLES_END => {
                self.calls.push(Call {
                    number,
                    time,
                    number_before,
                    result: None,
                });
            }
            HOST_RANDOM => {
                let register = ARGUMENT_REGISTER as u8;
                let before = self.look(register, time + RESULT_DELAY);
                let old = core::mem::replace(&mut self.registers[usize::from(register)].value, answer);
                self.calls.push(Call {
                    number,
                    time,
                    number_before,
                    result: Some((old, before, answer)),
                });
            }
            _ => self.call_coprocessor(number, number_before, time)?,
        }
        Ok(0)
    }

    /// Looks at an argument of a call.
    fn argument(&mut self, index: u32, time: u32) -> Seen {
        let register = ARGUMENT_REGISTER + index;
        let before = self.look(register as u8, time);
        Seen {
            value: self.registers[register as usize].value,
            before,
        }
    }

    fn call_coprocessor(&mut self, number: u64, number_before: u32, time: u32) -> Result<(), ReplayError> {
        let (index, coprocessor) = find(number).ok_or(ReplayError::UnknownSyscall { number })?;
        let operands = 0..coprocessor.operands.len() as u32;
        let pointers = operands.map(|operand| self.argument(operand, time)).collect();
        let mut call = coprocessor::Call::new(coprocessor, time, number_before, pointers);
        call.find(|address, time| {
            let (seen, is_read_only) = self.see(address, time)?;
            Ok(Found { seen, is_read_only })
        })?;
        let call = self.said_call(call);
        let written = call.written().map_err(|problem| ReplayError::Coprocessor {
            name: coprocessor.name,
            problem,
        })?;
        for (address, value) in written {
            self.memory.word(address)?.0.value = value;
        }
        self.coprocessor_calls[index].push(call);
        Ok(())
    }

    /// The calls of a coprocessor.
    pub(crate) fn calls_of(&self, coprocessor: &Coprocessor) -> &[coprocessor::Call] {
        find(coprocessor.number).map_or(&[], |(index, _)| &self.coprocessor_calls[index])
    }

    /// What registers and words hold.
    #[cfg(any(test, feature = "faults"))]
    pub(crate) fn values(&self) -> (Vec<u64>, Vec<u64>) {
        let values = |states: &[State]| states.iter().map(|state| state.value).collect();
        (values(&self.registers), values(self.memory.states()))
    }

    /// The addresses of the instructions that were executed.
    pub fn pcs(&self) -> impl Iterator<Item = u64> + '_ {
        self.executed.iter().map(|executed| executed.pc)
    }

    /// When each register, and behind them each word, was last looked at.
    pub(crate) fn last_times(&self) -> impl Iterator<Item = u32> + '_ {
        self.registers
            .iter()
            .chain(self.memory.states())
            .map(|state| state.time)
    }

    /// The clock behind the last instruction.
    pub(crate) fn end_clock(&self) -> u32 {
        clock(self.executed.len())
    }

    /// Where the run goes on behind the last instruction, unless that ended it.
    pub(crate) fn goes_on(&self) -> Option<u64> {
        self.pc
    }
}

/// What the main table computes itself.
fn computed(flags: &Flags<bool>, a: u64, b: u64) -> u64 {
    match (flags.adds, flags.adds_all || flags.subtracts_all) {
        (true, true) => operations::add(a, b),
        (true, false) => operations::addw(a, b),
        (false, true) => operations::sub(a, b),
        (false, false) => operations::subw(a, b),
    }
}
