//! The same capture gives the same bytes, however it is handed in.

use std::io::{Cursor, Read};
use std::time::Duration;

use sipwhy_annotator::HashSeed;
use sipwhy_capture::file::Reader;
use sipwhy_pipeline::{Config, Pipeline};
use sipwhy_tests::{Replay, captures, frames, manifest, render, replay, replay_file};

/// Hands out at most so many bytes at once.
struct Sips(Cursor<Vec<u8>>, usize);

impl Read for Sips {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(self.1);
        self.0.read(&mut buffer[..len])
    }
}

fn every_capture(check: impl Fn(&str, &str)) {
    for capture in manifest().unwrap() {
        let path = captures().join(&capture.file);
        let usual = replay_file(&path, Config::default()).unwrap();
        check(&capture.file, &render(&usual));
    }
}

#[test]
fn the_same_capture_gives_the_same_bytes() {
    every_capture(|file, usual| {
        let again = replay_file(captures().join(file), Config::default()).unwrap();
        assert_eq!(render(&again), usual, "{file}");
    });
}

#[test]
fn the_hash_seed_changes_nothing() {
    every_capture(|file, usual| {
        for seed in [HashSeed(1, 2), HashSeed(u64::MAX, 0x0123_4567_89ab_cdef)] {
            let mut config = Config::default();
            config.annotator.hash_seed = seed;
            let seeded = replay_file(captures().join(file), config).unwrap();
            assert_eq!(render(&seeded), usual, "{file} with {seed:?}");
        }
    });
}

#[test]
fn the_size_of_reads_changes_nothing() {
    every_capture(|file, usual| {
        let bytes = std::fs::read(captures().join(file)).unwrap();
        for size in [1, 7, 4096] {
            let sips = Sips(Cursor::new(bytes.clone()), size);
            let reader = Reader::from_reader(sips, file, 0).unwrap();
            let read = replay(reader, Config::default());
            assert_eq!(render(&read), usual, "{file} read {size} bytes at a time");
        }
    });
}

/// Live capture lets time move on between frames, at moments of its own choosing.
#[test]
fn ticks_between_frames_change_nothing() {
    every_capture(|file, usual| {
        for pause in [Duration::from_millis(10), Duration::from_millis(333)] {
            let ticked = replay_with_ticks(file, Some(pause));
            assert_eq!(ticked, usual, "{file} with a tick every {pause:?}");
        }
        let due = replay_with_ticks(file, None);
        assert_eq!(due, usual, "{file} with a tick whenever one is due");
    });
}

/// Replays with a tick every `pause`, or exactly when the pipeline asks for one.
fn replay_with_ticks(file: &str, pause: Option<Duration>) -> String {
    let mut pipeline = Pipeline::new(Config::default());
    let mut replay = Replay::default();
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
            pipeline.tick(next, &mut replay);
        }
        clock = Some(now.max(frame.time));
        pipeline.frame(&frame.borrow(), &mut replay);
    }
    pipeline.finish(&mut replay);
    replay.summary = pipeline.summary();
    render(&replay)
}
