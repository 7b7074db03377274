//! How fast this machine proves, as it was measured last.
//!
//! What a cell and a segment took is kept in `$ZISK_HOME/speed.json` by what it depends on: version, vectors, threads. Nothing but
//! the time that is announced depends on it, so whatever is wrong with the file is no error.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// What is taken where nothing was measured yet: two cores with AVX-512 that prove the fibonacci example, in 1.0 s for 10 numbers
/// and 12.3 s for 100,000 (`cargo zisk prove --json --package fibonacci-guest`).
const DEFAULT: Speed = Speed {
    nanoseconds_per_cell: 55.0,
    nanoseconds_per_segment: 0.8e9,
};
/// Cells of a segment above which they take most of its time; below it is what any segment takes: its work at every challenge, its
/// openings, the commitment of fixed columns.
const MANY_CELLS: u64 = 50_000_000;

/// How long a proof takes: so much each.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Speed {
    nanoseconds_per_cell: f64,
    nanoseconds_per_segment: f64,
}

impl Speed {
    fn is_possible(self) -> bool {
        [self.nanoseconds_per_cell, self.nanoseconds_per_segment]
            .into_iter()
            .all(|each| each.is_finite() && each > 0.0)
    }
}

/// What is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Speeds {
    speeds: BTreeMap<String, Speed>,
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

    fn measured(&self) -> Option<Speed> {
        let measured = *self.read()?.speeds.get(&self.key)?;
        measured.is_possible().then_some(measured)
    }

    /// How long a proof of so many segments takes that have so many cells together.
    pub(crate) fn estimate(&self, segments: u64, cells: u64) -> Duration {
        let speed = self.measured().unwrap_or(DEFAULT);
        let nanoseconds =
            segments as f64 * speed.nanoseconds_per_segment + cells as f64 * speed.nanoseconds_per_cell;
        Duration::from_nanos(nanoseconds as u64)
    }

    /// Takes note of a proof: half of what is kept is what was kept before. Large segments tell what a cell takes, small ones what
    /// a segment takes beside.
    pub(crate) fn learn(&self, segments: u64, cells: u64, elapsed: Duration) {
        let before = self.measured();
        let mut speed = before.unwrap_or(DEFAULT);
        let (told, count, other) = if cells > segments.saturating_mul(MANY_CELLS) {
            let other = segments as f64 * speed.nanoseconds_per_segment;
            (&mut speed.nanoseconds_per_cell, cells, other)
        } else {
            let other = cells as f64 * speed.nanoseconds_per_cell;
            (&mut speed.nanoseconds_per_segment, segments, other)
        };
        let now = (elapsed.as_nanos() as f64 - other) / count as f64;
        *told = before.map_or(now, |_| f64::midpoint(*told, now));
        // Not so where development mode proves no segments.
        if speed.is_possible() {
            let mut speeds = self.read().unwrap_or_default();
            speeds.speeds.insert(self.key.clone(), speed);
            let _ = self.write(&speeds);
        }
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

    fn milliseconds(calibration: &Calibration) -> u64 {
        calibration.estimate(1, CELLS).as_millis() as u64
    }

    #[test]
    fn what_was_measured_is_announced() {
        let folder = tempfile::tempdir().unwrap();
        // The folder need not be there yet.
        let path = folder.path().join("home");
        let calibration = Calibration::in_folder(Some(&path), "AVX2", 2);
        let unknown = milliseconds(&calibration);
        calibration.learn(1, CELLS, Duration::from_secs(8));
        assert_eq!(milliseconds(&calibration), 8000);
        calibration.learn(1, CELLS, Duration::from_secs(4));
        assert_eq!(milliseconds(&calibration), 6000);
        // Of other threads or vectors it says nothing, and keeps what they keep.
        for other in [
            Calibration::in_folder(Some(&path), "AVX2", 4),
            Calibration::in_folder(Some(&path), "NEON", 2),
        ] {
            assert_eq!(milliseconds(&other), unknown);
            other.learn(1, CELLS, Duration::from_secs(1));
        }
        assert_eq!(milliseconds(&calibration), 6000);
    }

    #[test]
    fn small_segments_tell_what_a_segment_takes_and_large_ones_what_a_cell_takes() {
        let folder = tempfile::tempdir().unwrap();
        let calibration = Calibration::in_folder(Some(folder.path()), "AVX2", 2);
        let of = |segments, cells| calibration.estimate(segments, cells).as_millis();
        let [million, cells] = [1_000_000, CELLS].map(|cells| of(0, cells));
        calibration.learn(1, 1_000_000, Duration::from_millis(1000 + million as u64));
        assert_eq!(of(1, 1_000_000), 1000 + million);
        assert_eq!(of(3, 3_000_000), 3 * (1000 + million));
        assert_eq!(of(1, CELLS), 1000 + cells);
        calibration.learn(2, 2 * CELLS, Duration::from_secs(2 + 4));
        assert_eq!(of(1, CELLS), 1000 + u128::midpoint(cells, 2000));
        assert_eq!(of(4, 0), 4000);
    }

    #[test]
    fn what_cannot_be_is_not_learned() {
        let folder = tempfile::tempdir().unwrap();
        let calibration = Calibration::in_folder(Some(folder.path()), "AVX2", 2);
        let unknown = milliseconds(&calibration);
        calibration.learn(1, CELLS, Duration::ZERO);
        calibration.learn(1, 1_000_000, Duration::from_millis(1));
        calibration.learn(0, 0, Duration::from_secs(1));
        assert_eq!(milliseconds(&calibration), unknown);
        assert!(!folder.path().join("speed.json").exists());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = Calibration::in_folder(None, "AVX2", 2);
        let unknown = milliseconds(&nowhere);
        for text in ["", "{", "[]", "{\"speeds\":{\"a\":null}}"] {
            fs::write(folder.path().join("speed.json"), text).unwrap();
            let calibration = Calibration::in_folder(Some(folder.path()), "AVX2", 2);
            assert_eq!(milliseconds(&calibration), unknown);
            calibration.learn(1, CELLS, Duration::from_secs(8));
            assert_eq!(milliseconds(&calibration), 8000);
        }
        nowhere.learn(1, CELLS, Duration::from_secs(8));
        assert_eq!(milliseconds(&nowhere), unknown);
        let file = folder.path().join("speed.json");
        Calibration::in_folder(Some(&file), "AVX2", 2).learn(1, CELLS, Duration::from_secs(8));
    }
}
