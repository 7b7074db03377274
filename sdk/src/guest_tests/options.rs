//! The options of tests, as libtest has them.

use std::num::NonZeroUsize;

use clap::Parser;

use super::list::Listed;

/// Options behind `--`
#[derive(Clone, Debug, Default, PartialEq, Eq, Parser)]
#[command(name = "--", no_binary_name = true, disable_help_flag = true)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of libtest")]
pub(crate) struct Options {
    /// Only tests with one of these in their names
    pub(crate) filters: Vec<String>,
    /// Names are whole names
    #[arg(long)]
    pub(crate) exact: bool,
    /// No tests with this in their names
    #[arg(long, value_name = "FILTER")]
    pub(crate) skip: Vec<String>,
    /// Run ignored tests alone
    #[arg(long)]
    pub(crate) ignored: bool,
    /// Run ignored tests, too
    #[arg(long, conflicts_with = "ignored")]
    pub(crate) include_ignored: bool,
    /// Run nothing, and list the tests
    #[arg(long)]
    pub(crate) list: bool,
    /// Show what tests print while they run
    #[arg(long, alias = "no-capture")]
    pub(crate) nocapture: bool,
    /// Show what passed tests printed
    #[arg(long)]
    pub(crate) show_output: bool,
    /// Run so many tests at once
    #[arg(long, value_name = "NUMBER")]
    pub(crate) test_threads: Option<NonZeroUsize>,
    /// A character for each test
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl Options {
    /// Whether a test was asked for. One that is ignored may be, and is then not run.
    pub(crate) fn selects(&self, test: &Listed) -> bool {
        let matches = |filter: &String| {
            if self.exact {
                test.name == *filter
            } else {
                test.name.contains(filter.as_str())
            }
        };
        let is_named = self.filters.is_empty() || self.filters.iter().any(matches);
        is_named && !self.skip.iter().any(matches) && (!self.ignored || test.ignored.is_some())
    }

    /// Whether a test that was asked for is run.
    pub(crate) const fn runs(&self, test: &Listed) -> bool {
        test.ignored.is_none() || self.ignored || self.include_ignored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(name: &str, is_ignored: bool) -> Listed {
        Listed {
            name: name.to_owned(),
            ignored: is_ignored.then_some(None),
            should_panic: None,
        }
    }

    /// What is selected, and what of it is run.
    fn selected(arguments: &[&str]) -> (Vec<&'static str>, Vec<&'static str>) {
        let options = Options::try_parse_from(arguments).unwrap();
        let tests = [("a::one", false), ("a::one_more", false), ("b::slow", true)];
        let of = |keep: &dyn Fn(&Listed) -> bool| {
            let kept = tests
                .iter()
                .filter(|(name, is_ignored)| keep(&test(name, *is_ignored)));
            kept.map(|(name, _)| *name).collect()
        };
        let is_selected = |test: &Listed| options.selects(test);
        (
            of(&is_selected),
            of(&|test| options.selects(test) && options.runs(test)),
        )
    }

    #[test]
    fn tests_are_chosen_as_libtest_does() {
        let all = vec!["a::one", "a::one_more", "b::slow"];
        assert_eq!(selected(&[]), (all.clone(), all[..2].to_vec()));
        assert_eq!(selected(&["--include-ignored"]), (all.clone(), all.clone()));
        assert_eq!(selected(&["--ignored"]), (all[2..].to_vec(), all[2..].to_vec()));
        assert_eq!(selected(&["one"]).0, all[..2]);
        assert_eq!(selected(&["one", "--exact"]).0, [""; 0]);
        assert_eq!(selected(&["a::one", "--exact"]).0, all[..1]);
        assert_eq!(selected(&["more", "slow"]).0, all[1..]);
        assert_eq!(selected(&["--skip", "a::", "--skip", "none"]).0, all[2..]);
        assert_eq!(selected(&["--exact", "--skip", "a::one"]).0, all[1..]);
        assert!(Options::try_parse_from(["--no-such-option"]).is_err());
    }
}
