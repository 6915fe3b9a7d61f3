//! What can be rated at a moment: open surveys, the units they ask about, the procedures of a unit.
//!
//! Looks things up in the catalogue at hand and asks the database nothing.

use crate::domain::catalogue::Catalogue;
use crate::domain::form::{Form, QuestionKind};
use crate::domain::ids::UnitId;
use crate::domain::period::day_in_vietnam;
use crate::domain::procedure::Procedure;
use crate::domain::survey::{Basis, Channel, Survey, SurveyState};
use crate::domain::unit::Unit;
use crate::web::error::WebError;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{HashMap, HashSet};

/// Seconds that people take for one question, by its kind: a guess, for telling how long a survey takes.
const SECONDS_FOR_CHOICE: usize = 8;
const SECONDS_FOR_CHOICES: usize = 12;
const SECONDS_FOR_TEXT: usize = 20;

/// What can be rated now.
pub struct Offer<'a> {
    catalogue: &'a Catalogue,
    /// Today in Vietnam.
    pub day: NaiveDate,
    /// The surveys that take answers: one if it was named, else all that are open for the channel.
    pub surveys: Vec<&'a Survey>,
}

/// A unit and what stands below it.
pub struct Branch<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// Whether people are served by it itself.
    pub is_selectable: bool,
    /// The units below.
    pub below: Vec<Branch<'a>>,
}

impl<'a> Offer<'a> {
    /// All surveys that are open for a channel.
    pub fn all(catalogue: &'a Catalogue, channel: Channel, now: DateTime<Utc>) -> Self {
        // Whoever was drawn comes with a code; nobody else is asked.
        let is_open = |s: &&Survey| {
            s.state(now) == SurveyState::Open && s.channels.contains(&channel) && s.basis == Basis::SelfSelected
        };
        let surveys = catalogue.surveys().iter().filter(is_open).collect();
        Self { catalogue, day: day_in_vietnam(now), surveys }
    }

    /// One survey.
    pub fn of(catalogue: &'a Catalogue, survey: &'a Survey, now: DateTime<Utc>) -> Self {
        Self { catalogue, day: day_in_vietnam(now), surveys: vec![survey] }
    }

    /// The unit of a code, if one of the surveys asks about it.
    pub fn unit(&self, code: &str) -> Option<&'a Unit> {
        self.catalogue.unit_by_code(code, self.day).filter(|unit| self.covers(unit))
    }

    /// The unit that has taken over from the one of a code, if one of the surveys asks about it: what a link printed long ago
    /// leads to.
    pub fn successor(&self, code: &str) -> Option<&'a Unit> {
        self.catalogue.unit_or_successor(code, self.day).filter(|unit| self.covers(unit))
    }

    /// The office that a unit belongs to: what stands directly below the top of its tree, or the top itself.
    pub fn office(&self, unit: &'a Unit) -> &'a Unit {
        let line = self.catalogue.line_of(unit.id);
        let office = line.len().checked_sub(2).and_then(|place| self.catalogue.unit(line[place]));
        office.unwrap_or(unit)
    }

    /// The procedure of a code, if the unit handles it.
    pub fn procedure(&self, unit: &Unit, code: &str) -> Option<&'a Procedure> {
        self.procedures(unit).into_iter().find(|p| p.has_code(code))
    }

    /// The procedures of a unit, by field and name.
    pub fn procedures(&self, unit: &Unit) -> Vec<&'a Procedure> {
        let mut found = self.catalogue.procedures_of(unit.id, self.day);
        found.sort_by_key(|p| (&p.field.vi, &p.code));
        found
    }

    /// The surveys that ask about a unit.
    pub fn surveys_of(&self, unit: &Unit) -> Vec<&'a Survey> {
        self.surveys.iter().copied().filter(|s| self.catalogue.survey_covers(s, unit.id)).collect()
    }

    /// The units to choose from, as a tree: those that serve people themselves and those that stand above them.
    pub fn tree(&self) -> Vec<Branch<'a>> {
        let today: Vec<&Unit> = self.catalogue.units().iter().filter(|u| u.is_valid_on(self.day)).collect();
        let by_code: HashMap<&str, UnitId> = today.iter().map(|u| (u.code.key(), u.id)).collect();
        // A row names one period of validity of the unit above, which may have passed: its code leads to that of today.
        let above =
            |u: &Unit| self.catalogue.unit(u.parent?).and_then(|parent| by_code.get(parent.code.key()).copied());
        let mut below: HashMap<Option<UnitId>, Vec<&Unit>> = HashMap::new();
        for unit in today {
            below.entry(above(unit)).or_default().push(unit);
        }
        let valid = self.catalogue.procedures().iter().filter(|p| p.is_valid_on(self.day));
        let receiving: HashSet<UnitId> = valid.flat_map(|p| p.units.iter().copied()).collect();
        self.branches(None, &mut below, &receiving)
    }

    /// The units to choose from, in the order of the tree.
    pub fn selectable(&self) -> Vec<&'a Unit> {
        fn collect<'a>(branches: &[Branch<'a>], found: &mut Vec<&'a Unit>) {
            for branch in branches {
                if branch.is_selectable {
                    found.push(branch.unit);
                }
                collect(&branch.below, found);
            }
        }
        let mut found = Vec::new();
        collect(&self.tree(), &mut found);
        found
    }

    /// Each unit is taken out of `below` once, so that a tree that bites its own tail ends.
    fn branches(
        &self,
        parent: Option<UnitId>,
        below: &mut HashMap<Option<UnitId>, Vec<&'a Unit>>,
        receiving: &HashSet<UnitId>,
    ) -> Vec<Branch<'a>> {
        let mut branches = Vec::new();
        for unit in below.remove(&parent).unwrap_or_default() {
            let children = self.branches(Some(unit.id), below, receiving);
            let serves = receiving.contains(&unit.id) || children.is_empty();
            let is_selectable = serves && self.covers(unit);
            if is_selectable || !children.is_empty() {
                branches.push(Branch { unit, is_selectable, below: children });
            }
        }
        branches
    }

    fn covers(&self, unit: &Unit) -> bool {
        self.surveys.iter().any(|s| self.catalogue.survey_covers(s, unit.id))
    }
}

/// A survey by its code, with its state: 404 if there is none, 410 if it is closed.
pub fn survey_at_hand<'a>(
    catalogue: &'a Catalogue,
    code: &str,
    now: DateTime<Utc>,
) -> Result<(&'a Survey, SurveyState), WebError> {
    let survey = catalogue.survey(code).ok_or(WebError::NotFound)?;
    match survey.state(now) {
        SurveyState::Closed => Err(WebError::Gone),
        state => Ok((survey, state)),
    }
}

/// The channel of a code as a survey takes it: anything else counts as found by oneself.
pub fn channel_of(code: &str) -> Channel {
    Channel::from_code(code.trim()).unwrap_or(Channel::Web)
}

/// How long a form takes, in minutes; nothing for half a minute or less.
pub fn minutes(form: &Form) -> Option<usize> {
    let seconds: usize = form
        .items()
        .filter(|item| item.is_asked_at_first())
        .map(|item| match item.question.kind {
            QuestionKind::Level | QuestionKind::Single => SECONDS_FOR_CHOICE,
            QuestionKind::Multiple => SECONDS_FOR_CHOICES,
            QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Date => SECONDS_FOR_CHOICES,
            QuestionKind::Text => SECONDS_FOR_TEXT,
            QuestionKind::Note => 0,
        })
        .sum();
    (seconds > 30).then_some(seconds.div_ceil(60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{FormVersionId, SurveyId};
    use crate::domain::text::Text;
    use crate::domain::unit::UnitCode;
    use std::collections::BTreeMap;

    fn unit(id: i64, code: &str, parent: Option<i64>, valid_to: Option<&str>) -> Unit {
        Unit {
            id: UnitId(id),
            code: UnitCode::parse(code).unwrap(),
            parent: parent.map(UnitId),
            name: Text::default(),
            kind: String::new(),
            valid_from: "2020-01-01".parse().unwrap(),
            valid_to: valid_to.map(|day| day.parse().unwrap()),
            successor: None,
            status: String::new(),
        }
    }

    fn survey(units: &[i64]) -> Survey {
        Survey {
            id: SurveyId(1),
            code: "s".to_owned(),
            form: String::new(),
            form_version: FormVersionId(1),
            title: Text::default(),
            note: Text::default(),
            opens_at: DateTime::UNIX_EPOCH,
            closes_at: None,
            units: units.iter().map(|id| UnitId(*id)).collect(),
            basis: Default::default(),
            channels: vec![Channel::Web],
        }
    }

    fn shown(units: Vec<Unit>, asked: &[i64]) -> String {
        fn write(branches: &[Branch<'_>]) -> String {
            let one = |b: &Branch<'_>| {
                let mark = if b.is_selectable { "*" } else { "" };
                let below = if b.below.is_empty() { String::new() } else { format!("({})", write(&b.below)) };
                format!("{}{mark}{below}", b.unit.code)
            };
            branches.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        let catalogue = Catalogue::new(1, units, Vec::new(), vec![survey(asked)], BTreeMap::new());
        let now = "2026-11-23T00:00:00Z".parse().unwrap();
        write(&Offer::all(&catalogue, Channel::Web, now).tree())
    }

    #[test]
    fn a_unit_stands_below_the_unit_above_it_as_that_is_today() {
        let units = vec![
            unit(1, "H19", None, Some("2026-01-01")),
            unit(2, "H19", None, None),
            unit(3, "H19.26", Some(1), None),
            unit(4, "H19.27", Some(2), Some("2026-01-01")),
        ];
        assert_eq!(shown(units, &[]), "H19(H19.26*)");
    }

    #[test]
    fn only_units_that_are_asked_about_can_be_chosen() {
        let units =
            || vec![unit(1, "H19", None, None), unit(2, "H19.26", Some(1), None), unit(3, "H19.27", Some(1), None)];
        assert_eq!(shown(units(), &[]), "H19(H19.26* H19.27*)");
        assert_eq!(shown(units(), &[3]), "H19(H19.27*)");
        assert_eq!(shown(units(), &[1]), "H19(H19.26* H19.27*)");
    }

    #[test]
    fn a_tree_that_bites_its_own_tail_ends() {
        assert_eq!(shown(vec![unit(1, "A", Some(2), None), unit(2, "B", Some(1), None)], &[]), "");
    }
}
