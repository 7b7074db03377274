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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use zisk_isa::Op;

    use super::*;
    use crate::fixture::{guest, halting, session};

    fn packet(text: &str) -> Vec<u8> {
        let sum = text.bytes().fold(0, u8::wrapping_add);
        format!("${text}#{sum:02x}").into_bytes()
    }

    /// A reply with its repetitions written out.
    fn expanded(reply: &str) -> String {
        let mut text = String::new();
        let mut characters = reply.chars();
        while let Some(character) = characters.next() {
            if character != '*' {
                text.push(character);
                continue;
            }
            let count = characters.next().unwrap() as usize - 29;
            let last = text.chars().last().unwrap();
            text.extend(std::iter::repeat_n(last, count));
        }
        text
    }

    /// What becomes of a guest if somebody sends all of that and then goes away, and what was answered.
    fn talk(elf: &[u8], bytes: Vec<u8>) -> (Result<Outcome, DebugError>, String) {
        let (mut session, ..) = session(elf, 1 << 20);
        let server = Server::bind(0).unwrap();
        let port = server.port();
        let client = thread::spawn(move || {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            // The other side may have gone away before all of it is sent.
            let _ = stream.write_all(&bytes);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            String::from_utf8_lossy(&answer).into_owned()
        });
        let outcome = server.serve(&mut session, || true);
        (outcome, client.join().unwrap())
    }

    #[test]
    fn the_protocol_is_spoken() {
        // Registers, the first two instructions forward, one back, memory, both ends of the run.
        let commands = ["g", "s", "s", "bs", "p20", "m20000,3", "bc", "c", "c"];
        let (outcome, answer) = talk(
            &halting(7),
            commands.iter().flat_map(|text| packet(text)).collect(),
        );
        assert_eq!(outcome.unwrap(), Outcome::Over(Ending::Halted { exit_code: 7 }));
        let replies = answer.split('$').skip(1);
        let replies: Vec<String> = replies
            .filter_map(|reply| reply.split('#').next())
            .map(expanded)
            .collect();
        let [registers, first, second, back, _, memory, start, abort, exit] = &replies[..] else {
            panic!("{answer}");
        };
        assert!(registers.ends_with("0000010000000000"), "pc is last: {registers}");
        assert_eq!([first, second, back], ["S05"; 3]);
        assert_eq!(memory, "6f6e65");
        assert!(start.contains("replaylog:begin"), "{start}");
        assert_eq!([abort, exit], ["S06", "W07"]);
    }

    #[test]
    fn a_guest_that_does_not_end_is_interrupted() {
        let elf = guest(|code| _ = code.push(Op::Jal, 0, 0, 0, 0));
        let bytes = [
            packet("c"),
            vec![3],
            packet("bs"),
            packet("c"),
            vec![3],
            packet("k"),
        ]
        .concat();
        let (outcome, answer) = talk(&elf, bytes);
        assert_eq!(outcome.unwrap(), Outcome::Left);
        assert_eq!(answer.matches("$S02#").count(), 2, "{answer}");
        assert_eq!(answer.matches("$S05#").count(), 1, "{answer}");
    }

    #[test]
    fn nothing_can_be_written() {
        let (outcome, answer) = talk(
            &halting(0),
            [packet("M20000000,1:ff"), packet("G00"), packet("k")].concat(),
        );
        assert!(answer.contains("$E1e#"), "{answer}");
        assert!(outcome.is_err() || outcome.unwrap() == Outcome::Left);
    }

    #[test]
    fn noise_ends_in_an_error() {
        let noise: [Vec<u8>; 6] = [
            vec![0xff; 100_000],
            packet(&"m".repeat(10_000)),
            packet("mffffffffffffffff,ffffffff"),
            packet("Z2,ffffffffffffffff,ffffffffffffffff"),
            b"$vCont;s:1;c#zz".to_vec(),
            packet("qRcmd,ff1b"),
        ];
        for bytes in noise {
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
            match talk(&halting(0), bytes).0 {
                Ok(outcome) => assert_eq!(outcome, Outcome::Left, "{shown}"),
                Err(error) => assert!(matches!(error, DebugError::Protocol { .. }), "{shown}: {error}"),
            }
        }
    }

    #[test]
    fn waiting_ends_where_nobody_will_come() {
        let elf = halting(0);
        let (mut session, ..) = session(&elf, 1 << 20);
        let mut asked = 0;
        let outcome = Server::bind(0).unwrap().serve(&mut session, || {
            asked += 1;
            asked < 3
        });
        assert_eq!((outcome.unwrap(), asked), (Outcome::NobodyCame, 3));
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let taken = Server::bind(0).unwrap();
        let error = Server::bind(taken.port()).unwrap_err().to_string();
        assert!(
            error.contains(&taken.port().to_string()) && error.contains("--port 0"),
            "{error}"
        );
    }

    #[test]
    fn exit_codes_that_gdb_does_not_know_are_no_success() {
        assert_eq!(
            [0, 101, 255, 256, u32::MAX].map(exit_byte),
            [0, 101, 255, 255, 255]
        );
    }
}
