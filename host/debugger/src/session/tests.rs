//! A run is moved about at random, and every place where it stops is compared with what a list of all its instructions says.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::{HALT, WRITE};
use zisk_emulator::{Replayed, Stop, TrapCause};
use zisk_isa::Op;

use super::*;
use crate::fixture::{CODE, ROUNDS, TEXT, guest, halting, session};

/// Moves until the run stands still.
fn stopped(session: &mut Session<'_>) -> Stopped {
    loop {
        if let Some(stopped) = session.advance() {
            return stopped;
        }
    }
}

pub(crate) fn go(session: &mut Session<'_>) -> Stopped {
    session.go();
    stopped(session)
}

fn go_back(session: &mut Session<'_>) -> Stopped {
    session.go_back();
    stopped(session)
}

/// A place of the run, and what the instruction there does.
struct Place {
    pc: u64,
    registers: [u64; 32],
    accesses: Vec<Access>,
}

#[derive(Default)]
struct Accesses(Vec<Access>);

impl zisk_emulator::Observer for Accesses {
    fn load(&mut self, address: u64, width: zisk_isa::Width, value: u64) {
        self.push(address, width.bytes(), Some(value), false);
    }

    fn store(&mut self, address: u64, width: zisk_isa::Width, value: u64) {
        let mask = u64::MAX >> (64 - 8 * width.bytes());
        self.push(address, width.bytes(), Some(value & mask), true);
    }

    fn syscall(&mut self, number: u64, registers: &zisk_emulator::Registers) {
        let [a0, a1, a2] = [10, 11, 12].map(|register| registers.get(register));
        if number == WRITE {
            self.push(a1, a2, None, false);
        } else if number == SHA256_COMPRESS.number {
            self.push(a0, 32, None, false);
            self.push(a0, 32, None, true);
            self.push(a1, 64, None, false);
        }
    }
}

impl Accesses {
    fn push(&mut self, address: u64, len: u64, value: Option<u64>, is_write: bool) {
        self.0.push(Access {
            address,
            len,
            value,
            is_write,
        });
    }
}

/// All places of a run that gets these answers, the last instruction's too.
fn places(elf: &[u8], answers: &[u64]) -> Vec<Place> {
    let mut machine = Machine::new(&Program::from_elf(elf).unwrap(), &[]).unwrap();
    let mut host = Replayed::new(answers.to_vec());
    let mut places = Vec::new();
    loop {
        let (pc, registers) = (machine.pc(), machine.registers().to_array());
        let mut accesses = Accesses::default();
        let stop = machine.run(1, &mut host, &mut accesses);
        places.push(Place {
            pc,
            registers,
            accesses: accesses.0,
        });
        if stop != Ok(Stop::Budget) {
            return places;
        }
    }
}

fn overlaps(watch: &Watch, access: &Access) -> bool {
    let is_wanted = if access.is_write {
        watch.writes
    } else {
        watch.reads
    };
    let mut bytes = access.address..access.address + access.len;
    is_wanted && bytes.any(|byte| (watch.address..watch.address + watch.len).contains(&byte))
}

impl Place {
    fn is_watched(&self, watches: &[Watch]) -> bool {
        let is_seen = |access| watches.iter().any(|watch| overlaps(watch, access));
        self.accesses.iter().any(is_seen)
    }
}

/// Asks who wrote there last, and compares with what happened.
fn look_for_write(session: &mut Session<'_>, places: &[Place], address: u64, len: u64) {
    let watch = Watch {
        address,
        len,
        reads: false,
        writes: true,
    };
    let written = places.iter().rposition(|place| place.is_watched(&[watch]));
    let found = session.last_write(address, len);
    assert_eq!(found.as_ref().map(|write| write.number as usize), written);
    if let Some(write) = found {
        let place = &places[write.number as usize];
        assert_eq!(write.location.address, place.pc);
        assert!(place.accesses.contains(&write.access), "{write:?}");
    }
}

/// A person who sets and removes breakpoints and watchpoints, and goes here and there.
fn wander(interval: u64, seed: u64) {
    let elf = halting(0);
    let (mut session, stdout, _) = session(&elf, interval);
    session.stop_at(u64::MAX);
    assert!(matches!(go(&mut session), Stopped::AtEnd(_)));
    let places = places(&elf, session.console.answers());
    assert_eq!(session.instructions(), places.len() as u64 - 1);

    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let (mut breakpoints, mut watches): (Vec<u64>, Vec<Watch>) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        match rng.random_range(0..4) {
            0 if breakpoints.is_empty() => {
                let pc = places.choose(&mut rng).unwrap().pc;
                session.add_breakpoint(BreakpointKind::Software, pc);
                breakpoints.push(pc);
            }
            1 if watches.is_empty() => {
                let watch = Watch {
                    address: HEAP.start + rng.random_range(0..1300),
                    len: rng.random_range(1..9),
                    reads: rng.random(),
                    writes: rng.random(),
                };
                assert!(session.add_watch(watch));
                watches.push(watch);
            }
            2 => {
                if let Some(pc) = breakpoints.pop() {
                    assert!(session.remove_breakpoint(BreakpointKind::Software, pc));
                }
            }
            _ => {
                if let Some(watch) = watches.pop() {
                    assert!(session.remove_watch(watch));
                }
            }
        }
        let now = session.instructions() as usize;
        let last = places.len() - 1;
        let (before, until) = (&places[..now], rng.random_range(0..places.len()));
        let is_hit = |place: &Place| place.is_watched(&watches);
        let is_stop = |place: &Place| breakpoints.contains(&place.pc) || is_hit(place);
        let expected = match rng.random_range(0..6) {
            0 => {
                session.step();
                (now + 1).min(last)
            }
            1 => {
                session.step_back();
                now.saturating_sub(1)
            }
            2 => {
                session.go_back();
                before.iter().rposition(is_stop).unwrap_or(0)
            }
            3 => {
                session.stop_at(until as u64);
                session.go_back();
                let floor = if until <= now { until } else { 0 };
                before.iter().rposition(is_stop).unwrap_or(0).max(floor)
            }
            other => {
                let until = if other == 4 { until } else { last };
                session.stop_at(if other == 4 { until as u64 } else { u64::MAX });
                session.go();
                let limit = if until < now { last } else { until };
                let stop = (now + 1..=limit)
                    .find(|at| breakpoints.contains(&places[*at].pc) || is_hit(&places[*at - 1]));
                stop.unwrap_or(limit)
            }
        };
        stopped(&mut session);
        session.until = None;
        let place = &places[expected];
        assert_eq!(session.instructions() as usize, expected, "from {now}");
        assert_eq!(session.machine.pc(), place.pc);
        assert_eq!(session.machine.registers().to_array(), place.registers);

        let (address, len) = (HEAP.start + rng.random_range(0..1300), rng.random_range(1..9));
        look_for_write(&mut session, &places[..expected], address, len);
        assert_eq!(session.instructions() as usize, expected, "looking moves nothing");
        assert_eq!(session.machine.registers().to_array(), place.registers);
    }
    assert!(
        *stdout.0.borrow() == TEXT.repeat(ROUNDS as usize),
        "text is printed once"
    );
}

#[test]
fn every_stop_is_where_a_list_of_all_instructions_says() {
    wander(256, 1);
    wander(1 << 20, 2);
}

#[test]
fn why_it_stops_is_said() {
    let elf = halting(0);
    let (mut session, ..) = session(&elf, 64);
    let loop_start = CODE + 19 * 4;
    session.add_breakpoint(BreakpointKind::Hardware, loop_start);
    let breakpoint = Stopped::Breakpoint(BreakpointKind::Hardware);
    assert_eq!((go(&mut session), session.instructions()), (breakpoint, 19));
    let watch = Watch {
        address: HEAP.start + 4,
        len: 100,
        reads: false,
        writes: true,
    };
    session.add_watch(watch);
    let access = Access {
        address: HEAP.start,
        len: 8,
        value: Some(ROUNDS),
        is_write: true,
    };
    let hit = WatchHit { watch, access };
    assert_eq!(
        hit.address(),
        HEAP.start + 4,
        "what gdb is told is in what it watches"
    );
    assert_eq!(
        (go(&mut session), session.instructions()),
        (Stopped::Watch(hit), 20)
    );
    assert_eq!(
        (go_back(&mut session), session.instructions()),
        (Stopped::Watch(hit), 19)
    );
    session.remove_watch(watch);
    assert_eq!(
        (go_back(&mut session), session.instructions()),
        (Stopped::Start, 0)
    );
    assert_eq!(go_back(&mut session), Stopped::Start);
    session.step_back();
    assert_eq!(stopped(&mut session), Stopped::Start);
    session.step();
    assert_eq!(
        (stopped(&mut session), session.instructions()),
        (Stopped::Step, 1)
    );
    session.step_back();
    assert_eq!(
        (stopped(&mut session), session.instructions()),
        (Stopped::Step, 0)
    );
    session.step_out_of(CODE..loop_start - 4);
    assert_eq!(
        (stopped(&mut session), session.instructions()),
        (Stopped::Step, 18)
    );
    session.remove_breakpoint(BreakpointKind::Hardware, loop_start);
    let end = Ending::Halted { exit_code: 0 };
    assert_eq!(
        go(&mut session),
        Stopped::Over(end),
        "success ends the run at once"
    );
    assert_eq!(session.journal(), TEXT.repeat(ROUNDS as usize));
    session.step_back();
    stopped(&mut session);
    assert_eq!(go(&mut session), Stopped::Over(end));
}

#[test]
fn failures_can_be_looked_at_before_they_end_the_run() {
    let elf = halting(101);
    let (mut session, ..) = session(&elf, 64);
    let end = Ending::Halted { exit_code: 101 };
    for _ in 0..2 {
        assert_eq!(go(&mut session), Stopped::AtEnd(end));
        let halting = session.machine.registers().get(17);
        assert_eq!(halting, HALT, "the call is still to be made");
        assert_eq!(go(&mut session), Stopped::Over(end));
        session.step_back();
        assert_eq!(stopped(&mut session), Stopped::Step);
    }
}

#[test]
fn a_trap_is_told_of_once_and_can_be_left_backward() {
    let elf = guest(|code| _ = code.push(Op::Lw, 5, 0, 0, 16));
    let (mut session, _, stderr) = session(&elf, 64);
    for _ in 0..2 {
        let Stopped::AtEnd(Ending::Trapped(trap)) = go(&mut session) else {
            panic!("no trap");
        };
        assert!(matches!(trap.cause, TrapCause::Memory { .. }));
        assert_eq!(
            (session.machine.pc(), session.instructions()),
            (trap.pc, trap.instructions)
        );
        assert!(matches!(go(&mut session), Stopped::Over(_)));
        assert_eq!(go_back(&mut session), Stopped::Start);
    }
    let said = String::from_utf8(stderr.0.borrow().clone()).unwrap();
    assert_eq!(said.matches("null pointer").count(), 1, "{said}");
}

#[test]
fn an_interrupted_search_stops_where_nothing_is_missed() {
    let elf = halting(0);
    let (mut session, ..) = session(&elf, 64);
    session.stop_at(u64::MAX);
    go(&mut session);
    let end = session.instructions();
    let before = session.last_write(HEAP.start, 8).unwrap().number;
    session.add_breakpoint(BreakpointKind::Software, CODE);
    session.go_back();
    for _ in 0..3 {
        assert_eq!(session.advance(), None);
    }
    session.interrupt();
    let here = session.instructions();
    assert!(here < end && here > 0, "{here} of {end}");
    assert!(before > 0);
    assert_eq!(
        go_back(&mut session),
        Stopped::Breakpoint(BreakpointKind::Software)
    );
    assert_eq!(session.instructions(), 0);
}

#[test]
fn there_is_an_end_to_watchpoints() {
    let elf = halting(0);
    let (mut session, ..) = session(&elf, 64);
    let watch = Watch {
        address: u64::MAX,
        len: u64::MAX,
        reads: true,
        writes: true,
    };
    assert!((0..MAX_WATCHES).all(|_| session.add_watch(watch)));
    assert!(!session.add_watch(watch));
    assert!(session.remove_watch(watch) && session.add_watch(watch));
    assert!(
        matches!(go(&mut session), Stopped::Over(_)),
        "what is watched is not there"
    );
}
