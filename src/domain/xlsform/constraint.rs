//! Limits: the `constraint` column becomes `limits` and `max_length`, and these an expression.
//!
//! Taken are fixed ends of the answer itself, joined by `and`; patterns and limits that depend on another answer are not.

use super::expression::{Expression, Sign, parse};
use crate::domain::form::{Limits, Question, QuestionKind};
use crate::domain::limits::Bound;

/// What a cell allows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    pub limits: Limits,
    pub max_length: Option<usize>,
}

/// What a cell allows of a question of a kind; nothing where that cannot be taken.
pub(super) fn read(cell: &str, kind: QuestionKind) -> Option<Allowed> {
    let mut allowed = Allowed::default();
    take(&parse(cell)?, kind, &mut allowed)?;
    Some(allowed)
}

fn take(expression: &Expression, kind: QuestionKind, allowed: &mut Allowed) -> Option<()> {
    match expression {
        Expression::And(all) => all.iter().try_for_each(|one| take(one, kind, allowed)),
        Expression::Compare(left, sign, right) => match (left.as_ref(), right.as_ref()) {
            (Expression::Itself, end) => bound(*sign, end, kind, &mut allowed.limits),
            (end, Expression::Itself) => bound(sign.turned(), end, kind, &mut allowed.limits),
            (length, Expression::Number(most)) if kind == QuestionKind::Text && is_length(length) => {
                let most: usize = most.parse().ok()?;
                let most = match sign {
                    Sign::AtMost => most,
                    Sign::Less => most.checked_sub(1)?,
                    _ => return None,
                };
                (most > 0 && allowed.max_length.replace(most).is_none()).then_some(())
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_length(expression: &Expression) -> bool {
    matches!(expression, Expression::Call(name, of) if name == "string-length" && matches!(of.as_slice(), [Expression::Itself]))
}

fn bound(sign: Sign, end: &Expression, kind: QuestionKind, limits: &mut Limits) -> Option<()> {
    let end = match (end, kind) {
        (Expression::Number(number), QuestionKind::Integer | QuestionKind::Decimal) => number,
        (Expression::Text(day), QuestionKind::Date) => day,
        (Expression::Call(name, of), QuestionKind::Date) if name == "date" => match of.as_slice() {
            [Expression::Text(day)] => day,
            _ => return None,
        },
        _ => return None,
    };
    let end = match (Bound::parse(end)?, kind) {
        (Bound::Number(number), QuestionKind::Integer) if number.whole().is_none() => return None,
        (Bound::Day(_), kind) if kind != QuestionKind::Date => return None,
        (Bound::Number(_), QuestionKind::Date) => return None,
        (end, _) => end,
    };
    let place = match sign {
        Sign::AtLeast => &mut limits.min,
        Sign::AtMost => &mut limits.max,
        Sign::More => &mut limits.above,
        Sign::Less => &mut limits.below,
        Sign::Equal | Sign::Unequal => return None,
    };
    place.replace(end).is_none().then_some(())
}

/// The limits of a question as an expression; empty where there are none.
pub(super) fn write(question: &Question) -> String {
    let limits = question.limits.clone().unwrap_or_default();
    let ends = [(">=", limits.min), (">", limits.above), ("<=", limits.max), ("<", limits.below)];
    let ends = ends.into_iter().filter_map(|(sign, end)| match end? {
        Bound::Number(number) => Some(format!(". {sign} {number}")),
        Bound::Day(day) => Some(format!(". {sign} date('{day}')")),
    });
    let length = question.max_length.filter(|_| question.kind == QuestionKind::Text);
    let length = length.map(|most| format!("string-length(.) <= {most}"));
    ends.chain(length).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_ends_are_taken_and_nothing_else() {
        use QuestionKind::{Date, Decimal, Integer, Text};
        let ends =
            |cell: &str, kind| read(cell, kind).map(|a| a.limits.bounds().map(|b| b.to_string()).collect::<Vec<_>>());
        assert_eq!(ends(". >= 0 and . <= 120", Integer), Some(vec!["0".into(), "120".into()]));
        assert_eq!(ends("0 < . and 99.5 > .", Decimal), Some(vec!["0".into(), "99.5".into()]));
        assert_eq!(ends(". >= date('2026-01-01')", Date), Some(vec!["2026-01-01".into()]));
        assert_eq!(read("string-length(.) < 10", Text).unwrap().max_length, Some(9));
        for (cell, kind) in [
            (". >= 0.5", Integer),
            (". <= today()", Date),
            ("regex(., '[0-9]+')", Text),
            (". > 1 and . > 2", Integer),
            (". = 4", Integer),
            (". > ${other}", Integer),
            (". > 1 or . < 0", Integer),
            (". > 1", Text),
            ("string-length(.) > 1", Text),
            ("string-length(.) <= 0", Text),
            (". > 1", Date),
        ] {
            assert_eq!(read(cell, kind), None, "{cell}");
        }
    }
}
