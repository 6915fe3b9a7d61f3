//! What can be wrong with conditions: they look back, at something that can be chosen, and can hold together.
//!
//! A circle of conditions needs one that looks forward, which is refused; so there is none.

use super::condition::Condition;
use super::form::{Form, FormFault, FormProblem, Item, QuestionKind};
use std::collections::{BTreeMap, BTreeSet};

/// Checks the conditions of one place (a question, or a section with its `own` questions) against what comes `earlier`.
pub(super) fn check(
    form: &Form,
    place: &str,
    own: &[&str],
    show_when: &[Condition],
    earlier: &BTreeSet<&str>,
    problems: &mut Vec<FormProblem>,
) {
    for condition in show_when {
        let faults = match fault_of_question(form, condition, own, earlier) {
            Some(fault) => vec![fault],
            None => faults_of_options(form, condition),
        };
        problems.extend(faults.into_iter().map(|fault| FormProblem { place: place.to_owned(), fault }));
    }
}

fn fault_of_question(form: &Form, condition: &Condition, own: &[&str], earlier: &BTreeSet<&str>) -> Option<FormFault> {
    let code = condition.question.as_str();
    let name = || code.to_owned();
    let Some(on) = form.items().find(|item| item.question.code == code) else {
        return Some(FormFault::ConditionOnUnknown(name()));
    };
    if own.contains(&code) {
        Some(FormFault::ConditionOnItself)
    } else if !earlier.contains(code) {
        Some(FormFault::ConditionNotEarlier(name()))
    } else if !on.question.kind.has_options() {
        Some(FormFault::ConditionOnText(name()))
    } else if condition.any_of.is_empty() == condition.none_of.is_empty() {
        Some(FormFault::ConditionUnclear(name()))
    } else if !condition.opens() && on.conditions().next().is_some() {
        Some(FormFault::ConditionOnAsked(name()))
    } else {
        None
    }
}

fn faults_of_options(form: &Form, condition: &Condition) -> Vec<FormFault> {
    let Some(on) = form.question(&condition.question) else { return Vec::new() };
    let known: Vec<&str> = form.options(on).iter().map(|o| o.code.as_str()).collect();
    let unknown = condition.options().filter(|option| !known.contains(&option.as_str()));
    unknown.map(|option| FormFault::UnknownOption(option.clone())).collect()
}

/// Reports the questions that no answers can open.
pub(super) fn unreachable(form: &Form, problems: &mut Vec<FormProblem>) {
    let never = form.items().filter(|item| !can_be_asked(form, *item));
    problems.extend(never.map(|i| FormProblem { place: i.question.code.clone(), fault: FormFault::NeverAsked }));
}

/// Whether some choice for each question named makes all conditions hold: one option where one can be chosen, any number else.
fn can_be_asked(form: &Form, item: Item<'_>) -> bool {
    let mut by_question: BTreeMap<&str, Vec<&Condition>> = BTreeMap::new();
    for condition in form.all_conditions(item) {
        by_question.entry(&condition.question).or_default().push(condition);
    }
    by_question.into_iter().all(|(code, conditions)| {
        let Some(on) = form.question(code) else { return true };
        let closed = |option: &String| conditions.iter().any(|c| c.none_of.contains(option));
        let mut opening = conditions.iter().filter(|c| c.opens());
        if on.kind == QuestionKind::Multiple {
            return opening.all(|c| c.any_of.iter().any(|option| !closed(option)));
        }
        let Some(first) = opening.next() else { return true };
        let rest: Vec<_> = opening.collect();
        first.any_of.iter().any(|option| !closed(option) && rest.iter().all(|c| c.any_of.contains(option)))
    })
}
