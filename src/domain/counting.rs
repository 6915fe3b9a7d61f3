//! By which index definitions submissions are counted, and a name for the way of counting: whoever finds counts made in another
//! way counts anew.

use super::form::Form;
use super::index::Definition;
use super::respondents::{Breakdown, breakdowns};
use super::tally::Layout;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Raised when the program lays out counts differently for the same definitions.
const REVISION: u32 = 2;

/// The definitions that are counted by, and the name of counting by them.
#[derive(Debug, Clone, Default)]
pub struct Counting {
    by_form: BTreeMap<String, Vec<Arc<Definition>>>,
    name: String,
}

impl Counting {
    /// Counting by some definitions; those that count no form are left out. Their order does not matter.
    pub fn by(definitions: impl IntoIterator<Item = Arc<Definition>>) -> Self {
        let mut by_form: BTreeMap<String, Vec<Arc<Definition>>> = BTreeMap::new();
        for definition in definitions {
            if let Some(form) = definition.form.clone().filter(|_| definition.kind.is_survey()) {
                by_form.entry(form).or_default().push(definition);
            }
        }
        let mut hash = Sha256::new();
        hash.update(format!("{REVISION}"));
        for definition in by_form.values_mut().flat_map(|of_form| {
            of_form.sort_by_key(|definition| definition.name());
            of_form
        }) {
            hash.update(format!("\n{} {:?} {}", definition.name(), definition.form, definition.satisfied_from));
            for node in &definition.nodes {
                hash.update(format!("\n{} {:?} {:?} {}", node.code, node.parent, node.aggregation, node.weight));
            }
        }
        Self { by_form, name: hex::encode(hash.finalize()) }
    }

    /// The name: the same for the same definitions, another where anything differs that is counted.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the counts of a form version stand.
    pub fn layout(&self, form: &Form) -> Layout {
        let definitions = self.by_form.get(&form.name()).map(Vec::as_slice).unwrap_or_default();
        Layout::with(form, definitions.iter().map(Arc::as_ref))
    }

    /// The questions by which figures of a form version are broken down; `layout` is its layout.
    pub fn breakdowns(&self, form: &Form, layout: &Layout) -> Vec<Breakdown> {
        let definitions = self.by_form.get(&form.name()).map(Vec::as_slice).unwrap_or_default();
        breakdowns(form, &definitions.iter().map(Arc::as_ref).collect::<Vec<_>>(), layout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(change: (&str, &str)) -> Arc<Definition> {
        let text = r#"
            index = "i"
            version = "1"
            form = "small/1"
            title = { vi = "I", en = "I" }
            formula = { vi = "I", en = "I" }
            source = { vi = "I", en = "I" }
            valid_from = "2026-01-01"
            satisfied_from = 4
            nodes = [
              { code = "i", aggregation = "mean_of_criteria" },
              { code = "overall", parent = "i", aggregation = "share" },
            ]
        "#;
        Arc::new(toml::from_str(&text.replace(change.0, change.1)).unwrap())
    }

    #[test]
    fn the_name_is_that_of_what_is_counted() {
        let (one, other) = (definition(("", "")), definition(("\"i\"", "\"k\"")));
        let name = |definitions: &[&Arc<Definition>]| {
            Counting::by(definitions.iter().map(|definition| Arc::clone(definition))).name().to_owned()
        };
        assert_eq!(name(&[&one, &other]), name(&[&other, &one]), "the order does not matter");
        assert_ne!(name(&[&one]), name(&[&one, &other]));
        assert_eq!(name(&[&one]), name(&[&definition(("vi = \"I\"", "vi = \"Khác\""))]), "words are not counted");
        for change in [("from = 4", "from = 5"), ("mean_of_criteria", "pooled"), ("small/1", "small/2")] {
            assert_ne!(name(&[&one]), name(&[&definition(change)]), "{change:?}");
        }
    }
}
