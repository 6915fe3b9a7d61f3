//! When and where demo submissions happen: days that are busier than others, units that differ in size and quality.

use super::chance::effect;
use crate::domain::catalogue::Catalogue;
use crate::domain::ids::{ProcedureId, UnitId};
use crate::domain::period::day_in_vietnam;
use crate::domain::survey::{Channel, Survey};
use crate::domain::unit::Unit;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A unit where people are served.
#[derive(Debug)]
pub struct Place {
    /// The unit.
    pub unit: UnitId,
    /// The key of its code: what its effects are named by.
    pub key: String,
    /// How busy it is.
    pub weight: f64,
    /// How good it is at the beginning.
    pub level: f64,
    /// How much better it becomes within a year.
    pub trend: f64,
    /// What people come for, each with how often.
    pub procedures: Vec<(ProcedureId, f64)>,
    /// How answers come, each with how often.
    pub channels: Vec<(Channel, f64)>,
}

/// A day of a survey.
#[derive(Debug)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// How busy it is.
    pub weight: f64,
    /// The units that serve people on it.
    pub places: Rc<Vec<Place>>,
}

/// The days of the last twelve months on which a survey takes answers somewhere.
pub fn days_of(catalogue: &Catalogue, survey: &Survey, today: NaiveDate, seed: u64) -> Vec<Day> {
    let first = today.checked_sub_months(Months::new(12)).map_or(today, |day| day + Days::new(1));
    let first = first.max(day_in_vietnam(survey.opens_at));
    let changes = changes(catalogue);
    let mut places: Option<Rc<Vec<Place>>> = None;
    let mut days = Vec::new();
    for day in first.iter_days().take_while(|day| *day <= today) {
        let there = match &places {
            Some(same) if !changes.contains(&day) => same.clone(),
            _ => Rc::new(places_on(catalogue, survey, day, seed)),
        };
        places = Some(there.clone());
        if !there.is_empty() {
            days.push(Day { day, weight: busyness(day, today), places: there });
        }
    }
    days
}

/// The days on which a unit or a procedure begins, or is no more.
fn changes(catalogue: &Catalogue) -> BTreeSet<NaiveDate> {
    let units = catalogue.units().iter().map(|u| (u.valid_from, u.valid_to));
    let procedures = catalogue.procedures().iter().map(|p| (p.valid_from, p.valid_to));
    let both = |(from, to): (NaiveDate, Option<NaiveDate>)| [Some(from), to.and_then(|last| last.succ_opt())];
    units.chain(procedures).flat_map(both).flatten().collect()
}

/// The units that receive procedures on a day; where none does, those with nothing below them.
fn places_on(catalogue: &Catalogue, survey: &Survey, day: NaiveDate, seed: u64) -> Vec<Place> {
    let there: Vec<&Unit> = catalogue
        .units()
        .iter()
        .filter(|unit| unit.is_valid_on(day) && catalogue.survey_covers(survey, unit.id))
        .collect();
    let place = |unit: &&Unit| place(catalogue, survey, unit, day, seed);
    let receiving: Vec<Place> = there.iter().map(place).filter(|place| !place.procedures.is_empty()).collect();
    if !receiving.is_empty() {
        return receiving;
    }
    let is_leaf = |unit: &&&Unit| {
        !catalogue.children(Some(unit.id)).iter().any(|id| catalogue.unit(*id).is_some_and(|u| u.is_valid_on(day)))
    };
    there.iter().filter(is_leaf).map(place).collect()
}

fn place(catalogue: &Catalogue, survey: &Survey, unit: &Unit, day: NaiveDate, seed: u64) -> Place {
    let key = unit.code.key();
    let of = |what: &str, spread| effect(seed, &format!("{key} {what}"), spread);
    let procedures = catalogue.procedures_of(unit.id, day);
    let procedures = procedures.iter().map(|p| (p.id, of(&p.code, 0.8).exp())).collect();
    let channels = survey.channels.iter().map(|c| (*c, usual(*c) * of(c.code(), 0.4).exp())).collect();
    Place {
        unit: unit.id,
        key: key.to_owned(),
        weight: of("weight", 0.6).exp(),
        level: of("level", 0.3),
        trend: 0.2 + of("trend", 0.3),
        procedures,
        channels,
    }
}

/// How often answers come by a channel.
fn usual(channel: Channel) -> f64 {
    match channel {
        Channel::Web => 0.34,
        Channel::Qr => 0.30,
        Channel::Invitation => 0.10,
        Channel::Kiosk => 0.18,
        Channel::Paper => 0.12,
        Channel::Import => 0.06,
    }
}

/// Offices are busy on Mondays, half asleep on Saturdays, busy in spring and autumn, empty around Tết; and more people answer
/// than a year ago.
fn busyness(day: NaiveDate, today: NaiveDate) -> f64 {
    const WEEK: [f64; 7] = [1.25, 1.1, 1.0, 1.0, 0.95, 0.3, 0.08];
    const YEAR: [f64; 12] = [0.95, 0.5, 1.15, 1.1, 1.05, 0.95, 0.9, 1.0, 1.1, 1.15, 1.1, 0.9];
    let age = today.signed_duration_since(day).num_days() as f64 / 365.0;
    WEEK[day.weekday().num_days_from_monday() as usize] * YEAR[day.month0() as usize] * (1.3 - 0.5 * age)
}
