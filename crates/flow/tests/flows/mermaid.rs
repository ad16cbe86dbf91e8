//! The Mermaid form: its structure.

use sipwhy_flow::mermaid;

use crate::ladders::{PROXIED, flow, flows};

#[test]
fn a_call_is_a_diagram_of_its_own() {
    let diagram = mermaid::diagram(&flow(PROXIED));
    let lines: Vec<&str> = diagram.lines().map(str::trim).collect();
    assert_eq!(lines[0], "sequenceDiagram");
    assert!(lines.contains(&"participant h1 as 10.0.0.5"), "{diagram}");
    assert!(
        lines.contains(&"participant h3 as 10.0.0.9:5070"),
        "{diagram}"
    );
    assert!(
        lines.contains(&"h2->>h3: INVITE<br/>frame 3, +0.020 s"),
        "{diagram}"
    );
    assert!(
        lines.contains(&"h3-->>h2: 180 Ringing<br/>frame 4, +0.100 s"),
        "{diagram}"
    );
    assert!(lines.contains(&"Note over h1,h3: 8 s later"), "{diagram}");
}

#[test]
fn findings_are_notes_over_the_two_hosts() {
    let diagram = mermaid::diagram(&flow(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.1   bob -> alice  503 for #1
0.2   alice -> bob  ACK for #1
",
    ));
    assert!(
        diagram.contains("Note over h1,h2: error[call-failed]: "),
        "{diagram}"
    );
}

#[test]
fn each_call_has_its_fence() {
    let document = mermaid::document(&flows(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  OPTIONS #1
0.1   bob -> alice  200 for #1
1     alice -> bob  OPTIONS #2
1.1   bob -> alice  200 for #2
",
    ));
    assert_eq!(document.matches("```mermaid\nsequenceDiagram\n").count(), 2);
    assert_eq!(document.matches("```\n").count(), 2);
    assert!(document.ends_with("```\n"), "{document}");
}
