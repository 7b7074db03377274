//! Flamegraphs.

use std::io;

use inferno::flamegraph::color::{MultiPalette, Palette};
use inferno::flamegraph::{Options, TextTruncateDirection, from_lines};
use zisk_host::profile::Profile;

use super::{Measure, name_of, visible_stacks};
use crate::terminal::grouped;

/// The most bytes of a name: others would not fit a box.
const MAX_NAME: usize = 256;

/// A flamegraph as SVG: functions on top of those that called them, as wide as what they took.
///
/// # Errors
/// With what the library says, when there is nothing to draw.
pub(super) fn draw(profile: &Profile, guest: &str, measure: Measure) -> io::Result<String> {
    let mut options = Options::default();
    options.title = format!("{} of {guest}", measure.name());
    options.subtitle = Some(format!("{} in all", grouped(measure.of(profile.total))));
    options.count_name = String::from(measure.name());
    options.name_type = String::from("Function:");
    options.colors = Palette::Multi(MultiPalette::Rust);
    // The same run is the same picture.
    options.deterministic = true;
    options.text_truncate_direction = TextTruncateDirection::Right;
    let lines = lines(profile, measure);
    let mut svg = Vec::new();
    from_lines(&mut options, lines.iter().map(String::as_str), &mut svg)?;
    String::from_utf8(svg).map_err(io::Error::other)
}

/// A line for each stack, sorted as the library wants them.
fn lines(profile: &Profile, measure: Measure) -> Vec<String> {
    let names: Vec<String> = (0..profile.functions.len())
        .map(|function| frame(&name_of(profile, function)))
        .collect();
    let line = |(functions, count): (Vec<usize>, u64)| {
        let names: Vec<&str> = functions
            .iter()
            .map(|function| names[*function].as_str())
            .collect();
        format!("{} {count}", names.join(";"))
    };
    let mut lines: Vec<String> = visible_stacks(profile, measure).into_iter().map(line).collect();
    lines.sort_unstable();
    lines
}

/// A name as it may stand in a line: `;` parts names there, and what looks like a number behind a blank is one.
fn frame(name: &str) -> String {
    let mut name = name.replace(';', ",");
    name.truncate(name.floor_char_boundary(MAX_NAME));
    let has_number = name
        .rsplit_once(' ')
        .is_some_and(|(_, last)| last.parse::<f64>().is_ok());
    if has_number || name.starts_with('#') {
        return format!("{name}_").replace(' ', "_");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_break_lines() {
        assert_eq!(frame("<[u8; 32] as A>::b"), "<[u8, 32] as A>::b");
        assert_eq!(frame("a 12"), "a_12_");
        assert_eq!(frame("# a"), "#_a_");
        assert_eq!(frame("core::fmt::write"), "core::fmt::write");
    }
}
