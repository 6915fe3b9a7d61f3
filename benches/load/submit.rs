//! Acknowledged submissions a second as JSON and as forms, in turns of a few seconds with single-row inserts by pgbench: so all of
//! them meet the same machine, however its speed changes by the minute where it is shared with others.

use crate::bench::{Bench, SENDERS};
use crate::client::{Pace, Run};
use crate::reference;
use crate::report::{Floor, Report, median};
use crate::requests::Kind;
use crate::stored;

/// What came of the turns, one of each a turn.
struct Turns {
    json: Vec<Run>,
    /// By twice as many senders: what the machine can do where it does not wait for them.
    json_by_twice: Vec<Run>,
    form: Vec<Run>,
    inserts: Vec<f64>,
}

impl Turns {
    fn take(bench: &mut Bench) -> Self {
        let (time, rounds) = bench.wish.turns();
        let mut turns = Self { json: Vec::new(), json_by_twice: Vec::new(), form: Vec::new(), inserts: Vec::new() };
        for _ in 0..rounds {
            turns.json.push(bench.load(Kind::Json, Pace::Closed, time));
            turns.json_by_twice.push(bench.load_by(2 * SENDERS, Kind::Json, Pace::Closed, time));
            turns.form.push(bench.load(Kind::Form, Pace::Closed, time));
            // What the load left to be counted is not to slow down what it is compared with.
            stored::wait_until_counted(&mut stored::connect(&bench.service.database_url()));
            turns.inserts.push(reference::single_row_inserts(&bench.service, time));
        }
        turns
    }

    fn to_inserts(&self, runs: &[Run]) -> f64 {
        let ratios: Vec<f64> = runs.iter().zip(&self.inserts).map(|(run, inserts)| run.rate() / inserts).collect();
        median(&ratios)
    }
}

/// Measures all of them.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let turns = Turns::take(bench);
    let Turns { json, json_by_twice, form, inserts } = &turns;
    report.add("single_row_inserts_per_second", median(inserts));
    report.add("submissions_per_second_json", rate(json));
    report.add("submissions_json_p50_ms", percentile(json, 50.0));
    report.add("submissions_json_p99_ms", percentile(json, 99.0));
    report.add("submissions_per_second_form", rate(form));
    report.add("submissions_form_p50_ms", percentile(form, 50.0));
    report.add("submissions_form_p99_ms", percentile(form, 99.0));
    report.judge("json_to_single_row", turns.to_inserts(json), Floor::AtLeast(2.0));
    report.judge("form_to_single_row", turns.to_inserts(form), Floor::AtLeast(1.8));
    report.add("submissions_per_second_json_by_128", rate(json_by_twice));
    report.add("submissions_json_by_128_p99_ms", percentile(json_by_twice, 99.0));
    report.add("json_by_128_to_single_row", turns.to_inserts(json_by_twice));
    let cores = |runs: &[Run], of: usize| median(&runs.iter().map(|run| run.cores[of]).collect::<Vec<_>>());
    report.add("json_cores_of_the_load", cores(json, 0));
    report.add("json_cores_of_the_program", cores(json, 1));
    report.add("json_cores_of_all", cores(json, 2));
    report.add("form_cores_of_all", cores(form, 2));
    bench.top = Some(rate(json));
    bench.empty = Some([turns.to_inserts(json), turns.to_inserts(form)]);
}

/// The same with many submissions stored, against what it was before them: both as parts of single-row inserts into an empty table
/// at the time, since the machine may have become another in between.
pub fn again(bench: &mut Bench, report: &mut Report) {
    let Some([json_before, form_before]) = bench.empty else { return };
    let turns = Turns::take(bench);
    let Turns { json, json_by_twice, form, inserts } = &turns;
    report.add("filled_single_row_inserts_per_second", median(inserts));
    report.add("filled_submissions_per_second_json", rate(json));
    report.add("filled_submissions_json_p99_ms", percentile(json, 99.0));
    report.add("filled_submissions_per_second_form", rate(form));
    report.judge("filled_to_empty_json", turns.to_inserts(json) / json_before, Floor::AtLeast(0.9));
    report.add("filled_to_empty_form", turns.to_inserts(form) / form_before);
    report.add("filled_json_by_128_to_single_row", turns.to_inserts(json_by_twice));
    bench.top = Some(rate(json));
}

fn rate(runs: &[Run]) -> f64 {
    median(&runs.iter().map(Run::rate).collect::<Vec<_>>())
}

fn percentile(runs: &[Run], per_cent: f64) -> f64 {
    median(&runs.iter().map(|run| run.percentile(per_cent)).collect::<Vec<_>>())
}
