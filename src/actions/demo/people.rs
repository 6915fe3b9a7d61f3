//! People who answer, made up: somebody content or not, patient or not, whose answers to related questions are alike.
//!
//! Nothing here knows a particular form; a question is answered by its kind, its scale and its section.

use super::chance::{effect, happens, normal, pick};
use super::comments::{self, Mood};
use super::places::Place;
use crate::domain::answers::{Answer, Answers};
use crate::domain::form::{Form, Item, Question, QuestionKind, Section};
use crate::domain::survey::Channel;
use crate::domain::text::Language;
use chrono::{Datelike, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;

/// Where the five levels of satisfaction begin, from the second on, on the scale of what somebody feels: of a hundred answers
/// about eighty are at the upper two.
const STEPS: [f64; 4] = [-2.8, -2.15, -1.2, 0.75];

/// One visit: where, when, how.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// The unit.
    pub place: &'a Place,
    /// The day.
    pub day: NaiveDate,
    /// How long ago that is, in years.
    pub age: f64,
    /// How the answers come.
    pub channel: Channel,
    /// The language of the form.
    pub language: Language,
}

/// Somebody who answers.
struct Person<'a> {
    seed: u64,
    visit: Visit<'a>,
    /// What they feel about the service as a whole.
    feeling: f64,
    /// Gives every item the same level.
    is_hasty: bool,
    /// Stops after so many questions.
    patience: usize,
    answers: Answers,
}

/// What somebody answers after a visit; never nothing.
pub fn answer(random: &mut StdRng, seed: u64, form: &Form, visit: Visit<'_>) -> Answers {
    let mut person = Person::new(random, seed, form, visit);
    for section in &form.sections {
        if !happens(random, skips_section(&section.code)) {
            person.answer_section(random, form, section);
        }
    }
    if person.answers.is_empty()
        && let Some((section, first)) = first_level(form)
    {
        let answer = Answer::Level(person.level(random, form, section, first));
        person.answers.insert(&first.code, answer);
    }
    person.answers
}

fn first_level(form: &Form) -> Option<(&Section, &Question)> {
    let first = form.items().find(|item| item.question.kind == QuestionKind::Level && item.is_asked_at_first());
    first.map(|item| (item.section, item.question))
}

impl<'a> Person<'a> {
    fn new(random: &mut StdRng, seed: u64, form: &Form, visit: Visit<'a>) -> Self {
        let Place { key, level, trend, .. } = visit.place;
        let month = format!("{}-{}", visit.day.year(), visit.day.month());
        let by_channel = match visit.channel {
            Channel::Kiosk | Channel::Paper => 0.12,
            Channel::Web => -0.12,
            Channel::Qr | Channel::Invitation | Channel::Import => 0.0,
        };
        let office = level - trend * visit.age
            + effect(seed, &month, 0.12)
            + effect(seed, &format!("{key} {month}"), 0.12)
            + by_channel;
        let questions = form.questions().count();
        let gives_up = happens(random, 0.05);
        Self {
            seed,
            visit,
            feeling: office + normal(random, 0.95),
            is_hasty: happens(random, 0.12),
            patience: if gives_up { random.random_range(1..=questions.max(1)) } else { questions },
            answers: Answers::default(),
        }
    }

    fn answer_section(&mut self, random: &mut StdRng, form: &Form, section: &Section) {
        for question in &section.questions {
            if self.patience == 0 {
                return;
            }
            self.patience -= 1;
            if !(Item { section, question }).is_asked(|before| self.answers.chosen(before)) {
                continue;
            }
            let options = form.options(question);
            let often = self.answers_how_often(question, section);
            if !happens(random, often) {
                continue;
            }
            let answer = match question.kind {
                QuestionKind::Level => Answer::Level(self.level(random, form, section, question)),
                QuestionKind::Single => {
                    let weights = usual(&question.code, options.len());
                    Answer::Choice(options[pick(random, weights.iter().copied())].code.as_str().into())
                }
                QuestionKind::Multiple => {
                    let chosen = several(random, usual(&question.code, options.len()));
                    Answer::Choices(chosen.into_iter().map(|place| options[place].code.as_str().into()).collect())
                }
                // Demo answers are made for the shipped surveys, which ask for no number and no day.
                QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Date | QuestionKind::Note => continue,
                QuestionKind::Text => Answer::Text(comments::write(random, self.mood(), self.visit.language)),
            };
            self.answers.insert(&question.code, answer);
        }
    }

    fn mood(&self) -> Mood {
        if self.feeling > STEPS[2] { Mood::Content } else { Mood::Annoyed }
    }

    fn answers_how_often(&self, question: &Question, section: &Section) -> f64 {
        match (question.kind, self.mood(), section.code.as_str()) {
            (QuestionKind::Text, Mood::Content, _) => 0.08,
            (QuestionKind::Text, Mood::Annoyed, _) => 0.22,
            // Few have complained, so few can say how complaints are handled.
            (QuestionKind::Level, _, "feedback") => 0.78,
            (QuestionKind::Level, _, _) => 0.935,
            _ => 0.9,
        }
    }

    fn level(&self, random: &mut StdRng, form: &Form, section: &Section, question: &Question) -> u8 {
        let levels = form.options(question).len();
        if levels != STEPS.len() + 1 {
            let wish = effect(self.seed, &question.code, 0.25);
            let weights = (0..levels).map(|place| ((place as f64 + 1.0) * (0.45 + wish)).exp());
            return u8::try_from(pick(random, weights) + 1).unwrap_or(1);
        }
        let of_item = if self.is_hasty {
            0.0
        } else {
            effect(self.seed, &section.code, 0.12)
                + effect(self.seed, &format!("{} {}", self.visit.place.key, section.code), 0.15)
                + effect(self.seed, &question.code, 0.12)
                + normal(random, 0.6)
        };
        let felt = self.feeling + of_item;
        u8::try_from(STEPS.iter().filter(|step| felt > **step).count() + 1).unwrap_or(1)
    }
}

/// How often a whole section is passed over: what is about oneself, and what is about wishes, rather than about the visit.
fn skips_section(code: &str) -> f64 {
    match code {
        "respondent" => 0.3,
        "priority" => 0.2,
        _ => 0.01,
    }
}

/// How often each option of a question is chosen; evenly falling where we know nothing about it.
fn usual(question: &str, options: usize) -> Vec<f64> {
    let known: &[f64] = match question {
        "respondent_kind" => &[72.0, 28.0],
        "gender" => &[48.0, 52.0],
        "age" => &[8.0, 25.0, 38.0, 20.0, 9.0],
        "ethnicity" => &[91.0, 9.0],
        "education" => &[3.0, 9.0, 24.0, 22.0, 40.0, 2.0],
        "occupation" => &[9.0, 7.0, 21.0, 8.0, 37.0, 15.0, 3.0],
        "area" => &[58.0, 42.0],
        "reason" => &[30.0, 10.0, 22.0, 20.0, 14.0, 5.0, 8.0, 14.0, 5.0],
        _ => &[],
    };
    if known.len() == options { known.to_vec() } else { (1..=options).map(|place| 1.0 / place as f64).collect() }
}

/// One place, sometimes two or three, by weight and in order.
fn several(random: &mut StdRng, mut weights: Vec<f64>) -> Vec<usize> {
    let mut chosen = vec![pick(random, weights.iter().copied())];
    while chosen.len() < weights.len().min(3) && happens(random, 0.35) {
        for place in &chosen {
            weights[*place] = 0.0;
        }
        chosen.push(pick(random, weights.iter().copied()));
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}
