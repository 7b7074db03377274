//! What this machine is, and what the process has taken of it.

use std::fmt;
use std::thread::available_parallelism;

use serde::Serialize;
use sysinfo::{CpuRefreshKind, System};

/// What figures of this machine have to be read with.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// The processor, as it calls itself.
    pub(crate) processor: String,
    /// Its widest vector instructions that field arithmetic is compiled for.
    pub(crate) vectors: &'static str,
    /// How many threads run at once.
    pub(crate) cores: usize,
}

impl Machine {
    pub(crate) fn this() -> Self {
        let processor = System::new().ok().and_then(|mut system| {
            system.refresh_cpu_list(CpuRefreshKind::nothing());
            Some(system.cpus().first()?.brand().trim().to_owned())
        });
        Self {
            processor: processor
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| "unknown processor".to_owned()),
            vectors: vectors(),
            cores: available_parallelism().map_or(1, Into::into),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} cores, {}", self.processor, self.cores, self.vectors)
    }
}

/// What the field's arithmetic was compiled for: it is chosen when this program is built.
pub(crate) const fn vectors() -> &'static str {
    if cfg!(target_feature = "avx512f") {
        "AVX-512"
    } else if cfg!(target_feature = "avx2") {
        "AVX2"
    } else if cfg!(target_feature = "neon") {
        "NEON"
    } else {
        "no vectors"
    }
}

/// The most memory that this process ever had; 0 where the system does not say.
pub(crate) fn peak_rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
