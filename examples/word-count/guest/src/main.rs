//! Counts the words of a private text that match a public pattern.
//!
//! Input: a regular expression, how many words to publish, then the text's bytes. The journal is a tuple:
//! SHA-256 of the text, the regular expression, the number of matches, and the words that matched most often
//! with their numbers, most frequent first and equally frequent ones in alphabetical order.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use hashbrown::HashMap;
use regex::Regex;
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

#[derive(Debug, thiserror::Error)]
enum CountError {
    #[error("the text is not UTF-8: {0}")]
    NotUtf8(#[from] core::str::Utf8Error),
    #[error("the pattern is no regular expression: {0}")]
    Pattern(regex::Error),
}

fn main() -> Result<(), CountError> {
    let pattern: String = io::read();
    let num_published: u32 = io::read();
    let text = io::read_slice();
    let regex = Regex::new(&pattern).map_err(CountError::Pattern)?;
    let counts = count(&regex, core::str::from_utf8(text)?);
    let num_matches: u64 = counts.iter().map(|(_, count)| count).sum();
    let published: Vec<(&str, u64)> = counts
        .iter()
        .take(num_published as usize)
        .map(|(word, count)| (&**word, *count))
        .collect();
    journal::commit(&(zisk_guest::sha256(text), pattern, num_matches, published));
    Ok(())
}

/// The different matches in lower case with their numbers, most frequent first.
fn count(pattern: &Regex, text: &str) -> Vec<(Arc<str>, u64)> {
    let mut counts: HashMap<Arc<str>, u64> = HashMap::new();
    for word in pattern.find_iter(text) {
        let word = word.as_str().to_lowercase();
        match counts.get_mut(word.as_str()) {
            Some(count) => *count += 1,
            None => _ = counts.insert(Arc::from(word), 1),
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(word, count)| (Reverse(*count), Arc::clone(word)));
    counts
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use zisk_guest::testing::{Outcome, run};

    type Counted = ([u8; 32], String, u64, Vec<(String, u64)>);

    fn count(pattern: &str, num_published: u32, text: &[u8]) -> Outcome {
        run(super::main, |input| {
            input.write(pattern);
            input.write(&num_published);
            input.write_slice(text);
        })
    }

    #[test]
    fn most_frequent_words_come_first() {
        let text = b"The cat and the dog and the bird. A bat!";
        let outcome = count("[A-Za-z]{3,}", 3, text);
        assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
        let words = vec![("the".into(), 3), ("and".into(), 2), ("bat".into(), 1)];
        let expected = (zisk_guest::sha256(text), "[A-Za-z]{3,}".into(), 9, words);
        assert_eq!(outcome.decode_journal::<Counted>(), Ok(expected));
    }

    #[test]
    fn bad_patterns_and_texts_are_errors() {
        for (pattern, text, reason) in [("(", &b""[..], "Pattern"), ("a", b"\xff", "NotUtf8")] {
            let outcome = count(pattern, 1, text);
            assert_eq!(outcome.exit_code, 1);
            assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
            assert!(outcome.journal.is_empty());
        }
    }
}
