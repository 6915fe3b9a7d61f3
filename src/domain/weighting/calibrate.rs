//! Weights that agree with known totals: one margin at a time, or several by raking.

use std::collections::BTreeMap;
use std::fmt;

/// Totals have to agree this closely, in relation to themselves.
const CLOSE: f64 = 1e-9;
/// Totals of two margins may differ by this much through rounding.
const ROUNDED: f64 = 1e-6;
/// Rounds after which raking is given up.
const MOST_ROUNDS: usize = 1000;

/// Known totals of a variable, and each row's category of it; an empty one is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    /// The variable's name.
    pub name: String,
    /// The rows' categories.
    pub rows: Vec<String>,
    /// How many people each category has in the population.
    pub totals: BTreeMap<String, f64>,
}

/// Why weights cannot be made to agree.
#[derive(Debug, Clone, PartialEq)]
pub enum CalibrationFault {
    /// Another number of rows than there are weights: the margin.
    Length(String),
    /// A total that is no number above 0: margin, category, total.
    BadTotal(String, String, f64),
    /// A category of people of whom nobody answered: margin, category.
    NobodyOf(String, String),
    /// A category of rows without a total: margin, category.
    NoTotal(String, String),
    /// Rows without a category: margin, how many.
    Blank(String, usize),
    /// Two margins count different numbers of people: each with its sum.
    SumsDiffer(String, f64, String, f64),
    /// Raking does not come to an end: margin and category that are furthest off, and by how much of their total.
    NoEnd(String, String, f64),
}

impl fmt::Display for CalibrationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(margin) => write!(f, "{margin}: not one category a row"),
            Self::BadTotal(margin, category, total) => {
                write!(f, "{margin}, {category}: {total} is no number of people; it is above 0")
            }
            Self::NobodyOf(margin, category) => {
                write!(f, "{margin}, {category}: nobody of this category answered; join it with one like it")
            }
            Self::NoTotal(margin, category) => {
                write!(f, "{margin}, {category}: answers of this category have no total")
            }
            Self::Blank(margin, rows) => {
                write!(f, "{margin}: {rows} answers say nothing about it; weigh by something that is known of all")
            }
            Self::SumsDiffer(one, sum, other, other_sum) => {
                write!(f, "{one} adds up to {sum} people and {other} to {other_sum}; they have to be the same people")
            }
            Self::NoEnd(margin, category, off) => write!(
                f,
                "raking comes to no end: {margin}, {category} stays {:.4} % off its total; the margins contradict each other \
                 among those who answered",
                off * 100.0
            ),
        }
    }
}
impl std::error::Error for CalibrationFault {}

/// Weights that agree with one margin.
pub fn post_stratify(weights: &[f64], margin: &Margin) -> Result<Vec<f64>, CalibrationFault> {
    check(weights, margin)?;
    let mut weights = weights.to_vec();
    adjust(&mut weights, margin);
    Ok(weights)
}

/// What raking made.
#[derive(Debug, Clone, PartialEq)]
pub struct Raked {
    /// The weights.
    pub weights: Vec<f64>,
    /// How often it went through all margins.
    pub rounds: usize,
}

/// Weights that agree with all margins at once.
pub fn rake(weights: &[f64], margins: &[Margin]) -> Result<Raked, CalibrationFault> {
    margins.iter().try_for_each(|margin| check(weights, margin))?;
    let sum = |margin: &Margin| margin.totals.values().sum::<f64>();
    if let Some((first, other)) =
        margins.first().and_then(|first| Some((first, margins.iter().find(|m| off(sum(m), sum(first)) > ROUNDED)?)))
    {
        return Err(CalibrationFault::SumsDiffer(first.name.clone(), sum(first), other.name.clone(), sum(other)));
    }
    let mut weights = weights.to_vec();
    for rounds in 1..=MOST_ROUNDS {
        margins.iter().for_each(|margin| adjust(&mut weights, margin));
        if furthest(&weights, margins).is_none_or(|(_, _, off)| off <= CLOSE.max(margin_noise(margins))) {
            return Ok(Raked { weights, rounds });
        }
    }
    match furthest(&weights, margins) {
        Some((margin, category, off)) => Err(CalibrationFault::NoEnd(margin.to_owned(), category.to_owned(), off)),
        None => Ok(Raked { weights, rounds: MOST_ROUNDS }),
    }
}

/// By how much margins that were rounded can disagree in the end.
fn margin_noise(margins: &[Margin]) -> f64 {
    let sums: Vec<f64> = margins.iter().map(|margin| margin.totals.values().sum()).collect();
    let first = sums.first().copied().unwrap_or(0.0);
    2.0 * sums.iter().map(|sum| off(*sum, first)).fold(0.0, f64::max)
}

fn off(found: f64, wanted: f64) -> f64 {
    ((found - wanted) / wanted).abs()
}

fn check(weights: &[f64], margin: &Margin) -> Result<(), CalibrationFault> {
    let name = || margin.name.clone();
    if margin.rows.len() != weights.len() {
        return Err(CalibrationFault::Length(name()));
    }
    let blank = margin.rows.iter().filter(|category| category.is_empty()).count();
    if blank > 0 {
        return Err(CalibrationFault::Blank(name(), blank));
    }
    if let Some(category) = margin.rows.iter().find(|category| !margin.totals.contains_key(*category)) {
        return Err(CalibrationFault::NoTotal(name(), category.clone()));
    }
    for (category, total) in &margin.totals {
        if !(total.is_finite() && *total > 0.0) {
            return Err(CalibrationFault::BadTotal(name(), category.clone(), *total));
        }
        if !margin.rows.contains(category) {
            return Err(CalibrationFault::NobodyOf(name(), category.clone()));
        }
    }
    Ok(())
}

fn sums<'a>(weights: &[f64], margin: &'a Margin) -> BTreeMap<&'a str, f64> {
    let mut sums = BTreeMap::new();
    for (category, weight) in margin.rows.iter().zip(weights) {
        *sums.entry(category.as_str()).or_insert(0.0) += weight;
    }
    sums
}

fn adjust(weights: &mut [f64], margin: &Margin) {
    let sums = sums(weights, margin);
    for (weight, category) in weights.iter_mut().zip(&margin.rows) {
        if let (Some(total), Some(sum)) = (margin.totals.get(category), sums.get(category.as_str())) {
            *weight *= total / sum;
        }
    }
}

/// The margin and category furthest off, and by how much.
fn furthest<'a>(weights: &[f64], margins: &'a [Margin]) -> Option<(&'a str, &'a str, f64)> {
    let of = |margin: &'a Margin| {
        let name = margin.name.as_str();
        sums(weights, margin)
            .into_iter()
            .map(move |(category, sum)| (name, category, off(sum, margin.totals[category])))
    };
    margins.iter().flat_map(of).max_by(|one, other| one.2.total_cmp(&other.2))
}
