//! Versions of receipts that are not taken any more.
//!
//! When a hole is found in a version, its receipts prove nothing from then on, however well they verify. A release puts the
//! version on [`RETIRED`]. Whoever runs a verifier that is already out there need not wait for one:
//! [`VerifyOptions::retired`](crate::VerifyOptions) takes more.

use alloc::borrow::Cow;
use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::VERSION;

/// A version of receipts that is not taken any more, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// The version.
    pub version: u16,
    /// The day from which on it is not taken, as `2027-01-31`.
    pub since: Cow<'static, str>,
    /// What is wrong with it, as part of a sentence.
    pub reason: Cow<'static, str>,
}

/// The versions that no verifier of this release takes.
///
/// An entry is forever: a version whose receipts once could be forged is never safe again. Each is reviewed as a change of
/// the verifier is, and says what a receipt of the version does not show.
pub const RETIRED: &[Retired] = &[];

/// A receipt is of a version that was retired.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "the receipt is of version {}, which is not accepted since {}: {}; {}",
    .0.version, .0.since, .0.reason, Advice(.0.version)
)]
pub struct RetiredVersion(pub Retired);

/// What to do instead of proving with a version.
struct Advice(u16);

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == VERSION || RETIRED.iter().any(|retired| retired.version == VERSION) {
            // Nothing that this release makes is any better.
            f.write_str("prove again with a newer release; the program's image id is another there")
        } else {
            write!(f, "prove again with version {VERSION}")
        }
    }
}

/// Refuses a version that is on one of two lists.
pub(crate) fn check(version: u16, released: &[Retired], more: &[Retired]) -> Result<(), RetiredVersion> {
    match released
        .iter()
        .chain(more)
        .find(|retired| retired.version == version)
    {
        Some(retired) => Err(RetiredVersion(retired.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    fn retired(version: u16) -> Retired {
        Retired {
            version,
            since: "2027-01-31".into(),
            reason: "a carry was not checked".into(),
        }
    }

    #[test]
    fn a_version_is_refused_by_either_list_and_others_are_not() {
        let (old, new) = (retired(3), retired(5));
        let refused = |version| check(version, core::slice::from_ref(&old), core::slice::from_ref(&new));
        assert_eq!(refused(3), Err(RetiredVersion(old.clone())));
        assert_eq!(refused(5), Err(RetiredVersion(new.clone())));
        for version in [0, 2, 4, 6, u16::MAX] {
            assert_eq!(refused(version), Ok(()));
        }
    }

    #[test]
    fn a_refusal_says_what_was_found_and_why_and_what_to_do() {
        assert_eq!(
            RetiredVersion(retired(VERSION - 1)).to_string(),
            alloc::format!(
                "the receipt is of version {}, which is not accepted since 2027-01-31: a carry was not checked; \
                 prove again with version {VERSION}",
                VERSION - 1
            )
        );
        let own = RetiredVersion(retired(VERSION)).to_string();
        assert!(own.ends_with("prove again with a newer release; the program's image id is another there"));
    }

    /// What a reviewer of the list would look for: no version twice, in order, none that is still to come, and what is wrong.
    #[test]
    fn the_list_of_this_release_is_in_order() {
        let versions: Vec<u16> = RETIRED.iter().map(|retired| retired.version).collect();
        assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
        for Retired {
            version,
            since,
            reason,
        } in RETIRED
        {
            assert!(*version <= VERSION, "version {version} is still to come");
            let parts: Vec<usize> = since.split('-').map(str::len).collect();
            assert_eq!(parts, vec![4, 2, 2], "{since} is no day");
            assert!(!reason.is_empty(), "version {version}");
        }
    }
}
