//! Named scopes for the profiler: `cargo zisk run` shows how many cycles were spent in each.
//!
//! A marker is one system call and no part of what is proven. Natively nothing happens.

use zisk_abi::syscall::MAX_SCOPE_NAME;

use crate::platform;

/// Opens a scope, which the returned guard closes when it goes out of scope.
///
/// ```
/// let _scope = zisk_guest::cycles::scope("hashing");
/// // what is done from here to the end of the block counts as "hashing"
/// ```
///
/// Of a name longer than 256 bytes only the beginning is kept.
#[must_use = "the scope ends where the guard is dropped, so give it a name: `let _scope = ...`"]
pub fn scope(name: &str) -> Scope<'_> {
    begin(name);
    Scope { name }
}

/// An open scope; dropping it closes it.
#[derive(Debug)]
pub struct Scope<'a> {
    name: &'a str,
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        end(self.name);
    }
}

/// Opens a scope, where a guard does not fit. [`scope`] is the safer choice.
pub fn begin(name: &str) {
    platform::cycles_begin(shorten(name));
}

/// Closes the scope that was opened last, which must be of this name.
pub fn end(name: &str) {
    platform::cycles_end(shorten(name));
}

fn shorten(name: &str) -> &str {
    &name[..name.floor_char_boundary(MAX_SCOPE_NAME as usize)]
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(shorten("short"), "short");
        assert_eq!(shorten(&"x".repeat(300)).len(), 256);
        assert_eq!(shorten(&"\u{20ac}".repeat(100)).len(), 255);
    }
}
