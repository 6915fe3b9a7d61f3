//! Figures as they may be shown: tallies, measured by an index definition, with small groups hidden and what would give them
//! away. Dashboard, API and whoever else shows figures to staff read them here, so that they say the same.

use super::sizes;
use super::tallies::{Filter, Split, sums};
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::disclosure;
use crate::domain::ids::{FormVersionId, SurveyId, UnitId};
use crate::domain::index::{Definition, Measured, Precision, Published, closed_among, measure, publish_beside};
use crate::domain::narrowing::{Disclosure, Narrowing, key_of, siblings_of_period, step_below, unit_above};
use crate::domain::period::{Calendar, Period};
use crate::domain::survey::{Channel, Mixing, Survey};
use crate::domain::tally::{Layout, Tally};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is asked, and by whom.
#[derive(Clone)]
pub struct Asked {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// What the reader may see.
    pub scope: Scope,
    /// How figures are made.
    pub definition: Arc<Definition>,
    /// Where the counts of the form version stand.
    pub layout: Layout,
    /// One survey; none: all that ask the form version.
    pub survey: Option<SurveyId>,
    /// Whether, where it is all, sampled and self-selected ones are added up.
    pub mixing: Mixing,
    /// The form version.
    pub form_version: FormVersionId,
    /// Unit, procedure, channel.
    pub narrowing: Narrowing,
    /// The days.
    pub period: Period,
}

/// The figures of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// How many submissions; none where hidden.
    pub submissions: Option<i64>,
    /// The tree, hidden where it must be.
    pub tree: Published,
}

/// Reads figures; holds what was found out about what may be shown. Where several surveys are asked about, what is shown of all
/// is the sum of what may be shown of each, so that it tells nothing new.
pub struct Reader {
    asked: Asked,
    parts: Vec<Part>,
}

struct Part {
    survey: SurveyId,
    disclosure: Disclosure,
}

/// Units side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Units {
    /// Every unit to which something was sent that the question counts.
    pub with_data: Vec<UnitId>,
    /// The groups, by code.
    pub groups: Vec<(String, Shown)>,
    /// For each group the share of all others together; nothing where the group is hidden, or where too few people are left. It is
    /// only for comparing with a whole that is shown, since it can be worked out from that and the group.
    pub rest: Vec<Option<Precision>>,
}

/// The tallies of one group, one a part.
type PartTallies = Vec<Tally>;

impl Reader {
    /// A reader for one question.
    pub fn new(conn: &mut PgConnection, asked: Asked) -> QueryResult<Self> {
        let of_form = || asked.catalogue.surveys().iter().filter(|s| s.form_version == asked.form_version);
        let basis = asked.mixing.basis(of_form());
        let is_asked = |s: &&Survey| match asked.survey {
            Some(wished) => s.id == wished,
            None => basis.is_none_or(|basis| s.basis == basis),
        };
        let surveys: Vec<SurveyId> = of_form().filter(is_asked).map(|s| s.id).collect();
        let mut parts = Vec::with_capacity(surveys.len());
        for survey in surveys {
            let sizes = sizes::of_survey(conn, &asked.scope, survey, asked.period)?;
            let disclosure = Disclosure::new(&asked.catalogue, &asked.scope, asked.period, &sizes);
            parts.push(Part { survey, disclosure });
        }
        Ok(Self { asked, parts })
    }

    /// Whether anything of a narrowing of the period may be shown.
    pub fn may_show(&mut self, narrowing: &Narrowing) -> bool {
        self.parts.iter_mut().all(|part| part.disclosure.may_show(narrowing))
    }

    /// What each part of the question counts, for reading answers side by side.
    pub fn filters(&self) -> Vec<Filter> {
        self.parts.iter().map(|part| self.filter(part)).collect()
    }

    /// All that was asked about, as one tree.
    pub fn whole(&mut self, conn: &mut PgConnection) -> QueryResult<Shown> {
        let mut tallies = Vec::with_capacity(self.parts.len());
        let mut closed = BTreeSet::new();
        for part in &self.parts {
            let filter = self.filter(part);
            tallies.push(self.tally(conn, &filter)?);
            closed.extend(self.closed_by_siblings(conn, &filter)?);
        }
        let narrowing = self.asked.narrowing.clone();
        Ok(self.shown(&narrowing, &tallies, &closed))
    }

    /// The units directly below the one asked about (or at the top of what the reader sees), each with all below it; where there
    /// is only one, those below that. Under the empty code: what was sent to the unit above them itself.
    pub fn units(&mut self, conn: &mut PgConnection) -> QueryResult<Units> {
        let by_unit = self.split(conn, Split::Unit, |_: &Asked, unit| Some(UnitId(unit)))?;
        let with_data = by_unit.keys().copied().collect();
        let mut above = self.asked.narrowing.unit.clone();
        let groups = loop {
            let mut groups: BTreeMap<String, PartTallies> = BTreeMap::new();
            for (unit, tallies) in &by_unit {
                let step = step_below(&self.asked.catalogue, &self.asked.scope, *unit, above.as_deref());
                let nothing = || vec![Tally::empty(&self.asked.layout); tallies.len()];
                let group = groups.entry(step.unwrap_or_default()).or_insert_with(nothing);
                group.iter_mut().zip(tallies).for_each(|(all, tally)| all.merge(tally));
            }
            match groups.keys().next().filter(|code| groups.len() == 1 && !code.is_empty()) {
                Some(only) => above = Some(only.clone()),
                None => break groups,
            }
        };
        let sums: Vec<Tally> = groups.values().map(|tallies| self.sum(tallies)).collect();
        let groups = self.groups(groups, |narrowing, code| match code.is_empty() {
            true => Narrowing { unit: above.clone(), is_direct: true, ..narrowing.clone() },
            false => Narrowing { unit: Some(code.clone()), ..narrowing.clone() },
        });
        let all = self.sum(&sums);
        let rest = |((_, shown), own): (&(String, Shown), &Tally)| {
            shown.tree.precision()?;
            let rest = self.measured(&all.without(own));
            rest.precision.filter(|_| !disclosure::is_small(rest.people()))
        };
        let rest = groups.iter().zip(&sums).map(rest).collect();
        Ok(Units { with_data, groups, rest })
    }

    /// By channel.
    pub fn channels(&mut self, conn: &mut PgConnection) -> QueryResult<Vec<(Channel, Shown)>> {
        let channel = |_: &Asked, number| Channel::from_number(i16::try_from(number).ok()?);
        let groups = self.split(conn, Split::Channel, channel)?;
        Ok(self.groups(groups, |narrowing, channel| Narrowing { channel: Some(*channel), ..narrowing.clone() }))
    }

    /// By month; months without submissions are absent.
    pub fn months(&mut self, conn: &mut PgConnection) -> QueryResult<Vec<(Calendar, Shown)>> {
        let groups = self.split(conn, Split::Month, |_: &Asked, number| month_of_number(number))?;
        Ok(self.groups(groups, |narrowing, month| Narrowing { month: Some(*month), ..narrowing.clone() }))
    }

    fn split<K: Ord>(
        &self,
        conn: &mut PgConnection,
        split: Split,
        key: impl Fn(&Asked, i64) -> Option<K>,
    ) -> QueryResult<BTreeMap<K, PartTallies>> {
        let mut groups: BTreeMap<K, PartTallies> = BTreeMap::new();
        for (place, part) in self.parts.iter().enumerate() {
            for ((number, _), tally) in sums(conn, &self.asked.scope, &self.filter(part), split)? {
                let Some(key) = key(&self.asked, number) else { continue };
                let nothing = || vec![Tally::empty(&self.asked.layout); self.parts.len()];
                groups.entry(key).or_insert_with(nothing)[place].merge(&tally);
            }
        }
        Ok(groups)
    }

    fn groups<K: Ord>(
        &mut self,
        groups: BTreeMap<K, PartTallies>,
        narrow: impl Fn(&Narrowing, &K) -> Narrowing,
    ) -> Vec<(K, Shown)> {
        let asked = self.asked.narrowing.clone();
        let shown = |(key, tallies): (K, PartTallies)| {
            let shown = self.shown(&narrow(&asked, &key), &tallies, &BTreeSet::new());
            (key, shown)
        };
        groups.into_iter().map(shown).collect()
    }

    fn shown(&mut self, narrowing: &Narrowing, tallies: &[Tally], closed: &BTreeSet<String>) -> Shown {
        let all = self.sum(tallies);
        let measured = self.measured(&all);
        if !self.may_show(narrowing) {
            return Shown { submissions: None, tree: Published::hidden(&measured) };
        }
        let mut closed = closed.clone();
        if tallies.len() > 1 {
            for tally in tallies {
                let tree = publish_beside(&self.measured(tally), &closed);
                closed.extend(tree.walk().into_iter().filter(|node| node.is_hidden()).map(|node| node.code.clone()));
            }
        }
        Shown { submissions: Some(all.submissions), tree: publish_beside(&measured, &closed) }
    }

    fn sum(&self, tallies: &[Tally]) -> Tally {
        let mut all = Tally::empty(&self.asked.layout);
        tallies.iter().for_each(|tally| all.merge(tally));
        all
    }

    fn measured(&self, tally: &Tally) -> Measured {
        measure(&self.asked.definition, &self.asked.layout, tally).unwrap_or_default()
    }

    fn filter(&self, part: &Part) -> Filter {
        let Asked { catalogue, narrowing, .. } = &self.asked;
        Filter {
            survey: Some(part.survey),
            form_version: Some(self.asked.form_version),
            basis: None,
            units: narrowing.unit.as_deref().map(|code| catalogue.subtree_of_code(code)),
            procedures: narrowing.procedure.as_deref().map(|code| catalogue.procedures_of_code(code)),
            channels: narrowing.channel.map(|channel| vec![channel]),
            period: self.asked.period,
        }
    }

    fn tally(&self, conn: &mut PgConnection, filter: &Filter) -> QueryResult<Tally> {
        let found = sums(conn, &self.asked.scope, filter, Split::Whole)?;
        Ok(found.into_values().next().unwrap_or_else(|| Tally::empty(&self.asked.layout)))
    }

    /// The nodes of the whole that would give away a node of a group beside it, in each way in which the question narrows.
    fn closed_by_siblings(&self, conn: &mut PgConnection, filter: &Filter) -> QueryResult<BTreeSet<String>> {
        let mut closed = BTreeSet::new();
        let ways = [
            self.beside_unit(conn, filter)?,
            self.beside(conn, filter, Split::Procedure)?,
            self.beside(conn, filter, Split::Channel)?,
            self.beside_period(conn, filter)?,
        ];
        for (own, tallies) in ways.into_iter().flatten() {
            let groups: Vec<Measured> = tallies.iter().map(|tally| self.measured(tally)).collect();
            closed.extend(closed_among(own, &groups));
        }
        Ok(closed)
    }

    /// The unit among those under the same one, with what was sent to that one itself.
    fn beside_unit(&self, conn: &mut PgConnection, filter: &Filter) -> QueryResult<Option<(usize, Vec<Tally>)>> {
        let Asked { catalogue, scope, narrowing, .. } = &self.asked;
        let Some(unit) = narrowing.unit.as_deref() else { return Ok(None) };
        let above = unit_above(catalogue, scope, unit);
        let units = above.as_deref().map(|code| catalogue.subtree_of_code(code));
        let mut groups: BTreeMap<String, Tally> = BTreeMap::new();
        for ((id, _), tally) in sums(conn, scope, &Filter { units, ..filter.clone() }, Split::Unit)? {
            let step = step_below(catalogue, scope, UnitId(id), above.as_deref()).unwrap_or_default();
            groups.entry(step).or_default().merge(&tally);
        }
        let key = key_of(unit);
        let own = groups.keys().position(|code| *code == key);
        Ok(own.map(|own| (own, groups.into_values().collect())))
    }

    /// The procedure among all, or the channel among all.
    fn beside(
        &self,
        conn: &mut PgConnection,
        filter: &Filter,
        split: Split,
    ) -> QueryResult<Option<(usize, Vec<Tally>)>> {
        let mut filter = filter.clone();
        let wished: Vec<i64> = match split {
            Split::Procedure => filter.procedures.take().into_iter().flatten().map(|p| p.0).collect(),
            Split::Channel => filter.channels.take().into_iter().flatten().map(|c| i64::from(c.number())).collect(),
            _ => Vec::new(),
        };
        if wished.is_empty() {
            return Ok(None);
        }
        let mut own = Tally::empty(&self.asked.layout);
        let mut groups = Vec::new();
        for ((key, _), tally) in sums(conn, &self.asked.scope, &filter, split)? {
            if wished.contains(&key) { own.merge(&tally) } else { groups.push(tally) }
        }
        groups.push(own);
        Ok(Some((groups.len() - 1, groups)))
    }

    /// The period among those it stands beside.
    fn beside_period(&self, conn: &mut PgConnection, filter: &Filter) -> QueryResult<Option<(usize, Vec<Tally>)>> {
        let Some((own, siblings)) = siblings_of_period(self.asked.period) else { return Ok(None) };
        let tally = |period| self.tally(conn, &Filter { period, ..filter.clone() });
        let tallies = siblings.into_iter().map(tally).collect::<QueryResult<Vec<_>>>()?;
        Ok(Some((own, tallies)))
    }
}

fn month_of_number(number: i64) -> Option<Calendar> {
    let year = i32::try_from(number.div_euclid(12)).ok()?;
    let month = u32::try_from(number.rem_euclid(12) + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, 1).map(Calendar::month_of)
}
