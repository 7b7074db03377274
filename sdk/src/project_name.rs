//! Names of projects.

use thiserror::Error;

/// A name that cargo takes as the beginning of a package's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectName(String);

/// Why a name is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum InvalidName {
    #[error("a project's name cannot be empty")]
    Empty,
    #[error(
        "`{name}` is no name for a project: it begins with `{first}`, and must begin with a letter or `_`"
    )]
    Start { name: String, first: char },
    #[error(
        "`{name}` is no name for a project: it contains `{found}`, and must consist of the letters a to z in \
         either case, digits, `-` and `_`"
    )]
    Character { name: String, found: char },
}

impl ProjectName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ProjectName {
    type Err = InvalidName;

    /// The rules of cargo for packages with a crate inside. Its list of reserved words does not matter here:
    /// `-guest` and `-host` follow.
    fn from_str(name: &str) -> Result<Self, InvalidName> {
        let first = name.chars().next().ok_or(InvalidName::Empty)?;
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
        if let Some(found) = name
            .chars()
            .find(|&c| !(is_letter(c) || c.is_ascii_digit() || c == '-'))
        {
            return Err(InvalidName::Character {
                name: name.to_owned(),
                found,
            });
        }
        if !is_letter(first) {
            return Err(InvalidName::Start {
                name: name.to_owned(),
                first,
            });
        }
        Ok(Self(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_takes_is_taken() {
        for name in ["demo", "my-proof", "_x", "Snake_case2", "fn", "a"] {
            assert_eq!(name.parse::<ProjectName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_cargo_refuses_is_refused() {
        let refused = |name: &str| name.parse::<ProjectName>().unwrap_err();
        assert_eq!(refused(""), InvalidName::Empty);
        for name in ["2fast", "-demo", "0"] {
            assert!(matches!(refused(name), InvalidName::Start { .. }), "{name}");
        }
        for name in ["my proof", "a.b", "a/b", "..", "naïve", "a\"b", "a\n", "{{name}}"] {
            assert!(matches!(refused(name), InvalidName::Character { .. }), "{name}");
        }
    }
}
