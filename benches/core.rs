//! The pure core, one submission after another: reading it, checking it against its form, counting it, and measuring the index of
//! what was counted.
//!
//! `cargo bench --bench core`. Submissions answer every question of the shipped SIPAS form; the catalogue has the size of a
//! province's. No database, no HTTP: what these cost is told by the load bench.
#![allow(clippy::unwrap_used, reason = "in a bench a panic is the message")]
#![allow(missing_docs, reason = "criterion writes the main function")]

use chrono::NaiveDate;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hailong::catalog::{self, Library};
use hailong::domain::answer_row::AnswerRow;
use hailong::domain::answers::{Answers, RawAnswers, RawValue};
use hailong::domain::catalogue::Catalogue;
use hailong::domain::form::{Form, Question, QuestionKind};
use hailong::domain::ids::{FormVersionId, ProcedureId, SurveyId, UnitId};
use hailong::domain::index::measure;
use hailong::domain::procedure::Procedure;
use hailong::domain::submission::{RawSubmission, parse, raw_from_fields};
use hailong::domain::survey::{Basis, Channel, Survey};
use hailong::domain::tally::{Layout, Tally};
use hailong::domain::text::{Language, Text};
use hailong::domain::unit::{Unit, UnitCode};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const FORM: &str = "sipas_service/2022";

/// Submissions in a round.
const SUBMISSIONS: u64 = 500;

const DEPARTMENTS: usize = 20;
const DIVISIONS: usize = 15;
const PROCEDURES: usize = 2000;

/// What all of them need.
struct Fixture {
    library: Library,
    form: Arc<Form>,
    catalogue: Catalogue,
    today: NaiveDate,
}

impl Fixture {
    fn new() -> Self {
        let library = catalog::load(None).unwrap();
        let form = library.forms[FORM].clone();
        let forms = BTreeMap::from([(FORM.to_owned(), form.clone())]);
        let catalogue = Catalogue::new(1, units(), procedures(), vec![survey()], forms);
        Self { library, form, catalogue, today: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap() }
    }

    fn layout(&self) -> Layout {
        self.library.counting().layout(&self.form)
    }

    /// The answers of one person, who leaves nothing open, as the API takes them.
    fn answers(&self, random: &mut StdRng) -> Map<String, Value> {
        let asked = self.form.questions().filter(|question| question.show_when.is_empty());
        asked.filter_map(|question| Some((question.code.clone(), self.answer(question, random)?))).collect()
    }

    fn answer(&self, question: &Question, random: &mut StdRng) -> Option<Value> {
        let options = self.form.options(question);
        let mut option = || random.random_range(0..options.len());
        Some(match question.kind {
            QuestionKind::Level => (1 + option()).into(),
            QuestionKind::Single => options[option()].code.clone().into(),
            QuestionKind::Multiple => json!([options[option()].code]),
            QuestionKind::Text => "Cán bộ hướng dẫn rõ ràng, trả kết quả đúng hẹn.".into(),
            _ => return None,
        })
    }

    fn raw<'a>(&self, number: usize, answers: RawAnswers<'a>) -> RawSubmission<'a> {
        RawSubmission {
            id: uuid::Uuid::from_u128(1 + number as u128).to_string().into(),
            unit: format!("H19.{:02}.{:02}", 1 + number % DEPARTMENTS, 1 + number % DIVISIONS).into(),
            procedure: format!("2.{:06}", number % PROCEDURES).into(),
            channel: "web".into(),
            language: "vi".into(),
            code: "".into(),
            answers,
        }
    }
}

fn beginning() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 7, 1).unwrap()
}

fn text(words: &str) -> Text {
    Text { vi: words.to_owned(), en: words.to_owned() }
}

/// A province with departments and their divisions.
fn units() -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut add = |code: String, parent: Option<UnitId>| {
        let id = UnitId(1 + i64::try_from(units.len()).unwrap());
        let (name, code) = (text(&code), UnitCode::parse(&code).unwrap());
        let (kind, status) = ("department".to_owned(), String::new());
        units.push(Unit {
            id,
            code,
            parent,
            name,
            kind,
            valid_from: beginning(),
            valid_to: None,
            successor: None,
            status,
        });
        id
    };
    let province = add("H19".to_owned(), None);
    for department in 1..=DEPARTMENTS {
        let above = add(format!("H19.{department:02}"), Some(province));
        for division in 1..=DIVISIONS {
            add(format!("H19.{department:02}.{division:02}"), Some(above));
        }
    }
    units
}

fn procedures() -> Vec<Procedure> {
    let procedure = |number| Procedure {
        id: ProcedureId(1 + i64::try_from(number).unwrap()),
        code: format!("2.{number:06}"),
        name: text("Thủ tục"),
        field: text("Lĩnh vực"),
        units: vec![UnitId(1)],
        valid_from: beginning(),
        valid_to: None,
        status: String::new(),
    };
    (0..PROCEDURES).map(procedure).collect()
}

fn survey() -> Survey {
    Survey {
        id: SurveyId(1),
        code: "sipas".to_owned(),
        form: FORM.to_owned(),
        form_version: FormVersionId(1),
        title: text("Khảo sát"),
        note: text(""),
        opens_at: beginning().and_hms_opt(0, 0, 0).unwrap().and_utc(),
        closes_at: None,
        units: Vec::new(),
        channels: Channel::ALL.to_vec(),
        basis: Basis::SelfSelected,
    }
}

fn benches(c: &mut Criterion) {
    let fixture = Fixture::new();
    let mut random = StdRng::seed_from_u64(766);
    let answers: Vec<Map<String, Value>> = (0..SUBMISSIONS).map(|_| fixture.answers(&mut random)).collect();
    let texts: Vec<String> = answers.iter().map(|answers| Value::from(answers.clone()).to_string()).collect();
    let answers = texts.iter().map(|text| serde_json::from_str(text).unwrap());
    let raws: Vec<RawSubmission<'_>> = answers.enumerate().map(|(number, all)| fixture.raw(number, all)).collect();
    reading(c, &fixture, &texts, &raws);
    let survey = fixture.catalogue.survey("sipas").unwrap();
    let check = |raw| parse(raw, &fixture.catalogue, survey, &fixture.form, fixture.today).unwrap();
    let mut group = c.benchmark_group("validate");
    group.throughput(Throughput::Elements(SUBMISSIONS));
    group.bench_function("submission", |b| b.iter(|| raws.iter().for_each(|raw| drop(black_box(check(raw))))));
    let checked: Vec<Answers> = raws.iter().map(|raw| check(raw).answers).collect();
    group.bench_function("row", |b| {
        b.iter(|| checked.iter().for_each(|answers| drop(black_box(AnswerRow::of(&fixture.form, answers)))));
    });
    group.finish();
    let rows: Vec<AnswerRow> = checked.iter().map(|answers| AnswerRow::of(&fixture.form, answers)).collect();
    counting(c, &fixture, &rows);
}

/// From text to raw answers, and from the fields of a web form.
fn reading(c: &mut Criterion, fixture: &Fixture, texts: &[String], raws: &[RawSubmission<'_>]) {
    let mut group = c.benchmark_group("parse");
    group.throughput(Throughput::Elements(SUBMISSIONS));
    group.bench_function("json", |b| {
        b.iter(|| texts.iter().for_each(|text| drop(black_box(serde_json::from_str::<RawAnswers<'_>>(text).unwrap()))));
    });
    let fields: Vec<BTreeMap<&str, Vec<String>>> = raws.iter().map(|raw| fields(&raw.answers)).collect();
    let read = |fields: &BTreeMap<&str, Vec<String>>| {
        let value = |(code, values): (&&str, &Vec<String>)| {
            let values = values.iter().map(String::as_str);
            let value = raw_from_fields(values, &fixture.form, fixture.form.question(code), Language::Vi);
            black_box(value);
        };
        fields.iter().for_each(value);
    };
    group.bench_function("fields", |b| b.iter(|| fields.iter().for_each(read)));
    group.finish();
}

/// Answers as a browser sends them: texts only.
fn fields<'a>(answers: &'a RawAnswers<'_>) -> BTreeMap<&'a str, Vec<String>> {
    let values = |value: &RawValue<'_>| match value {
        RawValue::Number(number) => vec![number.to_string()],
        RawValue::Text(text) => vec![text.to_string()],
        RawValue::List(codes) => codes.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    answers.0.iter().map(|(code, value)| (code.as_ref(), values(value))).collect()
}

/// Stored rows into a tally, and the tree of figures of a full tally.
fn counting(c: &mut Criterion, fixture: &Fixture, rows: &[AnswerRow]) {
    let layout = fixture.layout();
    let fold = |mut tally: Tally| {
        for row in rows {
            tally.add_text(&layout, row.text().as_bytes(), 1).unwrap();
        }
        tally
    };
    let mut group = c.benchmark_group("fold");
    group.throughput(Throughput::Elements(SUBMISSIONS));
    group.bench_function("stored_row", |b| {
        b.iter_batched(|| Tally::empty(&layout), |tally| black_box(fold(tally)), BatchSize::SmallInput);
    });
    group.finish();
    let full = fold(Tally::empty(&layout));
    let definition = fixture.library.index_for_form(FORM, fixture.today).unwrap();
    let tree = measure(definition, &layout, &full).unwrap();
    assert_eq!(tree.people(), i64::try_from(SUBMISSIONS).unwrap(), "everybody is counted");
    let mut group = c.benchmark_group("index");
    group.throughput(Throughput::Elements(tree.walk().len() as u64));
    group.bench_function("tree_by_node", |b| b.iter(|| black_box(measure(definition, &layout, &full))));
    group.finish();
}

fn short() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3))
}

criterion_group!(name = all; config = short(); targets = benches);
criterion_main!(all);
