//! What came of trying to cheat, for people to read.

mod deletion;
mod lies;
mod mutations;

pub use deletion::DeletionReport;
pub use lies::LieReport;
use maud::{DOCTYPE, Markup, html};
pub use mutations::MutationReport;

/// A page that needs nothing beside itself.
fn page(title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (title) }
                style {
                    "body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em }"
                    "table { border-collapse: collapse } td, th { border-bottom: 1px solid #ccc; padding: .2em .8em; text-align: left; vertical-align: top }"
                    ".open { background: #fdd }"
                }
            }
            body {
                h1 { (title) }
                (content)
            }
        }
    };
    page.into_string()
}
