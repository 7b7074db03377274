//! One page with everything: it needs no network, and nothing beside itself.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use zisk_host::profile::{Interval, Profile, Spent};

use super::charts::{Chart, MAX_SERIES, Series, bytes, short};
use super::percent;
use super::text::by_own_cells;
use crate::terminal::{grouped, visible};

/// Functions in the table.
const MAX_FUNCTIONS: usize = 200;
/// Segments in the table.
const MAX_SEGMENTS: usize = 500;

/// Nothing is fetched, whatever names of functions say: styles and the flamegraph's script are in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// The page; `flamegraph` is the SVG of cells.
pub(super) fn page(profile: &Profile, guest: &str, flamegraph: &str) -> String {
    let guest = visible(guest);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { "Profile of " (guest) }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                h1 { "Profile of " (guest) }
                p { "Where a run spends instructions, and the cells that a proof of it commits to." }
                (cards(profile))
                // The flamegraph's script takes the first picture of the page for its own.
                (flamegraph_part(flamegraph))
                (functions(profile))
                (machines(profile))
                (scopes(profile))
                (memory(profile))
                (segments(profile))
                (whole(profile))
                footer { "Made by cargo-zisk " (env!("CARGO_PKG_VERSION")) ". Nothing of this page comes from elsewhere." }
            }
        }
    };
    page.into_string()
}

fn cards(profile: &Profile) -> Markup {
    let Spent { instructions, cells } = profile.total;
    let touched: u64 = profile.regions.iter().map(|region| region.bytes).sum();
    let committed = cells + profile.overhead.cells();
    let cards = [
        (grouped(instructions), "instructions"),
        (short(cells as f64), "cells of instructions and calls"),
        (
            format!("{:.1}", cells as f64 / instructions.max(1) as f64),
            "cells for an instruction",
        ),
        (short(committed as f64), "cells of the whole proof"),
        (bytes(touched as f64), "memory touched"),
        (grouped(profile.segments.len() as u64), "segments"),
    ];
    html! {
        div.cards {
            @for (value, label) in cards {
                div { b { (value) } span { (label) } }
            }
        }
    }
}

fn flamegraph_part(svg: &str) -> Markup {
    // Without what only files of their own begin with.
    let svg = svg.find("<svg").map_or("", |start| &svg[start..]);
    html! {
        h2 { "Cells by function" }
        p {
            "Each box is a function on top of the one that called it, or that it was inlined into, as wide as the cells that it "
            "and all above it took. A click makes it fill the width; Ctrl-F searches."
        }
        div.flamegraph { (PreEscaped(svg)) }
    }
}

/// A cell of a table with a bar behind the number.
fn share(part: u64, whole: u64) -> Markup {
    let percent = percent(part, whole);
    html! { td.bar style=(format!("--share:{percent}")) { (percent) } }
}

fn functions(profile: &Profile) -> Markup {
    let whole = profile.total.cells;
    let functions = by_own_cells(profile);
    html! {
        h2 { "Functions" }
        p { "What each function took itself, and together with all that it called. A function that calls itself counts once." }
        div.scroll {
            table #functions {
                tr {
                    th { "cells" } th { "share" } th { "instructions" } th { "with callees" } th { "share" } th.name { "function" }
                }
                @for function in functions.iter().take(MAX_FUNCTIONS) {
                    tr {
                        td { (grouped(function.own.cells)) }
                        (share(function.own.cells, whole))
                        td { (grouped(function.own.instructions)) }
                        td { (grouped(function.total.cells)) }
                        (share(function.total.cells, whole))
                        td.name {
                            (visible(&function.name))
                            @if let Some(file) = &function.file { small { (visible(file)) } }
                        }
                    }
                }
            }
        }
        (left_out(functions.len(), MAX_FUNCTIONS, "functions"))
    }
}

/// Says what there was no room for.
fn left_out(found: usize, most: usize, what: &str) -> Markup {
    let more = found.saturating_sub(most);
    html! { @if more > 0 { p { (grouped(more as u64)) " more " (what) } } }
}

/// Where intervals begin, and where the last one ends.
fn bounds(intervals: &[Interval]) -> Vec<u64> {
    let ends = intervals
        .last()
        .map(|interval| interval.start + interval.instructions);
    intervals
        .iter()
        .map(|interval| interval.start)
        .chain(ends)
        .collect()
}

fn machines(profile: &Profile) -> Markup {
    let mut order: Vec<usize> = (0..profile.machines.len())
        .filter(|machine| profile.machines[*machine].cells > 0)
        .collect();
    order.sort_by_key(|machine| std::cmp::Reverse(profile.machines[*machine].cells));
    let of = |machines: &[usize]| {
        let value = |interval: &Interval| {
            let cells = machines.iter().filter_map(|machine| interval.cells.get(*machine));
            cells.sum::<u64>() as f64 / interval.instructions.max(1) as f64
        };
        profile.intervals.iter().map(value).collect()
    };
    let has_others = order.len() > MAX_SERIES;
    let named = if has_others { MAX_SERIES - 1 } else { order.len() };
    let mut series: Vec<Series> = order[..named]
        .iter()
        .map(|machine| Series {
            name: profile.machines[*machine].name.to_owned(),
            values: of(&[*machine]),
        })
        .collect();
    if has_others {
        series.push(Series {
            name: format!("{} others", order.len() - named),
            values: of(&order[named..]),
        });
    }
    let chart = Chart {
        unit: "cells for an instruction",
        bounds: &bounds(&profile.intervals),
        series: &series,
        text: short,
    };
    html! {
        h2 { "Cells by state machine over time" }
        p { "What an instruction costs on average, from the run's beginning to its end. Coprocessors count where they are called." }
        div #machines-over-time { (chart.draw()) }
        table #machines {
            tr { th { "cells" } th { "share" } th { "rows" } th { "all rows' cells" } th.name { "state machine" } }
            @for machine in order.iter().map(|machine| &profile.machines[*machine]) {
                tr {
                    td { (grouped(machine.cells)) }
                    (share(machine.cells, profile.total.cells))
                    td { (grouped(machine.rows)) }
                    td { (grouped(machine.committed_cells)) }
                    td.name {
                        (machine.name)
                        @if let Some(name) = machine.coprocessor { small { "coprocessor " (name) } }
                    }
                }
            }
        }
    }
}

fn scopes(profile: &Profile) -> Markup {
    html! {
        @if !profile.scopes.is_empty() {
            h2 { "Scopes" }
            p { "What the guest marked. Scopes within others count to those, too." }
            table #scopes {
                tr { th { "cells" } th { "share" } th { "instructions" } th { "calls" } th.name { "scope" } }
                @for scope in &profile.scopes {
                    tr {
                        td { (grouped(scope.total.cells)) }
                        (share(scope.total.cells, profile.total.cells))
                        td { (grouped(scope.total.instructions)) }
                        td { (grouped(scope.calls)) }
                        td.name { (visible(&scope.name)) }
                    }
                }
            }
        }
    }
}

fn memory(profile: &Profile) -> Markup {
    let touched = profile
        .regions
        .iter()
        .enumerate()
        .filter(|(_, region)| region.bytes > 0);
    let series: Vec<Series> = touched
        .clone()
        .map(|(number, region)| {
            let mut sum = 0;
            let so_far = |interval: &Interval| {
                sum += interval.new_bytes.get(number).copied().unwrap_or(0);
                sum as f64
            };
            Series {
                name: region.name.to_owned(),
                values: profile.intervals.iter().map(so_far).collect(),
            }
        })
        .collect();
    let chart = Chart {
        unit: "touched so far",
        bounds: &bounds(&profile.intervals),
        series: &series,
        text: bytes,
    };
    let all: u64 = profile.regions.iter().map(|region| region.bytes).sum();
    html! {
        h2 { "Memory touched" }
        p {
            "Words of memory that were read or written, by instructions or coprocessors. A proof has rows for each of them, in "
            "every segment that touches it. What is read to be printed or made public is not among them, nor is code that runs."
        }
        div #memory-over-time { (chart.draw()) }
        table #memory {
            tr { th { "touched" } th { "share" } th.name { "region" } }
            @for (_, region) in touched {
                tr { td { (bytes(region.bytes as f64)) } (share(region.bytes, all)) td.name { (region.name) } }
            }
        }
    }
}

fn segments(profile: &Profile) -> Markup {
    let most = profile
        .segments
        .iter()
        .map(|segment| segment.committed_cells)
        .max()
        .unwrap_or(0);
    html! {
        h2 { "Segments" }
        p {
            "A run is proven in segments, as long as they may be here; with less memory, there are more of them. Bars are of the "
            "largest. Tables are filled up to powers of two, which a segment of few instructions hardly uses."
        }
        div.scroll {
            table #segments {
                tr {
                    th { "segment" } th { "instructions" } th { "cells of them" } th { "all cells" } th { "" }
                    th.name { "memory touched" }
                }
                @for (number, segment) in profile.segments.iter().enumerate().take(MAX_SEGMENTS) {
                    tr {
                        td { (number + 1) }
                        td { (grouped(segment.own.instructions)) }
                        td { (grouped(segment.own.cells)) }
                        td { (grouped(segment.committed_cells)) }
                        (share(segment.committed_cells, most))
                        td.name { (bytes(segment.touched_bytes as f64)) }
                    }
                }
            }
        }
        (left_out(profile.segments.len(), MAX_SEGMENTS, "segments"))
    }
}

fn whole(profile: &Profile) -> Markup {
    let Profile { total, overhead, .. } = profile;
    let whole = total.cells + overhead.cells();
    let rows = [("instructions and calls", total.cells)]
        .into_iter()
        .chain(overhead.named());
    html! {
        h2 { "The whole proof" }
        p { "All cells that are committed to: those of the functions above, and those that no instruction has a part in." }
        table #whole {
            tr { th { "cells" } th { "share" } th.name { "" } }
            @for (name, cells) in rows {
                tr { td { (grouped(cells)) } (share(cells, whole)) td.name { (name) } }
            }
            tr.sum { td { (grouped(whole)) } td { "100.0%" } td.name { "all" } }
        }
    }
}
