//! Tallies: how often each option of each question was chosen, as one row of counts laid out by the form version.
//!
//! Counts are sums, so tallies of days, units and channels add up to those of periods, subtrees and all channels. A missing
//! answer is counted nowhere; `answered` is the base of every share.

use super::form::Form;
use std::collections::BTreeMap;

/// Where the counts of a form version stand in a row: for each question its `answered` count, then one count an option, in the
/// form's order. The layout follows from the frozen form alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    start: BTreeMap<String, usize>,
    options: BTreeMap<String, Vec<String>>,
    points: BTreeMap<String, Vec<u8>>,
    len: usize,
}

impl Layout {
    /// The layout of a form.
    pub fn of(form: &Form) -> Self {
        let mut layout = Self { start: BTreeMap::new(), options: BTreeMap::new(), points: BTreeMap::new(), len: 0 };
        for question in form.questions() {
            let options: Vec<String> = form.options(question).iter().map(|o| o.code.clone()).collect();
            layout.start.insert(question.code.clone(), layout.len);
            layout.len += 1 + options.len();
            layout.options.insert(question.code.clone(), options);
            let points: Option<Vec<u8>> = form.options(question).iter().map(|o| o.points).collect();
            if let Some(points) = points.filter(|points| !points.is_empty()) {
                layout.points.insert(question.code.clone(), points);
            }
        }
        layout
    }

    /// What the options of a question earn, in per cent, in the form's order; nothing where they earn nothing.
    pub fn points(&self, question: &str) -> &[u8] {
        self.points.get(question).map_or(&[], Vec::as_slice)
    }

    /// How many counts a row has.
    pub fn width(&self) -> usize {
        self.len
    }
}

/// Counts over some submissions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many submissions.
    pub submissions: i64,
    /// The counts, as the layout says.
    pub counts: Vec<i64>,
}

/// The counts of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionTally {
    /// How many answered it.
    pub answered: i64,
    /// How often each option was chosen, in the form's order.
    pub options: Vec<(String, i64)>,
}

impl Tally {
    /// A tally of nothing.
    pub fn empty(layout: &Layout) -> Self {
        Self { submissions: 0, counts: vec![0; layout.width()] }
    }

    /// Counts a submission's stored answers `times` times: 1 to count them, -1 to take them back.
    pub fn add(&mut self, layout: &Layout, answers: &serde_json::Value, times: i64) {
        self.submissions += times;
        for (question, value) in answers.as_object().into_iter().flatten() {
            let Some(start) = layout.start.get(question) else { continue };
            let options = &layout.options[question];
            self.counts[*start] += times;
            let mut count = |place: Option<usize>| {
                if let Some(place) = place {
                    self.counts[start + 1 + place] += times;
                }
            };
            let place_of = |code: &str| options.iter().position(|o| o == code);
            match value {
                serde_json::Value::Number(level) => {
                    let place = level.as_u64().and_then(|l| usize::try_from(l).ok()).and_then(|l| l.checked_sub(1));
                    count(place.filter(|p| *p < options.len()));
                }
                serde_json::Value::String(code) => count(place_of(code)),
                serde_json::Value::Array(codes) => {
                    codes.iter().filter_map(|c| c.as_str()).for_each(|code| count(place_of(code)));
                }
                _ => {}
            }
        }
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

    /// The counts of one question; nothing if the form has no such question.
    pub fn question(&self, layout: &Layout, code: &str) -> Option<QuestionTally> {
        let start = *layout.start.get(code)?;
        let at = |place: usize| self.counts.get(place).copied().unwrap_or(0);
        let options = layout.options[code].iter().enumerate().map(|(i, o)| (o.clone(), at(start + 1 + i))).collect();
        Some(QuestionTally { answered: at(start), options })
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
        let answers = Answers(pairs.iter().map(|(c, a)| ((*c).to_owned(), a.clone())).collect());
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
        let overall = tally.question(&layout, "overall").unwrap();
        assert_eq!(overall.answered, 1);
        assert_eq!(overall.options.iter().map(|o| o.1).collect::<Vec<_>>(), [0, 1, 0, 0, 0]);
        let reason = tally.question(&layout, "reason").unwrap();
        assert_eq!((reason.answered, reason.options[1].1), (1, 1));
        assert_eq!(tally.question(&layout, "comment").unwrap().answered, 1);
        assert_eq!(tally.question(&layout, "gender").unwrap().answered, 0);
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
