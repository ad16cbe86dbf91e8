//! Messages a second, for the parser of this project and for others that read SIP in Rust, in one
//! run on one machine: `cargo bench -p sipwhy-bench --bench parsers`.
//!
//! - `scan`: a message read as far as each parser goes by itself
//! - `keys`: and what a transaction layer looks it up by
//!
//! `scripts/bench-parser` runs it, and counts the instructions of the same work.

mod contenders;

use std::hint::black_box;
use std::time::Duration;

use contenders::{ALL, Input, State, Work, agree, messages};
use criterion::{BenchmarkId, Criterion, Throughput};

fn measure(criterion: &mut Criterion, work: Work) {
    let mut group = criterion.benchmark_group(work.name());
    group.throughput(Throughput::Elements(1));
    let mut state = State::default();
    // The contenders in turn on each message, so that a slow minute falls on all of them.
    for (name, text) in messages::ALL {
        let input = Input::new(text);
        for contender in &ALL {
            let run = contender.at(work);
            group.bench_function(BenchmarkId::new(contender.name, name), |bencher| {
                bencher.iter(|| run(&mut state, black_box(&input)));
            });
        }
    }
}

fn main() {
    agree();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    measure(&mut criterion, Work::Scan);
    measure(&mut criterion, Work::Keys);
    criterion.final_summary();
}
