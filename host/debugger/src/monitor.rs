//! What can be asked with gdb's command `monitor`.

use std::fmt::Write;

use crate::session::{Ending, Session};

const HELP: &str = "\
monitor where                    how many instructions were retired, and where that is
monitor lastwrite ADDRESS [LEN]  which instruction before this one wrote there last; LEN is 1 if it is not given
monitor until NUMBER             the next continue or reverse-continue stops after so many instructions, if nothing
                                 stops it before
monitor until end                the next continue stops before the guest's last instruction
monitor journal                  what the guest has written to its journal so far
Numbers are decimal, or hexadecimal behind 0x. gdb passes text on as it is: to look for the last write of x, type
eval \"monitor lastwrite %p %d\", &x, sizeof(x)
";

/// The longest journal that is shown, in bytes.
const SHOWN_JOURNAL: usize = 1024;

/// The answer to a command, in whole lines.
pub(crate) fn answer(session: &mut Session<'_>, command: &[u8]) -> String {
    let command = String::from_utf8_lossy(command);
    let words: Vec<&str> = command.split_whitespace().collect();
    match words[..] {
        ["help"] | [] => HELP.to_owned(),
        ["where"] => place(session),
        ["journal"] => journal(session.journal()),
        ["lastwrite", address] => with_numbers(&[address, "1"], |numbers| last_write(session, numbers)),
        ["lastwrite", address, len] => with_numbers(&[address, len], |numbers| last_write(session, numbers)),
        ["until", "end"] => {
            session.stop_at(u64::MAX);
            "continue stops before the guest's last instruction\n".to_owned()
        }
        ["until", number] => with_numbers(&[number], |numbers| {
            session.stop_at(numbers[0]);
            format!("continue or reverse-continue stops after {} instructions\n", numbers[0])
        }),
        _ => format!("there is no command `{}`; `monitor help` lists them\n", command.trim().escape_debug()),
    }
}

fn with_numbers(texts: &[&str], answer: impl FnOnce(&[u64]) -> String) -> String {
    let numbers: Result<Vec<u64>, &str> = texts.iter().map(|text| number(text).ok_or(*text)).collect();
    match numbers {
        Ok(numbers) => answer(&numbers),
        Err(text) => format!(
            "`{}` is no number below 2^64, decimal or hexadecimal behind 0x\n",
            text.escape_debug()
        ),
    }
}

fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn place(session: &Session<'_>) -> String {
    let mut text = format!(
        "after {} instructions, at {}\n",
        session.instructions(),
        session.location()
    );
    match session.ending() {
        Some(Ending::Halted { exit_code }) => _ = writeln!(text, "the run ends with exit code {exit_code}"),
        Some(Ending::Trapped(trap)) => _ = writeln!(text, "the run ends with a trap: {trap}"),
        None => {}
    }
    text
}

fn journal(journal: &[u8]) -> String {
    let shown = &journal[..journal.len().min(SHOWN_JOURNAL)];
    let mut text = format!("{} bytes", journal.len());
    if !shown.is_empty() {
        text.push_str(": ");
    }
    for byte in shown {
        _ = write!(text, "{byte:02x}");
    }
    if shown.len() < journal.len() {
        text.push_str("...");
    }
    text.push('\n');
    text
}

fn last_write(session: &mut Session<'_>, numbers: &[u64]) -> String {
    let (address, len) = (numbers[0], numbers[1]);
    let Some(write) = session.last_write(address, len) else {
        return format!("nothing has written there so far: {address:#x}, {len} bytes\n");
    };
    let access = &write.access;
    let mut text = format!(
        "{:#x}, {} bytes, was written at {} (pc {:#x})\n",
        access.address, access.len, write.location, write.location.address
    );
    match access.value {
        Some(value) => _ = writeln!(text, "the value is {value:#x}"),
        None => text.push_str("by a system call\n"),
    }
    _ = writeln!(
        text,
        "after {} instructions: `monitor until {}` and `reverse-continue` go there",
        write.number, write.number
    );
    text
}
