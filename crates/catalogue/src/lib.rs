//! What SIP's response codes, Q.850 causes and warn-codes mean, in plain words.
//!
//! The knowledge lives in TOML files under `data/`, one per response code. The
//! build turns them into static data, so nothing is parsed at run time and a bad
//! file fails the build.
//!
//! [`code`], [`brief`] and [`class_of`] answer what an annotation needs;
//! [`explain_code`] and [`compare`] build a whole [`Document`], which is rendered
//! with [`to_text`] or [`to_markdown`].

mod cause;
mod class;
mod code;
mod compare;
mod data;
mod document;
mod explain;
mod html;
mod inline;
mod json;
mod markdown;
mod read_markdown;
mod subject;
mod suggest;
mod text;
mod topic;
mod warning;
mod words;
mod wrap;

pub use cause::{Cause, cause, causes};
pub use class::{Class, class_of};
pub use code::{
    Code, Confusion, Details, Product, Reference, RuleNote, Setting, SeverityHint, Source, brief,
    code, codes, codes_of_rule, find,
};
pub use compare::{Comparison, compare, pairs};
pub use document::{Block, Document, Row};
pub use explain::{
    RuleBrief, explain_cause, explain_code, explain_rule, explain_topic, explain_warning,
    list_causes, list_topics, list_warnings, overview,
};
pub use html::{Linker, escape_html, to_html, to_html_part};
pub use inline::{Inline, parse_inline};
pub use markdown::to_markdown;
pub use read_markdown::markdown_to_document;
pub use subject::Subject;
pub use suggest::{nearest, suggest};
pub use text::{Style, to_text};
pub use topic::{Kind, Topic, topics, topics_called};
pub use warning::{Warning, warning, warnings};
