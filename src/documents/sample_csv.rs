//! A CSV of answers, one row a person, into what an estimation takes. Streamed: nothing is kept but the columns asked for.
//!
//! Columns are found by name, others are passed over; a byte order mark, semicolons for commas, spaces around cells, empty lines
//! and empty cells left out at the end of a line are tolerated. Every problem is told, up to a hundred.

use super::sample_fault::{SampleFault, SampleProblem};
use crate::domain::estimate::{AnswerTable, DesignColumns, Labels, LabelsBuilder};
use csv::ByteRecord;
use std::io::{self, BufRead, Read};
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
    let mut input = io::BufReader::with_capacity(1 << 16, input);
    let start = first_line(&mut input).map_err(SampleError::Io)?;
    let header = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&start);
    let (delimiter, ends_with_two) = (delimiter_of(header), header.ends_with(b"\r\n"));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(1 << 16)
        .from_reader(Quotes { inner: header.chain(input), odd: false });
    let mut record = ByteRecord::new();
    let mut place = Place { ends_with_two, ..Place::default() };
    if !next(&mut reader, &mut record, &mut place)? {
        return Err(SampleError::Problems(vec![SampleProblem::of_file(SampleFault::NoHeader)]));
    }
    let mut columns = Columns::find(&record, place.first, wanted).map_err(SampleError::Problems)?;
    let mut row = 0;
    while next(&mut reader, &mut record, &mut place)? {
        // Lines of nothing but separators are what spreadsheets leave behind.
        if record.as_slice().is_empty() {
            continue;
        }
        row += 1;
        columns.lines.note(row, place.first);
        columns.take(row, &record);
        if columns.problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    // A quotation mark that is never closed swallows lines until the end of the file, without a word.
    if reader.get_ref().odd && row > 0 && place.last > place.first {
        columns.problems.push(columns.problem(row, "", SampleFault::UnclosedQuote));
    }
    columns.finish(row)
}

/// Where a record begins and ends.
#[derive(Default)]
struct Place {
    first: u64,
    last: u64,
    /// The reader ends a record before the second of the two signs that end its line.
    ends_with_two: bool,
}

/// The next record and its lines; false at the end.
fn next<R: Read>(
    reader: &mut csv::Reader<Quotes<R>>,
    record: &mut ByteRecord,
    place: &mut Place,
) -> Result<bool, SampleError> {
    let read = reader.read_byte_record(record).map_err(|error| {
        SampleError::Io(match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    })?;
    if !read {
        return Ok(false);
    }
    let inside = record.as_slice().iter().filter(|b| **b == b'\n').count() as u64;
    let end = reader.position().line().saturating_sub(u64::from(!place.ends_with_two));
    // The last line of a file may lack its end.
    place.first = end.saturating_sub(inside).max(place.last + 1);
    place.last = place.first + inside;
    Ok(true)
}

/// All up to the end of the first line that is not empty.
fn first_line(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    while input.read_until(b'\n', &mut start)? > 0 {
        if !start.trim_ascii().is_empty() {
            break;
        }
    }
    Ok(start)
}

/// A semicolon where the header has more of them than commas: a spreadsheet with a decimal comma wrote it.
fn delimiter_of(header: &[u8]) -> u8 {
    let count = |sign: u8| header.iter().filter(|b| **b == sign).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

/// Whether the quotation marks that went by are odd in number.
struct Quotes<R> {
    inner: R,
    odd: bool,
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.odd ^= bytes[..read].iter().filter(|b| **b == b'"').count() % 2 == 1;
        Ok(read)
    }
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
    fn find(header: &ByteRecord, line: u64, wanted: &SampleColumns<'_>) -> Result<Self, Vec<SampleProblem>> {
        let names: Vec<&[u8]> = header.iter().map(<[u8]>::trim_ascii).collect();
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
                let problem = SampleProblem { row: 0, line, column: name.to_owned(), fault };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
            first.unwrap_or(0)
        };
        let places = wanted.questions.iter().map(|code| find(code)).collect();
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
    fn take(&mut self, row: u64, record: &ByteRecord) {
        if record.len() > self.width && record.iter().skip(self.width).any(|cell| !cell.is_empty()) {
            let fault = SampleFault::CellCount { expected: self.width, given: record.len() };
            self.problems.push(self.problem(row, "", fault));
        }
        for (question, place) in self.places.iter().enumerate() {
            let level = match record.get(*place).unwrap_or_default() {
                [] => 0,
                [digit @ b'1'..=b'5'] => digit - b'0',
                other => match other.trim_ascii() {
                    [] => 0,
                    [digit @ b'1'..=b'5'] => digit - b'0',
                    other => {
                        let fault = SampleFault::NotALevel(String::from_utf8_lossy(other).into_owned());
                        self.problems.push(self.problem(row, &self.questions[question], fault));
                        0
                    }
                },
            };
            self.levels.push(level);
        }
        for place in 0..self.words.len() {
            let column = &mut self.words[place];
            if !column.cells.push(record.get(column.place).unwrap_or_default().trim_ascii()) {
                self.problems.push(self.problem(row, &self.words[place].name, SampleFault::NotUtf8));
            }
        }
        for column in [&mut self.weight, &mut self.fpc].into_iter().flatten() {
            let cell = record.get(column.place).unwrap_or_default().trim_ascii();
            match std::str::from_utf8(cell).ok().and_then(|cell| cell.parse().ok()) {
                Some(number) => column.cells.push(number),
                None => {
                    let fault = SampleFault::NotANumber(String::from_utf8_lossy(cell).into_owned());
                    let line = self.lines.of(row);
                    self.problems.push(SampleProblem { row, line, column: column.name.clone(), fault });
                }
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
