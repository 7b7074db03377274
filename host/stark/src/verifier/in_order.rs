//! Doing the same with many things.

use alloc::vec::Vec;

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// What `check` gives for each item, or the error of the first item in order that has one. With the feature `parallel`
/// items are checked side by side.
pub(super) fn try_map<I: Sync, O: Send, E: Send>(
    items: &[I],
    check: impl Fn(&I) -> Result<O, E> + Send + Sync,
) -> Result<Vec<O>, E> {
    // All results first: rayon's own way to an error gives any of them.
    #[cfg(feature = "parallel")]
    let results = items.par_iter().map(check).collect::<Vec<_>>().into_iter();
    #[cfg(not(feature = "parallel"))]
    let results = items.iter().map(check);
    results.collect()
}

#[cfg(all(test, feature = "parallel", feature = "prove"))]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering};
    use core::time::Duration;
    use std::thread::{sleep, yield_now};
    use std::time::Instant;

    use super::*;

    fn with_two_threads<O: Send>(run: impl FnOnce() -> O + Send) -> O {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
        pool.unwrap().install(run)
    }

    #[test]
    fn the_first_error_in_order_is_given_however_late_it_is_found() {
        let items: Vec<usize> = (0..64).collect();
        let check = |item: &usize| match item {
            0..10 => Ok(*item),
            10 => {
                sleep(Duration::from_millis(50));
                Err(10)
            }
            _ => Err(*item),
        };
        with_two_threads(|| {
            assert_eq!(try_map(&items, check), Err(10));
            assert_eq!(try_map(&items[..10], check), Ok(items[..10].to_vec()));
        });
    }

    #[test]
    fn items_are_checked_side_by_side() {
        let num_begun = AtomicUsize::new(0);
        let begin = Instant::now();
        // Each waits for the other to begin.
        let check = |(): &()| {
            num_begun.fetch_add(1, Ordering::SeqCst);
            while num_begun.load(Ordering::SeqCst) < 2 {
                if begin.elapsed() > Duration::from_secs(20) {
                    return Err("one after the other");
                }
                yield_now();
            }
            Ok(())
        };
        assert!(with_two_threads(|| try_map(&[(), ()], check)).is_ok());
    }
}
