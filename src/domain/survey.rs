//! Surveys: a form version open for answers from one minute to another, for some units and channels.

use super::ids::{FormVersionId, SurveyId, UnitId};
use super::text::Text;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a submission reached us. The numbers are stored; they never change meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The public page, found by oneself.
    Web,
    /// A QR code at the counter or on a document.
    Qr,
    /// A personal invitation.
    Invitation,
    /// A device at the office.
    Kiosk,
    /// A paper form, keyed in.
    Paper,
    /// Another system.
    Import,
}

impl Channel {
    /// All, in the order of their numbers.
    pub const ALL: [Channel; 6] =
        [Channel::Web, Channel::Qr, Channel::Invitation, Channel::Kiosk, Channel::Paper, Channel::Import];

    /// The stored number, from 1.
    pub fn number(self) -> i16 {
        self as i16 + 1
    }

    /// The channel of a stored number.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.number() == number)
    }

    /// The code used outside.
    pub fn code(self) -> &'static str {
        match self {
            Channel::Web => "web",
            Channel::Qr => "qr",
            Channel::Invitation => "invitation",
            Channel::Kiosk => "kiosk",
            Channel::Paper => "paper",
            Channel::Import => "import",
        }
    }

    /// The channel of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// How those who answer a survey come to it. The numbers are stored; they never change meaning. Figures of the two are of
/// different people and are never added up unless a reader asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Basis {
    /// By themselves: by QR code, at a kiosk, on the web.
    #[default]
    SelfSelected,
    /// Drawn from a frame, each with a code.
    Sampled,
}

impl Basis {
    /// The stored number, from 1.
    pub fn number(self) -> i16 {
        self as i16 + 1
    }

    /// The basis of a stored number.
    pub fn from_number(number: i16) -> Option<Self> {
        [Basis::SelfSelected, Basis::Sampled].into_iter().find(|basis| basis.number() == number)
    }

    /// The code used outside.
    pub fn code(self) -> &'static str {
        match self {
            Basis::SelfSelected => "self-selected",
            Basis::Sampled => "sampled",
        }
    }
}

/// Whether answers of both bases may be added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mixing {
    /// Only those of one basis, as figures are made unless a reader asks otherwise.
    #[default]
    Apart,
    /// All together, because the reader asked for it.
    Together,
}

impl Mixing {
    /// The basis to which several surveys are kept: self-selected where any of them is; none where all are taken together.
    pub fn basis<'a>(self, surveys: impl IntoIterator<Item = &'a Survey>) -> Option<Basis> {
        let first = || surveys.into_iter().map(|survey| survey.basis).min().unwrap_or_default();
        (self == Mixing::Apart).then(first)
    }
}

/// A survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Its row.
    pub id: SurveyId,
    /// Its code, in addresses and files.
    pub code: String,
    /// The form version it asks, as `form/version`.
    pub form: String,
    /// The same, as the database numbers it.
    pub form_version: FormVersionId,
    /// Its title for the respondent.
    pub title: Text,
    /// A note for the respondent: that nobody may answer for them or suggest answers.
    pub note: Text,
    /// The first moment of answering.
    pub opens_at: DateTime<Utc>,
    /// The moment from which answers are refused; none while no end is set.
    pub closes_at: Option<DateTime<Utc>>,
    /// The units asked about, each with all below it; empty means all.
    pub units: Vec<UnitId>,
    /// The channels it takes.
    pub channels: Vec<Channel>,
    /// How those who answer come to it.
    pub basis: Basis,
}

/// Where a survey stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyState {
    /// Not open yet.
    Upcoming,
    /// Open for answers.
    Open,
    /// Closed.
    Closed,
}

impl Survey {
    /// Open from `opens_at` (included) to `closes_at` (not included).
    pub fn state(&self, now: DateTime<Utc>) -> SurveyState {
        if now < self.opens_at {
            SurveyState::Upcoming
        } else if self.closes_at.is_some_and(|end| now >= end) {
            SurveyState::Closed
        } else {
            SurveyState::Open
        }
    }
}

/// Whether a text can be a survey's code: 1 to 60 lower-case letters, digits, dashes and underscores.
pub fn is_survey_code(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}
