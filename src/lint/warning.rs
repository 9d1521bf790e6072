//! A lint's name, and what it says.

use std::fmt;

use crate::document::{Place, Texts};

/// The lints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lint {
    /// A rule set that no event can satisfy.
    NeverMatches,
    /// A property that events of these kinds do not have.
    UnknownProperty,
    /// An operator of order on what is known to be no number or no severity.
    NumericOnText,
    /// A rule that holds for every event of these kinds.
    MatchAll,
    /// `healthy` as a part of a text, which `Unhealthy` has as well.
    ContainsHealthy,
    /// High, Medium and Low are named, Informational is not.
    NoInformational,
    /// A scope that covers no event of these kinds.
    EmptyScope,
    /// A rule set that a wider one makes needless.
    Shadowed,
    /// A rule that stands twice in its rule set.
    DuplicateRule,
    /// A rule set that stands twice in its automation.
    DuplicateRuleSet,
    /// An automation that does what another does.
    DuplicateAutomation,
    /// An automation that earlier ones with `stop` leave no event.
    Unreachable,
    /// An automation whose time is over.
    Expired,
    /// An automation whose time is over soon.
    ExpiresSoon,
    /// A workflow that no automation runs.
    UnusedWorkflow,
    /// A rule set that has to be tried on every event of its kinds.
    AlwaysCandidate,
    /// A key of Event Hubs for one event hub, where several are needed.
    KeyOfOneHub,
}

impl Lint {
    /// Every lint, in the order of `docs/lints.md`.
    pub const ALL: [Self; 17] = [
        Self::NeverMatches,
        Self::UnknownProperty,
        Self::NumericOnText,
        Self::MatchAll,
        Self::ContainsHealthy,
        Self::NoInformational,
        Self::EmptyScope,
        Self::Shadowed,
        Self::DuplicateRule,
        Self::DuplicateRuleSet,
        Self::DuplicateAutomation,
        Self::Unreachable,
        Self::Expired,
        Self::ExpiresSoon,
        Self::UnusedWorkflow,
        Self::AlwaysCandidate,
        Self::KeyOfOneHub,
    ];

    /// The name in messages, log lines and documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverMatches => "never-matches",
            Self::UnknownProperty => "unknown-property",
            Self::NumericOnText => "numeric-on-text",
            Self::MatchAll => "match-all",
            Self::ContainsHealthy => "contains-healthy",
            Self::NoInformational => "no-informational",
            Self::EmptyScope => "empty-scope",
            Self::Shadowed => "shadowed",
            Self::DuplicateRule => "duplicate-rule",
            Self::DuplicateRuleSet => "duplicate-rule-set",
            Self::DuplicateAutomation => "duplicate-automation",
            Self::Unreachable => "unreachable",
            Self::Expired => "expired",
            Self::ExpiresSoon => "expires-soon",
            Self::UnusedWorkflow => "unused-workflow",
            Self::AlwaysCandidate => "always-candidate",
            Self::KeyOfOneHub => "key-of-one-hub",
        }
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that is probably wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// Where it is.
    pub place: Place,
    /// The lint that found it.
    pub lint: Lint,
    /// What is wrong.
    pub message: String,
    /// The other part that it is about.
    pub other: Option<Place>,
    /// What to do.
    pub help: String,
}

impl Warning {
    /// The warning for people: some lines, with those of the files that may be shown.
    #[must_use]
    pub fn shown(&self, texts: &Texts) -> String {
        let Self {
            lint,
            message,
            help,
            ..
        } = self;
        let mut shown = format!("warning[{lint}]: {message}\n");
        shown.push_str(&at(&self.place, "", texts));
        if let Some(other) = &self.other {
            shown.push_str(&at(other, ": the other one", texts));
        }
        format!("{shown}  help: {help}\n")
    }
}

fn at(place: &Place, what: &str, texts: &Texts) -> String {
    let excerpt = texts.excerpt(place).map(|excerpt| excerpt.to_string());
    format!(" --> {place}{what}\n{}", excerpt.unwrap_or_default())
}
