//! How the time for a million instructions grows with a run, drawn.

use std::cell::RefCell;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width and height in pixels.
const SIZE: (u32, u32) = (900, 520);

/// A run that was proven.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    /// Millions of instructions.
    pub(crate) millions: f64,
    /// Seconds for each of them.
    pub(crate) seconds: f64,
}

/// The plot, as SVG: seconds per million instructions, from 0 on, over the length of the run, in powers of ten.
///
/// # Errors
/// With what the plotting library says, when there is nothing to draw.
pub(crate) fn draw(title: &str, points: &[Point]) -> Result<String, String> {
    let mut svg = String::new();
    draw_on(
        &SVGBackend::with_string(&mut svg, SIZE).into_drawing_area(),
        title,
        points,
    )
    .map_err(|error| error.to_string())?;
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw_on(area: &Area<'_>, title: &str, points: &[Point]) -> Result<(), Box<dyn std::error::Error>> {
    let bound = |value: fn(&Point) -> f64, pick: fn(f64, f64) -> f64, start| {
        points.iter().map(value).fold(start, pick)
    };
    let least = bound(|point| point.millions, f64::min, f64::MAX) / 1.5;
    let most = bound(|point| point.millions, f64::max, 0.0) * 1.5;
    let slowest = bound(|point| point.seconds, f64::max, 0.0) * 1.25;
    if points.is_empty() || slowest <= 0.0 {
        return Err("no run was proven".into());
    }
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(20)
        .x_label_area_size(50)
        .y_label_area_size(60)
        .build_cartesian_2d((least..most).log_scale(), 0.0..slowest)?;
    // The plotting library has each power of ten twice: as the end of a decade, and as the beginning of the next.
    let last = RefCell::new(String::new());
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_desc("millions of instructions")
        .y_desc("seconds for a million")
        .axis_desc_style(("sans-serif", 16))
        .label_style(("sans-serif", 14))
        .x_label_formatter(&|millions| {
            let label = ticks(*millions);
            let is_again = last.replace(label.clone()) == label;
            if is_again { String::new() } else { label }
        })
        .light_line_style(WHITE)
        .draw()?;
    let at = |point: &Point| (point.millions, point.seconds);
    chart.draw_series(LineSeries::new(points.iter().map(at), BLUE.stroke_width(2)))?;
    let style = TextStyle::from(("sans-serif", 14)).pos(Pos::new(HPos::Center, VPos::Bottom));
    chart.draw_series(points.iter().map(|point| {
        let label = format!("{:.1} M: {:.2} s", point.millions, point.seconds);
        EmptyElement::at(at(point))
            + Circle::new((0, 0), 4, BLUE.filled())
            + Text::new(label, (0, -10), style.clone())
    }))?;
    area.present()?;
    Ok(())
}

/// What stands at a tick: of each power of ten, 1, 2 and 5 times it; there is no room for more.
fn ticks(millions: f64) -> String {
    let power = 10_f64.powf(millions.log10().floor());
    let is_named = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .any(|times| (millions / power - times).abs() < 1e-6);
    if is_named {
        format!("{}", (millions * 1e6).round() / 1e6)
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_the_plot() {
        let points = [(4.0, 7.25), (16.0, 7.5), (100.0, 7.75)];
        let points = points.map(|(millions, seconds)| Point { millions, seconds });
        let svg = draw("a machine", &points).unwrap();
        for text in [
            "a machine",
            "4.0 M: 7.25 s",
            "16.0 M: 7.50 s",
            "100.0 M: 7.75 s",
            "seconds for a million",
        ] {
            assert!(svg.contains(text), "no `{text}` in {svg}");
        }
        let labels = svg.lines().filter(|line| line.trim() == "100");
        assert_eq!(labels.count(), 1, "{svg}");
        assert!(draw("nothing", &[]).is_err());
    }
}
