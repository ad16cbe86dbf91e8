//! Capturing live, in network namespaces of their own that go away with the test; as root, with
//! util-linux and iproute2. Without them, the tests say that they were skipped.

// A test fails by panicking, in the functions around it too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod captures;
mod namespace;
mod refused;
