//! Work done by several threads, and taken in the order of its items.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Does `work` on every item in `threads` threads, and hands the results to `take` in the order of
/// the items.
pub(super) fn run_in_order<I: Sync, R: Send>(
    items: &[I],
    threads: usize,
    work: impl Fn(&I) -> R + Sync,
    mut take: impl FnMut(R),
) {
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(place) else { break };
                    if sender.send((place, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (place, result) in results {
            early.insert(place, result);
            while let Some(result) = early.remove(&due) {
                take(result);
                due += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::run_in_order;
    use std::sync::Barrier;

    #[test]
    fn results_come_in_the_order_of_the_items_whoever_is_first() {
        // The first item waits for the second, which another thread therefore has to do.
        let both = Barrier::new(2);
        let mut taken = Vec::new();
        let work = |item: &usize| {
            if *item < 2 {
                both.wait();
            }
            item * 10
        };
        run_in_order(&[0, 1, 2, 3, 4], 2, work, |result| taken.push(result));
        assert_eq!(taken, [0, 10, 20, 30, 40]);
        run_in_order(&[] as &[usize], 4, |it| *it, |_| panic!("nothing to take"));
    }
}
