//! CSV into rows of named cells, each with the line of the file on which it begins.
//!
//! Columns are found by name in any order; a byte order mark, semicolons for commas, blank lines, and empty cells left out at
//! the end of a line, as spreadsheets do, are tolerated. What the cells mean is not decided here.

use super::fault::{ImportFault, ImportProblem};

/// A row: its cells in the order in which the columns were asked for.
pub(super) struct Row<const N: usize> {
    pub line: u64,
    pub cells: [String; N],
}

/// A line of cells: the line of the file on which it begins, and the cells without white space around them.
pub(super) type Record = (u64, Vec<String>);

/// The header of a file and its rows, blank ones left out.
pub(super) fn records(file: &[u8]) -> Result<(Record, Vec<Record>), ImportProblem> {
    let text = text_of(file)?;
    let mut lines = Lines::new(text);
    let delimiter = delimiter_of(text);
    if let Some(offset) = unclosed_quote(text, delimiter) {
        return Err(problem(lines.at(offset), None, ImportFault::UnclosedQuote));
    }
    let mut records = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .into_records();
    let mut next = || loop {
        // Reading from memory cannot fail, and the text is known to be UTF-8.
        let record = records.next()?.ok()?;
        let line = record.position().map_or(0, |p| lines.of_record(p.byte()));
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            return Some((line, cells));
        }
    };
    let header = next().ok_or_else(|| problem(1, None, ImportFault::NoHeader))?;
    Ok((header, std::iter::from_fn(next).collect()))
}

/// Reads a file whose columns are `names`; the last `optional` of them may be missing.
pub(super) fn read<const N: usize>(
    file: &[u8],
    names: [&'static str; N],
    optional: usize,
) -> (Vec<Row<N>>, Vec<ImportProblem>) {
    let ((line, header), records) = match records(file) {
        Ok(records) => records,
        Err(problem) => return (Vec::new(), vec![problem]),
    };
    let places = match places(line, &header, names, optional) {
        Ok(places) => places,
        Err(problems) => return (Vec::new(), problems),
    };
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (line, mut cells) in records {
        if cells.len() > header.len() {
            let fault = ImportFault::CellCount { expected: header.len(), given: cells.len() };
            problems.push(problem(line, None, fault));
            continue;
        }
        let cells = places.map(|p| p.and_then(|p| cells.get_mut(p)).map(std::mem::take).unwrap_or_default());
        rows.push(Row { line, cells });
    }
    (rows, problems)
}

pub(super) fn problem(line: u64, column: Option<&str>, fault: ImportFault) -> ImportProblem {
    ImportProblem { line, column: column.map(str::to_owned), fault }
}

fn text_of(file: &[u8]) -> Result<&str, ImportProblem> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    std::str::from_utf8(file).map_err(|error| {
        let good = std::str::from_utf8(&file[..error.valid_up_to()]).unwrap_or_default();
        problem(Lines::new(good).at(good.len()), None, ImportFault::NotUtf8)
    })
}

/// A semicolon where the first line has more of them than commas: a spreadsheet with a decimal comma wrote it.
fn delimiter_of(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' }
}

/// Where a cell opens with a quotation mark that nothing closes: it would swallow the rest of the file in silence.
fn unclosed_quote(text: &str, delimiter: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut starts_cell, mut at) = (None, true, 0);
    while at < bytes.len() {
        match (open, bytes[at]) {
            (None, b'"') if starts_cell => open = Some(at),
            (Some(_), b'"') if bytes.get(at + 1) == Some(&b'"') => at += 1,
            (Some(_), b'"') => open = None,
            _ => {}
        }
        starts_cell = open.is_none() && (bytes[at] == delimiter || bytes[at] == b'\n' || bytes[at] == b'\r');
        at += 1;
    }
    open
}

/// Where each of the names stands in the header.
fn places<const N: usize>(
    line: u64,
    header: &[String],
    names: [&'static str; N],
    optional: usize,
) -> Result<[Option<usize>; N], Vec<ImportProblem>> {
    let mut places = [None; N];
    let mut problems = Vec::new();
    let used = header.iter().rposition(|given| !given.is_empty()).map_or(0, |last| last + 1);
    for (place, given) in header[..used].iter().enumerate() {
        let column = Some(given.as_str());
        match names.iter().position(|name| name.eq_ignore_ascii_case(given)) {
            None => problems.push(problem(line, column, ImportFault::UnknownColumn { known: names.to_vec() })),
            Some(known) if places[known].is_some() => problems.push(problem(line, column, ImportFault::RepeatedColumn)),
            Some(known) => places[known] = Some(place),
        }
    }
    let needed = N - optional;
    for (name, _) in names.iter().zip(places).take(needed).filter(|(_, place)| place.is_none()) {
        problems.push(problem(line, Some(name), ImportFault::MissingColumn));
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}

/// Line numbers of rising byte offsets; `\n`, `\r\n` and a lone `\r` end a line.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of an offset not before the last one asked for.
    fn at(&mut self, offset: usize) -> u64 {
        while self.at < offset.min(self.bytes.len()) {
            let ends = match self.bytes[self.at] {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }

    /// The line of a record that the reader places at `offset`, before the line ends and blank lines that precede it.
    fn of_record(&mut self, offset: u64) -> u64 {
        let mut start = usize::try_from(offset).unwrap_or(usize::MAX);
        while matches!(self.bytes.get(start), Some(b'\n' | b'\r')) {
            start += 1;
        }
        self.at(start)
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
