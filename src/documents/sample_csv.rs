//! A CSV of answers, one row a person, into what an estimation takes. Streamed: nothing is kept but the columns asked for.
//!
//! Columns are found by name, others are passed over; a byte order mark, semicolons for commas, spaces around cells, empty lines
//! and empty cells left out at the end of a line are tolerated. Every problem is told, up to a hundred.

use super::csv_row::CsvRow;
use super::csv_rows::CsvRows;
use super::sample_fault::{SampleFault, SampleProblem};
use crate::domain::estimate::{AnswerTable, DesignColumns, Labels, LabelsBuilder};
use std::io::{self, Read};
use std::sync::Arc;

/// At most so many problems are told at once.
pub const MOST_PROBLEMS: usize = 100;

/// The columns to read.
#[derive(Debug, Clone, Default)]
pub struct SampleColumns<'a> {
    /// The questions.
    pub questions: &'a [String],
    /// The stratum.
    pub stratum: Option<&'a str>,
    /// The cluster.
    pub cluster: Option<&'a str>,
    /// The weight.
    pub weight: Option<&'a str>,
    /// The number of clusters in the stratum's population.
    pub fpc: Option<&'a str>,
    /// Columns to group by.
    pub groups: &'a [String],
}

/// What was read.
#[derive(Debug, Clone)]
pub struct SampleFile {
    /// The answers.
    pub answers: AnswerTable,
    /// The design's columns.
    pub design: DesignColumns,
    /// The columns to group by, with their names.
    pub groups: Vec<(String, Arc<Labels>)>,
    /// On which lines the rows are.
    pub lines: RowLines,
}

/// Why there is no sample.
#[derive(Debug)]
pub enum SampleError {
    /// The file cannot be read.
    Io(io::Error),
    /// What is wrong with it; after a hundred problems the rest is not looked at.
    Problems(Vec<SampleProblem>),
}

/// On which line of the file a row begins; kept only where it is not the line after the last one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowLines {
    jumps: Vec<(u64, u64)>,
}

impl RowLines {
    fn note(&mut self, row: u64, line: u64) {
        if self.of(row) != line {
            self.jumps.push((row, line));
        }
    }

    /// The line of a row; both count from 1.
    pub fn of(&self, row: u64) -> u64 {
        let before = self.jumps.partition_point(|(first, _)| *first <= row);
        before.checked_sub(1).map_or(row + 1, |last| self.jumps[last].1 + row - self.jumps[last].0)
    }
}

/// Reads a file.
pub fn read(input: impl Read, wanted: &SampleColumns<'_>) -> Result<SampleFile, SampleError> {
    let mut rows = CsvRows::new(input);
    let header = rows.next().map_err(SampleError::Io)?;
    let no_header = || SampleError::Problems(vec![SampleProblem::of_file(SampleFault::NoHeader)]);
    let mut columns = Columns::find(header.ok_or_else(no_header)?, wanted).map_err(SampleError::Problems)?;
    if let Some(lead) = columns.lead {
        rows.split_only(lead);
    }
    let mut count = 0;
    while let Some(row) = rows.next().map_err(SampleError::Io)? {
        // Lines of nothing but separators are what spreadsheets leave behind.
        if row.is_blank() {
            continue;
        }
        count += 1;
        columns.lines.note(count, row.line);
        columns.take(count, row);
        if columns.problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    if count > 0 && rows.ends_in_quotes() {
        columns.problems.push(columns.problem(count, "", SampleFault::UnclosedQuote));
    }
    columns.finish(count)
}

/// What stands for neither a level nor an empty cell.
const NO_LEVEL: u8 = u8::MAX;

/// The level in a cell; 0 where it is empty.
fn level_of(cell: &[u8]) -> u8 {
    match cell {
        [] => 0,
        [digit @ b'1'..=b'5'] => digit - b'0',
        other => match other.trim_ascii() {
            [] => 0,
            [digit @ b'1'..=b'5'] => digit - b'0',
            _ => NO_LEVEL,
        },
    }
}

/// Makes levels of digits, 0 being an empty cell; false where one of them is no level.
fn are_levels(digits: &mut [u8]) -> bool {
    let mut all = true;
    for digit in digits {
        all &= *digit == 0 || (b'1'..=b'5').contains(digit);
        *digit = digit.saturating_sub(b'0');
    }
    all
}

/// The number in a cell. Digits with a point, up to fifteen of them, are a whole number and a power of ten that a float holds
/// exactly, and one division rounds as the language's own reading does (Clinger 1990); all else is left to that.
fn number_of(cell: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (mut whole, mut digits, mut decimals) = (0i64, 0, None);
    for byte in cell.iter().take(17) {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + i64::from(byte - b'0');
                digits += 1;
                decimals = decimals.map(|decimals| decimals + 1);
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => digits = usize::MAX / 2,
        }
    }
    if (1..=15).contains(&digits) {
        return Some(whole as f64 / POWERS[decimals.unwrap_or(0)]);
    }
    std::str::from_utf8(cell).ok().and_then(|cell| cell.parse().ok())
}

/// A column of words.
struct Words {
    name: String,
    place: usize,
    cells: LabelsBuilder,
}

/// A column of numbers.
struct Numbers {
    name: String,
    place: usize,
    cells: Vec<f64>,
}

/// The columns being read.
struct Columns {
    questions: Vec<String>,
    places: Vec<usize>,
    /// How many columns come before the questions, where these stand in their order and nothing follows them.
    lead: Option<usize>,
    width: usize,
    levels: Vec<u8>,
    words: Vec<Words>,
    stratum: Option<usize>,
    cluster: Option<usize>,
    groups: Vec<usize>,
    weight: Option<Numbers>,
    fpc: Option<Numbers>,
    lines: RowLines,
    problems: Vec<SampleProblem>,
}

impl Columns {
    /// Finds the columns in the header.
    fn find(header: &CsvRow, wanted: &SampleColumns<'_>) -> Result<Self, Vec<SampleProblem>> {
        let names: Vec<&[u8]> = (0..header.len()).map(|at| header.cell(at).trim_ascii()).collect();
        let mut problems: Vec<SampleProblem> = Vec::new();
        let mut find = |name: &str| {
            let mut places = (0..names.len()).filter(|place| names[*place] == name.as_bytes());
            let (first, second) = (places.next(), places.next());
            let fault = match (first, second) {
                (Some(_), None) => None,
                (None, _) => Some(SampleFault::MissingColumn {
                    there: names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect(),
                }),
                (Some(_), Some(_)) => Some(SampleFault::RepeatedColumn),
            };
            if let Some(fault) = fault {
                let problem = SampleProblem { row: 0, line: header.line, column: name.to_owned(), fault };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
            first.unwrap_or(0)
        };
        let places: Vec<usize> = wanted.questions.iter().map(|code| find(code)).collect();
        let lead = names.len().checked_sub(places.len()).filter(|lead| places.iter().copied().eq(*lead..names.len()));
        let mut words: Vec<Words> = Vec::new();
        let mut word_column = |name: &str| {
            words.iter().position(|column| column.name == name).unwrap_or_else(|| {
                words.push(Words { name: name.to_owned(), place: find(name), cells: LabelsBuilder::default() });
                words.len() - 1
            })
        };
        let (stratum, cluster) = (wanted.stratum.map(&mut word_column), wanted.cluster.map(&mut word_column));
        let groups = wanted.groups.iter().map(|name| word_column(name)).collect();
        let mut number_column = |name: &str| Numbers { name: name.to_owned(), place: find(name), cells: Vec::new() };
        let (weight, fpc) = (wanted.weight.map(&mut number_column), wanted.fpc.map(&mut number_column));
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            questions: wanted.questions.to_vec(),
            places,
            lead,
            width: names.len(),
            levels: Vec::new(),
            words,
            stratum,
            cluster,
            groups,
            weight,
            fpc,
            lines: RowLines::default(),
            problems,
        })
    }

    fn problem(&self, row: u64, column: &str, fault: SampleFault) -> SampleProblem {
        SampleProblem { row, line: self.lines.of(row), column: column.to_owned(), fault }
    }

    /// Takes a row in.
    fn take(&mut self, row: u64, record: &mut CsvRow) {
        let start = self.levels.len();
        self.levels.resize(start + self.places.len(), 0);
        let levels = &mut self.levels[start..];
        if !(record.rest_as_bytes(levels) && are_levels(levels)) {
            record.split_rest();
            self.take_one_by_one(row, record, start);
        }
        for place in 0..self.words.len() {
            let column = &mut self.words[place];
            let (bytes, cell) = record.trimmed(column.place);
            if !column.cells.push(bytes, cell) {
                self.problems.push(self.problem(row, &self.words[place].name, SampleFault::NotUtf8));
            }
        }
        for column in [&mut self.weight, &mut self.fpc].into_iter().flatten() {
            let cell = record.cell(column.place).trim_ascii();
            match number_of(cell) {
                Some(number) => column.cells.push(number),
                None => {
                    let fault = SampleFault::NotANumber(String::from_utf8_lossy(cell).into_owned());
                    let line = self.lines.of(row);
                    self.problems.push(SampleProblem { row, line, column: column.name.clone(), fault });
                }
            }
        }
    }

    /// Takes the levels of a row in whose cells are all split, and notes whatever is wrong with them.
    #[cold]
    fn take_one_by_one(&mut self, row: u64, record: &CsvRow, start: usize) {
        if record.len() > self.width && (self.width..record.len()).any(|at| !record.cell(at).is_empty()) {
            let fault = SampleFault::CellCount { expected: self.width, given: record.len() };
            self.problems.push(self.problem(row, "", fault));
        }
        for question in 0..self.places.len() {
            let cell = record.cell(self.places[question]);
            let level = level_of(cell);
            self.levels[start + question] = level;
            if level == NO_LEVEL {
                let fault = SampleFault::NotALevel(String::from_utf8_lossy(cell.trim_ascii()).into_owned());
                self.problems.push(self.problem(row, &self.questions[question], fault));
            }
        }
    }

    fn finish(self, rows: u64) -> Result<SampleFile, SampleError> {
        let Self { questions, levels, words, stratum, cluster, groups, weight, fpc, lines, problems, .. } = self;
        if !problems.is_empty() {
            return Err(SampleError::Problems(problems));
        }
        let names: Vec<String> = words.iter().map(|column| column.name.clone()).collect();
        let columns: Vec<Arc<Labels>> = words.into_iter().map(|column| Arc::new(column.cells.finish())).collect();
        let labels = |at: usize| Arc::clone(&columns[at]);
        let design = DesignColumns {
            rows: usize::try_from(rows).unwrap_or(usize::MAX),
            stratum: stratum.map(labels),
            cluster: cluster.map(labels),
            weight: weight.map(|column| column.cells),
            fpc: fpc.map(|column| column.cells),
        };
        let groups = groups.into_iter().map(|at| (names[at].clone(), labels(at))).collect();
        let answers = AnswerTable::new(questions, levels)
            .map_err(|_| SampleError::Problems(vec![SampleProblem::of_file(SampleFault::NoQuestions)]))?;
        Ok(SampleFile { answers, design, groups, lines })
    }
}

#[cfg(test)]
#[path = "sample_csv_tests.rs"]
mod tests;
