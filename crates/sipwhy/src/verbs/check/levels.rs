//! `--deny`, `--warn` and `--allow`, in the order in which they were given.

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches};
use sipwhy_annotator::Policy;
use sipwhy_check::Level;

const OPTIONS: [(&str, Level, &str); 3] = [
    (
        "deny",
        Level::Deny,
        "What this rule says is an error where it is certain. Of --deny, --warn and --allow the \
         last word on a rule counts, also against the configuration",
    ),
    (
        "warn",
        Level::Warn,
        "What this rule says is a warning where it is certain",
    ),
    ("allow", Level::Allow, "What this rule says is not told"),
];

/// Levels with their rules, in the order given.
#[derive(Clone, Debug, Default)]
pub(super) struct LevelOptions(Vec<(&'static str, Level, String)>);

impl LevelOptions {
    /// Sets the levels.
    pub(super) fn apply(&self, policy: &mut Policy) -> anyhow::Result<()> {
        for (option, level, rule) in &self.0 {
            let set = level.apply(rule, policy);
            set.map_err(|fault| anyhow::anyhow!("--{option}: {fault}"))?;
        }
        Ok(())
    }
}

// By hand, since what clap derives forgets the order among different options.
impl clap::Args for LevelOptions {
    fn augment_args(command: Command) -> Command {
        command.args(OPTIONS.map(|(name, _, help)| {
            Arg::new(name)
                .long(name)
                .value_name("RULE")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .help(help)
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LevelOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut all = Vec::new();
        for (name, level, _) in OPTIONS {
            let rules = matches.get_many::<String>(name).into_iter().flatten();
            let places = matches.indices_of(name).into_iter().flatten();
            all.extend(
                places
                    .zip(rules)
                    .map(|(place, rule)| (place, name, level, rule.clone())),
            );
        }
        all.sort_by_key(|(place, ..)| *place);
        let all = all
            .into_iter()
            .map(|(_, name, level, rule)| (name, level, rule));
        Ok(Self(all.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
