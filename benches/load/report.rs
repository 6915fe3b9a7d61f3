//! The figures: one table for people, one JSON object for machines. Floors stand beside figures and are not asserted, since shared
//! machines are noisy.

use crate::wish::Wish;
use serde_json::{Map, Value, json};

/// What a figure should be.
#[derive(Clone, Copy)]
pub enum Floor {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// All figures, in the order in which they came.
#[derive(Default)]
pub struct Report {
    figures: Vec<(&'static str, f64, Option<Floor>)>,
    notes: Vec<(&'static str, String)>,
}

impl Report {
    /// A figure for itself.
    pub fn add(&mut self, name: &'static str, value: f64) {
        self.figures.push((name, value, None));
    }

    /// A figure that has a floor.
    pub fn judge(&mut self, name: &'static str, value: f64, floor: Floor) {
        self.figures.push((name, value, Some(floor)));
    }

    /// What is no number.
    pub fn note(&mut self, name: &'static str, words: impl Into<String>) {
        self.notes.push((name, words.into()));
    }

    /// Prints everything.
    pub fn print(&self, wish: &Wish) {
        println!("\n{:<44} {:>12}  {:<14} ", "figure", "value", "floor");
        for (name, value, floor) in &self.figures {
            let (floor, met) = floor.map_or((String::new(), ""), |floor| (floor.words(), floor.verdict(*value)));
            println!("{name:<44} {:>12}  {floor:<14} {met}", rounded(*value));
        }
        for (name, words) in &self.notes {
            println!("{name:<44} {words}");
        }
        println!("\n{}", self.json(wish));
    }

    fn json(&self, wish: &Wish) -> Value {
        let figure = |(name, value, floor): &(&str, f64, Option<Floor>)| {
            let mut figure = json!({ "value": rounded(*value) });
            if let Some(floor) = floor {
                figure["floor"] = floor.words().into();
                figure["met"] = floor.is_met(*value).into();
            }
            ((*name).to_owned(), figure)
        };
        let figures: Map<String, Value> = self.figures.iter().map(figure).collect();
        let notes: Map<String, Value> =
            self.notes.iter().map(|(name, words)| ((*name).to_owned(), words.clone().into())).collect();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        json!({ "wish": wish, "cores": cores, "figures": figures, "notes": notes })
    }
}

impl Floor {
    fn is_met(self, value: f64) -> bool {
        match self {
            Floor::AtLeast(floor) => value >= floor,
            Floor::AtMost(floor) => value <= floor,
        }
    }

    fn verdict(self, value: f64) -> &'static str {
        if self.is_met(value) { "met" } else { "not met" }
    }

    fn words(self) -> String {
        match self {
            Floor::AtLeast(floor) => format!("at least {floor}"),
            Floor::AtMost(floor) => format!("at most {floor}"),
        }
    }
}

/// Three digits that mean something, or all before the mark.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() >= 100.0 { 0 } else { 2 };
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

/// The one in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
