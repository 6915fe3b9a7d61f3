//! Interface texts, Vietnamese first, English beside it, as Fluent files compiled in; and figures written the way each
//! language writes them.
//!
//! Texts of data (questions, names) are not here: they live with their data as `domain::text::Text`.

mod figures;

pub use figures::{count, date, decimal, month, percent, points, rounded, share};

use crate::domain::text::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::OnceLock;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

const VI: [&str; 9] = [
    include_str!("vi/common.ftl"),
    include_str!("vi/public.ftl"),
    include_str!("vi/staff.ftl"),
    include_str!("vi/api.ftl"),
    include_str!("vi/method.ftl"),
    include_str!("vi/paper.ftl"),
    include_str!("vi/drivers.ftl"),
    include_str!("vi/precision.ftl"),
    include_str!("vi/xlsform.ftl"),
];
const EN: [&str; 9] = [
    include_str!("en/common.ftl"),
    include_str!("en/public.ftl"),
    include_str!("en/staff.ftl"),
    include_str!("en/api.ftl"),
    include_str!("en/method.ftl"),
    include_str!("en/paper.ftl"),
    include_str!("en/drivers.ftl"),
    include_str!("en/precision.ftl"),
    include_str!("en/xlsform.ftl"),
];

/// How a key without text shows: a test looks for these marks on every page.
pub const MISSING: (char, char) = ('⟦', '⟧');

fn sources(language: Language) -> [&'static str; 9] {
    match language {
        Language::Vi => VI,
        Language::En => EN,
    }
}

fn bundle(language: Language) -> &'static Bundle {
    static BUNDLES: OnceLock<[Bundle; 2]> = OnceLock::new();
    let bundles = BUNDLES.get_or_init(|| Language::ALL.map(build));
    match language {
        Language::Vi => &bundles[0],
        Language::En => &bundles[1],
    }
}

fn build(language: Language) -> Bundle {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    for source in sources(language) {
        // What a broken file still holds is used; a test refuses broken files.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) => resource,
            Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The text of a key.
pub fn text(language: Language, key: &str) -> String {
    format(language, key, None)
}

/// The text of a key with values put in.
pub fn text_with(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, FluentValue::from(*value));
    }
    format(language, key, Some(&args))
}

fn format(language: Language, key: &str, args: Option<&FluentArgs<'_>>) -> String {
    let bundle = bundle(language);
    let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
        return format!("{}{key}{}", MISSING.0, MISSING.1);
    };
    let mut errors = Vec::new();
    bundle.format_pattern(pattern, args, &mut errors).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(language: Language) -> Vec<String> {
        let lines = sources(language).into_iter().flat_map(str::lines);
        lines
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|l| l.split_once(" ="))
            .map(|(k, _)| k.to_owned())
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_once_each() {
        let vi = keys(Language::Vi);
        let unique: BTreeSet<_> = vi.iter().collect();
        assert_eq!(unique.len(), vi.len(), "a key is given twice");
        assert_eq!(vi.iter().collect::<BTreeSet<_>>(), keys(Language::En).iter().collect::<BTreeSet<_>>());
        assert!(vi.len() > 3);
    }

    #[test]
    fn every_file_is_sound_fluent() {
        for source in Language::ALL.into_iter().flat_map(sources) {
            assert!(FluentResource::try_new(source.to_owned()).is_ok(), "{source}");
        }
    }

    #[test]
    fn a_missing_key_is_marked() {
        assert_eq!(text(Language::Vi, "no-such-key"), "⟦no-such-key⟧");
    }
}
