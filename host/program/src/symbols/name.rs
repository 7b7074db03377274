//! Readable names.

use std::fmt::{self, Write};

/// Longer names are cut. A short mangled name can stand for one of any length, since it may refer back to
/// its own parts.
const MAX_LEN: usize = 4096;

/// Demangles a Rust name, leaving out the hash; other names are returned as they are.
pub(super) fn demangle(mangled: &[u8]) -> String {
    let mangled = String::from_utf8_lossy(&mangled[..mangled.len().min(MAX_LEN)]);
    let mut name = Bounded(String::new());
    let written = match rustc_demangle::try_demangle(&mangled) {
        Ok(demangled) => write!(name, "{demangled:#}"),
        Err(_) => name.write_str(&mangled),
    };
    // Writing fails when the bound is reached, and then what was written is the answer.
    written.ok();
    name.0
}

struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let left = MAX_LEN - self.0.len();
        self.0.push_str(&part[..part.floor_char_boundary(left)]);
        if part.len() > left {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_mangling_schemes_are_read_and_hashes_left_out() {
        assert_eq!(
            demangle(b"_ZN9fibonacci4main17h0123456789abcdefE"),
            "fibonacci::main"
        );
        assert_eq!(demangle(b"_RNvCskwGfYPst2Cb_3foo3bar"), "foo::bar");
    }

    #[test]
    fn other_names_stay() {
        assert_eq!(demangle(b"memcpy"), "memcpy");
        assert_eq!(demangle(b"_ZN3foo"), "_ZN3foo");
        assert_eq!(demangle(b""), "");
        assert_eq!(demangle(b"a\xffb"), "a\u{fffd}b");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(demangle(&[b'x'; 2 * MAX_LEN]), "x".repeat(MAX_LEN));
        assert!(demangle(&[0xff; 2 * MAX_LEN]).len() <= MAX_LEN);
    }

    #[test]
    fn names_that_grow_by_referring_back_are_cut() {
        // A tuple of two references back to the tuple before, 30 levels of it.
        let mut mangled = String::from("_RINvC1a1b");
        let start = |mangled: &str| base62(mangled.len() - 2);
        let mut previous = start(&mangled);
        mangled.push('u');
        for _ in 0..30 {
            let current = start(&mangled);
            write!(mangled, "TB{previous}B{previous}E").unwrap();
            previous = current;
        }
        mangled.push('E');
        let name = demangle(mangled.as_bytes());
        assert!(name.starts_with("a::b::<(), ((), ())"), "{name}");
        assert!(name.len() <= MAX_LEN);
    }

    /// A number as mangled names spell it.
    fn base62(number: usize) -> String {
        const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let Some(mut rest) = number.checked_sub(1) else {
            return "_".into();
        };
        let mut digits = Vec::new();
        loop {
            digits.push(DIGITS[rest % 62]);
            rest /= 62;
            if rest == 0 {
                break;
            }
        }
        digits.reverse();
        String::from_utf8(digits).unwrap() + "_"
    }
}
