//! A sheet comes back with a code: the code is taken and the answers are stored in one transaction, once, or neither.
//!
//! What is kept of the person is that the code was used on a day; what is kept beside the answers is their place in the draw.

use crate::domain::ids::SurveyId;
use crate::domain::non_response::RuleCode;
use crate::domain::sample_code::CodeHash;
use crate::storage::batches::insert_batch;
use crate::storage::draws::{self, Returned, VoidReturn};
use crate::storage::submissions::{Content, NewSubmission, contents_by_id};
use crate::storage::{PgConnection, QueryError, QueryResult, durable, transaction};

/// What became of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is stored now.
    Stored,
    /// The same was stored before.
    Repeated,
    /// Other answers were stored before under this id; those stay.
    Different,
    /// Nobody was drawn with this code.
    UnknownCode,
    /// The code was used before. The sheet is counted as a duplicate, once.
    UsedCode,
}

/// Takes a sheet, whose unit and procedure become those of the frame. `flag` is the rule that flags it, `rules` their version.
pub fn return_sheet(
    conn: &mut PgConnection,
    survey: SurveyId,
    code: &CodeHash,
    new: &NewSubmission,
    flag: Option<RuleCode>,
    rules: &str,
) -> QueryResult<Taken> {
    transaction(conn, |conn| {
        durable(conn)?;
        take(conn, survey, code, new, flag, rules, None)
    })
}

/// The same within a transaction; a paper sheet has a key.
pub(super) fn take(
    conn: &mut PgConnection,
    survey: SurveyId,
    code: &CodeHash,
    new: &NewSubmission,
    flag: Option<RuleCode>,
    rules: &str,
    sheet_key: Option<&[u8]>,
) -> QueryResult<Taken> {
    let Some(holder) = draws::holder_for_update(conn, survey, code)? else { return Ok(Taken::UnknownCode) };
    let mut new = new.clone();
    new.submission.unit = holder.unit;
    new.submission.procedure = holder.procedure;
    let (id, day) = (new.submission.id, new.submission.day);
    if let Some(stored) = contents_by_id(conn, &[id])?.get(&id) {
        let is_same = *stored == Content::of(&new);
        return Ok(if is_same { Taken::Repeated } else { Taken::Different });
    }
    if holder.is_used {
        let sheet = VoidReturn { key: id.0, unit: Some(holder.unit), rule: RuleCode::Duplicate, rules, day };
        draws::insert_void(conn, survey, &sheet)?;
        return Ok(Taken::UsedCode);
    }
    if insert_batch(conn, &[&new])?.is_empty() {
        // Somebody stored this id at the same moment: undone, and found stored by the next attempt.
        return Err(QueryError::RollbackTransaction);
    }
    draws::insert_design(conn, id, &holder, flag, rules)?;
    draws::mark_returned(conn, &holder, day, Returned::Valid(flag), rules, sheet_key)?;
    Ok(Taken::Stored)
}
