//! A run that can be moved in both directions.

mod backward;

use std::io;
use std::ops::Range;

use thiserror::Error;
use zisk_emulator::{History, InputTooLong, Machine, Stop, Trap};
use zisk_program::{ElfError, Location, Program, Symbols};

use crate::console::{Console, Marks, Output};
use crate::stops::{Access, BreakpointKind, Forward, Stops, Watch, WatchHit, Watching};
use backward::Scan;

/// How far apart checkpoints are made; also how much is executed before somebody who wants to interrupt is heard.
const INTERVAL: u64 = 1 << 20;
/// More watchpoints than that are refused.
const MAX_WATCHES: usize = 256;

/// Why there is nothing to debug.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The file is no guest.
    #[error("the ELF file is no guest: {0}")]
    Elf(#[from] ElfError),
    /// The input is too long.
    #[error(transparent)]
    Input(#[from] InputTooLong),
}

/// How the run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The guest calls an end.
    Halted {
        /// Its exit code.
        exit_code: u32,
    },
    /// The guest does what it must not do.
    Trapped(Trap),
}

/// Why the run stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It was to go no farther.
    Step,
    /// The next instruction has a breakpoint.
    Breakpoint(BreakpointKind),
    /// Forward: the last instruction accessed watched memory. Backward: the next one does.
    Watch(WatchHit),
    /// Nothing is before.
    Start,
    /// The next instruction is the last one: it ends the run, or traps.
    AtEnd(Ending),
    /// The last instruction was to run, too: the run is over.
    Over(Ending),
}

/// The last instruction that wrote somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastWrite {
    /// How many instructions were retired before it.
    pub number: u64,
    /// Where it is.
    pub location: Location,
    /// What it wrote.
    pub access: Access,
}

/// What the run is about to do.
#[derive(Clone, Debug)]
enum Motion {
    Rest,
    Forward {
        is_first: bool,
        is_step: bool,
        within: Option<Range<u64>>,
        /// Whether the run was at its end when it was told to go on.
        from_end: bool,
    },
    Backward(Scan),
}

/// A run, and where it is to stop.
#[derive(Debug)]
pub struct Session<'a> {
    pub(crate) machine: Machine,
    pub(crate) symbols: Symbols<'a>,
    console: Console<'a>,
    history: History<Marks>,
    stops: Stops,
    motion: Motion,
    /// Where to stop whatever is there.
    until: Option<u64>,
    /// How the run ends, and after how many instructions, once that is known.
    ending: Option<(u64, Ending)>,
    interval: u64,
}

impl<'a> Session<'a> {
    /// A run of a guest that has not begun. `input` is encoded; checkpoints take about `max_bytes`.
    ///
    /// # Errors
    /// When the file is no guest or the input does not fit.
    pub fn new(elf: &'a [u8], input: &[u8], output: Output<'a>, max_bytes: u64) -> Result<Self, StartError> {
        let program = Program::from_elf(elf)?;
        let mut machine = Machine::new(&program, input)?;
        let console = Console::new(output);
        let history = History::new(program, &mut machine, console.marks, max_bytes);
        Ok(Self {
            machine,
            symbols: Symbols::new(elf),
            console,
            history,
            stops: Stops::default(),
            motion: Motion::Rest,
            until: None,
            ending: None,
            interval: INTERVAL,
        })
    }

    /// Makes checkpoints as far apart as that.
    #[cfg(test)]
    pub(crate) fn set_interval(&mut self, interval: u64) {
        self.interval = interval;
    }

    /// How many instructions were retired where the run is.
    pub fn instructions(&self) -> u64 {
        self.machine.instructions()
    }

    /// Where the run is.
    pub fn location(&self) -> Location {
        self.symbols.locate(self.machine.pc())
    }

    /// The journal as it is where the run is.
    pub fn journal(&self) -> &[u8] {
        self.console.journal()
    }

    /// How the run ends, if it has come to its end before.
    pub fn ending(&self) -> Option<Ending> {
        self.ending.map(|(_, ending)| ending)
    }

    /// The first error that there was in handing on what the guest printed.
    pub fn take_output_error(&mut self) -> Option<io::Error> {
        self.console.take_error()
    }

    /// Stops before the instruction at an address.
    pub fn add_breakpoint(&mut self, kind: BreakpointKind, address: u64) {
        self.stops.add(kind, address);
    }

    /// Stops there no longer; whether there was such a breakpoint.
    pub fn remove_breakpoint(&mut self, kind: BreakpointKind, address: u64) -> bool {
        self.stops.remove(kind, address)
    }

    /// Stops at accesses of memory; whether there was room for one more.
    pub fn add_watch(&mut self, watch: Watch) -> bool {
        let has_room = self.stops.watches.len() < MAX_WATCHES;
        if has_room {
            self.stops.watches.push(watch);
        }
        has_room
    }

    /// Stops there no longer; whether there was such a watchpoint.
    pub fn remove_watch(&mut self, watch: Watch) -> bool {
        let at = self.stops.watches.iter().position(|other| *other == watch);
        if let Some(at) = at {
            self.stops.watches.remove(at);
        }
        at.is_some()
    }

    /// The next [`go`](Self::go) or [`go_back`](Self::go_back) stops after so many instructions at the latest, and in any case at the end.
    pub fn stop_at(&mut self, instructions: u64) {
        self.until = Some(instructions);
    }

    /// Sets the run going. [`advance`](Self::advance) is what moves it.
    pub fn go(&mut self) {
        self.forward(false, None);
    }

    /// To the next instruction.
    pub fn step(&mut self) {
        self.forward(true, None);
    }

    /// To the first instruction outside of these addresses.
    pub fn step_out_of(&mut self, addresses: Range<u64>) {
        self.forward(
            addresses.is_empty(),
            Some(addresses).filter(|range| !range.is_empty()),
        );
    }

    /// Moves the run a bit; says why it stands still, if it does.
    pub fn advance(&mut self) -> Option<Stopped> {
        let stopped = match std::mem::replace(&mut self.motion, Motion::Rest) {
            Motion::Rest => Some(Stopped::Step),
            Motion::Forward {
                is_first,
                is_step,
                within,
                from_end,
            } => {
                let is_plain = !is_step && within.is_none();
                let until = self.until.filter(|_| is_plain);
                let stopped = self.advance_forward(is_first, is_step, within.clone(), until, from_end);
                if is_plain && stopped.is_some() {
                    self.until = None;
                }
                self.motion = Motion::Forward {
                    is_first: false,
                    is_step,
                    within,
                    from_end: false,
                };
                stopped
            }
            Motion::Backward(mut scan) => {
                let stopped = self.advance_backward(&mut scan);
                if !scan.is_step && stopped.is_some() {
                    self.until = None;
                }
                self.motion = Motion::Backward(scan);
                stopped
            }
        };
        if stopped.is_some() {
            self.motion = Motion::Rest;
        }
        stopped
    }

    /// Stops a motion where it is.
    pub fn interrupt(&mut self) {
        if let Motion::Backward(scan) = std::mem::replace(&mut self.motion, Motion::Rest) {
            // What is behind was searched, so this is as far as the run has come.
            self.seek(scan.high);
        }
        self.until = None;
    }

    fn forward(&mut self, is_step: bool, within: Option<Range<u64>>) {
        let now = self.instructions();
        self.motion = Motion::Forward {
            is_first: true,
            is_step,
            within,
            from_end: self.ending.is_some_and(|(number, _)| number == now),
        };
    }

    fn advance_forward(
        &mut self,
        is_first: bool,
        is_step: bool,
        within: Option<Range<u64>>,
        until: Option<u64>,
        from_end: bool,
    ) -> Option<Stopped> {
        let now = self.instructions();
        if until == Some(now) {
            return Some(Stopped::Step);
        }
        let until = until.filter(|until| *until > now);
        let mut budget = self.interval - now % self.interval;
        budget = until.map_or(budget, |until| budget.min(until - now));
        if is_step {
            budget = 1;
        }
        let (stop, hit) = if self.stops.watches.is_empty() {
            let mut observer = Forward::new(&self.stops, (), is_first, within);
            let stop = self.machine.run(budget, &mut self.console, &mut observer);
            (stop, observer.hit)
        } else {
            let watching = Watching::new(&self.stops.watches);
            let mut observer = Forward::new(&self.stops, watching, is_first, within);
            let stop = self.machine.run(budget, &mut self.console, &mut observer);
            (stop, observer.hit)
        };
        let ending = match stop {
            Ok(Stop::Budget | Stop::Paused) => {
                self.checkpoint();
                let stopped = hit.map(Stopped::Watch);
                return stopped.or_else(|| self.reason(stop == Ok(Stop::Paused), is_step, until));
            }
            Ok(Stop::Halted { exit_code, .. }) => Ending::Halted { exit_code },
            Err(trap) => Ending::Trapped(trap),
        };
        self.came_to(ending);
        let is_success = ending == Ending::Halted { exit_code: 0 };
        Some(if from_end || (is_success && until.is_none()) {
            Stopped::Over(ending)
        } else {
            Stopped::AtEnd(ending)
        })
    }

    /// Why the run stands still where it is, if there is a reason.
    fn reason(&self, is_paused: bool, is_step: bool, until: Option<u64>) -> Option<Stopped> {
        if is_paused && let Some(kind) = self.stops.breakpoint_at(self.machine.pc()) {
            return Some(Stopped::Breakpoint(kind));
        }
        let is_there = is_paused || is_step || until == Some(self.instructions());
        is_there.then_some(Stopped::Step)
    }

    /// The run has come to its end. It is put before its last instruction, so that there is something to look at.
    fn came_to(&mut self, ending: Ending) {
        let number = match ending {
            Ending::Halted { .. } => self.instructions() - 1,
            Ending::Trapped(_) => self.instructions(),
        };
        self.seek(number);
        if self.ending.replace((number, ending)).is_none()
            && let Ending::Trapped(trap) = ending
        {
            let location = self.symbols.locate(trap.pc);
            self.console
                .tell(&format!("the guest is stopped: {trap}\nat {location}"));
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
