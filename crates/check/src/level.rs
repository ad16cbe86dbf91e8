//! Levels of rules, as rustc has them for its lints.

use sipwhy_annotator::rules::by_id;
use sipwhy_annotator::{Policy, RULES, Severity};
use sipwhy_catalogue::nearest;

/// What a rule is set to on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is not told.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error.
    Deny,
}

impl Level {
    /// Sets a rule to this level; what was set before gives way.
    ///
    /// # Errors
    /// No rule has this name: says so, with the one that was probably meant.
    pub fn apply(self, rule: &str, policy: &mut Policy) -> Result<(), String> {
        if by_id(rule).is_none() {
            let meant = nearest(rule, RULES.iter().map(|rule| rule.info().id));
            let meant = meant.map_or_else(
                || "; `sipwhy rules` lists them".to_owned(),
                |it| format!("; did you mean `{it}`?"),
            );
            return Err(format!("no rule is called `{rule}`{meant}"));
        }
        let severity = match self {
            Self::Allow => {
                policy.off.insert(rule.to_owned());
                return Ok(());
            }
            Self::Warn => Severity::Warning,
            Self::Deny => Severity::Error,
        };
        policy.off.remove(rule);
        policy.severities.insert(rule.to_owned(), severity);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipwhy_annotator::Verdict;

    #[test]
    fn the_last_word_counts() {
        let mut policy = Policy::default();
        Level::Allow.apply("call-failed", &mut policy).unwrap();
        assert!(!policy.is_on("call-failed"));
        Level::Deny.apply("call-failed", &mut policy).unwrap();
        Level::Warn.apply("call-failed", &mut policy).unwrap();
        assert!(policy.is_on("call-failed"));
        let weighed = policy.severity("call-failed", Severity::Note, Verdict::Confirmed);
        assert_eq!(weighed, Severity::Warning);
    }

    #[test]
    fn a_rule_that_does_not_exist_is_answered_with_the_one_meant() {
        let mut policy = Policy::default();
        let fault = Level::Deny.apply("call-faild", &mut policy).unwrap_err();
        assert_eq!(
            fault,
            "no rule is called `call-faild`; did you mean `call-failed`?"
        );
        let fault = Level::Allow.apply("qqqqqqqqqqqq", &mut policy).unwrap_err();
        assert!(fault.ends_with("`sipwhy rules` lists them"), "{fault}");
    }
}
