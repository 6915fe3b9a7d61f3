//! Until when figures go, said beside them where a replica gave them and is noticeably behind.

use crate::domain::period::{day_in_vietnam, vietnam};
use crate::i18n;
use crate::web::view::View;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Figures are behind by about this much anyhow: facts are folded in batches.
const NOTICEABLE: Duration = Duration::from_secs(2);

/// The note; nothing where figures are of this moment.
pub(super) fn note(view: &View, now: DateTime<Utc>, age: Option<Duration>) -> Option<String> {
    let age = age.filter(|age| *age > NOTICEABLE)?;
    let at = now - TimeDelta::from_std(age).ok()?;
    let time = format!(
        "{} {}",
        at.with_timezone(&vietnam()).format("%H:%M:%S"),
        i18n::date(view.language, day_in_vietnam(at))
    );
    Some(view.t1("staff-as-of", "time", &time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_noticeably_old_is_noted() {
        let now = "2026-11-25T03:04:05Z".parse().unwrap();
        let note = |seconds| note(&View::default(), now, seconds);
        assert_eq!(note(None), None);
        assert_eq!(note(Some(Duration::from_millis(1500))), None);
        let old = note(Some(Duration::from_secs(7))).unwrap();
        assert!(old.starts_with("Số liệu đến 10:03:58 25/11/2026"), "{old}");
    }
}
