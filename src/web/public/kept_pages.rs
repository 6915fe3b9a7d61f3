//! Form pages as they were rendered, kept so that the next visitor's needs only its own id and moment put in.
//!
//! A page is kept under everything that it shows: the catalogue's revision, the day, survey, unit, procedure, channel and view.
//! What was filled in is never kept: only fresh sheets come here.

use crate::domain::ids::SubmissionId;
use crate::domain::text::Language;
use crate::web::view::View;
use chrono::NaiveDate;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// The most pages kept; a page is some 40 kB.
const MOST: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// Longer parts of an address than this name nothing that there is.
const LONGEST: usize = 64;

/// What stands in a rendered page for the id and the moment: nothing that a catalogue or a form would say.
pub const ID_MARK: &str = "{{id}}";
/// The same for the moment.
pub const TIME_MARK: &str = "{{time}}";

/// Everything that a fresh form page depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageKey {
    revision: i64,
    day: NaiveDate,
    /// Survey, unit, procedure and channel, as the address says them.
    address: [String; 4],
    language: Language,
    classes: &'static str,
    is_text_browser: bool,
}

impl PageKey {
    /// The key of what an address asks for; nothing where that is longer than anything there is.
    pub fn of(revision: i64, day: NaiveDate, address: [&str; 4], view: &View) -> Option<Self> {
        let is_short = address.iter().all(|part| part.len() <= LONGEST);
        is_short.then(|| Self {
            revision,
            day,
            address: address.map(str::to_owned),
            language: view.language,
            classes: view.classes(),
            is_text_browser: view.is_text_browser,
        })
    }
}

/// A rendered page in three parts: what stands before the id, between it and the moment, and after that.
#[derive(Debug)]
pub struct KeptPage {
    page: String,
    id: usize,
    time: usize,
}

impl KeptPage {
    /// A page rendered with the marks; nothing where they do not stand in it once each, the id first.
    pub fn of(page: String) -> Option<Self> {
        let only = |mark: &str| {
            let mut places = page.match_indices(mark);
            places.next().filter(|_| places.next().is_none()).map(|(place, _)| place)
        };
        let (id, time) = (only(ID_MARK)?, only(TIME_MARK)?);
        (id < time).then_some(Self { page, id, time })
    }

    /// The page for one visitor.
    pub fn for_visitor(&self, id: SubmissionId, time: &str) -> String {
        let (before, rest) = self.page.split_at(self.id);
        let (between, after) = rest.split_at(self.time - self.id);
        let mut page = String::with_capacity(self.page.len() + 64);
        page.push_str(before);
        page.push_str(id.0.as_hyphenated().encode_lower(&mut [0; 36]));
        page.push_str(&between[ID_MARK.len()..]);
        page.push_str(time);
        page.push_str(&after[TIME_MARK.len()..]);
        page
    }
}

/// The pages kept; what was not asked for in the longest time makes room.
pub struct KeptPages(Mutex<LruCache<PageKey, Arc<KeptPage>>>);

impl Default for KeptPages {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }
}

impl KeptPages {
    /// The page of a key.
    pub fn get(&self, key: &PageKey) -> Option<Arc<KeptPage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a page.
    pub fn keep(&self, key: PageKey, page: Arc<KeptPage>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_visitor_finds_the_own_id_and_moment_and_all_else_as_it_was() {
        let page = KeptPage::of(format!("<a>{ID_MARK}</a> Hài lòng <b>{TIME_MARK}</b>!")).unwrap();
        let id = SubmissionId(Uuid::from_u128(7));
        let shown = page.for_visitor(id, "1800000000.aa");
        assert_eq!(shown, "<a>00000000-0000-0000-0000-000000000007</a> Hài lòng <b>1800000000.aa</b>!");
        for odd in [ID_MARK.to_owned(), format!("{TIME_MARK}{ID_MARK}"), format!("{ID_MARK}{ID_MARK}{TIME_MARK}")] {
            assert!(KeptPage::of(odd.clone()).is_none(), "{odd}");
        }
    }

    #[test]
    fn every_part_of_a_key_counts_and_long_addresses_have_none() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let view = View::default();
        let key = |revision, day, address, view: &View| PageKey::of(revision, day, address, view);
        let first = key(1, day, ["sipas", "H19", "", "web"], &view);
        assert!(first.is_some());
        let large = View { large: true, ..View::default() };
        let english = View { language: Language::En, ..View::default() };
        let text = View { is_text_browser: true, ..View::default() };
        for other in [
            key(2, day, ["sipas", "H19", "", "web"], &view),
            key(1, day.succ_opt().unwrap(), ["sipas", "H19", "", "web"], &view),
            key(1, day, ["sipas", "H19", "", "qr"], &view),
            key(1, day, ["sipas", "H19", "", "web"], &large),
            key(1, day, ["sipas", "H19", "", "web"], &english),
            key(1, day, ["sipas", "H19", "", "web"], &text),
        ] {
            assert_ne!(first, other);
        }
        assert_eq!(key(1, day, ["sipas", &"x".repeat(65), "", "web"], &view), None);
    }
}
