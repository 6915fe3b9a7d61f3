//! Acknowledged submissions a second as JSON and as forms, in turns with single-row inserts by pgbench, so that all three meet the
//! same machine.

use crate::bench::Bench;
use crate::client::{Pace, Run};
use crate::reference;
use crate::report::{Floor, Report, median};
use crate::requests::Kind;

/// Measures all three.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let time = bench.wish.time();
    let (mut json, mut form, mut inserts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.wish.rounds() {
        json.push(bench.load(Kind::Json, Pace::Closed, time));
        form.push(bench.load(Kind::Form, Pace::Closed, time));
        inserts.push(reference::single_row_inserts(&bench.service, time));
    }
    let to_inserts = |runs: &[Run]| {
        let ratios: Vec<f64> = runs.iter().zip(&inserts).map(|(run, inserts)| run.rate() / inserts).collect();
        median(&ratios)
    };
    let (json_rate, form_rate) = (rate(&json), rate(&form));
    report.add("single_row_inserts_per_second", median(&inserts));
    report.add("submissions_per_second_json", json_rate);
    report.add("submissions_json_p50_ms", percentile(&json, 50.0));
    report.add("submissions_json_p99_ms", percentile(&json, 99.0));
    report.add("submissions_per_second_form", form_rate);
    report.add("submissions_form_p50_ms", percentile(&form, 50.0));
    report.add("submissions_form_p99_ms", percentile(&form, 99.0));
    report.judge("json_to_single_row", to_inserts(&json), Floor::AtLeast(2.0));
    report.judge("form_to_single_row", to_inserts(&form), Floor::AtLeast(1.8));
    let cores = |of: usize| median(&json.iter().map(|run| run.cores[of]).collect::<Vec<_>>());
    report.add("json_cores_of_the_load", cores(0));
    report.add("json_cores_of_the_program", cores(1));
    bench.top = Some(json_rate);
}

/// The same with many submissions stored, against what it was before them.
pub fn again(bench: &mut Bench, report: &mut Report) {
    let Some(before) = bench.top else { return };
    let time = bench.wish.time();
    let json: Vec<Run> = (0..bench.wish.rounds()).map(|_| bench.load(Kind::Json, Pace::Closed, time)).collect();
    let form: Vec<Run> = (0..bench.wish.rounds()).map(|_| bench.load(Kind::Form, Pace::Closed, time)).collect();
    report.add("filled_submissions_per_second_json", rate(&json));
    report.add("filled_submissions_json_p99_ms", percentile(&json, 99.0));
    report.add("filled_submissions_per_second_form", rate(&form));
    report.judge("filled_to_empty_json", rate(&json) / before, Floor::AtLeast(0.9));
    bench.top = Some(rate(&json));
}

fn rate(runs: &[Run]) -> f64 {
    median(&runs.iter().map(Run::rate).collect::<Vec<_>>())
}

fn percentile(runs: &[Run], per_cent: f64) -> f64 {
    median(&runs.iter().map(|run| run.percentile(per_cent)).collect::<Vec<_>>())
}
