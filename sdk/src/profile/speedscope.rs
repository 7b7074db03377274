//! The file that <https://www.speedscope.app> opens, as its file format specification says (`file-format-spec.ts`).

use serde::Serialize;
use zisk_host::profile::Profile;

use super::{Measure, name_of, visible_stacks};

#[derive(Serialize)]
struct File<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    name: &'a str,
    exporter: &'static str,
    #[serde(rename = "activeProfileIndex")]
    active_profile_index: usize,
    shared: Shared,
    profiles: Vec<Sampled>,
}

#[derive(Serialize)]
struct Shared {
    frames: Vec<Frame>,
}

#[derive(Serialize)]
struct Frame {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

#[derive(Serialize)]
struct Sampled {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    unit: &'static str,
    #[serde(rename = "startValue")]
    start_value: u64,
    #[serde(rename = "endValue")]
    end_value: u64,
    /// Places of frames, outermost first.
    samples: Vec<Vec<usize>>,
    weights: Vec<u64>,
}

/// The file's content: a profile of cells and one of instructions, each with all stacks that can be seen.
pub(super) fn file(profile: &Profile, guest: &str) -> String {
    let frames = profile
        .functions
        .iter()
        .enumerate()
        .map(|(number, function)| Frame {
            name: name_of(profile, number),
            file: function.file.clone(),
        });
    let file = File {
        schema: "https://www.speedscope.app/file-format-schema.json",
        name: guest,
        exporter: concat!("cargo-zisk ", env!("CARGO_PKG_VERSION")),
        active_profile_index: 0,
        shared: Shared {
            frames: frames.collect(),
        },
        profiles: Measure::ALL.map(|measure| sampled(profile, measure)).into(),
    };
    // Strings and numbers can be written.
    serde_json::to_string(&file).unwrap_or_default()
}

fn sampled(profile: &Profile, measure: Measure) -> Sampled {
    let (samples, weights) = visible_stacks(profile, measure).into_iter().unzip();
    Sampled {
        kind: "sampled",
        name: measure.name(),
        // There is no unit for what is neither time nor memory.
        unit: "none",
        start_value: 0,
        end_value: measure.of(profile.total),
        samples,
        weights,
    }
}
