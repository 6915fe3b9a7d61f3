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
    "citizen_governance/2023.toml",
    "counter/2026.toml",
    "indices/citizen_governance/2023.toml",
    "indices/counter/2026.toml",
    "indices/officials/2023.toml",
    "indices/one_stop/2018.toml",
    "indices/papi/2018.toml",
    "indices/par_index/2022.toml",
    "indices/portal_766/2022.toml",
    "indices/sipas_full/2022.toml",
    "indices/sipas_service/2022.toml",
    "indices/ward/2026.toml",
    "officials/2023.toml",
    "published.toml",
    "rules/2026.toml",
    "sipas_full/2022.toml",
    "sipas_service/2022.toml",
    "ward/2026.toml",
];
