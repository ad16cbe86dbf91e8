//! The same capture gives the same bytes, in every form of the report, however it is handed in.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::io::{Cursor, Read};
use std::time::Duration;

use sipwhy_annotator::HashSeed;
use sipwhy_capture::file::Reader;
use sipwhy_pipeline::{Config, Pipeline};
use sipwhy_tests::{Outputs, Shown, captures, frames, manifest, shown};

/// Hands out at most so many bytes at once.
struct Sips(Cursor<Vec<u8>>, usize);

impl Read for Sips {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(self.1);
        self.0.read(&mut buffer[..len])
    }
}

fn every_capture(check: impl Fn(&str, &Shown)) {
    for capture in manifest().unwrap() {
        check(&capture.file, &usual(&capture.file, Config::default()));
    }
}

fn usual(file: &str, config: Config) -> Shown {
    let reader = Reader::open(captures().join(file), 0).unwrap();
    shown(reader, file, config).unwrap()
}

#[test]
fn the_same_capture_gives_the_same_bytes() {
    every_capture(|file, first| {
        assert_eq!(&usual(file, Config::default()), first, "{file}");
        for part in [&first.text, &first.json, &first.log] {
            assert!(!part.is_empty(), "{file} shows something");
        }
    });
}

#[test]
fn the_hash_seed_changes_nothing() {
    every_capture(|file, first| {
        for seed in [HashSeed(1, 2), HashSeed(u64::MAX, 0x0123_4567_89ab_cdef)] {
            let mut config = Config::default();
            config.annotator.hash_seed = seed;
            assert_eq!(&usual(file, config), first, "{file} with {seed:?}");
        }
    });
}

#[test]
fn the_size_of_reads_changes_nothing() {
    every_capture(|file, first| {
        let bytes = std::fs::read(captures().join(file)).unwrap();
        for size in [1, 7, 4096] {
            let sips = Sips(Cursor::new(bytes.clone()), size);
            let reader = Reader::from_reader(sips, file, 0).unwrap();
            let sipped = shown(reader, file, Config::default()).unwrap();
            assert_eq!(&sipped, first, "{file} read {size} bytes at a time");
        }
    });
}

/// Live capture lets time move on between frames, at moments of its own choosing.
#[test]
fn ticks_between_frames_change_nothing() {
    every_capture(|file, first| {
        for pause in [Duration::from_millis(10), Duration::from_millis(333)] {
            let ticked = with_ticks(file, Some(pause));
            assert_eq!(&ticked, first, "{file} with a tick every {pause:?}");
        }
        let due = with_ticks(file, None);
        assert_eq!(&due, first, "{file} with a tick whenever one is due");
    });
}

/// Replays with a tick every `pause`, or exactly when the pipeline asks for one.
fn with_ticks(file: &str, pause: Option<Duration>) -> Shown {
    let mut pipeline = Pipeline::new(Config::default());
    let mut outputs = Outputs::new(file).unwrap();
    let mut clock = None;
    for frame in frames(captures().join(file)).unwrap() {
        let mut now = clock.unwrap_or(frame.time);
        loop {
            let next = match pause {
                Some(pause) => Some(now + pause),
                None => pipeline.next_timeout(),
            };
            let Some(next) = next.filter(|next| *next < frame.time) else {
                break;
            };
            now = now.max(next);
            pipeline.tick(next, &mut outputs);
        }
        clock = Some(now.max(frame.time));
        pipeline.frame(&frame.borrow(), &mut outputs);
    }
    pipeline.finish(&mut outputs);
    outputs.finish(&pipeline.summary(), None)
}
