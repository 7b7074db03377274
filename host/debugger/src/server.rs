//! Listens for gdb and does what it says.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use gdbstub::common::Signal;
use gdbstub::conn::ConnectionExt;
use gdbstub::stub::run_blocking::{BlockingEventLoop, Event, WaitForStopReasonError};
use gdbstub::stub::{DisconnectReason, GdbStub, GdbStubError, SingleThreadStopReason};
use gdbstub::target::ext::base::reverse_exec::ReplayLogPosition;
use thiserror::Error;
use zisk_emulator::{MemoryFaultKind, TrapCause};

use crate::session::{Ending, Session, Stopped};
use crate::stops::BreakpointKind;
use crate::target::watch_kind;

/// How often it is asked whether waiting is still worth while.
const PATIENCE: Duration = Duration::from_millis(20);

/// Why gdb can no longer be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DebugError {
    /// Nothing can be listened on.
    #[error("cannot listen on port {port} of this machine: {source}; with --port 0 the system chooses one")]
    Listen {
        /// The port.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// Nobody can connect.
    #[error("cannot take a connection: {0}")]
    Accept(#[source] io::Error),
    /// What came is not what gdb says.
    #[error("the conversation with gdb broke off: {message}")]
    Protocol {
        /// What was wrong.
        message: String,
    },
    /// What the guest prints goes nowhere.
    #[error("cannot hand on what the guest prints: {0}")]
    Output(#[source] io::Error),
}

/// How a conversation with gdb ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// gdb went away, or killed the guest.
    Left,
    /// The run came to its end.
    Over(Ending),
    /// Whoever was to connect will not.
    NobodyCame,
}

/// Waits for gdb on a port of this machine, which nobody else can connect to.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Listens on a port; 0 is one that is free.
    ///
    /// # Errors
    /// When that is not possible.
    pub fn bind(port: u16) -> Result<Self, DebugError> {
        let bind = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
            let address = listener.local_addr()?;
            listener.set_nonblocking(true)?;
            Ok(Self { listener, address })
        };
        bind().map_err(|source| DebugError::Listen { port, source })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Serves one gdb until it goes away or the run is over. While nobody is there, `is_coming` is asked now and then whether
    /// somebody will be.
    ///
    /// # Errors
    /// When nobody can connect, what comes is not what gdb says, or the guest's text goes nowhere.
    pub fn serve(
        &self,
        session: &mut Session<'_>,
        mut is_coming: impl FnMut() -> bool,
    ) -> Result<Outcome, DebugError> {
        let stream = loop {
            match self.listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && is_coming() => {
                    thread::sleep(PATIENCE);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Outcome::NobodyCame),
                Err(error) => return Err(DebugError::Accept(error)),
            }
        };
        let outcome = converse(session, stream)?;
        match session.take_output_error() {
            Some(error) => Err(DebugError::Output(error)),
            None => Ok(outcome),
        }
    }
}

fn converse(session: &mut Session<'_>, stream: TcpStream) -> Result<Outcome, DebugError> {
    // What was accepted may be as its listener, and is read where there is something.
    stream.set_nonblocking(false).map_err(DebugError::Accept)?;
    match GdbStub::new(stream).run_blocking::<EventLoop<'_>>(session) {
        Ok(DisconnectReason::TargetExited(_) | DisconnectReason::TargetTerminated(_)) => {
            Ok(session.ending().map_or(Outcome::Left, Outcome::Over))
        }
        Ok(DisconnectReason::Disconnect | DisconnectReason::Kill) => Ok(Outcome::Left),
        Err(error) => broken_off(error),
    }
}

/// A gdb that goes away without a word is one that goes away.
fn broken_off(error: GdbStubError<Infallible, io::Error>) -> Result<Outcome, DebugError> {
    let message = error.to_string();
    match error.into_connection_error() {
        Some((error, _)) if has_left(&error) => Ok(Outcome::Left),
        _ => Err(DebugError::Protocol { message }),
    }
}

fn has_left(error: &io::Error) -> bool {
    [
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::BrokenPipe,
    ]
    .contains(&error.kind())
}

/// Moves the run, and listens in between.
struct EventLoop<'a> {
    session: std::marker::PhantomData<&'a ()>,
}

impl<'a> BlockingEventLoop for EventLoop<'a> {
    type Target = Session<'a>;
    type Connection = TcpStream;
    type StopReason = SingleThreadStopReason<u64>;

    fn wait_for_stop_reason(
        session: &mut Session<'a>,
        connection: &mut TcpStream,
    ) -> Result<Event<Self::StopReason>, WaitForStopReasonError<Infallible, io::Error>> {
        loop {
            if let Some(stopped) = session.advance() {
                return Ok(Event::TargetStopped(reason(stopped)));
            }
            let heard = ConnectionExt::peek(connection).map_err(WaitForStopReasonError::Connection)?;
            if heard.is_some() {
                let byte = ConnectionExt::read(connection).map_err(WaitForStopReasonError::Connection)?;
                return Ok(Event::IncomingData(byte));
            }
        }
    }

    fn on_interrupt(session: &mut Session<'a>) -> Result<Option<Self::StopReason>, Infallible> {
        session.interrupt();
        Ok(Some(SingleThreadStopReason::Signal(Signal::SIGINT)))
    }
}

/// Why the run stands still, as gdb is told.
fn reason(stopped: Stopped) -> SingleThreadStopReason<u64> {
    let log = |pos| SingleThreadStopReason::ReplayLog { tid: None, pos };
    match stopped {
        Stopped::Step => SingleThreadStopReason::DoneStep,
        Stopped::Breakpoint(BreakpointKind::Software) => SingleThreadStopReason::SwBreak(()),
        Stopped::Breakpoint(BreakpointKind::Hardware) => SingleThreadStopReason::HwBreak(()),
        Stopped::Watch(hit) => SingleThreadStopReason::Watch {
            tid: (),
            kind: watch_kind(&hit.watch),
            addr: hit.address(),
        },
        Stopped::Start => log(ReplayLogPosition::Begin),
        Stopped::AtEnd(Ending::Halted { exit_code: 0 }) => log(ReplayLogPosition::End),
        Stopped::AtEnd(ending) => SingleThreadStopReason::Signal(signal(ending)),
        Stopped::Over(Ending::Halted { exit_code }) => SingleThreadStopReason::Exited(exit_byte(exit_code)),
        Stopped::Over(ending @ Ending::Trapped(_)) => SingleThreadStopReason::Terminated(signal(ending)),
    }
}

/// Exit codes of guests have 32 bits, those that gdb knows have 8.
fn exit_byte(exit_code: u32) -> u8 {
    u8::try_from(exit_code).unwrap_or(u8::MAX)
}

/// The signal that a process would get.
fn signal(ending: Ending) -> Signal {
    let Ending::Trapped(trap) = ending else {
        return Signal::SIGABRT;
    };
    match trap.cause {
        TrapCause::Memory { fault } if fault.kind == MemoryFaultKind::MisalignedAtomic => Signal::SIGBUS,
        TrapCause::Memory { .. } | TrapCause::NoCode { .. } | TrapCause::Operand { .. } => Signal::SIGSEGV,
        TrapCause::IllegalInstruction => Signal::SIGILL,
        TrapCause::Breakpoint => Signal::SIGTRAP,
        TrapCause::OutputLimit(_) => Signal::SIGXFSZ,
        // What system calls refuse, also in versions to come.
        TrapCause::UnknownSyscall { .. }
        | TrapCause::Coprocessor { .. }
        | TrapCause::UnknownFileDescriptor { .. }
        | TrapCause::ScopeNameTooLong { .. }
        | TrapCause::Randomness(_)
        | _ => Signal::SIGSYS,
    }
}
