//! Which lines of guests were executed, in the format of lcov.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use zisk_build::build::BuiltTests;
use zisk_host::Executed;

/// How often the lines of files were executed.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    files: BTreeMap<PathBuf, BTreeMap<u32, u64>>,
}

impl Coverage {
    /// Adds what the tests of a binary executed of its package: of files of other packages nothing is said.
    pub(crate) fn add(&mut self, tests: &BuiltTests, elf: &[u8], executed: &Executed) {
        for (file, lines) in executed.by_line(elf) {
            let Ok(inside) = Path::new(&file).strip_prefix(&tests.recorded_root) else {
                continue;
            };
            let counts = self.files.entry(tests.root.join(inside)).or_default();
            // A line that a compiler made up has no number.
            for (line, count) in lines.into_iter().filter(|(line, _)| *line > 0) {
                *counts.entry(line).or_default() += count;
            }
        }
    }

    /// Lines that were executed, and all lines that have code.
    pub(crate) fn lines(&self) -> (usize, usize) {
        let counts = || self.files.values().flat_map(BTreeMap::values);
        (counts().filter(|count| **count > 0).count(), counts().count())
    }

    /// As lcov writes it down.
    pub(crate) fn to_lcov(&self) -> String {
        let mut text = String::from("TN:\n");
        for (file, lines) in &self.files {
            let executed = lines.values().filter(|count| **count > 0).count();
            // Writing to a string does not fail.
            let _ = writeln!(text, "SF:{}", file.display());
            for (line, count) in lines {
                let _ = writeln!(text, "DA:{line},{count}");
            }
            let _ = writeln!(text, "LF:{}\nLH:{executed}\nend_of_record", lines.len());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_lists_lines_and_their_sums() {
        let lines = BTreeMap::from([(3, 0), (4, 17), (10, 1)]);
        let coverage = Coverage {
            files: BTreeMap::from([(PathBuf::from("/a/main.rs"), lines)]),
        };
        assert_eq!(
            coverage.to_lcov(),
            "TN:\nSF:/a/main.rs\nDA:3,0\nDA:4,17\nDA:10,1\nLF:3\nLH:2\nend_of_record\n"
        );
        assert_eq!(coverage.lines(), (2, 3));
    }
}
