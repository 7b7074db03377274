//! Where a run is to stop: breakpoints, watchpoints, and the observers that look out for them.

use std::collections::BTreeSet;
use std::ops::Range;

use zisk_emulator::code::MicroOp;
use zisk_emulator::{Memory, Observer, Operand, Registers, operands};
use zisk_isa::Width;

/// Breakpoints that gdb knows. They do the same here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakpointKind {
    /// What gdb would make by changing the program.
    Software,
    /// What gdb would ask a processor for.
    Hardware,
}

/// Memory that somebody watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// First address.
    pub address: u64,
    /// How many bytes.
    pub len: u64,
    /// Whether reading is of interest.
    pub reads: bool,
    /// Whether writing is of interest.
    pub writes: bool,
}

/// An access of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// First address.
    pub address: u64,
    /// Length in bytes.
    pub len: u64,
    /// What was read or written, unless a system call did.
    pub value: Option<u64>,
    /// Whether it wrote.
    pub is_write: bool,
}

/// Watched memory was accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchHit {
    /// Which.
    pub watch: Watch,
    /// How.
    pub access: Access,
}

impl Watch {
    fn sees(&self, access: &Access) -> bool {
        let wanted = if access.is_write { self.writes } else { self.reads };
        // Lengths are of any size: ends may lie beyond 64 bits.
        let end = |address: u64, len: u64| u128::from(address) + u128::from(len);
        wanted
            && u128::from(access.address) < end(self.address, self.len)
            && u128::from(self.address) < end(access.address, access.len)
    }
}

impl WatchHit {
    /// The first address that is both watched and accessed.
    pub fn address(&self) -> u64 {
        self.watch.address.max(self.access.address)
    }
}

/// Addresses of instructions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    set: BTreeSet<u64>,
    /// A bit for every address of the set, by its lower bits: most instructions need no look at the set.
    filter: u64,
}

impl Addresses {
    fn bit(address: u64) -> u64 {
        1 << (address / 2 % 64)
    }

    #[inline(always)]
    fn contains(&self, address: u64) -> bool {
        self.filter & Self::bit(address) != 0 && self.set.contains(&address)
    }

    fn insert(&mut self, address: u64) {
        self.set.insert(address);
        self.filter |= Self::bit(address);
    }

    fn remove(&mut self, address: u64) -> bool {
        let was_there = self.set.remove(&address);
        self.filter = self
            .set
            .iter()
            .fold(0, |filter, address| filter | Self::bit(*address));
        was_there
    }
}

/// All places to stop at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stops {
    software: Addresses,
    hardware: Addresses,
    /// Both.
    breakpoints: Addresses,
    pub(crate) watches: Vec<Watch>,
}

impl Stops {
    pub(crate) fn only_writes(address: u64, len: u64) -> Self {
        let watch = Watch {
            address,
            len,
            reads: false,
            writes: true,
        };
        Self {
            watches: vec![watch],
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, kind: BreakpointKind, address: u64) {
        self.of_kind(kind).insert(address);
        self.breakpoints.insert(address);
    }

    /// Whether there was one.
    pub(crate) fn remove(&mut self, kind: BreakpointKind, address: u64) -> bool {
        let was_there = self.of_kind(kind).remove(address);
        if self.breakpoint_at(address).is_none() {
            self.breakpoints.remove(address);
        }
        was_there
    }

    pub(crate) fn breakpoint_at(&self, address: u64) -> Option<BreakpointKind> {
        if self.software.contains(address) {
            Some(BreakpointKind::Software)
        } else if self.hardware.contains(address) {
            Some(BreakpointKind::Hardware)
        } else {
            None
        }
    }

    fn of_kind(&mut self, kind: BreakpointKind) -> &mut Addresses {
        match kind {
            BreakpointKind::Software => &mut self.software,
            BreakpointKind::Hardware => &mut self.hardware,
        }
    }
}

/// An observer of accesses. `()` is that of a run in which nothing is watched, and costs nothing.
pub(crate) trait Watcher: Observer {
    /// What was seen since this was last asked.
    fn take_hit(&mut self) -> Option<WatchHit>;
}

impl Watcher for () {
    #[inline(always)]
    fn take_hit(&mut self) -> Option<WatchHit> {
        None
    }
}

/// Looks out for accesses of watched memory.
#[derive(Debug)]
pub(crate) struct Watching<'a> {
    watches: &'a [Watch],
    hit: Option<WatchHit>,
    /// What a system call will have accessed once it is answered.
    operands: Vec<Operand>,
}

impl<'a> Watching<'a> {
    pub(crate) fn new(watches: &'a [Watch]) -> Self {
        Self {
            watches,
            hit: None,
            operands: Vec::new(),
        }
    }

    fn note(&mut self, access: Access) {
        if let Some(watch) = self.watches.iter().find(|watch| watch.sees(&access)) {
            self.hit = Some(WatchHit {
                watch: *watch,
                access,
            });
        }
    }
}

impl Watcher for Watching<'_> {
    fn take_hit(&mut self) -> Option<WatchHit> {
        self.hit.take()
    }
}

impl Observer for Watching<'_> {
    fn load(&mut self, address: u64, width: Width, value: u64) {
        self.note(Access {
            address,
            len: width.bytes(),
            value: Some(value),
            is_write: false,
        });
    }

    fn store(&mut self, address: u64, width: Width, value: u64) {
        let unused = 64 - 8 * width.bytes();
        self.note(Access {
            address,
            len: width.bytes(),
            value: Some(value << unused >> unused),
            is_write: true,
        });
    }

    fn before_syscall(&mut self, registers: &Registers, _memory: &Memory) {
        self.operands = operands(registers).collect();
    }

    fn syscall(&mut self, _number: u64, _registers: &Registers) {
        for operand in std::mem::take(&mut self.operands) {
            let read = Access {
                address: operand.address,
                len: operand.len,
                value: None,
                is_write: false,
            };
            self.note(read);
            if operand.is_written {
                self.note(Access {
                    is_write: true,
                    ..read
                });
            }
        }
    }
}

/// What both directions pass on to a [`Watcher`].
macro_rules! pass_accesses_on {
    () => {
        #[inline(always)]
        fn load(&mut self, address: u64, width: Width, value: u64) {
            self.watcher.load(address, width, value);
            self.accessed();
        }

        #[inline(always)]
        fn store(&mut self, address: u64, width: Width, value: u64) {
            self.watcher.store(address, width, value);
            self.accessed();
        }

        fn before_syscall(&mut self, registers: &Registers, memory: &Memory) {
            self.watcher.before_syscall(registers, memory);
        }

        fn syscall(&mut self, number: u64, registers: &Registers) {
            self.watcher.syscall(number, registers);
            self.accessed();
        }
    };
}

/// Stops a run that goes forward: behind an access of watched memory, or before a breakpoint.
pub(crate) struct Forward<'a, W> {
    stops: &'a Stops,
    watcher: W,
    /// The first instruction runs whatever its address.
    pub(crate) is_first: bool,
    /// Stop outside of these addresses.
    within: Option<Range<u64>>,
    pub(crate) hit: Option<WatchHit>,
}

impl<'a, W: Watcher> Forward<'a, W> {
    pub(crate) fn new(stops: &'a Stops, watcher: W, is_first: bool, within: Option<Range<u64>>) -> Self {
        Self {
            stops,
            watcher,
            is_first,
            within,
            hit: None,
        }
    }

    #[inline(always)]
    fn accessed(&mut self) {
        if let Some(hit) = self.watcher.take_hit() {
            self.hit = Some(hit);
        }
    }
}

impl<W: Watcher> Observer for Forward<'_, W> {
    #[inline(always)]
    fn pauses(&mut self, pc: u64) -> bool {
        if self.hit.is_some() {
            return true;
        }
        if std::mem::take(&mut self.is_first) {
            return false;
        }
        self.stops.breakpoints.contains(pc) || self.within.as_ref().is_some_and(|range| !range.contains(&pc))
    }

    pass_accesses_on!();
}

/// A place where a run that goes backward stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many instructions were retired there.
    pub(crate) number: u64,
    /// Address of the instruction there.
    pub(crate) pc: u64,
    /// The access that its instruction makes, if that is why. It is a breakpoint otherwise.
    pub(crate) hit: Option<WatchHit>,
}

/// Finds, in a part of the run that is executed again, the last place where to stop.
pub(crate) struct Backward<'a, W> {
    stops: &'a Stops,
    watcher: W,
    /// How many instructions were retired before the one that runs.
    number: u64,
    pc: u64,
    next: u64,
    pub(crate) found: Option<Found>,
}

impl<'a, W: Watcher> Backward<'a, W> {
    /// Of a part that begins after so many instructions.
    pub(crate) fn new(stops: &'a Stops, watcher: W, instructions: u64) -> Self {
        Self {
            stops,
            watcher,
            number: instructions,
            pc: 0,
            next: instructions,
            found: None,
        }
    }

    #[inline(always)]
    fn accessed(&mut self) {
        if let Some(hit) = self.watcher.take_hit() {
            self.found = Some(Found {
                number: self.number,
                pc: self.pc,
                hit: Some(hit),
            });
        }
    }
}

impl<W: Watcher> Observer for Backward<'_, W> {
    #[inline(always)]
    fn instruction(&mut self, pc: u64, _instruction: &MicroOp, _registers: &[u64; 256]) {
        (self.number, self.pc) = (self.next, pc);
        self.next += 1;
        if self.stops.breakpoints.contains(pc) {
            self.found = Some(Found {
                number: self.number,
                pc,
                hit: None,
            });
        }
    }

    pass_accesses_on!();
}
