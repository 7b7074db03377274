//! What gdb asks for, in the words of [`Session`].

use std::convert::Infallible;

use gdbstub::common::Signal;
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::reverse_exec::{ReverseCont, ReverseContOps, ReverseStep, ReverseStepOps};
use gdbstub::target::ext::base::singlethread::{
    SingleThreadBase, SingleThreadRangeStepping, SingleThreadRangeSteppingOps, SingleThreadResume,
    SingleThreadResumeOps, SingleThreadSingleStep, SingleThreadSingleStepOps,
};
use gdbstub::target::ext::breakpoints::{
    Breakpoints, BreakpointsOps, HwBreakpoint, HwBreakpointOps, HwWatchpoint, HwWatchpointOps, SwBreakpoint,
    SwBreakpointOps, WatchKind,
};
use gdbstub::target::ext::monitor_cmd::{ConsoleOutput, MonitorCmd, MonitorCmdOps};
use gdbstub::target::{Target, TargetError, TargetResult};
use gdbstub_arch::riscv::Riscv64;
use gdbstub_arch::riscv::reg::RiscvCoreRegs;

use crate::monitor;
use crate::session::Session;
use crate::stops::{BreakpointKind, Watch};

/// `EFAULT` of Linux: nothing to read there.
const BAD_ADDRESS: u8 = 14;
/// `EROFS` of Linux: nothing can be written anywhere.
const READ_ONLY: u8 = 30;

impl Target for Session<'_> {
    type Arch = Riscv64;
    type Error = Infallible;

    fn base_ops(&mut self) -> BaseOps<'_, Self::Arch, Self::Error> {
        BaseOps::SingleThread(self)
    }

    fn support_breakpoints(&mut self) -> Option<BreakpointsOps<'_, Self>> {
        Some(self)
    }

    fn support_monitor_cmd(&mut self) -> Option<MonitorCmdOps<'_, Self>> {
        Some(self)
    }
}

impl SingleThreadBase for Session<'_> {
    fn read_registers(&mut self, registers: &mut RiscvCoreRegs<u64>) -> TargetResult<(), Self> {
        registers.x = self.machine.registers().to_array();
        registers.pc = self.machine.pc();
        Ok(())
    }

    fn write_registers(&mut self, _registers: &RiscvCoreRegs<u64>) -> TargetResult<(), Self> {
        Err(TargetError::Errno(READ_ONLY))
    }

    fn read_addrs(&mut self, start: u64, data: &mut [u8]) -> TargetResult<usize, Self> {
        let memory = self.machine.memory();
        if let Ok(bytes) = memory.peek(start, data.len() as u64) {
            data.copy_from_slice(bytes);
            return Ok(data.len());
        }
        // As far as there is something.
        let mut len = 0;
        for (address, byte) in (start..=u64::MAX).zip(&mut *data) {
            let Ok(&[found]) = memory.peek(address, 1) else {
                break;
            };
            *byte = found;
            len += 1;
        }
        if len == 0 {
            return Err(TargetError::Errno(BAD_ADDRESS));
        }
        Ok(len)
    }

    fn write_addrs(&mut self, _start: u64, _data: &[u8]) -> TargetResult<(), Self> {
        Err(TargetError::Errno(READ_ONLY))
    }

    fn support_resume(&mut self) -> Option<SingleThreadResumeOps<'_, Self>> {
        Some(self)
    }
}

/// Signals that gdb wants the guest to get are for nobody: guests do not know of signals.
impl SingleThreadResume for Session<'_> {
    fn resume(&mut self, _signal: Option<Signal>) -> Result<(), Self::Error> {
        self.go();
        Ok(())
    }

    fn support_single_step(&mut self) -> Option<SingleThreadSingleStepOps<'_, Self>> {
        Some(self)
    }

    fn support_range_step(&mut self) -> Option<SingleThreadRangeSteppingOps<'_, Self>> {
        Some(self)
    }

    fn support_reverse_step(&mut self) -> Option<ReverseStepOps<'_, (), Self>> {
        Some(self)
    }

    fn support_reverse_cont(&mut self) -> Option<ReverseContOps<'_, (), Self>> {
        Some(self)
    }
}

impl SingleThreadSingleStep for Session<'_> {
    fn step(&mut self, _signal: Option<Signal>) -> Result<(), Self::Error> {
        Session::step(self);
        Ok(())
    }
}

impl SingleThreadRangeStepping for Session<'_> {
    fn resume_range_step(&mut self, start: u64, end: u64) -> Result<(), Self::Error> {
        self.step_out_of(start..end);
        Ok(())
    }
}

impl ReverseStep<()> for Session<'_> {
    fn reverse_step(&mut self, (): ()) -> Result<(), Self::Error> {
        self.step_back();
        Ok(())
    }
}

impl ReverseCont<()> for Session<'_> {
    fn reverse_cont(&mut self) -> Result<(), Self::Error> {
        self.go_back();
        Ok(())
    }
}

impl Breakpoints for Session<'_> {
    fn support_sw_breakpoint(&mut self) -> Option<SwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_breakpoint(&mut self) -> Option<HwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_watchpoint(&mut self) -> Option<HwWatchpointOps<'_, Self>> {
        Some(self)
    }
}

impl SwBreakpoint for Session<'_> {
    fn add_sw_breakpoint(&mut self, address: u64, _kind: usize) -> TargetResult<bool, Self> {
        self.add_breakpoint(BreakpointKind::Software, address);
        Ok(true)
    }

    fn remove_sw_breakpoint(&mut self, address: u64, _kind: usize) -> TargetResult<bool, Self> {
        Ok(self.remove_breakpoint(BreakpointKind::Software, address))
    }
}

impl HwBreakpoint for Session<'_> {
    fn add_hw_breakpoint(&mut self, address: u64, _kind: usize) -> TargetResult<bool, Self> {
        self.add_breakpoint(BreakpointKind::Hardware, address);
        Ok(true)
    }

    fn remove_hw_breakpoint(&mut self, address: u64, _kind: usize) -> TargetResult<bool, Self> {
        Ok(self.remove_breakpoint(BreakpointKind::Hardware, address))
    }
}

impl HwWatchpoint for Session<'_> {
    fn add_hw_watchpoint(&mut self, address: u64, len: u64, kind: WatchKind) -> TargetResult<bool, Self> {
        Ok(self.add_watch(watch(address, len, kind)))
    }

    fn remove_hw_watchpoint(&mut self, address: u64, len: u64, kind: WatchKind) -> TargetResult<bool, Self> {
        Ok(self.remove_watch(watch(address, len, kind)))
    }
}

impl MonitorCmd for Session<'_> {
    fn handle_monitor_cmd(&mut self, command: &[u8], mut out: ConsoleOutput<'_>) -> Result<(), Self::Error> {
        out.write_raw(monitor::answer(self, command).as_bytes());
        Ok(())
    }
}

fn watch(address: u64, len: u64, kind: WatchKind) -> Watch {
    Watch {
        address,
        len,
        reads: matches!(kind, WatchKind::Read | WatchKind::ReadWrite),
        writes: matches!(kind, WatchKind::Write | WatchKind::ReadWrite),
    }
}

/// The kind of a watchpoint that gdb made.
pub(crate) fn watch_kind(watch: &Watch) -> WatchKind {
    match (watch.reads, watch.writes) {
        (true, false) => WatchKind::Read,
        (true, true) => WatchKind::ReadWrite,
        (false, _) => WatchKind::Write,
    }
}
