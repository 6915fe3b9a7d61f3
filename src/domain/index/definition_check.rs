//! What can be wrong with an index's definition, alone and against the form that it counts.

use super::definition::{Aggregation, Definition, DefinitionFault, DefinitionProblem, Kind, NodeDefinition};
use crate::domain::form::{Form, QuestionKind};
use crate::domain::text::Text;
use std::collections::BTreeSet;

/// Everything that is wrong with a definition; empty when it is good. The form is the one that it names, if it names one.
pub(super) fn problems(definition: &Definition, form: Option<&Form>) -> Vec<DefinitionProblem> {
    let mut checker = Checker { definition, problems: Vec::new() };
    checker.whole();
    checker.bands();
    let mut seen = BTreeSet::new();
    for (place, node) in definition.nodes.iter().enumerate() {
        checker.place(place, node, &mut seen);
        checker.node(node);
        if let Some(form) = form.filter(|_| node.aggregation.is_criterion()) {
            checker.criterion(node, form);
        }
    }
    if let (Some(code), Some(form)) = (&definition.overall, form) {
        checker.overall(code, form);
    }
    checker.problems
}

struct Checker<'a> {
    definition: &'a Definition,
    problems: Vec<DefinitionProblem>,
}

impl Checker<'_> {
    fn report(&mut self, place: &str, fault: DefinitionFault) {
        self.problems.push(DefinitionProblem { place: place.to_owned(), fault });
    }

    fn report_if(&mut self, is_wrong: bool, place: &str, fault: DefinitionFault) {
        if is_wrong {
            self.report(place, fault);
        }
    }

    fn whole(&mut self) {
        let definition = self.definition;
        let name = definition.name();
        let texts = [&definition.title, &definition.formula, &definition.source];
        self.report_if(texts.into_iter().any(Text::is_incomplete), &name, DefinitionFault::IncompleteText);
        let ends_early = definition.valid_to.is_some_and(|end| end < definition.valid_from);
        self.report_if(ends_early, &name, DefinitionFault::EndsBeforeStart);
        self.report_if(definition.nodes.is_empty(), &name, DefinitionFault::NotOneRoot);
        let wrong_form = match definition.kind {
            Kind::Survey => definition.form.is_none(),
            Kind::Portal | Kind::Record => definition.form.is_some() || definition.satisfied_from != 0,
        };
        self.report_if(wrong_form, &name, DefinitionFault::WrongForm);
    }

    fn bands(&mut self) {
        let definition = self.definition;
        let mut codes = BTreeSet::new();
        for (band, next) in definition.bands.iter().zip(definition.bands.iter().skip(1).map(Some).chain([None])) {
            let is_ordered = next.map_or(band.from == 0, |next| next.from < band.from);
            self.report_if(!is_ordered || !codes.insert(&band.code), &band.code, DefinitionFault::BandsOutOfOrder);
            self.report_if(band.title.is_incomplete(), &band.code, DefinitionFault::IncompleteText);
        }
        for source in &definition.point_sources {
            self.report_if(source.title.is_incomplete(), &source.code, DefinitionFault::IncompleteText);
        }
        let sum: u32 = definition.point_sources.iter().map(|source| source.points).sum();
        let most = definition.nodes.first().and_then(|root| root.max_points);
        let adds_up = definition.point_sources.is_empty() || most == Some(sum);
        self.report_if(!adds_up, &definition.name(), DefinitionFault::PointsDoNotAddUp);
    }

    /// Where a node stands in the tree.
    fn place<'a>(&mut self, place: usize, node: &'a NodeDefinition, seen: &mut BTreeSet<&'a str>) {
        match &node.parent {
            None if place > 0 => self.report(&node.code, DefinitionFault::NotOneRoot),
            Some(_) if place == 0 => self.report(&node.code, DefinitionFault::NotOneRoot),
            Some(parent) if !seen.contains(parent.as_str()) => self.report(&node.code, DefinitionFault::UnknownParent),
            _ => {}
        }
        let is_new = seen.insert(&node.code);
        self.report_if(!is_new, &node.code, DefinitionFault::DuplicateCode);
    }

    fn node(&mut self, node: &NodeDefinition) {
        let definition = self.definition;
        self.report_if(node.weight == 0, &node.code, DefinitionFault::NoWeight);
        let texts = [node.title.as_ref(), node.note.as_ref()];
        let is_incomplete = texts.into_iter().flatten().any(Text::is_incomplete);
        // Without a form there is no question whose wording could stand for the title.
        let is_nameless = !definition.kind.is_survey() && node.title.is_none();
        self.report_if(is_incomplete || is_nameless, &node.code, DefinitionFault::IncompleteText);
        let below: Vec<&NodeDefinition> = definition.children(&node.code).collect();
        self.report_if(node.aggregation.is_leaf() != below.is_empty(), &node.code, DefinitionFault::WrongShape);
        let is_recorded = matches!(node.aggregation, Aggregation::Recorded | Aggregation::Sum);
        self.report_if(is_recorded == definition.kind.is_survey(), &node.code, DefinitionFault::WrongKind);
        let known: Option<u32> = below.iter().map(|child| child.max_points).sum();
        let adds_up = below.is_empty() || known.is_none_or(|sum| node.max_points == Some(sum));
        let is_turned = node.min_points.is_some_and(|least| node.max_points.is_none_or(|most| most <= least));
        let is_beyond = node.full_from.is_some_and(|ratio| ratio == 0 || ratio > 100);
        let is_wrong = is_recorded && !adds_up || is_turned || is_beyond;
        self.report_if(is_wrong, &node.code, DefinitionFault::PointsDoNotAddUp);
    }

    /// The question for overall satisfaction.
    fn overall(&mut self, code: &str, form: &Form) {
        let is_level = form.question(code).is_some_and(|q| q.kind == QuestionKind::Level && form.options(q).len() <= 5);
        let is_criterion = self.definition.nodes.iter().any(|node| node.code == code);
        self.report_if(!is_level || is_criterion, code, DefinitionFault::NotALevelQuestion);
    }

    fn criterion(&mut self, node: &NodeDefinition, form: &Form) {
        let question = form.question(&node.code).filter(|q| q.kind == QuestionKind::Level);
        let Some(options) = question.map(|q| form.options(q)) else {
            self.report(&node.code, DefinitionFault::NotALevelQuestion);
            return;
        };
        let reachable = (2..=options.len()).contains(&usize::from(self.definition.satisfied_from));
        self.report_if(!reachable, &node.code, DefinitionFault::NoSuchLevel);
        let needs_points = node.aggregation == Aggregation::Points;
        let has_points = options.iter().all(|option| option.points.is_some());
        self.report_if(needs_points && !has_points, &node.code, DefinitionFault::NoPoints);
    }
}
