//! Which answers `index` and `export` read: codes and days of the command line, looked up in the catalogue.

use super::{Failure, WrongUsage, surveys};
use crate::catalog::Library;
use crate::config::Selection;
use crate::domain::catalogue::Catalogue;
use crate::domain::form::Form;
use crate::domain::ids::UnitId;
use crate::domain::index::Definition;
use crate::domain::period::Period;
use crate::domain::survey::Survey;
use crate::storage::tallies::Filter;
use chrono::NaiveDate;
use std::sync::Arc;

/// What a selection stands for.
#[derive(Debug)]
pub struct Selected<'a> {
    /// The survey.
    pub survey: &'a Survey,
    /// The form it asks.
    pub form: &'a Arc<Form>,
    /// The unit named and all below it, in all periods of validity; none: all units.
    pub units: Option<Vec<UnitId>>,
    /// The days.
    pub period: Period,
}

impl<'a> Selected<'a> {
    /// Looks a selection up.
    pub fn find(catalogue: &'a Catalogue, wish: &Selection) -> Result<Self, Failure> {
        let survey = catalogue.survey(&wish.survey).ok_or_else(|| surveys::no_such_survey(catalogue, &wish.survey))?;
        let form = catalogue.form(&survey.form).ok_or_else(|| format!("the form {} is not stored", survey.form))?;
        let units = match &wish.unit {
            None => None,
            Some(code) => match catalogue.subtree_of_code(code) {
                none if none.is_empty() => return Err(surveys::no_such_unit(catalogue, code)),
                units => Some(units),
            },
        };
        let period = period(wish)?;
        Ok(Self { survey, form, units, period })
    }

    /// The definition by which the answers are counted: the one in force on the last day, at the latest today.
    pub fn definition<'l>(&self, library: &'l Library, today: NaiveDate) -> Result<&'l Arc<Definition>, Failure> {
        let form = &self.survey.form;
        let day = self.period.to.map_or(today, |last| last.min(today));
        let found = library.index_for_form(form, day).or_else(|| library.index_for_form(form, today));
        found.ok_or_else(|| {
            format!("no index definition for {form} is in force; add one under indices/ in the folder of forms").into()
        })
    }

    /// The same for the tallies.
    pub fn filter(&self) -> Filter {
        Filter {
            survey: Some(self.survey.id),
            form_version: Some(self.survey.form_version),
            units: self.units.clone(),
            period: self.period,
            ..Filter::default()
        }
    }
}

/// The days of a selection, which must be in order: worth asking before anything is opened.
pub fn period(wish: &Selection) -> Result<Period, WrongUsage> {
    match (wish.from, wish.to) {
        (Some(from), Some(to)) if to < from => {
            Err(WrongUsage(format!("the last day {to} comes before the first day {from}")))
        }
        (from, to) => Ok(Period { from, to }),
    }
}
