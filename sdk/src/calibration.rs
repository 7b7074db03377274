//! How fast this machine proves, as it was measured last.
//!
//! What a cell took is kept in `$ZISK_HOME/speed.json` by what it depends on: version, vectors, threads. Nothing but the time
//! that is announced depends on it, so whatever is wrong with the file is no error.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// Nanoseconds that a cell takes where nothing was measured yet: two cores with AVX-512.
const DEFAULT: f64 = 50.0;
/// Fewer cells tell little: there, most of the time is what any proof takes.
const MIN_CELLS: u64 = 50_000_000;

/// What is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Speeds {
    /// Nanoseconds of a cell.
    nanoseconds_per_cell: BTreeMap<String, f64>,
}

/// The speed of proofs with so many threads.
#[derive(Clone, Debug)]
pub(crate) struct Calibration {
    path: Option<PathBuf>,
    key: String,
}

impl Calibration {
    /// Kept in the folder of this user's.
    pub(crate) fn new(vectors: &str, threads: usize) -> Self {
        let path = zisk_build::toolchain::home().ok();
        Self::in_folder(path.as_deref(), vectors, threads)
    }

    fn in_folder(folder: Option<&Path>, vectors: &str, threads: usize) -> Self {
        Self {
            path: folder.map(|folder| folder.join("speed.json")),
            key: format!("{}, {vectors}, {threads} threads", env!("CARGO_PKG_VERSION")),
        }
    }

    fn read(&self) -> Option<Speeds> {
        let text = fs::read(self.path.as_ref()?).ok()?;
        serde_json::from_slice(&text).ok()
    }

    fn measured(&self) -> Option<f64> {
        let measured = *self.read()?.nanoseconds_per_cell.get(&self.key)?;
        (measured.is_finite() && measured > 0.0).then_some(measured)
    }

    /// How long a proof of so many cells takes.
    pub(crate) fn estimate(&self, cells: u64) -> Duration {
        let each = self.measured().unwrap_or(DEFAULT);
        Duration::from_nanos((cells as f64 * each) as u64)
    }

    /// Takes note of a proof: half of what is kept is what was kept before.
    pub(crate) fn learn(&self, cells: u64, elapsed: Duration) {
        if cells < MIN_CELLS {
            return;
        }
        let now = elapsed.as_nanos() as f64 / cells as f64;
        let kept = self.measured().map_or(now, |before| f64::midpoint(before, now));
        let mut speeds = self.read().unwrap_or_default();
        speeds.nanoseconds_per_cell.insert(self.key.clone(), kept);
        let _ = self.write(&speeds);
    }

    fn write(&self, speeds: &Speeds) -> Option<()> {
        let path = self.path.as_ref()?;
        let folder = path.parent()?;
        fs::create_dir_all(folder).ok()?;
        let mut file = NamedTempFile::new_in(folder).ok()?;
        file.write_all(&serde_json::to_vec_pretty(speeds).ok()?).ok()?;
        file.persist(path).ok()?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: u64 = 100_000_000;

    fn seconds(calibration: &Calibration) -> u64 {
        calibration.estimate(CELLS).as_millis() as u64 / 1000
    }

    #[test]
    fn what_was_measured_is_announced() {
        let folder = tempfile::tempdir().unwrap();
        // The folder need not be there yet.
        let path = folder.path().join("home");
        let calibration = Calibration::in_folder(Some(&path), "AVX2", 2);
        assert_eq!(seconds(&calibration), 5);
        calibration.learn(CELLS, Duration::from_secs(8));
        assert_eq!(seconds(&calibration), 8);
        calibration.learn(CELLS, Duration::from_secs(4));
        assert_eq!(seconds(&calibration), 6);
        calibration.learn(MIN_CELLS - 1, Duration::from_secs(100));
        assert_eq!(seconds(&calibration), 6);
        // Of other threads or vectors it says nothing, and keeps what they keep.
        for other in [
            Calibration::in_folder(Some(&path), "AVX2", 4),
            Calibration::in_folder(Some(&path), "NEON", 2),
        ] {
            assert_eq!(seconds(&other), 5);
            other.learn(CELLS, Duration::from_secs(1));
        }
        assert_eq!(seconds(&calibration), 6);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{", "[]", "{\"nanoseconds_per_cell\":{\"a\":null}}"] {
            fs::write(folder.path().join("speed.json"), text).unwrap();
            let calibration = Calibration::in_folder(Some(folder.path()), "AVX2", 2);
            assert_eq!(seconds(&calibration), 5);
            calibration.learn(CELLS, Duration::from_secs(8));
            assert_eq!(seconds(&calibration), 8);
        }
        let nowhere = Calibration::in_folder(None, "AVX2", 2);
        nowhere.learn(CELLS, Duration::from_secs(8));
        assert_eq!(seconds(&nowhere), 5);
        let file = folder.path().join("speed.json");
        Calibration::in_folder(Some(&file), "AVX2", 2).learn(CELLS, Duration::from_secs(8));
    }
}
