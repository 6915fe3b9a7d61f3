//! Who answered, as groups to break figures down by: which questions of a form tell it, and in which of their groups one
//! submission is.
//!
//! Both follow from the form and its index definitions alone, so that whoever counts and whoever reads agree. What may be shown of
//! a group is not decided here.

use super::form::{Form, Question, QuestionKind};
use super::index::Definition;
use super::tally::{Layout, Tally};
use super::tally_pack::Cells;

/// The code of the section in which a form asks who answers.
const SECTION: &str = "respondent";
/// How many options a question may have at most: a group's number must tell question and option.
const MOST_OPTIONS: usize = 63;
/// The option of those who did not answer the question.
pub const NOT_ANSWERED: i64 = 0;
/// How far the groups of one question stand from those of the next.
const STEP: i64 = MOST_OPTIONS as i64 + 1;

/// A question by which figures are broken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// Its code.
    pub question: String,
    /// Its place among the questions of the form.
    pub place: i16,
    /// Where its counts stand in a tally.
    start: usize,
    options: usize,
}

/// The questions by which figures of a form are broken down, in the form's order: those with one choice in its section about the
/// respondent; where it has no such section, those with one choice on which nothing depends. What an index counts is none of them.
pub fn breakdowns(form: &Form, definitions: &[&Definition], layout: &Layout) -> Vec<Breakdown> {
    let has_section = form.sections.iter().any(|section| section.code == SECTION);
    let decides = |question: &Question| form.items().any(|item| item.conditions().any(|c| c.question == question.code));
    let is_counted = |question: &Question| {
        let mut nodes = definitions.iter().flat_map(|definition| &definition.nodes);
        nodes.any(|node| node.code == question.code)
    };
    let mut found = Vec::new();
    for (place, item) in form.items().enumerate() {
        let (question, options) = (item.question, form.options(item.question).len());
        let tells = if has_section { item.section.code == SECTION } else { !decides(question) };
        let fits = question.kind == QuestionKind::Single && (1..=MOST_OPTIONS).contains(&options);
        let (Some(counts), Ok(place)) = (layout.place(&question.code), i16::try_from(place)) else { continue };
        if tells && fits && !is_counted(question) {
            found.push(Breakdown { question: question.code.clone(), place, start: counts.start, options });
        }
    }
    found
}

impl Breakdown {
    /// The number, among the groups of all questions, of an option (from 1, in the form's order) or of [`NOT_ANSWERED`].
    fn group(&self, option: i64) -> i64 {
        i64::from(self.place) * STEP + option
    }

    /// Which option one submission chose, from its tally, counted or taken back.
    fn chosen(&self, submission: &Tally) -> i64 {
        let options = submission.counts.iter().skip(self.start + 1).take(self.options);
        options.zip(1..).find(|(count, _)| **count != 0).map_or(NOT_ANSWERED, |(_, option)| option)
    }
}

/// The place of the question and the option of a group's number.
pub fn question_and_option(group: i64) -> (i16, i64) {
    (i16::try_from(group.div_euclid(STEP)).unwrap_or(i16::MAX), group.rem_euclid(STEP))
}

/// Adds the tally of one submission to one group of every question.
pub fn add(groups: &mut Cells, breakdowns: &[Breakdown], submission: &Tally) {
    for breakdown in breakdowns {
        groups.entry((breakdown.group(breakdown.chosen(submission)), 0)).or_default().merge(submission);
    }
}

#[cfg(test)]
#[path = "respondents_tests.rs"]
mod tests;
