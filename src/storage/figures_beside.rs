//! The tallies that figures are made of: of what is asked about, of its parts, and of what stands beside it, by which parts of it
//! would be given away.
//!
//! Nothing is hidden here; that is for [`super::figures`].

use super::figures::Asked;
use super::rolled_up::{Group, Procedures, RolledUp, Stretch};
use crate::domain::disclosure::SMALLEST_SHOWN;
use crate::domain::ids::UnitId;
use crate::domain::index::{Measured, is_settled_beside, measure, people};
use crate::domain::narrowing::{key_of, siblings_of_period, step_below, unit_above};
use crate::domain::period::{Calendar, Period};
use crate::domain::tally::Tally;
use crate::domain::tally_code::Coder;
use diesel::prelude::*;
use std::collections::{BTreeMap, HashSet};

/// A question about one survey.
pub(super) struct Question<'a> {
    pub asked: &'a Asked,
    procedures: Procedures,
}

impl<'a> Question<'a> {
    pub fn of(asked: &'a Asked) -> Self {
        let procedures = match asked.narrowing.procedure.as_deref() {
            Some(code) => {
                Procedures::These(asked.catalogue.procedures_of_code(code).into_iter().map(|p| p.0).collect())
            }
            None => Procedures::Together,
        };
        Self { asked, procedures }
    }

    pub fn measured(&self, tally: &Tally) -> Measured {
        measure(&self.asked.definition, &self.asked.layout, tally).unwrap_or_default()
    }

    pub fn coder(&self) -> Coder<'a> {
        Coder::new(&self.asked.layout)
    }

    /// For groups of which nothing is to be known but how many people stand behind a node.
    fn coder_of_counts(&self) -> Coder<'a> {
        Coder::of_counts(&self.asked.layout)
    }

    /// The units of a code and all below them (none: all) that the reader may see.
    pub fn units(&self, code: Option<&str>) -> HashSet<UnitId> {
        let Asked { catalogue, scope, .. } = self.asked;
        match code {
            Some(code) => catalogue.subtree_of_code(code).into_iter().filter(|unit| scope.contains(*unit)).collect(),
            None => catalogue.units().iter().map(|unit| unit.id).filter(|unit| scope.contains(*unit)).collect(),
        }
    }

    fn own_group(&self, rolled_up: &RolledUp) -> Group {
        rolled_up.group(self.asked.catalogue.tree(), self.units(self.asked.narrowing.unit.as_deref()))
    }

    /// The channel, where it is one of those asked about.
    fn channel(&self, number: i16) -> Option<i16> {
        self.asked.narrowing.channel.is_none_or(|channel| channel.number() == number).then_some(number)
    }

    fn tally(
        &self,
        rolled_up: &RolledUp,
        coder: &mut Coder<'_>,
        group: &Group,
        stretch: &Stretch,
    ) -> QueryResult<Tally> {
        let found = rolled_up.sums(coder, (group, stretch, &self.procedures), |_, c| self.channel(c).map(|_| ()))?;
        Ok(found.into_values().next().unwrap_or_else(|| Tally::empty(&self.asked.layout)))
    }

    /// By the units directly below one (none: at the top of what the reader sees), of those that are wanted.
    pub fn of_units(
        &self,
        conn: &mut PgConnection,
        (rolled_up, coder): (&mut RolledUp, &mut Coder<'_>),
        above: Option<&str>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> QueryResult<BTreeMap<String, Tally>> {
        let Asked { catalogue, scope, .. } = self.asked;
        let mut groups: BTreeMap<String, HashSet<UnitId>> = BTreeMap::new();
        for unit in self.units(above) {
            let step = step_below(catalogue, scope, unit, above).unwrap_or_default();
            if is_wanted(&step) {
                groups.entry(step).or_default().insert(unit);
            }
        }
        let groups: Vec<(String, Group)> =
            groups.into_iter().map(|(step, units)| (step, rolled_up.group(catalogue.tree(), units))).collect();
        let stretch = rolled_up.stretch(self.asked.period);
        let all: Vec<&Group> = groups.iter().map(|(_, group)| group).collect();
        rolled_up.fetch(conn, &all, &[&stretch], &self.procedures)?;
        let mut tallies = BTreeMap::new();
        for (step, group) in &groups {
            let tally = self.tally(rolled_up, coder, group, &stretch)?;
            if !tally.is_zero() {
                tallies.insert(step.clone(), tally);
            }
        }
        Ok(tallies)
    }

    /// By channel number.
    pub fn of_channels(&self, conn: &mut PgConnection, rolled_up: &mut RolledUp) -> QueryResult<BTreeMap<i16, Tally>> {
        let (group, stretch) = (self.own_group(rolled_up), rolled_up.stretch(self.asked.period));
        rolled_up.fetch(conn, &[&group], &[&stretch], &self.procedures)?;
        rolled_up.sums(&mut self.coder(), (&group, &stretch, &self.procedures), |_, channel| self.channel(channel))
    }

    /// By month, of some months.
    pub fn of_months(
        &self,
        conn: &mut PgConnection,
        rolled_up: &mut RolledUp,
        months: &[Calendar],
    ) -> QueryResult<BTreeMap<Calendar, Tally>> {
        let group = self.own_group(rolled_up);
        let Period { from, to } = self.asked.period;
        let within = |month: &Calendar| {
            let days = month.days();
            rolled_up.stretch(Period {
                from: days.from.max(from),
                to: days.to.map(|last| to.map_or(last, |to| to.min(last))),
            })
        };
        let stretches: Vec<Stretch> = months.iter().map(within).collect();
        rolled_up.fetch(conn, &[&group], &stretches.iter().collect::<Vec<_>>(), &self.procedures)?;
        let mut coder = self.coder();
        let mut tallies = BTreeMap::new();
        for (month, stretch) in months.iter().zip(&stretches) {
            let tally = self.tally(rolled_up, &mut coder, &group, stretch)?;
            if !tally.is_zero() {
                tallies.insert(*month, tally);
            }
        }
        Ok(tallies)
    }
}

/// Among so many of the smallest others it is looked for what settles what is hidden of a procedure.
const FEW: usize = 3;

/// What is asked about, and the groups that it is one of.
pub(super) struct Beside {
    pub whole: Tally,
    /// In each way in which the question narrows: which one it is, and the counts of all of them, or of so many that these tell the same
    /// about it.
    pub ways: Vec<(usize, Vec<Tally>)>,
}

impl Beside {
    /// Reads them.
    pub fn read(conn: &mut PgConnection, question: &Question<'_>, rolled_up: &mut RolledUp) -> QueryResult<Self> {
        let asked = question.asked;
        let (group, stretch) = (question.own_group(rolled_up), rolled_up.stretch(asked.period));
        let (own_period, periods) = siblings_of_period(asked.period).unwrap_or_default();
        let periods: Vec<Stretch> = periods.into_iter().map(|period| rolled_up.stretch(period)).collect();
        let stretches: Vec<&Stretch> = std::iter::once(&stretch).chain(&periods).collect();
        rolled_up.fetch(conn, &[&group], &stretches, &question.procedures)?;
        let mut whole = Tally::empty(&asked.layout);
        whole.merge(&question.tally(rolled_up, &mut question.coder(), &group, &stretch)?);
        let mut coder = question.coder_of_counts();
        let mut ways = Vec::new();
        ways.extend(Self::units(conn, question, rolled_up)?);
        if let Procedures::These(these) = &question.procedures {
            rolled_up.fetch(conn, &[&group], &[&stretch], &Procedures::Each)?;
            ways.push(Self::procedures(question, (rolled_up, &mut coder), (&group, &stretch), (these, &whole))?);
        }
        if let Some(channel) = asked.narrowing.channel {
            let all =
                rolled_up.sums(&mut coder, (&group, &stretch, &question.procedures), |_, channel| Some(channel))?;
            ways.push(Self::among(question, all, |number| *number == channel.number()));
        }
        if !periods.is_empty() {
            let tally = |stretch: &Stretch| question.tally(rolled_up, &mut coder, &group, stretch);
            ways.push((own_period, periods.iter().map(tally).collect::<QueryResult<Vec<_>>>()?));
        }
        Ok(Self { whole, ways })
    }

    /// The unit among those under the same one, with what was sent to that one itself.
    fn units(
        conn: &mut PgConnection,
        question: &Question<'_>,
        rolled_up: &mut RolledUp,
    ) -> QueryResult<Option<(usize, Vec<Tally>)>> {
        let Some(unit) = question.asked.narrowing.unit.as_deref() else { return Ok(None) };
        let above = unit_above(&question.asked.catalogue, &question.asked.scope, unit);
        let mut coder = question.coder_of_counts();
        let groups = question.of_units(conn, (rolled_up, &mut coder), above.as_deref(), |_| true)?;
        let key = key_of(unit);
        let own = groups.keys().position(|code| *code == key);
        Ok(own.map(|own| (own, groups.into_values().collect())))
    }

    /// The procedure among all others; or among few of them, where what is hidden of it can be told by those (see
    /// [`is_settled_beside`]): to add up all is most of the work for a page.
    fn procedures(
        question: &Question<'_>,
        (rolled_up, coder): (&RolledUp, &mut Coder<'_>),
        (group, stretch): (&Group, &Stretch),
        (these, whole): (&[i64], &Tally),
    ) -> QueryResult<(usize, Vec<Tally>)> {
        let of_channel = |procedure: i64, channel| question.channel(channel).map(|_| procedure);
        let mut others = rolled_up.submissions((group, stretch, &Procedures::Each), of_channel)?;
        others.retain(|procedure, count| !these.contains(procedure) && *count >= SMALLEST_SHOWN);
        let mut others: Vec<(i64, i64)> = others.into_iter().map(|(procedure, count)| (count, procedure)).collect();
        others.sort_unstable();
        let smallest = Procedures::These(others.iter().take(FEW).map(|(_, procedure)| *procedure).collect());
        let few = rolled_up.sums(coder, (group, stretch, &smallest), of_channel)?;
        let people = |tally: &Tally| people(&question.asked.definition, &question.asked.layout, tally);
        if is_settled_beside(&people(whole), &few.values().map(people).collect::<Vec<_>>()) {
            let groups: Vec<Tally> = few.into_values().chain([whole.clone()]).collect();
            return Ok((groups.len() - 1, groups));
        }
        let all = rolled_up.sums(coder, (group, stretch, &Procedures::Each), of_channel)?;
        Ok(Self::among(question, all, |procedure| these.contains(procedure)))
    }

    /// What is wished for as one group among all others.
    fn among<K>(
        question: &Question<'_>,
        all: BTreeMap<K, Tally>,
        is_wished: impl Fn(&K) -> bool,
    ) -> (usize, Vec<Tally>) {
        let mut own = Tally::empty(&question.asked.layout);
        let mut groups = Vec::new();
        for (key, tally) in all {
            if is_wished(&key) { own.merge(&tally) } else { groups.push(tally) }
        }
        groups.push(own);
        (groups.len() - 1, groups)
    }
}
