//! `estimate`: an index from a sample in a CSV file, as JSON or as tables. Needs no database.

use super::estimate_table::tables;
use super::{Failure, WrongUsage, imports, near, print, print_json};
use crate::catalog;
use crate::config::{EstimateSettings, GlobalSettings};
use crate::documents::estimate_json::{self, TAKEN};
use crate::documents::sample_csv::{self, RowLines, SampleColumns, SampleError, SampleFile};
use crate::domain::estimate::{
    Design, DesignColumn, DesignFault, EstimateFault, Estimates, MOST_GROUPS, Wish, criteria_of, estimate,
};
use crate::domain::index::{Aggregation, Definition};
use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Runs the command.
pub fn run(global: &GlobalSettings, settings: &EstimateSettings) -> Result<(), Failure> {
    if let Some(taken) = settings.by.iter().find(|name| TAKEN.contains(&name.as_str())) {
        return Err(
            WrongUsage(format!("the figures of a group have a {taken} of their own; rename that column")).into()
        );
    }
    let definition = definition(global, &settings.index)?;
    let estimates = estimates(&definition, settings)?;
    if settings.output.json {
        return print_json(&estimate_json::document(&definition, settings.stratum.as_deref(), &estimates));
    }
    print(&format!("{}, {}", settings.file.display(), tables(&definition, &estimates)))
}

/// The definition of an index of shares of satisfied answers.
pub(super) fn definition(global: &GlobalSettings, index: &str) -> Result<Arc<Definition>, Failure> {
    let library = catalog::load(global.forms().as_deref())?;
    let Some(definition) = library.indices.get(index) else {
        let known: Vec<&str> = library.indices.keys().map(String::as_str).collect();
        let hint = near::hint(index, known.iter().copied());
        return Err(format!("there is no index {index}{hint} (the indices are {})", known.join(", ")).into());
    };
    let is_share = |aggregation| !matches!(aggregation, Aggregation::Points | Aggregation::Recorded | Aggregation::Sum);
    if !definition.nodes.iter().all(|node| is_share(node.aggregation)) {
        return Err(format!("{index} is no index of shares of satisfied answers; only such can be estimated").into());
    }
    Ok(definition.clone())
}

fn estimates(definition: &Arc<Definition>, settings: &EstimateSettings) -> Result<Estimates, Failure> {
    let questions = criteria_of(definition);
    let mut groups: Vec<String> = Vec::new();
    for name in &settings.by {
        if !groups.contains(name) {
            groups.push(name.clone());
        }
    }
    let wanted = SampleColumns {
        questions: &questions,
        stratum: settings.stratum.as_deref(),
        cluster: settings.cluster.as_deref(),
        weight: settings.weight.as_deref(),
        fpc: settings.fpc.as_deref(),
        groups: &groups,
    };
    let SampleFile { answers, design, groups, lines } = read_sample(&settings.file, &wanted)?;
    let design = Design::new(design).map_err(|faults| {
        let told: Vec<String> = faults.iter().map(|fault| design_fault(fault, settings, &lines)).collect();
        refusal(&settings.file, &told)
    })?;
    let wish = Wish { confidence: settings.level, groups, halves: settings.halves };
    estimate(definition, &answers, &design, &wish).map_err(|fault| match fault {
        EstimateFault::TooManyGroups(column, found) => format!(
            "the column {column} has {found} different words, more than the {MOST_GROUPS} groups that can be told apart; \
             group by another column"
        )
        .into(),
        EstimateFault::OtherQuestions | EstimateFault::Length => "the file does not fit the index".into(),
    })
}

/// Reads a file of answers; tells every problem.
pub(super) fn read_sample(path: &Path, wanted: &SampleColumns<'_>) -> Result<SampleFile, Failure> {
    let unreadable = |error: &std::io::Error| -> Failure {
        format!("cannot read {}: {error}; name a CSV file, or - for standard input", path.display()).into()
    };
    let input: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(std::io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(|error| unreadable(&error))?),
    };
    sample_csv::read(input, wanted).map_err(|error| match error {
        SampleError::Io(error) => unreadable(&error),
        SampleError::Problems(problems) => refusal(path, &problems),
    })
}

fn refusal(path: &Path, problems: &[impl Display]) -> Failure {
    let file = path.display();
    imports::tell_problems(path, problems);
    let first = if problems.len() >= sample_csv::MOST_PROBLEMS { "the first " } else { "" };
    let count = imports::count(problems);
    format!("nothing was estimated, {first}{count} in {file}: correct the file and estimate again").into()
}

/// A fault of the design, with the columns by the names they have in the file.
fn design_fault(fault: &DesignFault, settings: &EstimateSettings, lines: &RowLines) -> String {
    let name = |column: DesignColumn| {
        let named = match column {
            DesignColumn::Stratum => &settings.stratum,
            DesignColumn::Cluster => &settings.cluster,
            DesignColumn::Weight => &settings.weight,
            DesignColumn::Fpc => &settings.fpc,
        };
        named.as_deref().unwrap_or_default()
    };
    let row = |row: &usize, column: DesignColumn| {
        let line = u64::try_from(*row).map_or(0, |row| lines.of(row));
        format!("row {row} (line {line}), column {}", name(column))
    };
    let stratum = |stratum: &str| match stratum {
        "" => "the sample".to_owned(),
        stratum => format!("the stratum {stratum}"),
    };
    match fault {
        DesignFault::NoRows => "there is no row below the header".to_owned(),
        DesignFault::TooManyRows => "there are more rows than can be counted".to_owned(),
        DesignFault::Length(column) => format!("column {}: not one cell a row", name(*column)),
        DesignFault::Blank(column, at) => format!("{}: this cell must not be empty", row(at, *column)),
        DesignFault::Weight(at, given) => {
            format!("{}: {given} is not a weight; a weight is a number above 0", row(at, DesignColumn::Weight))
        }
        DesignFault::Population(at, given) => {
            format!("{}: {given} is not a number of clusters; it is above 0", row(at, DesignColumn::Fpc))
        }
        DesignFault::PopulationVaries { row: at, stratum: of, given, before } => format!(
            "{}: {given} clusters in {}, which had {before} on an earlier row; a stratum has one number",
            row(at, DesignColumn::Fpc),
            stratum(of)
        ),
        DesignFault::EmptyStratum(of) => format!("{} has no row", stratum(of)),
        DesignFault::OneCluster(of) => {
            let of = stratum(of);
            format!("{of} has one cluster, and of one no variance can be seen; join it with a stratum like it")
        }
        DesignFault::TooManyClusters { stratum: of, clusters, population } => {
            let of = stratum(of);
            format!("{of} has {clusters} clusters, more than the {population} of its population")
        }
    }
}
