//! Tallies: how often each option of each question was chosen, as one row of counts laid out by the form version.
//!
//! Counts are sums, so tallies of days, units and channels add up to those of periods, subtrees and all channels. A missing
//! answer is counted nowhere; `answered` is the base of every share.

use super::counted_answers::CountedAnswers;
use super::form::Form;
use super::index::Definition;
use super::moments::{self, Composite, Moments, WIDTH};
use serde::de::DeserializeSeed;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where the counts of a form version stand in a row: for each question its `answered` count, then one count an option, in the
/// form's order; after them, where index definitions count the form, a mark and the moments of their composites (see
/// [`super::moments`]). The layout follows from the frozen form and the definitions.
///
/// The mark is a number of the layout's own, once for each submission. It adds up like a count, so that a sum in which rows of
/// another layout are mixed is noticed, and no moments are read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The places of the questions, in the form's order.
    pub(super) places: Vec<Place>,
    by_code: BTreeMap<String, usize>,
    pub(super) composites: Vec<Composite>,
    pub(super) mark: i64,
    /// Where the mark stands: after the questions.
    pub(super) end: usize,
}

/// Where a question's counts stand, and what its options mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub start: usize,
    pub options: Vec<String>,
    points: Vec<u8>,
    /// The composites that it is in: which, and which of their terms it is.
    pub terms: Vec<(usize, usize)>,
}

impl Layout {
    /// The layout of a form's questions alone.
    pub fn of(form: &Form) -> Self {
        Self::with(form, std::iter::empty())
    }

    /// The layout of a form that some index definitions count.
    pub fn with<'a>(form: &Form, definitions: impl Iterator<Item = &'a Definition>) -> Self {
        let composites: Vec<Composite> =
            definitions.flat_map(|definition| moments::composites(definition, form)).collect();
        let (places, by_code) = (Vec::new(), BTreeMap::new());
        let mut layout = Self { places, by_code, mark: mark(&composites), composites, end: 0 };
        for question in form.questions() {
            let options: Vec<String> = form.options(question).iter().map(|o| o.code.clone()).collect();
            let points: Option<Vec<u8>> = form.options(question).iter().map(|o| o.points).collect();
            let place = Place {
                start: layout.end,
                points: points.unwrap_or_default(),
                terms: layout.terms_of(&question.code),
                options,
            };
            layout.end += 1 + place.options.len();
            layout.by_code.insert(question.code.clone(), layout.places.len());
            layout.places.push(place);
        }
        layout
    }

    fn terms_of(&self, question: &str) -> Vec<(usize, usize)> {
        let place = |composite: &Composite| composite.terms.iter().position(|term| term.question == question);
        self.composites.iter().enumerate().filter_map(|(at, composite)| Some((at, place(composite)?))).collect()
    }

    /// Where the counts of a question stand.
    pub(super) fn place(&self, question: &str) -> Option<&Place> {
        self.places.get(*self.by_code.get(question)?)
    }

    /// What the options of a question earn, in per cent, in the form's order; nothing where they earn nothing.
    pub fn points(&self, question: &str) -> &[u8] {
        self.place(question).map_or(&[], |place| &place.points)
    }

    /// How many counts a row has.
    pub fn width(&self) -> usize {
        self.end + if self.composites.is_empty() { 0 } else { 1 + WIDTH * self.composites.len() }
    }

    /// Where the moments of a composite stand.
    pub(super) fn moments_at(&self, composite: usize) -> std::ops::Range<usize> {
        let start = self.end + 1 + WIDTH * composite;
        start..start + WIDTH
    }
}

/// A number, above 0 and below 2³¹, of the composites and their order.
fn mark(composites: &[Composite]) -> i64 {
    let hash = Sha256::digest(format!("{composites:?}"));
    let number = hash.iter().take(4).fold(0, |number: i64, byte| number << 8 | i64::from(*byte));
    (number >> 1) | 1
}

/// Counts over some submissions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many submissions.
    pub submissions: i64,
    /// The counts, as the layout says.
    pub counts: Vec<i64>,
}

impl Tally {
    /// A tally of nothing.
    pub fn empty(layout: &Layout) -> Self {
        Self { submissions: 0, counts: vec![0; layout.width()] }
    }

    /// Counts a submission's answers, stored or by question code, `times` times: 1 to count them, -1 to take them back.
    pub fn add(&mut self, layout: &Layout, answers: &serde_json::Value, times: i64) {
        // A value in memory that is an array or an object can be read as one, whatever is in it.
        let _counted = CountedAnswers { tally: self, layout, times }.deserialize(answers);
    }

    /// The same for stored answers as JSON text; an error where it is none, after which the tally is of no use.
    pub fn add_text(&mut self, layout: &Layout, answers: &[u8], times: i64) -> Result<(), serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_slice(answers);
        CountedAnswers { tally: self, layout, times }.deserialize(&mut reader)
    }

    /// Adds another tally of the same layout.
    pub fn merge(&mut self, other: &Tally) {
        self.submissions += other.submissions;
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }

    /// Whether it counts nothing.
    pub fn is_zero(&self) -> bool {
        self.submissions == 0 && self.counts.iter().all(|c| *c == 0)
    }

    /// What is left of it without a part of it, a tally of the same layout.
    pub fn without(&self, part: &Tally) -> Tally {
        let of_part = |place: usize| part.counts.get(place).copied().unwrap_or(0);
        let counts = self.counts.iter().enumerate().map(|(place, count)| count - of_part(place)).collect();
        Tally { submissions: self.submissions - part.submissions, counts }
    }

    /// How many answered a question; nobody if the form has no such question.
    pub fn answered(&self, layout: &Layout, code: &str) -> i64 {
        layout.place(code).and_then(|place| self.counts.get(place.start)).copied().unwrap_or(0)
    }

    /// How many answered a question, and how often each of its options was chosen, in the form's order; nothing if the form has no
    /// such question.
    pub fn levels(&self, layout: &Layout, code: &str) -> Option<(i64, Vec<i64>)> {
        let place = layout.place(code)?;
        let at = |place: usize| self.counts.get(place).copied().unwrap_or(0);
        let options = place.start + 1..place.start + 1 + place.options.len();
        Some((at(place.start), options.map(at).collect()))
    }

    /// The moments of a composite (`index/version` and the node's code); nothing where the layout has no such composite, or where
    /// counts are in the sum that were laid out otherwise.
    pub fn moments(&self, layout: &Layout, index: &str, code: &str) -> Option<Moments> {
        let composite = layout.composites.iter().position(|c| c.index == index && c.code == code)?;
        if *self.counts.get(layout.end)? != layout.mark * self.submissions {
            return None;
        }
        Moments::read(layout.composites[composite].unit, self.counts.get(layout.moments_at(composite))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answers::{Answer, Answers};

    fn layout() -> Layout {
        Layout::of(&toml::from_str(super::super::form::tests_support::SMALL).unwrap())
    }

    fn answers(pairs: &[(&str, Answer)]) -> serde_json::Value {
        let answers = pairs.iter().cloned().collect::<Answers>();
        serde_json::to_value(answers).unwrap()
    }

    #[test]
    fn counts_what_was_answered_and_nothing_else() {
        let layout = layout();
        let mut tally = Tally::empty(&layout);
        tally.add(
            &layout,
            &answers(&[("overall", Answer::Level(2)), ("reason", Answer::Choices(vec!["other".into()]))]),
            1,
        );
        tally.add(&layout, &answers(&[("comment", Answer::Text("x".into()))]), 1);
        assert_eq!(tally.submissions, 2);
        assert_eq!(tally.levels(&layout, "overall"), Some((1, vec![0, 1, 0, 0, 0])));
        let (answered, reasons) = tally.levels(&layout, "reason").unwrap();
        assert_eq!((answered, reasons[1]), (1, 1));
        assert_eq!(["overall", "comment", "gender"].map(|code| tally.answered(&layout, code)), [1, 1, 0]);
        assert_eq!((tally.levels(&layout, "nobody_asks"), tally.answered(&layout, "nobody_asks")), (None, 0));
    }

    #[test]
    fn stored_rows_count_as_answers_by_code_do() {
        let form: Form = toml::from_str(super::super::form::tests_support::SMALL).unwrap();
        let layout = Layout::of(&form);
        let pairs = [
            ("overall", Answer::Level(2)),
            ("reason", Answer::Choices(vec!["other".into(), "wait".into()])),
            ("gender", Answer::Choice("female".into())),
            ("comment", Answer::Text("x".into())),
        ];
        for chosen in 0..1 << pairs.len() {
            let some = pairs.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
            let some: Answers = some.map(|(_, pair)| pair.clone()).collect();
            let (mut by_code, mut by_place) = (Tally::empty(&layout), Tally::empty(&layout));
            by_code.add(&layout, &serde_json::to_value(&some).unwrap(), 1);
            let row = super::super::answer_row::AnswerRow::of(&form, &some);
            by_place.add_text(&layout, row.text().as_bytes(), 1).unwrap();
            assert_eq!(by_code, by_place, "{}", row.text());
            assert_eq!(by_place.submissions, 1);
        }
    }

    proptest::proptest! {
        #[test]
        fn taking_back_undoes_counting(levels in proptest::collection::vec(1u8..6, 1..20)) {
            let layout = layout();
            let mut tally = Tally::empty(&layout);
            for level in &levels {
                tally.add(&layout, &answers(&[("overall", Answer::Level(*level))]), 1);
            }
            for level in levels.iter().rev() {
                tally.add(&layout, &answers(&[("overall", Answer::Level(*level))]), -1);
            }
            proptest::prop_assert!(tally.is_zero());
        }
    }
}
