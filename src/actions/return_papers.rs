//! Paper sheets of a round that were keyed in: each is valid, invalid by a named rule, or flagged, and counted once however often
//! the file comes. All sheets of a file or none.

use super::draw_secret::draw_submission_id;
use super::return_sheet::{Taken, take};
use crate::domain::form::Form;
use crate::domain::import::SheetRow;
use crate::domain::non_response::{RuleCode, RuleSet};
use crate::domain::period::day_in_vietnam;
use crate::domain::sample_code::SampleCode;
use crate::domain::submission::Submission;
use crate::domain::survey::{Channel, Survey};
use crate::domain::text::Language;
use crate::storage::audit_log::{self, Actor};
use crate::storage::draws::{self, Holder, Returned, VoidReturn};
use crate::storage::submissions::NewSubmission;
use crate::storage::{PgConnection, QueryError, QueryResult, settings, transaction};
use chrono::{DateTime, NaiveDate, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What a file brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PapersReturned {
    /// Valid sheets.
    pub valid: usize,
    /// Flagged ones of them.
    pub flagged: usize,
    /// Invalid sheets by rule.
    pub invalid: BTreeMap<RuleCode, usize>,
    /// Sheets that had been keyed in before.
    pub repeated: usize,
}

/// Takes the sheets of a survey, read by its form.
pub fn return_papers(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    actor: &Actor,
    survey: &Survey,
    form: &Form,
    rules: &RuleSet,
    rows: &[SheetRow],
) -> QueryResult<PapersReturned> {
    transaction(conn, |conn| {
        let secret = settings::secret(conn)?;
        let day = day_in_vietnam(now);
        let mut pile =
            Pile { survey, form, rules, day, secret, seen: HashMap::new(), returned: PapersReturned::default() };
        for row in rows {
            pile.sheet(conn, row)?;
        }
        let PapersReturned { valid, flagged, invalid, repeated } = &pile.returned;
        let invalid: BTreeMap<&str, usize> = invalid.iter().map(|(rule, count)| (rule.code(), *count)).collect();
        let detail = json!({
            "form": form.name(), "rules": rules.version, "valid": valid, "flagged": flagged, "invalid": invalid,
            "repeated": repeated,
        });
        audit_log::insert(conn, now, actor, "key in returned sheets", &survey.code, detail)?;
        Ok(pile.returned)
    })
}

struct Pile<'a> {
    survey: &'a Survey,
    form: &'a Form,
    rules: &'a RuleSet,
    day: NaiveDate,
    secret: Vec<u8>,
    /// How often a sheet with the same cells came by.
    seen: HashMap<&'a str, u32>,
    returned: PapersReturned,
}

impl<'a> Pile<'a> {
    fn sheet(&mut self, conn: &mut PgConnection, row: &'a SheetRow) -> QueryResult<()> {
        let copies = self.seen.entry(&row.cells).or_insert(0);
        let copy = *copies;
        *copies += 1;
        let key = self.key(&row.cells, copy);
        let code = SampleCode::parse(&row.code).map(|code| code.hash(&self.secret));
        let holder = match &code {
            Some(code) => draws::holder_for_update(conn, self.survey.id, code)?.map(|holder| (holder, code)),
            None => None,
        };
        let Some((holder, code)) = holder else { return self.void(conn, RuleCode::OutsideFrame, None, &key) };
        if holder.is_used {
            return self.used(conn, &holder, &key);
        }
        let answers = match &row.answers {
            Ok(answers) => answers.clone(),
            Err(rule) => {
                let what = Returned::Invalid(*rule);
                draws::mark_returned(conn, &holder, self.day, what, &self.rules.version, Some(&key))?;
                *self.returned.invalid.entry(*rule).or_insert(0) += 1;
                return Ok(());
            }
        };
        let flag = self.rules.flag(&answers, row.seconds);
        let id = draw_submission_id(self.day);
        let submission = Submission {
            id,
            survey: self.survey.id,
            form_version: self.survey.form_version,
            unit: holder.unit,
            procedure: holder.procedure,
            channel: Channel::Paper,
            language: Language::Vi,
            day: self.day,
            answers,
        };
        let new = NewSubmission::new(submission, self.form, &self.secret);
        match take(conn, self.survey.id, code, &new, flag, &self.rules.version, Some(&key))? {
            Taken::Stored => {
                self.returned.valid += 1;
                self.returned.flagged += usize::from(flag.is_some());
                Ok(())
            }
            // The row is locked, the id was drawn just now.
            _ => Err(QueryError::RollbackTransaction),
        }
    }

    fn used(&mut self, conn: &mut PgConnection, holder: &Holder, key: &[u8]) -> QueryResult<()> {
        if holder.sheet_key.as_deref() == Some(key) {
            self.returned.repeated += 1;
            return Ok(());
        }
        self.void(conn, RuleCode::Duplicate, Some(holder), key)
    }

    fn void(
        &mut self,
        conn: &mut PgConnection,
        rule: RuleCode,
        holder: Option<&Holder>,
        key: &[u8],
    ) -> QueryResult<()> {
        let bytes: [u8; 16] = key.first_chunk().copied().unwrap_or_default();
        let key = uuid::Builder::from_custom_bytes(bytes).into_uuid();
        let unit = holder.map(|holder| holder.unit);
        let sheet = VoidReturn { key, unit, rule, rules: &self.rules.version, day: self.day };
        if draws::insert_void(conn, self.survey.id, &sheet)? {
            *self.returned.invalid.entry(rule).or_insert(0) += 1;
        } else {
            self.returned.repeated += 1;
        }
        Ok(())
    }

    /// The same sheet has the same key, the next one with the same cells another one; without the secret it cannot be tried out.
    fn key(&self, cells: &str, copy: u32) -> Vec<u8> {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return Uuid::nil().as_bytes().to_vec() };
        mac.update(b"paper sheet");
        mac.update(&copy.to_be_bytes());
        mac.update(cells.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}
