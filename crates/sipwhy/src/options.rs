//! Options that several verbs share.

use clap::ValueEnum;
use sipwhy_annotator::Severity;
use sipwhy_packet::Ports;
use sipwhy_pipeline::{Config, Summary};
use sipwhy_report::{
    Flow, FlowForm, Html, Inputs, Json, Layout, Log, LogStyle, Order, Output, Report, Text, With,
};

use crate::exit::Outcome;
use crate::settings::Settings;
use crate::terminal::Colour;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: findings grouped by call.
    Text,
    /// One line for each message and finding, to follow and to search.
    Log,
    /// The same as logfmt, key=value throughout, for programs that collect logs.
    Logfmt,
    /// One JSON record a line; see `sipwhy schema`.
    Json,
    /// The messages of each call as a ladder, when the capture is over.
    Flow,
    /// The same as Mermaid sequence diagrams.
    Mermaid,
    /// The same as one SVG drawing.
    Svg,
    /// One page of HTML to be passed on: findings, calls with ladders, messages explained.
    Html,
}

impl Format {
    /// Whether it draws whole calls, when they are over.
    pub(crate) const fn draws_calls(self) -> bool {
        matches!(self, Self::Flow | Self::Mermaid | Self::Svg | Self::Html)
    }
}

/// Records of the JSON form that are written on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Extra {
    /// A record for each SIP message.
    Messages,
    /// A record for each call, at the end.
    Calls,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    /// key=value fields and a sentence.
    #[default]
    Plain,
    /// A JSON object a line, with the same fields.
    Json,
    /// Entries of systemd's journal, the fields as SIP_….
    Journald,
}

/// The least severity that makes the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Any finding.
    Note,
    /// A warning or an error.
    Warning,
    /// An error.
    Error,
    /// Nothing.
    Never,
}

impl FailOn {
    /// The least severity, if there is one.
    pub(crate) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
            Self::Never => None,
        }
    }

    /// How a run ended that found what `summary` says.
    pub(crate) fn outcome(self, summary: &Summary) -> Outcome {
        match (self.severity(), summary.worst) {
            (Some(least), Some(worst)) if worst >= least => Outcome::Findings,
            _ => Outcome::Fine,
        }
    }
}

/// What to report, and how.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ReportOptions {
    /// Records to add to the JSON form, separated by commas
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    with: Vec<Extra>,

    /// Show response times and the figures of RFC 6076 at the end of the text form; JSON has them
    /// in any case
    #[arg(long)]
    timings: bool,

    /// How the log form is written
    #[arg(long, value_name = "STYLE", default_value = "plain")]
    log_style: Style,

    /// When to use colours in the text form
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colour,
}

impl ReportOptions {
    /// A report on standard output. With `at_once` somebody follows a capture as it is made.
    pub(crate) fn report(
        &self,
        format: Format,
        inputs: Inputs,
        at_once: bool,
    ) -> anyhow::Result<Report> {
        use crate::standard_output::{at_once as direct, buffered};
        let output = match format {
            Format::Log | Format::Logfmt => direct()?,
            _ => buffered()?,
        };
        self.form(format, inputs, output, self.layout(), at_once)
    }

    /// A report that goes elsewhere, as it is made.
    pub(crate) fn report_into(
        &self,
        format: Format,
        inputs: Inputs,
        output: Output,
    ) -> anyhow::Result<Report> {
        anyhow::ensure!(
            self.log_style != Style::Journald || format != Format::Log,
            "--log-style journald writes to the journal and not to a file"
        );
        self.form(format, inputs, output, self.color.layout_of_file(), true)
    }

    fn form(
        &self,
        format: Format,
        inputs: Inputs,
        output: Output,
        layout: Layout,
        at_once: bool,
    ) -> anyhow::Result<Report> {
        Ok(match format {
            Format::Text => {
                let order = if at_once {
                    Order::AtOnce
                } else {
                    Order::ByCall
                };
                let text = Text::new(output, inputs, layout, order);
                Report::Text(text.with_timings(self.timings))
            }
            Format::Log => Report::Log(self.log(output, inputs)?),
            Format::Logfmt => Report::Log(Log::new(output, inputs, LogStyle::Logfmt)?),
            Format::Json => {
                let with = With {
                    messages: self.with.contains(&Extra::Messages),
                    calls: self.with.contains(&Extra::Calls),
                };
                Report::Json(Json::new(output, inputs, with, at_once))
            }
            Format::Flow => Report::Flow(Flow::new(output, FlowForm::Text(layout))),
            Format::Mermaid => Report::Flow(Flow::new(output, FlowForm::Mermaid)),
            Format::Svg => Report::Flow(Flow::new(output, FlowForm::Svg)),
            Format::Html => Report::Html(Box::new(Html::new(output, inputs))),
        })
    }

    pub(crate) fn layout(&self) -> Layout {
        self.color.layout()
    }

    fn log(&self, output: Output, inputs: Inputs) -> anyhow::Result<Log> {
        let style = match self.log_style {
            Style::Plain => LogStyle::Plain,
            Style::Json => LogStyle::Json,
            Style::Journald => LogStyle::Journald,
        };
        Log::new(output, inputs, style).map_err(|error| {
            anyhow::anyhow!(
                "the journal cannot be written to: {error}; is systemd-journald running here? \
                 --log-style plain writes to standard output"
            )
        })
    }
}

/// Where to look for SIP.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PortOptions {
    /// Ports that carry SIP: a list with ranges such as 5060,5070-5080, or any, which finds SIP
    /// on every port by its content. By default any for files and 5060 for interfaces
    #[arg(long = "port", value_name = "PORTS")]
    ports: Option<Ports>,
}

impl PortOptions {
    /// The ports of a file, all of which was captured already: any, unless told otherwise.
    pub(crate) fn of_file(&self) -> Ports {
        self.ports.clone().unwrap_or_else(Ports::any)
    }

    /// The ports of an interface, where the kernel is to hand over no more than is needed.
    pub(crate) fn of_interface(&self) -> Ports {
        self.ports.clone().unwrap_or_default()
    }
}

/// The settings of a pipeline that finds SIP on these ports.
pub(crate) fn pipeline_config(ports: Ports, settings: Settings) -> Config {
    let mut config = Config {
        packet: sipwhy_packet::Config {
            ports,
            ..sipwhy_packet::Config::default()
        },
        ..Config::default()
    };
    settings.apply(&mut config.annotator);
    config
}
