//! A checkout of zisk, which has the sources of what projects are built with.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// Where this program was built, if that was a checkout.
const ORIGIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folder of a checkout, links resolved.
#[derive(Debug)]
pub(crate) struct Checkout(PathBuf);

impl Checkout {
    /// The checkout in a folder.
    pub(crate) fn at(folder: &Path) -> Result<Self, Error> {
        let root = folder.canonicalize().map_err(|_| Error::NoCheckout {
            path: folder.to_owned(),
            missing: "folder",
        })?;
        Ok(Self(root))
    }

    /// The checkout that this program was built from, unless it is gone.
    pub(crate) fn origin() -> Result<Self, Error> {
        Self::at(Path::new(ORIGIN))
    }

    /// The folder of a package of it.
    pub(crate) fn package(&self, name: &'static str) -> Result<PathBuf, Error> {
        let path = self.0.join(name);
        if path.join("Cargo.toml").is_file() {
            Ok(path)
        } else {
            Err(Error::NoCheckout {
                path: self.0.clone(),
                missing: name,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_without_the_packages_is_no_checkout() {
        let folder = tempfile::tempdir().unwrap();
        let missing = |result: Result<PathBuf, Error>| match result {
            Err(Error::NoCheckout { missing, .. }) => missing,
            other => panic!("{other:?}"),
        };
        let empty = Checkout::at(folder.path()).unwrap();
        assert_eq!(missing(empty.package("guest-std")), "guest-std");
        let nothing = Checkout::at(&folder.path().join("gone")).map(|checkout| checkout.0);
        assert_eq!(missing(nothing), "folder");
        assert!(Checkout::origin().unwrap().package("guest-std").is_ok());
    }
}
