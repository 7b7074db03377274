//! Going back: to a checkpoint before the place that is looked for, and forward to it.

use std::ops::ControlFlow;

use zisk_emulator::{Observer, Stop};

use super::{LastWrite, Motion, Session, Stopped};
use crate::stops::{Backward, Found, Stops, Watcher, Watching};

/// How far before a place that one goes back to a checkpoint is made, because steps back from there are likely.
const NEARBY: u64 = 1 << 12;

/// A search for the last place where to stop, from the end to the start, part by part.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// Nothing before this place is searched.
    floor: u64,
    /// What it means to come there.
    at_floor: Stopped,
    /// Only watched memory is of interest: going one instruction back is no more than that.
    pub(super) is_step: bool,
    /// All before this place was not yet searched.
    pub(super) high: u64,
    /// Where the part begins that ends there, if it is being executed.
    low: Option<u64>,
    /// The last place in the part that is being executed.
    found: Option<Found>,
}

impl Scan {
    fn new(floor: u64, high: u64, at_floor: Stopped) -> Self {
        Self {
            floor,
            at_floor,
            is_step: false,
            high,
            low: None,
            found: None,
        }
    }
}

impl Session<'_> {
    /// Sets the run going, backward.
    pub fn go_back(&mut self) {
        let now = self.instructions();
        self.motion = Motion::Backward(match self.until.filter(|until| *until <= now) {
            Some(until) => Scan::new(until, now, Stopped::Step),
            None => Scan::new(0, now, Stopped::Start),
        });
    }

    /// To the instruction before.
    pub fn step_back(&mut self) {
        let now = self.instructions();
        let (floor, at_floor) = match now.checked_sub(1) {
            Some(before) => (before, Stopped::Step),
            None => (0, Stopped::Start),
        };
        self.motion = Motion::Backward(Scan {
            is_step: true,
            ..Scan::new(floor, now, at_floor)
        });
    }

    /// The last instruction before this place that wrote any of these bytes. The run stays where it is.
    pub fn last_write(&mut self, address: u64, len: u64) -> Option<LastWrite> {
        let now = self.instructions();
        let stops = std::mem::replace(&mut self.stops, Stops::only_writes(address, len));
        let mut scan = Scan::new(0, now, Stopped::Start);
        let found = loop {
            if let ControlFlow::Break(found) = self.search(&mut scan) {
                break found;
            }
        };
        self.stops = stops;
        self.seek(now);
        let found = found?;
        Some(LastWrite {
            number: found.number,
            location: self.symbols.locate(found.pc),
            access: found.hit?.access,
        })
    }

    pub(super) fn advance_backward(&mut self, scan: &mut Scan) -> Option<Stopped> {
        let ControlFlow::Break(found) = self.search(scan) else {
            return None;
        };
        let reason = |found: &Found| match (found.hit, self.stops.breakpoint_at(found.pc)) {
            (Some(hit), _) => Some(Stopped::Watch(hit)),
            (None, kind) => kind.filter(|_| !scan.is_step).map(Stopped::Breakpoint),
        };
        let reason = found.and_then(|found| Some((found.number, reason(&found)?)));
        let (at, stopped) = reason.unwrap_or((scan.floor, scan.at_floor));
        self.seek(at);
        Some(stopped)
    }

    /// Executes a bit of what a search is about. Says what it found once it is over.
    fn search(&mut self, scan: &mut Scan) -> ControlFlow<Option<Found>> {
        let low = if let Some(low) = scan.low {
            low
        } else {
            if scan.high <= scan.floor {
                return ControlFlow::Break(None);
            }
            let before = self.history.numbers().rfind(|number| *number < scan.high);
            let low = before.unwrap_or(0).max(scan.floor);
            self.seek(low);
            *scan.low.insert(low)
        };
        let stops = std::mem::take(&mut self.stops);
        let found = if stops.watches.is_empty() {
            self.run_looking(&mut Backward::new(&stops, (), self.instructions()), scan.high)
        } else {
            let watching = Watching::new(&stops.watches);
            self.run_looking(
                &mut Backward::new(&stops, watching, self.instructions()),
                scan.high,
            )
        };
        self.stops = stops;
        scan.found = found.or(scan.found);
        if self.instructions() < scan.high {
            return ControlFlow::Continue(());
        }
        if scan.found.is_some() {
            return ControlFlow::Break(scan.found);
        }
        (scan.high, scan.low) = (low, None);
        ControlFlow::Continue(())
    }

    fn run_looking<W: Watcher>(&mut self, observer: &mut Backward<'_, W>, end: u64) -> Option<Found> {
        self.run_up_to(end, observer);
        observer.found
    }

    /// Goes to where so many instructions were retired, which the run has passed before.
    pub(super) fn seek(&mut self, instructions: u64) {
        let checkpoint = self.history.numbers().rfind(|number| *number <= instructions);
        let now = self.instructions();
        if now > instructions || checkpoint > Some(now) {
            self.console.marks = *self.history.restore(&mut self.machine, instructions);
        }
        let nearby = instructions.saturating_sub(NEARBY);
        if self.instructions() + NEARBY < nearby {
            while self.instructions() < nearby && self.run_up_to(nearby, &mut ()) {}
            self.history.record(&mut self.machine, self.console.marks);
        }
        while self.instructions() < instructions && self.run_up_to(instructions, &mut ()) {}
    }

    /// Executes again what was executed before, up to some place or the next one for a checkpoint. Says whether that worked,
    /// which it does.
    fn run_up_to(&mut self, instructions: u64, observer: &mut impl Observer) -> bool {
        let now = self.instructions();
        let budget = (self.interval - now % self.interval).min(instructions.saturating_sub(now));
        let stop = self.machine.run(budget, &mut self.console, observer);
        self.checkpoint();
        stop == Ok(Stop::Budget)
    }

    /// Makes a checkpoint if this is a place for one.
    pub(super) fn checkpoint(&mut self) {
        if self.instructions().is_multiple_of(self.interval) {
            self.history.record(&mut self.machine, self.console.marks);
        }
    }
}
