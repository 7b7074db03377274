//! Receipts in files.

use std::io::Write;
use std::path::Path;

use zisk_host::Receipt;

use crate::error::Error;

/// Reads a receipt.
pub(crate) fn read(path: &Path) -> Result<Receipt, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::File {
        action: "read",
        path: path.to_owned(),
        source,
    })?;
    Receipt::from_bytes(&bytes).map_err(|source| Error::Receipt {
        path: path.to_owned(),
        source,
    })
}

/// Writes a receipt: beside the place and then into it, so that nothing half written ever stands there.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let error = |source| Error::File {
        action: "write",
        path: path.to_owned(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // Receipts are for others: what may be read is what the user's mask says, as of any new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(error)?;
    file.write_all(bytes).map_err(error)?;
    file.persist(path).map_err(|failed| error(failed.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_receipt_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipt.bin");
        for bytes in [&b""[..], b"zisk receipt", b"something else", &[0xff; 1000]] {
            write(&path, bytes).unwrap();
            let error = read(&path).unwrap_err();
            assert!(matches!(error, Error::Receipt { .. }), "{error}");
            assert!(error.to_string().contains("receipt.bin"), "{error}");
        }
        assert!(matches!(
            read(&folder.path().join("none")),
            Err(Error::File { .. })
        ));
    }
}
