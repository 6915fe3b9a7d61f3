//! What differs, in words: factors and criteria from the period before, months from the month before, units from the rest, and the
//! ranks that units may have. Each table is one family of tests (see [`crate::domain::index::compare`]).
//!
//! Only figures that are shown are compared; what is hidden on either side has no comparison.

use crate::domain::index::{
    CLEAR, Comparison, Difference, Precision, Published, Ranks, Share, Verdict, compare, ranks,
};
use crate::domain::period::Calendar;
use crate::i18n;
use crate::storage::figures::{Shown, SideBySide};
use crate::web::view::View;
use std::collections::BTreeMap;

/// A difference as a table shows it.
#[derive(Clone)]
pub(super) struct Compared {
    /// `+1,20 (−0,4 đến 2,8)`.
    pub difference: String,
    /// What it shows.
    pub words: String,
    pub is_clear: bool,
}

/// A share and its precision.
type Figure<'a> = (&'a Share, Precision);

fn figure(node: &Published) -> Option<Figure<'_>> {
    let figures = node.figures.as_ref()?;
    Some((figures.share.as_ref()?, figures.precision?))
}

/// The whole against the period before: a family of one. The key of the sentence, and the difference in words.
pub(super) fn whole(view: &View, now: &Published, before: &Published) -> Option<(&'static str, String)> {
    let (now, before) = (figure(now)?, figure(before)?);
    let comparison = compare(&[Some((now.1, before.1))]).into_iter().next()??;
    let points = now.0.hundredths() - before.0.hundredths();
    let key = match comparison.verdict() {
        Verdict::Higher => "difference-whole-up",
        Verdict::Lower => "difference-whole-down",
        Verdict::Unclear => "difference-whole-unclear",
    };
    Some((key, in_words(view, points, &comparison.difference)))
}

fn in_words(view: &View, points: i64, difference: &Difference) -> String {
    let key = match points {
        0 => "difference-none",
        points if points > 0 => "difference-up",
        _ => "difference-down",
    };
    let [low, high] = view.ends(difference.low, difference.high);
    let points = i18n::points(view.language, points.abs());
    view.tn(key, &[("points", &points), ("low", &low), ("high", &high)])
}

/// The words of a table for clearly higher, clearly lower and neither.
type Words = [&'static str; 3];
const IN_TIME: Words = ["difference-clear-up", "difference-clear-down", "difference-unclear-short"];
const AGAINST_REST: Words = ["difference-higher", "difference-lower", "difference-unclear-short"];

fn compared(view: &View, points: i64, comparison: &Comparison, words: Words) -> Compared {
    let verdict = comparison.verdict();
    let key = match verdict {
        Verdict::Higher => words[0],
        Verdict::Lower => words[1],
        Verdict::Unclear => words[2],
    };
    let [low, high] = view.ends(comparison.difference.low, comparison.difference.high);
    let sign = match points {
        0 => "",
        points if points > 0 => "+",
        _ => "−",
    };
    let points = format!("{sign}{}", i18n::points(view.language, points.abs()));
    Compared {
        difference: view.tn("difference-short", &[("points", &points), ("low", &low), ("high", &high)]),
        words: view.t(key),
        is_clear: verdict != Verdict::Unclear,
    }
}

/// Compares pairs that are shown; the difference is that of the shares as they are written.
fn pairs(view: &View, pairs: &[Option<(Figure<'_>, Figure<'_>)>]) -> (Vec<Option<Compared>>, Vec<Option<Comparison>>) {
    let comparisons = compare(&pairs.iter().map(|pair| pair.map(|(a, b)| (a.1, b.1))).collect::<Vec<_>>());
    let text = |(pair, comparison): (&Option<(Figure<'_>, Figure<'_>)>, &Option<Comparison>)| {
        let ((now, _), (before, _)) = pair.as_ref()?;
        Some(compared(view, now.hundredths() - before.hundredths(), comparison.as_ref()?, IN_TIME))
    };
    (pairs.iter().zip(&comparisons).map(text).collect(), comparisons)
}

/// Factors and criteria against the period before.
#[derive(Default)]
pub(super) struct Nodes {
    /// By code.
    pub of: BTreeMap<String, Compared>,
    /// How many rows were compared, and how many are clear by Holm and by Benjamini and Hochberg; nothing where none was.
    pub counts: Option<[usize; 3]>,
}

/// All nodes below the root against the same nodes of the period before.
pub(super) fn nodes(view: &View, now: &Published, before: Option<&Published>) -> Nodes {
    let Some(before) = before else { return Nodes::default() };
    let rows: Vec<&Published> = now.walk().into_iter().skip(1).collect();
    let then: Vec<Option<&Published>> = rows.iter().map(|row| before.find(&row.code)).collect();
    let both = rows.iter().zip(then).map(|(row, then)| Some((figure(row)?, figure(then?)?)));
    let (texts, comparisons) = pairs(view, &both.collect::<Vec<_>>());
    let made: Vec<&Comparison> = comparisons.iter().flatten().collect();
    let clear = |p: fn(&Comparison) -> f64| made.iter().filter(|comparison| p(comparison) < CLEAR).count();
    let counts = [made.len(), clear(|c| c.holm), clear(|c| c.benjamini_hochberg)];
    let of = rows.iter().zip(texts).filter_map(|(row, text)| Some((row.code.clone(), text?)));
    Nodes { of: of.collect(), counts: (!made.is_empty()).then_some(counts) }
}

/// Each month against the one just before it, where both are shown.
pub(super) fn months(view: &View, months: &[(Calendar, Shown)]) -> Vec<Option<Compared>> {
    let before = std::iter::once(None).chain(months.iter().map(Some));
    let both = months.iter().zip(before).map(|((month, shown), before)| {
        let (_, before) = before.filter(|(previous, _)| *previous == month.previous())?;
        Some((figure(&shown.tree)?, figure(&before.tree)?))
    });
    pairs(view, &both.collect::<Vec<_>>()).0
}

/// A group among the others.
#[derive(Default)]
pub(super) struct Standing {
    pub against_rest: Option<Compared>,
    pub ranks: Option<Ranks>,
}

/// Groups in their order: each against all others together, and the ranks that it may have. What has no code has no rank, such as
/// what was sent to the unit above others itself. Nothing is compared with a whole that is hidden.
pub(super) fn side_by_side(view: &View, whole: &Shown, all: &SideBySide) -> Vec<Standing> {
    let own = |shown: &Shown| shown.submissions.and(figure(&shown.tree)).map(|(_, precision)| precision);
    let is_open = own(whole).is_some();
    let sides = all.groups.iter().zip(&all.rest);
    let pair = |((_, shown), rest): (&(String, Shown), &Option<Precision>)| {
        is_open.then_some(())?;
        Some((own(shown)?, (*rest)?))
    };
    let comparisons = compare(&sides.map(pair).collect::<Vec<_>>());
    let ranked = |(code, shown): &(String, Shown)| if code.is_empty() { None } else { own(shown) };
    let ranks = ranks(&all.groups.iter().map(ranked).collect::<Vec<_>>());
    let standing = |(comparison, ranks): (Option<Comparison>, Option<Ranks>)| {
        let text = |comparison: Comparison| {
            let points = (10_000.0 * comparison.difference.by).round() as i64;
            compared(view, points, &comparison, AGAINST_REST)
        };
        Standing { against_rest: comparison.map(text), ranks }
    };
    comparisons.into_iter().zip(ranks).map(standing).collect()
}

/// A range of ranks in words; empty where there is none.
pub(super) fn rank(view: &View, ranks: Option<Ranks>) -> String {
    let Some(Ranks { best, worst, of }) = ranks else { return String::new() };
    let [best, worst, of] = [best, worst, of].map(|number| number.to_string());
    view.tn("rank-range", &[("best", &best), ("worst", &worst), ("of", &of)])
}
