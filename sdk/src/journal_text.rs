//! A journal as a person reads it.

use std::fmt;

/// Up to this many bytes are shown on one line that can be copied.
const ONE_LINE: usize = 32;
const ROW: usize = 16;
/// Of longer journals only the beginning is shown.
const SHOWN: usize = 32 * ROW;

/// Shows a journal: in hexadecimal, and as text where it is text.
#[derive(Debug)]
pub(crate) struct JournalText<'a>(pub(crate) &'a [u8]);

impl fmt::Display for JournalText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        match bytes.len() {
            0 => return f.write_str("journal: empty"),
            1 => f.write_str("journal (1 byte):")?,
            len => write!(f, "journal ({len} bytes):")?,
        }
        if bytes.len() > ONE_LINE {
            return write_rows(f, bytes);
        }
        write!(f, " {}", hex::encode(bytes))?;
        if bytes.iter().all(|&byte| is_printable(byte)) {
            write!(f, "  \"{}\"", bytes.escape_ascii())?;
        }
        Ok(())
    }
}

fn write_rows(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let shown = &bytes[..bytes.len().min(SHOWN)];
    for (index, row) in shown.chunks(ROW).enumerate() {
        write!(f, "\n  {:04x}  ", index * ROW)?;
        for byte in row {
            write!(f, "{byte:02x} ")?;
        }
        let text = row
            .iter()
            .map(|&byte| if is_printable(byte) { char::from(byte) } else { '.' });
        write!(
            f,
            "{:blank$} |{}|",
            "",
            text.collect::<String>(),
            blank = 3 * (ROW - row.len())
        )?;
    }
    match bytes.len() - shown.len() {
        0 => Ok(()),
        hidden => write!(f, "\n  and {hidden} bytes more; --json shows all of them"),
    }
}

fn is_printable(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        JournalText(bytes).to_string()
    }

    #[test]
    fn short_journals_take_one_line() {
        assert_eq!(text(&[]), "journal: empty");
        assert_eq!(text(&[7]), "journal (1 byte): 07");
        assert_eq!(text(&[0x87, 3]), "journal (2 bytes): 8703");
        assert_eq!(text(b"a \"b\""), r#"journal (5 bytes): 6120226222  "a \"b\"""#);
    }

    #[test]
    fn long_journals_are_rows_of_bytes_and_text() {
        let journal = b"a longer journal with\na line end in it!";
        let expected = "journal (39 bytes):\n  \
            0000  61 20 6c 6f 6e 67 65 72 20 6a 6f 75 72 6e 61 6c  |a longer journal|\n  \
            0010  20 77 69 74 68 0a 61 20 6c 69 6e 65 20 65 6e 64  | with.a line end|\n  \
            0020  20 69 6e 20 69 74 21                             | in it!|";
        assert_eq!(text(journal), expected);
    }

    #[test]
    fn very_long_journals_are_cut() {
        let shown = text(&[0xff; SHOWN + 3]);
        assert!(shown.ends_with("\n  and 3 bytes more; --json shows all of them"));
        assert_eq!(shown.lines().count(), 1 + SHOWN / ROW + 1);
    }
}
