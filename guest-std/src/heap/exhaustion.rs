//! Telling an exhausted heap from other panics.
//!
//! An allocator that fails must return null, because callers like `Vec::try_reserve` handle that. Where
//! nobody does, `alloc` panics. Stable Rust has no hook for this panic, so it is known by its message, and by
//! the size of the last request that failed.

use core::fmt::{self, Display, Write};

/// A request for memory that could not be met. All sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhaustion {
    pub(super) asked: usize,
    pub(super) left: usize,
    pub(super) heap_size: usize,
}

impl Exhaustion {
    /// Whether `message` is the panic message for this failed request.
    pub(super) fn is_reason_of(&self, message: impl Display) -> bool {
        let mut digits = [0; 20];
        let parts = [
            "memory allocation of ",
            decimal(self.asked, &mut digits),
            " bytes failed",
        ];
        let mut comparison = Comparison { parts };
        write!(comparison, "{message}").is_ok() && comparison.parts == [""; 3]
    }
}

impl Display for Exhaustion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            asked,
            left,
            heap_size,
        } = self;
        write!(
            f,
            "the heap is exhausted: {asked} bytes were asked for, and {left} of its {heap_size} bytes are left"
        )?;
        if cfg!(not(feature = "free")) {
            f.write_str(
                "\nif the guest frees memory along the way, the feature `free` of zisk-guest reuses it",
            )?;
        }
        Ok(())
    }
}

fn decimal(number: usize, digits: &mut [u8; 20]) -> &str {
    let mut rest = number;
    let mut start = digits.len();
    while rest > 0 || start == digits.len() {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    core::str::from_utf8(&digits[start..]).unwrap_or_default()
}

/// What formatted text has yet to bring; anything else is an error.
struct Comparison<'a> {
    parts: [&'a str; 3],
}

impl Write for Comparison<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut text = text;
        for part in &mut self.parts {
            let len = part.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
            (*part, text) = (
                part.get(len..).ok_or(fmt::Error)?,
                text.get(len..).ok_or(fmt::Error)?,
            );
            if text.is_empty() {
                return Ok(());
            }
            if !part.is_empty() {
                return Err(fmt::Error);
            }
        }
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exhaustion(asked: usize) -> Exhaustion {
        Exhaustion {
            asked,
            left: 16,
            heap_size: 1024,
        }
    }

    #[test]
    fn the_message_of_alloc_is_known() {
        for asked in [0, 7, 4096, usize::MAX] {
            assert!(
                exhaustion(asked).is_reason_of(format_args!("memory allocation of {asked} bytes failed"))
            );
        }
    }

    #[test]
    fn other_messages_are_not() {
        for message in [
            "memory allocation of 8 bytes failed",
            "memory allocation of 70 bytes failed",
            "memory allocation of 7 bytes failed!",
            "memory allocation of 7 bytes",
            "memory",
            "",
            "index out of bounds",
        ] {
            assert!(!exhaustion(7).is_reason_of(message), "{message:?}");
        }
    }

    #[test]
    fn the_text_has_all_sizes() {
        let text = alloc::format!("{}", exhaustion(5000));
        assert!(
            text.contains("5000 bytes were asked for, and 16 of its 1024 bytes are left"),
            "{text}"
        );
    }
}
