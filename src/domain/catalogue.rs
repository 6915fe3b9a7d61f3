//! The catalogue: units, procedures, surveys and forms as they stand at one moment, for looking things up.
//!
//! A value without I/O; `storage` and `catalog` bring its parts, the web keeps a fresh one at hand.

use super::form::Form;
use super::ids::{ProcedureId, SurveyId, UnitId};
use super::procedure::{Procedure, key_of};
use super::survey::Survey;
use super::unit::{Unit, UnitCode};
use super::unit_tree::UnitTree;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Units, procedures, surveys and forms.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Rises with every change of the stored catalogue.
    pub revision: i64,
    units: Vec<Unit>,
    procedures: Vec<Procedure>,
    surveys: Vec<Survey>,
    forms: BTreeMap<String, Arc<Form>>,
    unit_at: HashMap<UnitId, usize>,
    /// The places of the periods of validity of each unit, by what codes are compared by; of each procedure likewise.
    units_by_key: HashMap<String, Vec<usize>>,
    procedures_by_key: HashMap<String, Vec<usize>>,
    children: HashMap<Option<UnitId>, Vec<UnitId>>,
    tree: UnitTree,
}

impl Catalogue {
    /// A catalogue of these parts; forms by `form/version`.
    pub fn new(
        revision: i64,
        units: Vec<Unit>,
        procedures: Vec<Procedure>,
        surveys: Vec<Survey>,
        forms: BTreeMap<String, Arc<Form>>,
    ) -> Self {
        let unit_at = units.iter().enumerate().map(|(i, u)| (u.id, i)).collect();
        let mut children: HashMap<Option<UnitId>, Vec<UnitId>> = HashMap::new();
        for unit in &units {
            children.entry(unit.parent).or_default().push(unit.id);
        }
        let units_by_key = places(units.iter().map(|unit| unit.code.key().to_owned()));
        let procedures_by_key = places(procedures.iter().map(|procedure| key_of(&procedure.code)));
        let tree = UnitTree::new(units.iter().map(|unit| (unit.id, unit.parent)));
        Self { revision, units, procedures, surveys, forms, unit_at, units_by_key, procedures_by_key, children, tree }
    }

    /// The periods of validity of a unit's code.
    fn units_with(&self, code: &UnitCode) -> impl Iterator<Item = &Unit> {
        self.units_by_key.get(code.key()).into_iter().flatten().map(|place| &self.units[*place])
    }

    /// The periods of validity of a procedure's code.
    fn procedures_with(&self, code: &str) -> impl Iterator<Item = &Procedure> {
        self.procedures_by_key.get(&key_of(code)).into_iter().flatten().map(|place| &self.procedures[*place])
    }

    /// All units, in all periods of validity.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The tree of units.
    pub fn tree(&self) -> &UnitTree {
        &self.tree
    }

    /// All procedures.
    pub fn procedures(&self) -> &[Procedure] {
        &self.procedures
    }

    /// All surveys, the newest first.
    pub fn surveys(&self) -> &[Survey] {
        &self.surveys
    }

    /// The unit of an id.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.unit_at.get(&id).map(|i| &self.units[*i])
    }

    /// The unit of a code, in either official order, on a day.
    pub fn unit_by_code(&self, code: &str, day: NaiveDate) -> Option<&Unit> {
        let code = UnitCode::parse(code).ok()?;
        self.units_with(&code).find(|u| u.is_valid_on(day))
    }

    /// The unit of a code on a day or, where that unit is no more, the one that has taken over from it by then.
    pub fn unit_or_successor(&self, code: &str, day: NaiveDate) -> Option<&Unit> {
        let mut code = UnitCode::parse(code).ok()?;
        // No longer than there are units, in case two should succeed each other.
        for _ in 0..=self.units.len() {
            if let Some(unit) = self.units_with(&code).find(|u| u.is_valid_on(day)) {
                return Some(unit);
            }
            let past = self.units_with(&code).filter(|u| u.valid_from <= day);
            let successor = past.max_by_key(|u| u.valid_from)?.successor.as_deref()?;
            code = UnitCode::parse(successor).ok()?;
        }
        None
    }

    /// Every period of validity of a unit's code.
    pub fn units_of_code(&self, code: &str) -> Vec<UnitId> {
        let Ok(code) = UnitCode::parse(code) else { return Vec::new() };
        self.units_with(&code).map(|u| u.id).collect()
    }

    /// The procedure of an id.
    pub fn procedure(&self, id: ProcedureId) -> Option<&Procedure> {
        self.procedures.iter().find(|p| p.id == id)
    }

    /// The procedure of a code on a day.
    pub fn procedure_by_code(&self, code: &str, day: NaiveDate) -> Option<&Procedure> {
        self.procedures_with(code).find(|p| p.is_valid_on(day))
    }

    /// Every period of validity of a procedure's code.
    pub fn procedures_of_code(&self, code: &str) -> Vec<ProcedureId> {
        self.procedures_with(code).map(|p| p.id).collect()
    }

    /// The procedures that a unit, or any unit above it, receives on a day.
    pub fn procedures_of(&self, unit: UnitId, day: NaiveDate) -> Vec<&Procedure> {
        let line = self.line_of(unit);
        self.procedures.iter().filter(|p| p.is_valid_on(day) && p.units.iter().any(|u| line.contains(u))).collect()
    }

    /// Whether a unit, or any unit above it, receives a procedure.
    pub fn receives(&self, unit: UnitId, procedure: &Procedure) -> bool {
        self.line_of(unit).iter().any(|unit| procedure.units.contains(unit))
    }

    /// The survey of a code.
    pub fn survey(&self, code: &str) -> Option<&Survey> {
        self.surveys.iter().find(|s| s.code == code)
    }

    /// The survey of an id.
    pub fn survey_by_id(&self, id: SurveyId) -> Option<&Survey> {
        self.surveys.iter().find(|s| s.id == id)
    }

    /// The form of a name (`form/version`).
    pub fn form(&self, name: &str) -> Option<&Arc<Form>> {
        self.forms.get(name)
    }

    /// All forms by name.
    pub fn forms(&self) -> &BTreeMap<String, Arc<Form>> {
        &self.forms
    }

    /// The units directly below one (none: the roots), in all periods of validity, in the catalogue's order.
    pub fn children(&self, unit: Option<UnitId>) -> &[UnitId] {
        self.children.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// A unit and all that stand above it, itself first. Ends even if the tree were not one.
    pub fn line_of(&self, unit: UnitId) -> Vec<UnitId> {
        let mut line = Vec::new();
        let mut next = Some(unit);
        while let Some(id) = next.filter(|id| !line.contains(id)) {
            line.push(id);
            next = self.unit(id).and_then(|u| u.parent);
        }
        line
    }

    /// A unit and all below it, itself first.
    pub fn subtree(&self, unit: UnitId) -> Vec<UnitId> {
        let mut found = vec![unit];
        let mut next = 0;
        while let Some(id) = found.get(next).copied() {
            let below: Vec<UnitId> =
                self.children(Some(id)).iter().copied().filter(|child| !found.contains(child)).collect();
            found.extend(below);
            next += 1;
        }
        found
    }

    /// All below every period of validity of a code, those included.
    pub fn subtree_of_code(&self, code: &str) -> Vec<UnitId> {
        let mut all: Vec<UnitId> = self.units_of_code(code).into_iter().flat_map(|id| self.subtree(id)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a survey asks about a unit: it, or a unit above it, is listed, or none is.
    pub fn survey_covers(&self, survey: &Survey, unit: UnitId) -> bool {
        survey.units.is_empty() || self.line_of(unit).iter().any(|u| survey.units.contains(u))
    }
}

/// Where each key stands in a list.
fn places(keys: impl Iterator<Item = String>) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, key) in keys.enumerate() {
        places.entry(key).or_default().push(place);
    }
    places
}
