//! Conditions: the `relevant` column becomes `show_when`, and `show_when` an expression.
//!
//! Taken is what means the same here: comparisons of one answer with options, joined by `and`, or by `or` where all are about
//! one question. What was not answered is equal to nothing and selected nowhere, on both sides.

use super::What;
use super::expression::{Expression, Sign, parse};
use crate::domain::condition::Condition;
use crate::domain::decimal::Decimal;
use crate::domain::form::QuestionKind;

/// A question that stands before, as conditions name it.
pub(super) struct Earlier {
    /// Its name in the workbook.
    pub name: String,
    pub code: String,
    pub kind: QuestionKind,
    /// Its options: the name in the workbook and the code.
    pub options: Vec<(String, String)>,
}

/// The conditions of a cell; what cannot be taken of it otherwise.
pub(super) fn read(cell: &str, earlier: &[Earlier]) -> Result<Vec<Condition>, What> {
    let unfit = || What::Relevant(cell.to_owned());
    let expression = parse(cell).ok_or_else(unfit)?;
    Reader { cell, earlier }.conditions(&expression, Holds::Yes)
}

/// Whether an expression has to hold, or must not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
}

impl Holds {
    fn turned(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
        }
    }
}

struct Reader<'a> {
    cell: &'a str,
    earlier: &'a [Earlier],
}

impl Reader<'_> {
    fn unfit<T>(&self) -> Result<T, What> {
        Err(What::Relevant(self.cell.to_owned()))
    }

    fn conditions(&self, expression: &Expression, holds: Holds) -> Result<Vec<Condition>, What> {
        match (expression, holds) {
            (Expression::And(all), Holds::Yes) => {
                let each: Result<Vec<_>, _> = all.iter().map(|one| self.conditions(one, holds)).collect();
                Ok(each?.concat())
            }
            (Expression::Or(all), Holds::No) => {
                let each: Result<Vec<_>, _> = all.iter().map(|one| self.conditions(one, holds)).collect();
                let each = each?.concat();
                Ok(merged(&each, Holds::No).map_or(each, |one| vec![one]))
            }
            (Expression::Or(all), Holds::Yes) | (Expression::And(all), Holds::No) => {
                let each: Result<Vec<_>, _> = all.iter().map(|one| self.conditions(one, holds)).collect();
                let each = each?;
                if each.iter().any(|conditions| conditions.len() != 1) {
                    return self.unfit();
                }
                merged(&each.concat(), Holds::Yes).map_or_else(|| self.unfit(), |one| Ok(vec![one]))
            }
            (Expression::Call(name, of), _) => match (name.as_str(), of.as_slice()) {
                ("not", [one]) => self.conditions(one, holds.turned()),
                ("selected", [Expression::Answer(name), option]) => {
                    let on = self.earlier(name)?;
                    let option = self.option(on, option)?;
                    Ok(vec![one(on, vec![option], holds)])
                }
                _ => self.unfit(),
            },
            (Expression::Compare(left, sign, right), _) => match (left.as_ref(), right.as_ref()) {
                (Expression::Answer(name), value) => self.compared(name, *sign, value, holds),
                (value, Expression::Answer(name)) => self.compared(name, sign.turned(), value, holds),
                _ => self.unfit(),
            },
            _ => self.unfit(),
        }
    }

    fn compared(&self, name: &str, sign: Sign, value: &Expression, holds: Holds) -> Result<Vec<Condition>, What> {
        let on = self.earlier(name)?;
        let is_nothing = matches!(value, Expression::Text(text) if text.is_empty());
        let holds = if sign == Sign::Unequal { holds.turned() } else { holds };
        match sign {
            // Answered, whatever it says; that it was not answered is no condition here.
            Sign::Equal | Sign::Unequal if is_nothing => match holds {
                Holds::No => Ok(vec![one(on, on.options.iter().map(|o| o.1.clone()).collect(), Holds::Yes)]),
                Holds::Yes => self.unfit(),
            },
            // Of several answers together, this says that nothing else was chosen.
            Sign::Equal | Sign::Unequal if on.kind == QuestionKind::Multiple => self.unfit(),
            Sign::Equal | Sign::Unequal => Ok(vec![one(on, vec![self.option(on, value)?], holds)]),
            _ => {
                let (Expression::Number(limit) | Expression::Text(limit)) = value else { return self.unfit() };
                let numbered: Option<Vec<(Decimal, &String)>> =
                    on.options.iter().map(|(name, code)| Some((Decimal::parse(name)?, code))).collect();
                let (Some(limit), Some(numbered)) = (Decimal::parse(limit), numbered) else { return self.unfit() };
                let is_within = |number: &Decimal| match sign {
                    Sign::Less => *number < limit,
                    Sign::AtMost => *number <= limit,
                    Sign::More => *number > limit,
                    _ => *number >= limit,
                };
                let within = numbered.iter().filter(|(number, _)| is_within(number));
                let within: Vec<String> = within.map(|(_, code)| (*code).clone()).collect();
                if within.is_empty() || on.kind == QuestionKind::Multiple {
                    return self.unfit();
                }
                Ok(vec![one(on, within, holds)])
            }
        }
    }

    fn earlier(&self, name: &str) -> Result<&Earlier, What> {
        let on = self.earlier.iter().find(|earlier| earlier.name == name);
        let on = on.ok_or_else(|| What::RelevantUnknown(self.cell.to_owned(), name.to_owned()))?;
        if on.kind.has_options() { Ok(on) } else { Err(What::RelevantOpen(self.cell.to_owned(), name.to_owned())) }
    }

    fn option(&self, on: &Earlier, value: &Expression) -> Result<String, What> {
        let (Expression::Text(value) | Expression::Number(value)) = value else { return self.unfit() };
        let named = on.options.iter().find(|(name, _)| name == value);
        let named = named.ok_or_else(|| What::RelevantOption(self.cell.to_owned(), value.clone()))?;
        Ok(named.1.clone())
    }
}

fn one(on: &Earlier, options: Vec<String>, holds: Holds) -> Condition {
    let (any_of, none_of) = if holds == Holds::Yes { (options, Vec::new()) } else { (Vec::new(), options) };
    Condition { question: on.code.clone(), any_of, none_of }
}

/// Conditions of one sort on one question as one with all their options; nothing where they are not so.
fn merged(conditions: &[Condition], sort: Holds) -> Option<Condition> {
    let first = conditions.first()?;
    let is_like = |other: &Condition| other.question == first.question && other.opens() == (sort == Holds::Yes);
    if !conditions.iter().all(is_like) {
        return None;
    }
    let mut options: Vec<String> = Vec::new();
    for option in conditions.iter().flat_map(Condition::options) {
        if !options.contains(option) {
            options.push(option.clone());
        }
    }
    let (any_of, none_of) = if sort == Holds::Yes { (options, Vec::new()) } else { (Vec::new(), options) };
    Some(Condition { question: first.question.clone(), any_of, none_of })
}

/// Conditions as an expression; empty where there are none.
pub(super) fn write(conditions: &[Condition], kind_of: impl Fn(&str) -> Option<QuestionKind>) -> String {
    let parts: Vec<String> = conditions
        .iter()
        .map(|condition| {
            let on = &condition.question;
            let is_multiple = kind_of(on) == Some(QuestionKind::Multiple);
            let chosen = |option: &String| {
                if is_multiple { format!("selected(${{{on}}}, '{option}')") } else { format!("${{{on}}} = '{option}'") }
            };
            let any: Vec<String> = condition.options().map(chosen).collect();
            match (condition.opens(), any.as_slice()) {
                (false, _) => format!("not({})", any.join(" or ")),
                (true, [one]) => one.clone(),
                (true, _) if conditions.len() == 1 => any.join(" or "),
                (true, _) => format!("({})", any.join(" or ")),
            }
        })
        .collect();
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earlier() -> Vec<Earlier> {
        let options =
            |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), name.to_lowercase())).collect::<Vec<_>>();
        let one = |name: &str, kind, names: &[&str]| Earlier {
            name: name.to_owned(),
            code: name.to_lowercase(),
            kind,
            options: options(names),
        };
        vec![
            one("Q", QuestionKind::Level, &["1", "2", "3", "4", "5"]),
            one("why", QuestionKind::Multiple, &["Time", "cost"]),
            one("age", QuestionKind::Integer, &[]),
        ]
    }

    fn condition(question: &str, any_of: &[&str], none_of: &[&str]) -> Condition {
        let codes = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect();
        Condition { question: question.to_owned(), any_of: codes(any_of), none_of: codes(none_of) }
    }

    #[test]
    fn what_means_the_same_is_taken() {
        for (cell, expected) in [
            ("${Q} = 3", vec![condition("q", &["3"], &[])]),
            ("'3' = ${Q}", vec![condition("q", &["3"], &[])]),
            ("${Q} <= 3", vec![condition("q", &["1", "2", "3"], &[])]),
            ("3 > ${Q}", vec![condition("q", &["1", "2"], &[])]),
            ("not(${Q} >= 4)", vec![condition("q", &[], &["4", "5"])]),
            ("${Q} != ''", vec![condition("q", &["1", "2", "3", "4", "5"], &[])]),
            ("${Q} != '1'", vec![condition("q", &[], &["1"])]),
            ("${Q}='1' or ${Q}='2'", vec![condition("q", &["1", "2"], &[])]),
            ("not(${Q}=1 and ${Q}!=2)", vec![]),
            ("selected(${why}, 'Time')", vec![condition("why", &["time"], &[])]),
            (
                "${Q} < 3 and not(selected(${why}, 'cost'))",
                vec![condition("q", &["1", "2"], &[]), condition("why", &[], &["cost"])],
            ),
        ] {
            match read(cell, &earlier()) {
                Ok(found) => assert_eq!(found, expected, "{cell}"),
                Err(what) => assert!(expected.is_empty(), "{cell}: {what:?}"),
            }
        }
    }

    #[test]
    fn what_does_not_mean_the_same_is_refused() {
        let refused = |cell: &str| read(cell, &earlier()).unwrap_err().code();
        for cell in
            ["${Q} = ''", "${why} = 'Time'", "${Q} = 1 or selected(${why}, 'cost')", "${Q} > 5", "1 = 1", "${Q}"]
        {
            assert_eq!(refused(cell), "relevant", "{cell}");
        }
        assert_eq!(refused("${nobody} = 1"), "relevant-unknown");
        assert_eq!(refused("${age} > 18"), "relevant-open");
        assert_eq!(refused("${Q} = 9"), "relevant-option");
    }

    #[test]
    fn conditions_come_back_as_they_went() {
        let kinds = |code: &str| earlier().into_iter().find(|e| e.code == code).map(|e| e.kind);
        for conditions in [
            vec![condition("q", &["1", "3"], &[])],
            vec![condition("q", &[], &["1"])],
            vec![condition("q", &["1", "2"], &[]), condition("q", &[], &["2"])],
            vec![condition("q", &[], &["2", "1"]), condition("why", &["cost"], &[])],
        ] {
            let lower: Vec<Earlier> = earlier()
                .into_iter()
                .map(|e| Earlier {
                    name: e.code.clone(),
                    options: e.options.iter().map(|o| (o.1.clone(), o.1.clone())).collect(),
                    ..e
                })
                .collect();
            let cell = write(&conditions, kinds);
            assert_eq!(read(&cell, &lower).unwrap(), conditions, "{cell}");
        }
    }
}
