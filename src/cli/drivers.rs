//! `drivers`: what goes with overall satisfaction in a sample in a CSV file, as JSON or as a table. Needs no database.

use super::estimate::{definition, read_sample};
use super::table::{Side, table};
use super::{Failure, WrongUsage, print, print_json};
use crate::config::{DriversSettings, GlobalSettings};
use crate::documents::sample_csv::SampleColumns;
use crate::domain::estimate::{
    FEWEST_PEOPLE, Importance, ImportanceFault, MOST_PARTS, PartImportance, PartsFault, REPLICATES, criteria_of,
    importance, parts_of,
};
use serde_json::{Value, json};

/// Runs the command.
pub fn run(global: &GlobalSettings, settings: &DriversSettings) -> Result<(), Failure> {
    let definition = definition(global, &settings.index)?;
    parts_of(&definition).map_err(|fault| why(settings, ImportanceFault::Parts(fault)))?;
    let mut questions = criteria_of(&definition);
    let outcome = settings.outcome.clone().or_else(|| definition.overall.clone());
    if let Some(code) = outcome.as_ref().filter(|code| questions.contains(code)) {
        let index = &settings.index;
        return Err(
            WrongUsage(format!("{code} is a criterion of {index}; the outcome is a question of its own")).into()
        );
    }
    questions.extend(outcome.clone());
    let file = read_sample(&settings.file, &SampleColumns { questions: &questions, ..SampleColumns::default() })?;
    let found =
        importance(&definition, &file.answers, settings.level, settings.seed).map_err(|fault| why(settings, fault))?;
    if settings.output.json {
        return print_json(&document(settings, outcome.as_deref(), &found));
    }
    print(&text(settings, outcome.as_deref(), &found))
}

fn why(settings: &DriversSettings, fault: ImportanceFault) -> String {
    let index = &settings.index;
    match fault {
        ImportanceFault::Parts(PartsFault::One) => format!("{index} has no parts to compare"),
        ImportanceFault::Parts(PartsFault::TooMany) => format!("{index} has more than {MOST_PARTS} parts"),
        ImportanceFault::Parts(PartsFault::NotShares) => format!("{index} is no index of shares of satisfied answers"),
        ImportanceFault::TooFewPeople(people) => {
            format!("{people} people answered all parts, and at least {FEWEST_PEOPLE} must have")
        }
        ImportanceFault::AllAlike => "nearly all people gave the same answers: there is nothing to compare".to_owned(),
        ImportanceFault::OtherQuestions => format!("the file does not fit {index}"),
    }
}

fn document(settings: &DriversSettings, outcome: Option<&str>, found: &Importance) -> Value {
    let part = |part: &PartImportance| {
        json!({
            "code": part.code,
            "importance": part.importance,
            "low": part.interval.0,
            "high": part.interval.1,
            "alpha": part.alpha.alpha,
            "alpha_complete_cases": part.alpha.complete_cases,
        })
    };
    json!({
        "index": settings.index,
        "outcome": outcome,
        "people": found.people,
        "incomplete": found.incomplete,
        "explained": found.explained,
        "level": found.confidence,
        "seed": settings.seed,
        "replicates": REPLICATES,
        "parts": found.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn text(settings: &DriversSettings, outcome: Option<&str>, found: &Importance) -> String {
    let row = |part: &PartImportance| {
        let alpha = part.alpha.alpha.map_or_else(|| "-".to_owned(), |alpha| format!("{alpha:.3}"));
        let figures = [part.importance, part.interval.0, part.interval.1].map(|share| format!("{:.1}%", share * 100.0));
        let [importance, low, high] = figures;
        vec![part.code.clone(), importance, low, high, alpha, part.alpha.complete_cases.to_string()]
    };
    let columns = [
        ("PART", Side::Left),
        ("IMPORTANCE", Side::Right),
        ("LOW", Side::Right),
        ("HIGH", Side::Right),
        ("ALPHA", Side::Right),
        ("N", Side::Right),
    ];
    let rows: Vec<Vec<String>> = found.parts.iter().map(row).collect();
    let outcome = outcome.unwrap_or("each person's own index");
    format!(
        "{}, {}: {} people, {} left out as incomplete; outcome: {outcome}; R2 {:.3}; interval {}%, {REPLICATES} replicates, seed {}\n{}",
        settings.file.display(),
        settings.index,
        found.people,
        found.incomplete,
        found.explained,
        found.confidence * 100.0,
        settings.seed,
        table(&columns, &rows)
    )
}
