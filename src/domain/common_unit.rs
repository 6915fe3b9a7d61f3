//! Whose figures they are when no unit was asked for: the lowest unit that stands above, or is, all units that matter.
//!
//! Those matter that receive a procedure in force on the day, those that a survey names, and those with data in the question. A
//! unit that has ended by then stands for the unit that took over its work. So one department is named by its own name although
//! the catalogue knows the province above it, and a province with many departments by the province's. Where nothing of all this
//! is known, it is the only unit at the top; where there are several at the top, no unit stands for all.
//!
//! Example: procedures at H19.26 and, until 30 June 2025, at H10.17 (which H19.26 follows), data at H19.26.02 and H19.26.03:
//! H19.26. With one submission made to H19 itself: H19.

use super::catalogue::Catalogue;
use super::ids::UnitId;
use super::unit::UnitCode;
use chrono::NaiveDate;

/// The code of the unit that stands above, or is, all that matter on a day; `with_data` are those with data in the question.
pub fn common_unit(catalogue: &Catalogue, with_data: &[UnitId], day: NaiveDate) -> Option<String> {
    let procedures = catalogue.procedures().iter().filter(|procedure| procedure.is_valid_on(day));
    let named = procedures.flat_map(|procedure| &procedure.units);
    let named = named.chain(catalogue.surveys().iter().flat_map(|survey| &survey.units));
    // Who has ended without a successor and without data no longer matters.
    let named = named.filter_map(|id| standing_for(catalogue, *id, day));
    let with_data = with_data.iter().map(|id| standing_for(catalogue, *id, day).unwrap_or(*id));
    let mut common: Option<Vec<UnitCode>> = None;
    for unit in named.chain(with_data) {
        let path = path_to(catalogue, unit);
        common = Some(match common {
            None => path,
            Some(common) => common.into_iter().zip(path).take_while(|(a, b)| a == b).map(|(code, _)| code).collect(),
        });
    }
    let code = match common {
        Some(common) => common.into_iter().next_back(),
        None => only_top(catalogue, day),
    };
    code.map(|code| code.as_typed().to_owned())
}

/// The unit itself while it is valid, else whichever took over its work; nothing where nobody did.
fn standing_for(catalogue: &Catalogue, id: UnitId, day: NaiveDate) -> Option<UnitId> {
    let mut seen = Vec::new();
    let mut unit = catalogue.unit(id)?;
    loop {
        if let Some(valid) = catalogue.unit_by_code(unit.code.as_typed(), day) {
            return Some(valid.id);
        }
        seen.push(unit.id);
        let next = catalogue.units_of_code(unit.successor.as_deref()?).into_iter().rfind(|id| !seen.contains(id));
        unit = catalogue.unit(next?)?;
    }
}

/// The codes from the top down to a unit.
fn path_to(catalogue: &Catalogue, unit: UnitId) -> Vec<UnitCode> {
    let line = catalogue.line_of(unit).into_iter().rev();
    line.filter_map(|id| catalogue.unit(id)).map(|unit| unit.code.clone()).collect()
}

/// The only unit that stands above all others on a day; nothing where there are several.
fn only_top(catalogue: &Catalogue, day: NaiveDate) -> Option<UnitCode> {
    let mut roots = catalogue.children(None).iter().filter_map(|id| catalogue.unit(*id)).filter(|u| u.is_valid_on(day));
    let first = roots.next();
    first.filter(|_| roots.next().is_none()).map(|unit| unit.code.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ProcedureId;
    use crate::domain::procedure::Procedure;
    use crate::domain::text::Text;
    use crate::domain::unit::Unit;
    use std::collections::BTreeMap;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn unit(id: i64, code: &str, parent: Option<i64>, last: &str, successor: &str) -> Unit {
        Unit {
            id: UnitId(id),
            code: UnitCode::parse(code).unwrap(),
            parent: parent.map(UnitId),
            name: Text { vi: code.into(), en: code.into() },
            kind: "unit".into(),
            valid_from: day("2020-01-01"),
            valid_to: last.parse().ok(),
            successor: Some(successor.to_owned()).filter(|code| !code.is_empty()),
            status: String::new(),
        }
    }

    fn catalogue(units_with_procedures: &[i64]) -> Catalogue {
        let units = vec![
            unit(1, "H10", None, "2025-06-30", "H19"),
            unit(2, "H10.17", Some(1), "2025-06-30", "H19.26"),
            unit(3, "H19", None, "", ""),
            unit(4, "H19.26", Some(3), "", ""),
            unit(5, "H19.26.02", Some(4), "", ""),
            unit(6, "H19.26.03", Some(4), "", ""),
            unit(7, "H19.30", Some(3), "", ""),
        ];
        let text = || Text { vi: "x".into(), en: "x".into() };
        let procedure = |id: &i64| Procedure {
            id: ProcedureId(*id),
            code: format!("1.{id}"),
            name: text(),
            field: text(),
            units: vec![UnitId(*id)],
            valid_from: day("2020-01-01"),
            valid_to: None,
            status: String::new(),
        };
        let procedures = units_with_procedures.iter().map(procedure).collect();
        Catalogue::new(1, units, procedures, vec![], BTreeMap::new())
    }

    fn name(procedures: &[i64], data: &[i64], on: &str) -> Option<String> {
        let data: Vec<UnitId> = data.iter().copied().map(UnitId).collect();
        common_unit(&catalogue(procedures), &data, day(on))
    }

    #[test]
    fn one_department_is_named_itself_and_many_are_their_province() {
        assert_eq!(name(&[4], &[], "2026-11-01").as_deref(), Some("H19.26"));
        assert_eq!(name(&[2, 4], &[5, 6], "2026-11-01").as_deref(), Some("H19.26"), "who took the work over counts");
        assert_eq!(name(&[4], &[2, 5], "2026-11-01").as_deref(), Some("H19.26"));
        assert_eq!(name(&[4, 7], &[5], "2026-11-01").as_deref(), Some("H19"));
        assert_eq!(name(&[4], &[3], "2026-11-01").as_deref(), Some("H19"), "data above it are counted too");
        assert_eq!(name(&[], &[5, 6], "2026-11-01").as_deref(), Some("H19.26"));
    }

    #[test]
    fn several_at_the_top_have_no_common_name() {
        assert_eq!(name(&[2, 4], &[], "2025-01-01"), None);
        assert_eq!(name(&[], &[], "2025-01-01"), None);
        assert_eq!(name(&[], &[], "2026-01-01").as_deref(), Some("H19"), "the only one at the top");
    }
}
