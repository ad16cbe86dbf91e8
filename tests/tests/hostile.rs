//! No frames, however damaged, can make the pipeline panic.

use std::sync::LazyLock;

use proptest::prelude::*;
use sipwhy_annotator::Annotation;
use sipwhy_flow::{Bounds, Collector, mermaid, svg, text};
use sipwhy_packet::{Ports, Timestamp};
use sipwhy_pipeline::{Config, Observed, Observer, Pipeline};
use sipwhy_tests::{OwnedFrame, Replay, captures, frames, manifest};

/// Captures that between them hold everything the engine follows.
static FRAMES: LazyLock<Vec<Vec<OwnedFrame>>> = LazyLock::new(|| {
    let all = manifest().unwrap_or_default();
    let read = |file: &str| frames(captures().join(file)).unwrap_or_default();
    let mut kept: Vec<_> = all.iter().map(|capture| read(&capture.file)).collect();
    kept.iter_mut().for_each(|frames| frames.truncate(80));
    kept
});

/// One way of damaging a capture.
#[derive(Clone, Debug)]
enum Damage {
    Flip {
        frame: usize,
        byte: usize,
        with: u8,
    },
    Cut {
        frame: usize,
        len: usize,
    },
    Swap {
        one: usize,
        other: usize,
    },
    Repeat {
        frame: usize,
    },
    Drop {
        frame: usize,
    },
    Splice {
        frame: usize,
        byte: usize,
        with: Vec<u8>,
    },
    Time {
        frame: usize,
        nanos: u64,
    },
}

fn damage() -> impl Strategy<Value = Damage> {
    let (frame, byte) = (any::<usize>(), any::<usize>());
    prop_oneof![
        (frame, byte, any::<u8>()).prop_map(|(frame, byte, with)| Damage::Flip {
            frame,
            byte,
            with
        }),
        (frame, byte).prop_map(|(frame, len)| Damage::Cut { frame, len }),
        (frame, frame).prop_map(|(one, other)| Damage::Swap { one, other }),
        frame.prop_map(|frame| Damage::Repeat { frame }),
        frame.prop_map(|frame| Damage::Drop { frame }),
        (frame, byte, prop::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(frame, byte, with)| Damage::Splice { frame, byte, with }),
        (frame, any::<u64>()).prop_map(|(frame, nanos)| Damage::Time { frame, nanos }),
    ]
}

impl Damage {
    fn apply(&self, frames: &mut Vec<OwnedFrame>) {
        let count = frames.len();
        if count == 0 {
            return;
        }
        match self {
            Self::Flip { frame, byte, with } => {
                let data = &mut frames[frame % count].data;
                let len = data.len().max(1);
                if let Some(byte) = data.get_mut(byte % len) {
                    *byte = *with;
                }
            }
            Self::Cut { frame, len } => {
                let data = &mut frames[frame % count].data;
                data.truncate(len % (data.len() + 1));
            }
            Self::Swap { one, other } => frames.swap(one % count, other % count),
            Self::Repeat { frame } => {
                let copy = frames[frame % count].clone();
                frames.insert(frame % count, copy);
            }
            Self::Drop { frame } => {
                frames.remove(frame % count);
            }
            Self::Splice { frame, byte, with } => {
                let data = &mut frames[frame % count].data;
                let at = byte % (data.len() + 1);
                data.splice(at..at, with.iter().copied());
            }
            Self::Time { frame, nanos } => {
                frames[frame % count].time = Timestamp::from_nanos(*nanos);
            }
        }
    }
}

/// What is said of a capture, and its calls as they are drawn.
#[derive(Default)]
struct Shown {
    replay: Replay,
    calls: Collector,
}

impl Observer for Shown {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        self.replay.message(observed);
        self.calls.message(observed);
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.replay.annotation(annotation);
        self.calls.annotation(annotation);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_captures_never_panic(
        capture in any::<usize>(),
        wounds in prop::collection::vec(damage(), 1..24),
        any_port in any::<bool>(),
        tight in any::<bool>(),
    ) {
        let mut frames = FRAMES[capture % FRAMES.len()].clone();
        for wound in &wounds {
            wound.apply(&mut frames);
        }
        let mut config = Config::default();
        if any_port {
            config.packet.ports = Ports::any();
        }
        if tight {
            let limits = &mut config.annotator.limits;
            (limits.transactions, limits.calls, limits.redirects) = (2, 2, 1);
            (limits.hosts, limits.names, limits.branches, limits.gaps) = (2, 1, 1, 1);
        }
        let mut pipeline = Pipeline::new(config);
        let mut shown = Shown::default();
        if tight {
            let bounds = Bounds { calls: 2, messages: 3, notes: 1, bytes: 4096 };
            shown.calls = Collector::new(bounds);
        }
        for frame in &frames {
            pipeline.frame(&frame.borrow(), &mut shown);
        }
        pipeline.finish(&mut shown);
        let Shown { replay, calls } = shown;
        let drawn = calls.finish(|_| true);
        for line in drawn.flows.iter().flat_map(|flow| text::lines(flow, 80)) {
            let line = line.plain();
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            prop_assert!(sipwhy_flow::wrap::columns(&line) <= 80, "{line}");
        }
        for whole in [mermaid::document(&drawn), svg::document(&drawn)] {
            prop_assert!(!whole.chars().any(|c| c.is_control() && c != '\n'));
        }
        for said in &replay.annotations {
            let printable = |text: &str| !text.chars().any(char::is_control);
            prop_assert!(printable(&said.title) && printable(&said.explanation));
            for line in said.evidence.iter().flat_map(|evidence| &evidence.quote) {
                prop_assert!(printable(&line.text));
                if let Some((place, label)) = &line.mark {
                    prop_assert!(line.text.get(place.clone()).is_some());
                    prop_assert!(printable(label));
                }
            }
        }
    }
}
