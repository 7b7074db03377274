//! Charts of how something grows and changes in a run, as SVG.

use maud::{Markup, html};

use crate::terminal::grouped;

/// What each area is of.
pub(super) struct Series {
    pub(super) name: String,
    /// A value for each interval.
    pub(super) values: Vec<f64>,
}

/// Areas on top of each other, over the instructions of a run.
pub(super) struct Chart<'a> {
    /// What a value is.
    pub(super) unit: &'a str,
    /// Where each interval begins, and where the last one ends, in instructions.
    pub(super) bounds: &'a [u64],
    pub(super) series: &'a [Series],
    /// A value, as a person reads it.
    pub(super) text: fn(f64) -> String,
}

const WIDTH: f64 = 1160.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 44.0;

/// Colours that can be told apart, also by those who see few: Okabe and Ito's, and lighter ones of them.
const COLORS: [&str; 10] = [
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7fb8d8", "#80cfb9",
    "#999999",
];

/// How many series there are colours for.
pub(super) const MAX_SERIES: usize = COLORS.len();

fn color(number: usize) -> &'static str {
    COLORS[number % COLORS.len()]
}

impl Chart<'_> {
    /// The chart and what its colours mean.
    pub(super) fn draw(&self) -> Markup {
        let sums = self.sums();
        let top = ceiling(sums.iter().flatten().copied().fold(0.0, f64::max));
        let end = self.bounds.last().copied().unwrap_or(0).max(1);
        let x = |instructions: u64| LEFT + (WIDTH - LEFT - RIGHT) * instructions as f64 / end as f64;
        let y = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
        html! {
            svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" {
                text x=(LEFT) y=(TOP - 10.0) { (self.unit) }
                @for value in ticks(top) {
                    line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(round(y(value))) y2=(round(y(value))) {}
                    text.y x=(LEFT - 8.0) y=(round(y(value) + 4.0)) { ((self.text)(value)) }
                }
                @for (number, series) in self.series.iter().enumerate() {
                    path d=(self.area(&sums, number, &x, &y)) fill=(color(number)) data-series=(series.name) {}
                }
                @for value in ticks(end as f64) {
                    text.x x=(round(x(value as u64))) y=(HEIGHT - BOTTOM + 18.0) { (short(value)) }
                }
                text.x x=((LEFT + WIDTH - RIGHT) / 2.0) y=(HEIGHT - 6.0) { "instructions" }
                @for (place, bounds) in self.bounds.windows(2).enumerate() {
                    rect.hover x=(round(x(bounds[0]))) width=(round(x(bounds[1]) - x(bounds[0])))
                        y=(TOP) height=(HEIGHT - TOP - BOTTOM) {
                        title { (self.words(place, bounds[0], bounds[1])) }
                    }
                }
            }
            ul.legend {
                @for (number, series) in self.series.iter().enumerate() {
                    li { span style=(format!("background:{}", color(number))) {} (series.name) }
                }
            }
        }
    }

    /// Of each interval, the values of the first series, of the first two, and so on.
    fn sums(&self) -> Vec<Vec<f64>> {
        let intervals = 0..self.bounds.len().saturating_sub(1);
        let of_interval = |place: usize| {
            let mut sum = 0.0;
            let add = |series: &Series| {
                sum += series.values.get(place).copied().unwrap_or(0.0);
                sum
            };
            self.series.iter().map(add).collect()
        };
        intervals.map(of_interval).collect()
    }

    /// The area of a series: along its upper edge, and back along that of the series beneath.
    fn area(
        &self,
        sums: &[Vec<f64>],
        number: usize,
        x: &impl Fn(u64) -> f64,
        y: &impl Fn(f64) -> f64,
    ) -> String {
        let edge = |place: usize, series: Option<usize>| series.map_or(0.0, |series| sums[place][series]);
        let steps = |series: Option<usize>| {
            let of = move |(place, bounds): (usize, &[u64])| {
                let height = y(edge(place, series));
                [(x(bounds[0]), height), (x(bounds[1]), height)]
            };
            self.bounds
                .windows(2)
                .enumerate()
                .flat_map(of)
                .collect::<Vec<_>>()
        };
        let upper = steps(Some(number));
        let lower = steps(number.checked_sub(1));
        let points = upper.iter().chain(lower.iter().rev());
        let points: Vec<String> = points
            .map(|(x, y)| format!("{},{}", round(*x), round(*y)))
            .collect();
        if points.is_empty() {
            return String::new();
        }
        format!("M{}Z", points.join("L"))
    }

    /// What a pointer at an interval is told.
    fn words(&self, place: usize, start: u64, end: u64) -> String {
        let instructions = format!("instructions {} to {}", grouped(start), grouped(end));
        let values = self.series.iter().filter_map(|series| {
            let value = series.values.get(place).copied().filter(|value| *value > 0.0)?;
            Some(format!("{}: {}", series.name, (self.text)(value)))
        });
        let lines: Vec<String> = [instructions].into_iter().chain(values).collect();
        lines.join("\n")
    }
}

/// A tenth of a pixel is as good as it gets.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The next of 1, 2 and 5 times a power of ten.
fn ceiling(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let fitting = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|times| times * power >= value);
    fitting.unwrap_or(10.0) * power
}

/// From nothing on, some round values up to `end`.
fn ticks(end: f64) -> Vec<f64> {
    let step = ceiling(end / 6.0);
    let number = (end / step).floor() as u32;
    (0..=number).map(|tick| f64::from(tick) * step).collect()
}

/// A large number in few digits.
pub(super) fn short(value: f64) -> String {
    let (value, unit) = match value {
        value if value >= 1e9 => (value / 1e9, " G"),
        value if value >= 1e6 => (value / 1e6, " M"),
        value if value >= 1e4 => (value / 1e3, " k"),
        value => (value, ""),
    };
    let digits = (value * 10.0).round() / 10.0;
    format!("{digits}{unit}")
}

/// Bytes in few digits.
pub(super) fn bytes(value: f64) -> String {
    let (value, unit) = match value {
        value if value >= 1e9 => (value / 1e9, "GB"),
        value if value >= 1e6 => (value / 1e6, "MB"),
        value if value >= 1e3 => (value / 1e3, "kB"),
        value => (value, "bytes"),
    };
    format!("{} {unit}", (value * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_lie_on_top_of_each_other() {
        let series = [("first", [1.0, 3.0]), ("second", [4.0, 0.0])].map(|(name, values)| Series {
            name: name.to_owned(),
            values: values.to_vec(),
        });
        let chart = Chart {
            unit: "cells",
            bounds: &[0, 100, 200],
            series: &series,
            text: short,
        };
        assert_eq!(chart.sums(), [[1.0, 5.0], [3.0, 3.0]]);
        let svg = chart.draw().into_string();
        for text in [
            "first",
            "second",
            "instructions 0 to 100\nfirst: 1\nsecond: 4",
            "#0072b2",
        ] {
            assert!(svg.contains(text), "no `{text}` in {svg}");
        }
        assert!(!svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, end) in [
            (0.0, 1.0),
            (0.7, 1.0),
            (1.0, 1.0),
            (13.0, 20.0),
            (21.0, 50.0),
            (501.0, 1000.0),
        ] {
            assert!((ceiling(value) - end).abs() < 1e-9, "{value}");
        }
        assert_eq!(ticks(100.0), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
    }

    #[test]
    fn numbers_have_few_digits() {
        assert_eq!(short(9999.0), "9999");
        assert_eq!(short(12_345_678.0), "12.3 M");
        assert_eq!(bytes(512.0), "512 bytes");
        assert_eq!(bytes(1536.0), "1.5 kB");
    }
}
