//! The copy of `survey_forms` that the program carries; a test holds the list against the folder.

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../survey_forms/", $name)))),+]
    };
}

/// Names within the folder, and contents.
pub(super) const BUILT_IN: &[(&str, &str)] = files![
    "catalogue/procedures.csv",
    "catalogue/surveys.toml",
    "catalogue/units.csv",
    "counter/2026.toml",
    "indices/counter/2026.toml",
    "indices/sipas_service/2022.toml",
    "published.toml",
    "sipas_service/2022.toml",
];
