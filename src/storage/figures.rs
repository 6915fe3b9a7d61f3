//! Figures as they may be shown: tallies, measured by an index definition, with small groups hidden and what would give them
//! away. Dashboard, API and whoever else shows figures to staff read them here, so that they say the same.

use super::figures_beside::{Beside, Question};
use super::judging::Judging;
use super::kept_sizes::KeptSizes;
use super::respondent_groups::{OfQuestion, OptionWish};
use super::rolled_up::RolledUp;
use super::sizes::{self, Wish};
use super::tallies::Filter;
use crate::domain::access::Scope;
use crate::domain::catalogue::Catalogue;
use crate::domain::disclosure;
use crate::domain::ids::{FormVersionId, SurveyId, UnitId};
use crate::domain::index::{Definition, Measured, Precision, Published, closed_among, people, publish_beside};
use crate::domain::narrowing::{Disclosure, Narrowing, WithData, step_below};
use crate::domain::period::{Calendar, Period};
use crate::domain::procedure;
use crate::domain::survey::{Channel, Mixing, Survey};
use crate::domain::tally::{Layout, Tally};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is asked, and by whom.
#[derive(Clone)]
pub struct Asked {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// Sizes that were gathered for others, to judge by.
    pub kept: Arc<KeptSizes>,
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
    sides: Option<Sides>,
}

/// Into what the question falls apart.
#[derive(Clone)]
struct Sides {
    units_with_data: BTreeSet<UnitId>,
    /// The code of the unit whose parts stand side by side; none: the top of what the reader sees.
    above: Option<String>,
    /// The codes of these parts; empty for what was sent to that unit itself.
    units: BTreeSet<String>,
    months: BTreeSet<Calendar>,
}

impl Sides {
    /// The question narrowed to one of the units side by side.
    fn of_unit(&self, narrowing: &Narrowing, code: &str) -> Narrowing {
        match code.is_empty() {
            true => Narrowing { unit: self.above.clone(), is_direct: true, ..narrowing.clone() },
            false => Narrowing { unit: Some(code.to_owned()), ..narrowing.clone() },
        }
    }
}

struct Part {
    survey: SurveyId,
    judging: Judging,
    rolled_up: RolledUp,
}

/// Units side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Units {
    /// Every unit to which something was sent that the question counts.
    pub with_data: Vec<UnitId>,
    /// Them and what was sent to the one above them itself, under the empty code.
    pub side_by_side: SideBySide,
}

/// Groups that make up the whole, each to be compared with the others.
#[derive(Debug, Clone, PartialEq)]
pub struct SideBySide {
    /// The groups, by code.
    pub groups: Vec<(String, Shown)>,
    /// For each group the share of all others together; nothing where the group is hidden, or where too few people are left. It is
    /// only for comparing with a whole that is shown, since it can be worked out from that and the group.
    pub rest: Vec<Option<Precision>>,
}

/// The tallies of one group, one a part.
type PartTallies = Vec<Tally>;

impl Reader {
    /// A reader for one question. All must be read at one moment: what is gathered is kept for others.
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
            let mut rolled_up = RolledUp::of(conn, survey)?;
            let Asked { catalogue, scope, period, .. } = &asked;
            let procedure = asked.narrowing.procedure.as_deref().map(procedure::key_of);
            let wish = Wish { catalogue, scope, period: *period, procedure };
            let (sizing, years) = sizes::gather(conn, &asked.kept, rolled_up.closed(), &wish, survey)?;
            rolled_up.note_years(years);
            parts.push(Part { survey, judging: Judging::by(sizing.judge()), rolled_up });
        }
        Ok(Self { asked, parts, sides: None })
    }

    /// Asks the same about another period of the calendar from now on; so far it must be about one already.
    pub fn turn_to(&mut self, calendar: Calendar) {
        self.asked.period = calendar.days();
        self.sides = None;
        self.parts.iter_mut().for_each(|part| part.judging.turn_to(calendar));
    }

    /// Begins to find out, beside whatever is read next, what may be shown of the whole, its units, channels and months. Without a
    /// procedure that takes no time worth it.
    pub fn look_ahead(&mut self) {
        let narrowing = self.asked.narrowing.clone();
        if narrowing.procedure.is_none() {
            return;
        }
        let sides = self.sides();
        let mut few = vec![narrowing.clone()];
        few.extend(sides.units.iter().map(|code| sides.of_unit(&narrowing, code)));
        let channels = Channel::ALL.into_iter().filter(|_| narrowing.channel.is_none());
        few.extend(channels.map(|channel| Narrowing { channel: Some(channel), ..narrowing.clone() }));
        let month = |month: &Calendar| Narrowing { month: Some(*month), ..narrowing.clone() };
        let months: Vec<Narrowing> = sides.months.iter().map(month).collect();
        self.parts.iter_mut().for_each(|part| part.judging.look_ahead(&few, &months));
    }

    fn sides(&mut self) -> Sides {
        if let Some(known) = &self.sides {
            return known.clone();
        }
        let WithData { units: units_with_data, months } = self.with_data();
        let Asked { catalogue, scope, narrowing, .. } = &self.asked;
        let mut above = narrowing.unit.clone();
        let units = loop {
            let step = |unit: &UnitId| step_below(catalogue, scope, *unit, above.as_deref());
            let steps: BTreeSet<String> = units_with_data.iter().map(|unit| step(unit).unwrap_or_default()).collect();
            match steps.first().filter(|code| steps.len() == 1 && !code.is_empty()) {
                Some(only) => above = Some(only.clone()),
                None => break steps,
            }
        };
        self.sides.insert(Sides { units_with_data, above, units, months }).clone()
    }

    /// Whether anything of a narrowing of the period may be shown.
    pub fn may_show(&mut self, narrowing: &Narrowing) -> bool {
        self.parts.iter_mut().all(|part| part.judging.may_show(narrowing))
    }

    /// What each part of the question counts, for reading answers side by side.
    pub fn filters(&self) -> Vec<Filter> {
        self.parts.iter().map(|part| self.filter(part)).collect()
    }

    /// All that was asked about, as one tree.
    pub fn whole(&mut self, conn: &mut PgConnection) -> QueryResult<Shown> {
        let mut tallies = Vec::with_capacity(self.parts.len());
        let mut closed = BTreeSet::new();
        let question = Question::of(&self.asked);
        for part in &mut self.parts {
            let beside = Beside::read(conn, &question, &mut part.rolled_up)?;
            for (own, groups) in beside.ways {
                let Asked { definition, layout, .. } = &self.asked;
                let groups: Vec<Vec<i64>> = groups.iter().map(|tally| people(definition, layout, tally)).collect();
                let codes = definition.nodes.iter().map(|node| node.code.as_str());
                closed.extend(closed_among(codes, own, &groups));
            }
            tallies.push(beside.whole);
        }
        let narrowing = self.asked.narrowing.clone();
        Ok(self.shown(&narrowing, &tallies, &closed))
    }

    /// The units directly below the one asked about (or at the top of what the reader sees), each with all below it; where there
    /// is only one, those below that. Under the empty code: what was sent to the unit above them itself.
    pub fn units(&mut self, conn: &mut PgConnection) -> QueryResult<Units> {
        let sides = self.sides();
        let question = Question::of(&self.asked);
        let mut groups: BTreeMap<String, PartTallies> = BTreeMap::new();
        let places = self.parts.len();
        for (place, part) in self.parts.iter_mut().enumerate() {
            let above = sides.above.as_deref();
            let (read, mut coder) = (&mut part.rolled_up, question.coder());
            let of_units = question.of_units(conn, (read, &mut coder), above, |step| sides.units.contains(step))?;
            for (step, tally) in of_units {
                let nothing = || vec![Tally::empty(&question.asked.layout); places];
                groups.entry(step).or_insert_with(nothing)[place].merge(&tally);
            }
        }
        let sums: Vec<Tally> = groups.values().map(|tallies| self.sum(tallies)).collect();
        let groups = self.groups(groups, |narrowing, code| sides.of_unit(narrowing, code));
        let rest = self.rest(&groups, &sums);
        let with_data = sides.units_with_data.into_iter().collect();
        Ok(Units { with_data, side_by_side: SideBySide { groups, rest } })
    }

    fn rest(&self, groups: &[(String, Shown)], sums: &[Tally]) -> Vec<Option<Precision>> {
        let all = self.sum(sums);
        let rest = |((_, shown), own): (&(String, Shown), &Tally)| {
            shown.tree.precision()?;
            let rest = self.measured(&all.without(own));
            rest.precision.filter(|_| !disclosure::is_small(rest.people()))
        };
        groups.iter().zip(sums).map(rest).collect()
    }

    /// By channel.
    pub fn channels(&mut self, conn: &mut PgConnection) -> QueryResult<Vec<(Channel, Shown)>> {
        let question = Question::of(&self.asked);
        let mut groups: BTreeMap<Channel, PartTallies> = BTreeMap::new();
        let places = self.parts.len();
        for (place, part) in self.parts.iter_mut().enumerate() {
            for (number, tally) in question.of_channels(conn, &mut part.rolled_up)? {
                let Some(channel) = Channel::from_number(number) else { continue };
                let nothing = || vec![Tally::empty(&question.asked.layout); places];
                groups.entry(channel).or_insert_with(nothing)[place].merge(&tally);
            }
        }
        Ok(self.groups(groups, |narrowing, channel| Narrowing { channel: Some(*channel), ..narrowing.clone() }))
    }

    /// In how many months of the period something was sent.
    pub fn count_months(&mut self) -> usize {
        self.with_data().months.len()
    }

    fn with_data(&mut self) -> WithData {
        let mut all = WithData::default();
        for part in &mut self.parts {
            let WithData { units, months } = part.judging.with_data(&self.asked.narrowing);
            all.units.extend(units);
            all.months.extend(months);
        }
        all
    }

    /// By month; months without submissions are absent.
    pub fn months(&mut self, conn: &mut PgConnection) -> QueryResult<Vec<(Calendar, Shown)>> {
        let months: Vec<Calendar> = self.sides().months.into_iter().collect();
        let question = Question::of(&self.asked);
        let mut groups: BTreeMap<Calendar, PartTallies> = BTreeMap::new();
        let places = self.parts.len();
        for (place, part) in self.parts.iter_mut().enumerate() {
            for (month, tally) in question.of_months(conn, &mut part.rolled_up, &months)? {
                let nothing = || vec![Tally::empty(&question.asked.layout); places];
                groups.entry(month).or_insert_with(nothing)[place].merge(&tally);
            }
        }
        Ok(self.groups(groups, |narrowing, month| Narrowing { month: Some(*month), ..narrowing.clone() }))
    }

    /// By the options of a question about the respondent, given with its place and the codes of its options in the form's order;
    /// first who did not answer it, with an empty code. Nothing where procedure, channel or days by hand are asked about: groups
    /// would be too small, and are not counted.
    pub fn options(
        &mut self,
        conn: &mut PgConnection,
        (place, options): (i16, &[String]),
    ) -> QueryResult<Option<SideBySide>> {
        let Asked { narrowing, period, .. } = &self.asked;
        let is_by_hand = Calendar::of(*period).is_none() && *period != Period::default();
        if narrowing.procedure.is_some() || narrowing.channel.is_some() || is_by_hand {
            return Ok(None);
        }
        let narrowing = narrowing.clone();
        let question = Question::of(&self.asked);
        let mut coder = question.coder();
        let units = question.units(narrowing.unit.as_deref());
        let (mut judges, mut groups): (Vec<Disclosure>, BTreeMap<i64, PartTallies>) = Default::default();
        for (at, part) in self.parts.iter().enumerate() {
            let of_question = OfQuestion::read(conn, part.survey, place)?;
            let Asked { catalogue, scope, period, layout, .. } = &self.asked;
            let kept = (&*self.asked.kept, part.rolled_up.closed().basis(catalogue));
            let wish = OptionWish { catalogue, scope, period: *period, options };
            judges.push(of_question.sizing(conn, kept, &wish)?.judge());
            for (option, tally) in of_question.tallies(conn, &mut coder, &units, *period)? {
                let nothing = || vec![Tally::empty(layout); self.parts.len()];
                groups.entry(option).or_insert_with(nothing)[at].merge(&tally);
            }
        }
        let sums: Vec<Tally> = groups.values().map(|tallies| self.sum(tallies)).collect();
        let may_show_whole = self.may_show(&narrowing);
        let shown = |(option, tallies): (i64, PartTallies)| {
            let code = usize::try_from(option - 1).ok().and_then(|at| options.get(at)).cloned().unwrap_or_default();
            let narrowing = Narrowing { procedure: Some(code.clone()), ..narrowing.clone() };
            let may_show = may_show_whole && judges.iter_mut().all(|judge| judge.may_show(&narrowing));
            (code, self.figures(may_show, &tallies, &BTreeSet::new()))
        };
        let groups: Vec<(String, Shown)> = groups.into_iter().map(shown).collect();
        let rest = self.rest(&groups, &sums);
        Ok(Some(SideBySide { groups, rest }))
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
        let may_show = self.may_show(narrowing);
        self.figures(may_show, tallies, closed)
    }

    fn figures(&self, may_show: bool, tallies: &[Tally], closed: &BTreeSet<String>) -> Shown {
        let all = self.sum(tallies);
        let measured = self.measured(&all);
        if !may_show {
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
        Question::of(&self.asked).measured(tally)
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
}
