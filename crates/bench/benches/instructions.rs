//! One contender at one piece of work, as often as is asked for: what `scripts/bench-parser` runs
//! under valgrind. Counts from two runs of different length give the instructions per message,
//! without those of the program's start.
//!
//! `instructions CONTENDER scan|keys MESSAGE TIMES`; without arguments, each once.

mod contenders;

use std::hint::black_box;
use std::process::ExitCode;

use contenders::{ALL, Input, State, Work, agree, messages};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, work, message, times] = arguments.as_slice() else {
        agree();
        return ExitCode::SUCCESS;
    };
    let work = [Work::Scan, Work::Keys]
        .into_iter()
        .find(|known| known.name() == work);
    let contender = ALL.iter().find(|contender| contender.name == name);
    let text = messages::ALL.iter().find(|(name, _)| name == message);
    let (Some(work), Some(contender), Some((_, text)), Ok(times)) =
        (work, contender, text, times.parse::<u32>())
    else {
        eprintln!("usage: instructions CONTENDER scan|keys MESSAGE TIMES");
        return ExitCode::FAILURE;
    };
    let run = contender.at(work);
    let input = Input::new(text);
    let mut state = State::default();
    for _ in 0..times {
        black_box(run(&mut state, black_box(&input)));
    }
    ExitCode::SUCCESS
}
