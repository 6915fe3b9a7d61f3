//! Paper sheets of a round from CSV: a column `code`, perhaps `seconds`, and one column for each question, named by its code.
//!
//! A sheet that is invalid by a rule is no fault of the file: it is read and told apart. A cell that is no answer to its question
//! is a fault of whoever keyed it in; then nothing of the file is taken.

use super::fault::{ImportFault, ImportProblem};
use super::table;
use crate::domain::answers::{Answers, RawAnswers};
use crate::domain::form::Form;
use crate::domain::non_response::RuleCode;
use crate::domain::submission::{Fault, parse_answers, raw_from_fields, without_unasked};
use crate::domain::text::Language;
use std::collections::BTreeSet;

/// The column of the code.
const CODE: &str = "code";
/// The column of the time it took to fill in the sheet, where it was measured.
const SECONDS: &str = "seconds";
/// What stands between two marks in a cell.
const BETWEEN: [char; 4] = [';', ',', '+', '/'];

/// A sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow {
    /// The line it begins on.
    pub line: u64,
    /// The code as it was typed; may be empty.
    pub code: String,
    /// How long it took, where that is known.
    pub seconds: Option<f64>,
    /// The answers, or the rule by which the sheet is invalid.
    pub answers: Result<Answers, RuleCode>,
    /// All its cells, by which the same sheet is known again.
    pub cells: String,
}

/// What a column holds.
enum Column {
    Code,
    Seconds,
    Question(String),
}

/// Reads the sheets of a form: all, or every problem in the order of the lines.
pub fn parse_returns(file: &[u8], form: &Form) -> Result<Vec<SheetRow>, Vec<ImportProblem>> {
    let ((line, header), records) = table::records(file).map_err(|problem| vec![problem])?;
    let form = &as_on_paper(form);
    let columns = columns(line, &header, form)?;
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (line, cells) in records {
        if cells.len() > header.len() {
            let fault = ImportFault::CellCount { expected: header.len(), given: cells.len() };
            problems.push(table::problem(line, None, fault));
            continue;
        }
        match sheet(line, &columns, &cells, form) {
            Ok(sheet) => rows.push(sheet),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// The form as paper asks it: whoever leaves a needed answer open there cannot be asked again.
fn as_on_paper(form: &Form) -> Form {
    let mut form = form.clone();
    form.sections.iter_mut().flat_map(|section| &mut section.questions).for_each(|question| question.required = false);
    form
}

fn columns(line: u64, header: &[String], form: &Form) -> Result<Vec<Column>, Vec<ImportProblem>> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let mut columns = Vec::new();
    for name in header {
        let mut report = |fault| problems.push(table::problem(line, Some(name), fault));
        if !seen.insert(name.to_lowercase()) {
            report(ImportFault::RepeatedColumn);
        }
        match name.as_str() {
            name if name.eq_ignore_ascii_case(CODE) => columns.push(Column::Code),
            name if name.eq_ignore_ascii_case(SECONDS) => columns.push(Column::Seconds),
            name if form.question(name).is_some() => columns.push(Column::Question(name.to_owned())),
            _ => report(ImportFault::UnknownQuestion),
        }
    }
    if !seen.contains(CODE) {
        problems.push(table::problem(line, Some(CODE), ImportFault::MissingColumn));
    }
    if problems.is_empty() { Ok(columns) } else { Err(problems) }
}

fn sheet(line: u64, columns: &[Column], cells: &[String], form: &Form) -> Result<SheetRow, Vec<ImportProblem>> {
    let mut raw = RawAnswers::default();
    let (mut code, mut seconds, mut problems) = (String::new(), None, Vec::new());
    for (column, cell) in columns.iter().zip(cells) {
        match column {
            Column::Code => code = cell.clone(),
            Column::Seconds if cell.is_empty() => {}
            Column::Seconds => match cell.parse::<f64>() {
                Ok(number) if number.is_finite() && number >= 0.0 => seconds = Some(number),
                _ => problems.push(table::problem(line, Some(SECONDS), ImportFault::BadNumber(cell.clone()))),
            },
            Column::Question(name) => {
                let question = form.question(name);
                let value = match question {
                    Some(question) if question.kind.has_options() => {
                        raw_from_fields(cell.split(BETWEEN).map(str::trim), form, Some(question), Language::Vi)
                    }
                    _ => raw_from_fields(std::iter::once(cell.as_str()), form, question, Language::Vi),
                };
                raw.0.push((name.as_str().into(), value));
            }
        }
    }
    let cell_of = |name: &str| {
        let place = columns.iter().position(|column| matches!(column, Column::Question(code) if code == name));
        place.and_then(|place| cells.get(place)).cloned().unwrap_or_default()
    };
    let answers = match parse_answers(&without_unasked(raw, form), form) {
        Ok(answers) => Ok(answers),
        Err(found) => {
            let keyed = found.iter().filter(|p| !matches!(p.fault, Fault::MoreThanOne | Fault::NothingAnswered));
            problems.extend(keyed.filter_map(|problem| {
                let question = problem.question()?;
                Some(table::problem(line, Some(question), ImportFault::BadAnswer(cell_of(question))))
            }));
            let is_empty = found.iter().any(|problem| problem.fault == Fault::NothingAnswered);
            Err(if is_empty { RuleCode::Empty } else { RuleCode::TwoMarks })
        }
    };
    let cells = cells.join("\u{1f}");
    if problems.is_empty() { Ok(SheetRow { line, code, seconds, answers, cells }) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answers::Answer;

    fn form() -> Form {
        toml::from_str(include_str!("../../../survey_forms/counter/2026.toml")).unwrap()
    }

    #[test]
    fn sheets_are_told_apart_by_rule() {
        let file = "code,overall,reason,comment,seconds\nA,4,,Tốt,\nB,,,,\nC,4;5,,,\nD,2,time;offices,,9\n";
        let rows = parse_returns(file.as_bytes(), &form()).unwrap();
        let found: Vec<_> = rows.iter().map(|row| (row.code.as_str(), row.answers.as_ref().err().copied())).collect();
        assert_eq!(found, [("A", None), ("B", Some(RuleCode::Empty)), ("C", Some(RuleCode::TwoMarks)), ("D", None)]);
        let last = rows[3].answers.as_ref().unwrap();
        assert_eq!(last.get("overall"), Some(&Answer::Level(2)));
        assert_eq!(last.chosen("reason"), ["time", "offices"]);
        assert_eq!((rows[3].line, rows[3].seconds), (5, Some(9.0)));
    }

    #[test]
    fn what_was_keyed_wrongly_is_told_by_line_and_column() {
        let file = "code,overall,reason,seconds\nA,9,,\nB,1,nothing,x\nC,1,,,5\n";
        let told: Vec<String> =
            parse_returns(file.as_bytes(), &form()).unwrap_err().iter().map(ToString::to_string).collect();
        let expected = [
            "line 2, column overall: \"9\" is no answer to this question",
            "line 3, column seconds: \"x\" is not a number from 0 on",
            "line 3, column reason: \"nothing\" is no answer to this question",
            "line 4: 5 cells where the header has 4 columns",
        ];
        assert_eq!(told, expected);
        let header = parse_returns(b"overall,colour,overall\n", &form()).unwrap_err();
        let told: Vec<String> = header.iter().map(ToString::to_string).collect();
        assert!(told[0].contains("colour: the form has no question"), "{told:?}");
        assert!(told[1].contains("overall: this column stands in the header twice"), "{told:?}");
        assert!(told[2].contains("code: this column is missing"), "{told:?}");
    }
}
