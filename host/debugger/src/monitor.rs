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
            format!(
                "continue or reverse-continue stops after {} instructions\n",
                numbers[0]
            )
        }),
        _ => format!(
            "there is no command `{}`; `monitor help` lists them\n",
            command.trim().escape_debug()
        ),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{halting, session};
    use crate::session::tests::go;

    #[test]
    fn questions_are_answered() {
        let elf = halting(3);
        let (mut session, ..) = session(&elf, 1 << 20);
        let mut ask = |command: &str| answer(&mut session, command.as_bytes());
        assert!(ask("help").contains("monitor lastwrite ADDRESS [LEN]"));
        assert_eq!(ask(""), ask(" help "));
        assert_eq!(ask("where"), "after 0 instructions, at 0x10000\n");
        assert_eq!(ask("journal"), "0 bytes\n");
        assert_eq!(
            ask("lastwrite 0x20000000 8"),
            "nothing has written there so far: 0x20000000, 8 bytes\n"
        );
        assert!(ask("until 0x13").contains("after 19 instructions"));
        go(&mut session);
        let mut ask = |command: &str| answer(&mut session, command.as_bytes());
        assert!(ask("where").starts_with("after 19 instructions"));
        ask("until end");
        go(&mut session);
        let end = session.instructions();
        let mut ask = |command: &str| answer(&mut session, command.as_bytes());
        assert!(ask("where").ends_with("the run ends with exit code 3\n"));
        let written = ask("lastwrite 536870912");
        let lines: Vec<&str> = written.lines().collect();
        let [place, value, advice] = lines[..] else {
            panic!("{written}");
        };
        assert!(
            place.starts_with("0x20000000, 8 bytes, was written at 0x"),
            "{place}"
        );
        assert_eq!(value, "the value is 0x1");
        assert!(advice.contains("reverse-continue"), "{advice}");
        // The state and the block of the coprocessor are 64 bytes apart; it writes the state only.
        assert!(ask("lastwrite 0x20000040").contains("by a system call"));
        assert!(ask("lastwrite 0x20000080").starts_with("nothing has written"));
        let journal = ask("journal");
        assert!(journal.starts_with("2700 bytes: 6f6e65206c696e650a") && journal.ends_with("...\n"));
        assert_eq!(session.instructions(), end, "asking moves nothing");
    }

    #[test]
    fn what_is_no_question_is_said_to_be_none() {
        let elf = halting(0);
        let (mut session, ..) = session(&elf, 1 << 20);
        let refused: [&[u8]; 6] = [
            b"lastwrite",
            b"lastwrite 1 2 3",
            b"lastwrite -1",
            b"until 0xg",
            b"until 18446744073709551616",
            b"\xff\x1b[2J",
        ];
        for command in refused {
            let answer = answer(&mut session, command);
            assert!(
                answer.contains("there is no command") || answer.contains("is no number"),
                "{answer}"
            );
            assert!(answer.ends_with('\n') && !answer.contains('\u{1b}'), "{answer:?}");
        }
        answer(&mut session, b"lastwrite 0xffffffffffffffff 0xffffffffffffffff");
    }
}
