//! `survey returns`, `survey response`, `survey estimate`: what came back from those drawn, and what it says of all.

use super::table::{Side, table};
use super::{Failure, WrongUsage, database, estimate_table, imports, print, print_json, surveys};
use crate::actions::return_papers::return_papers;
use crate::catalog;
use crate::config::{GlobalSettings, ResponseSettings, ReturnsSettings, RoundEstimateSettings};
use crate::documents::estimate_json::{self, TAKEN};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::estimate::Labels;
use crate::domain::import::{parse_margins, parse_returns};
use crate::domain::non_response::{Account, RuleCode};
use crate::domain::period::day_in_vietnam;
use crate::domain::round::Round;
use crate::domain::survey::{Basis, Channel, Survey, SurveyState};
use crate::domain::weighting::{Cap, Margin, Weighed, post_stratify, rake, trim};
use crate::storage::audit_log::Actor;
use crate::storage::{Db, catalogue, rounds};
use chrono::Utc;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The sampled survey of a code.
fn sampled<'a>(known: &'a Catalogue, code: &str) -> Result<&'a Survey, Failure> {
    let survey = known.survey(code).ok_or_else(|| surveys::no_such_survey(known, code))?;
    match survey.basis {
        Basis::Sampled => Ok(survey),
        Basis::SelfSelected => Err(format!("{code} is open to everybody: it has no sample").into()),
    }
}

/// `survey returns`.
pub fn returns(global: &GlobalSettings, settings: &ReturnsSettings) -> Result<(), Failure> {
    let file = imports::read(&settings.file)?;
    let library = catalog::load(global.forms().as_deref())?;
    let opened = database::open(global, 1)?;
    let known = opened.db.run_blocking(catalogue::load)?;
    let survey = sampled(&known, &settings.survey)?;
    let now = Utc::now();
    if survey.state(now) != SurveyState::Open || !survey.channels.contains(&Channel::Paper) {
        return Err(format!("{} takes no paper sheets now", survey.code).into());
    }
    let form = known.form(&survey.form).ok_or("the survey's form is not loaded")?;
    let rules = library.rules_on(day_in_vietnam(now)).ok_or("there are no rules for returned sheets")?;
    let rows = parse_returns(&file, form).map_err(|problems| {
        imports::tell_problems(&settings.file, &problems);
        let found = imports::count(&problems);
        format!("nothing was taken, {found} in {}: correct the file and take it again", settings.file.display())
    })?;
    let actor = Actor::command_line();
    let taken = opened.db.run_blocking(|conn| return_papers(conn, now, &actor, survey, form, rules, &rows))?;
    let account = opened.db.run_blocking(|conn| rounds::account(conn, &Scope::All, survey.id))?;
    let invalid: BTreeMap<&str, usize> = taken.invalid.iter().map(|(rule, count)| (rule.code(), *count)).collect();
    if settings.output.json {
        return print_json(&json!({
            "survey": survey.code, "rules": rules.version, "valid": taken.valid, "flagged": taken.flagged,
            "invalid": invalid, "repeated": taken.repeated, "account": account_json(&account),
        }));
    }
    let told: Vec<String> = invalid.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
    let invalid = if told.is_empty() { "0".to_owned() } else { told.join(", ") };
    print(&format!(
        "{}: {} valid ({} flagged), invalid: {invalid}, keyed in before: {}\n{}",
        settings.file.display(),
        taken.valid,
        taken.flagged,
        taken.repeated,
        account_table(&account)
    ))
}

/// `survey response`.
pub fn response(global: &GlobalSettings, settings: &ResponseSettings) -> Result<(), Failure> {
    let opened = database::open(global, 1)?;
    let known = opened.db.run_blocking(catalogue::load)?;
    let survey = sampled(&known, &settings.survey)?;
    let account = opened.db.run_blocking(|conn| rounds::account(conn, &Scope::All, survey.id))?;
    if settings.output.json { print_json(&account_json(&account)) } else { print(&account_table(&account)) }
}

fn account_json(account: &Account) -> Value {
    let by_rule = |counts: &BTreeMap<RuleCode, i64>| -> Value {
        counts
            .iter()
            .map(|(rule, count)| (rule.code().to_owned(), json!(count)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    json!({
        "issued": account.issued, "returned": account.returned(), "valid": account.valid,
        "invalid": by_rule(&account.invalid), "flagged": by_rule(&account.flagged),
        "response_rate": account.response_rate(),
    })
}

fn account_table(account: &Account) -> String {
    let line = |name: &str, count: i64| vec![name.to_owned(), count.to_string()];
    let mut rows =
        vec![line("issued", account.issued), line("returned", account.returned()), line("valid", account.valid)];
    rows.extend(account.flagged.iter().map(|(rule, count)| line(&format!("  flagged: {}", rule.code()), *count)));
    rows.push(line("invalid", account.invalid_in_all()));
    rows.extend(account.invalid.iter().map(|(rule, count)| line(&format!("  {}", rule.code()), *count)));
    let rate = account.response_rate().map_or_else(|| "-".to_owned(), |rate| format!("{:.2} %", rate * 100.0));
    rows.push(vec!["response rate".to_owned(), rate]);
    table(&[("SHEETS", Side::Left), ("N", Side::Right)], &rows)
}

/// `survey estimate`.
pub fn estimate(global: &GlobalSettings, settings: &RoundEstimateSettings) -> Result<(), Failure> {
    if let Some(taken) = settings.by.iter().find(|name| TAKEN.contains(&name.as_str())) {
        return Err(WrongUsage(format!("the figures of a group have a {taken} of their own; group by another")).into());
    }
    let library = catalog::load(global.forms().as_deref())?;
    let opened = database::open(global, 1)?;
    let known = opened.db.run_blocking(catalogue::load)?;
    let survey = sampled(&known, &settings.survey)?;
    let definition = library.index_for_form(&survey.form, day_in_vietnam(Utc::now()));
    let definition = definition.ok_or_else(|| format!("no index is computed from {}", survey.form))?;
    let round = read(&opened.db, survey)?;
    let mut weights = round.responses.weights.clone();
    let mut told = Vec::new();
    if let Some(path) = &settings.poststratify {
        let mut margins = margins(path, &round, &known)?;
        let [margin] = margins.as_mut_slice() else {
            return Err(format!("{}: one variable is wanted; several are raked with --rake", path.display()).into());
        };
        weights = post_stratify(&weights, margin)?;
    }
    if let Some(path) = &settings.rake {
        let raked = rake(&weights, &margins(path, &round, &known)?)?;
        told.push(format!("raked in {} rounds", raked.rounds));
        weights = raked.weights;
    }
    let trimmed = settings.trim.map(|times| trim(&weights, Cap::TimesMedian(times))).transpose()?;
    if let Some(trimmed) = &trimmed {
        told.push(format!(
            "{} weights cut at {:.2}, {:.1} people's worth shared out",
            trimmed.cut, trimmed.cap, trimmed.moved
        ));
        weights.clone_from(&trimmed.weights);
    }
    let weighed = Weighed::of(&weights).ok_or("nothing has come back yet")?;
    let group = |name: &String| {
        let cells = round.category(&known, name);
        (name.clone(), Arc::new(Labels::of(cells.iter().map(String::as_str))))
    };
    let groups = settings.by.iter().map(group).collect();
    let estimates = round.estimate(definition, weights, groups, settings.level)?;
    let responses = &round.responses;
    if settings.output.json {
        let mut document = estimate_json::document(definition, None, &estimates);
        document["survey"] = json!(survey.code);
        document["weights"] = json!({
            "people": weighed.people, "smallest": weighed.smallest, "largest": weighed.largest,
            "effective_size": weighed.effective, "design_effect": weighed.design_effect(),
            "trimmed": trimmed.as_ref().map(|t| json!({ "cap": t.cap, "cut": t.cut, "moved": t.moved })),
            "unrepresented_strata": responses.unrepresented, "unrepresented_people": responses.unrepresented_people,
            "joined_strata": responses.joined,
        });
        return print_json(&document);
    }
    told.push(format!(
        "weights {:.2} to {:.2} for {:.0} people, effective size {:.1} of {}",
        weighed.smallest, weighed.largest, weighed.people, weighed.effective, weighed.n
    ));
    if !responses.unrepresented.is_empty() {
        let (strata, people) = (responses.unrepresented.join(", "), responses.unrepresented_people);
        told.push(format!("nobody answered in {strata} ({people:.0} people): not represented"));
    }
    if !responses.joined.is_empty() {
        told.push(format!("joined for their variance: {}", responses.joined.join(", ")));
    }
    print(&format!("{}: {}\n{}", survey.code, told.join("; "), estimate_table::tables(definition, &estimates)))
}

fn read(db: &Db, survey: &Survey) -> Result<Round, Failure> {
    let answers = db.run_blocking(|conn| rounds::answers(conn, survey.id))?;
    let issued = db.run_blocking(|conn| rounds::issued(conn, survey.id))?;
    Ok(Round::of(answers, &issued))
}

fn margins(path: &Path, round: &Round, known: &Catalogue) -> Result<Vec<Margin>, Failure> {
    let rows = parse_margins(&imports::read(path)?).map_err(|problems| {
        imports::tell_problems(path, &problems);
        format!("nothing was estimated, {} in {}", imports::count(&problems), path.display())
    })?;
    let mut margins: Vec<Margin> = Vec::new();
    for row in rows {
        let place = margins.iter().position(|margin| margin.name == row.variable).unwrap_or_else(|| {
            let rows = round.category(known, &row.variable);
            margins.push(Margin { name: row.variable.clone(), rows, totals: BTreeMap::new() });
            margins.len() - 1
        });
        margins[place].totals.insert(row.category, row.total);
    }
    Ok(margins)
}
