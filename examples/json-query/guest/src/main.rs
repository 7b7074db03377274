//! Looks up a value in a private JSON document.
//!
//! Input: a JSON pointer (RFC 6901), then the document's bytes. The journal is a tuple: the document's SHA-256
//! digest, the pointer, and the value as JSON text.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::string::ToString;

use serde_json::Value;
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

#[derive(Debug, thiserror::Error)]
enum QueryError {
    #[error("the document is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("the document has nothing at `{0}`")]
    NotFound(&'static str),
}

fn main() -> Result<(), QueryError> {
    let pointer: &str = io::read();
    let document = io::read_slice();
    let parsed: Value = serde_json::from_slice(document)?;
    let value = parsed.pointer(pointer).ok_or(QueryError::NotFound(pointer))?;
    journal::commit(&(zisk_guest::sha256(document), pointer, value.to_string()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use zisk_guest::testing::{Outcome, run};

    fn query(pointer: &str, document: &str) -> Outcome {
        run(super::main, |input| {
            input.write(pointer);
            input.write_slice(document.as_bytes());
        })
    }

    #[test]
    fn values_are_found() {
        let document = r#"{"a": [10, {"b/c": "é\n"}], "": null}"#;
        for (pointer, value) in [
            ("/a/0", "10"),
            ("/a/1/b~1c", r#""é\n""#),
            ("/", "null"),
            ("/a", r#"[10,{"b/c":"é\n"}]"#),
        ] {
            let outcome = query(pointer, document);
            assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
            let expected = (zisk_guest::sha256(document.as_bytes()), pointer, value);
            assert_eq!(outcome.decode_journal::<([u8; 32], &str, &str)>(), Ok(expected));
        }
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        for (pointer, document, reason) in [
            ("/b", r#"{"a": 1}"#, "NotFound(\"/b\")"),
            ("/0", "[]", "NotFound(\"/0\")"),
            ("/a", r#"{"a": 1"#, "NotJson"),
            ("/a", r#"{"a": 1} 2"#, "NotJson"),
        ] {
            let outcome = query(pointer, document);
            assert_eq!(outcome.exit_code, 1);
            assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
            assert!(outcome.journal.is_empty());
        }
    }

    #[test]
    fn nesting_without_end_is_an_error() {
        assert_eq!(query("/0", &"[".repeat(100_000)).exit_code, 1);
    }
}
