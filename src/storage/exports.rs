//! Reading submissions out for files: row by row as they come, and what the manifest tells of them.
//!
//! All of it is meant to be read in one snapshot, so that rows, counts and exclusions agree.

use super::copying;
use super::schema::audit_log;
use super::tallies::Filter;
use crate::domain::access::Scope;
use crate::domain::export::{Ending, Exclusions, Size};
use crate::domain::ids::{FormVersionId, StaffId};
use crate::domain::survey::Basis;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, SmallInt, Text, Uuid as SqlUuid};
use std::collections::HashSet;
use uuid::Uuid;

pub use super::copying::StoredSubmission;

/// A query over the submissions `s` within a scope; the text ends where its conditions are to stand.
pub(super) fn within(text: &str, scope: &Scope, filter: &Filter, rest: &str) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
    let units = match scope.narrowed(filter.units.as_deref()) {
        Scope::All => None,
        Scope::Units(units) => Some(units.into_iter().map(|u| u.0).collect::<Vec<_>>()),
    };
    let procedures = filter.procedures.as_ref().map(|p| p.iter().map(|p| p.0).collect::<Vec<_>>());
    let channels = filter.channels.as_ref().map(|c| c.iter().map(|c| c.number()).collect::<Vec<_>>());
    diesel::sql_query(format!(
        "{text} where ($1 is null or s.survey_id = $1) and ($2 is null or s.form_version_id = $2) \
             and ($3 is null or s.unit_id = any($3)) and ($4 is null or s.procedure_id = any($4)) \
             and ($5 is null or s.channel = any($5)) and ($6 is null or s.day >= $6) and ($7 is null or s.day <= $7) \
             and ($8 is null or s.survey_id in (select v.id from surveys v where v.basis = $8)) {rest}"
    ))
    .into_boxed()
    .bind::<Nullable<BigInt>, _>(filter.survey.map(|s| s.0))
    .bind::<Nullable<BigInt>, _>(filter.form_version.map(|v| v.0))
    .bind::<Nullable<Array<BigInt>>, _>(units)
    .bind::<Nullable<Array<BigInt>>, _>(procedures)
    .bind::<Nullable<Array<SmallInt>>, _>(channels)
    .bind::<Nullable<Date>, _>(filter.period.from)
    .bind::<Nullable<Date>, _>(filter.period.to)
    .bind::<Nullable<SmallInt>, _>(filter.basis.map(Basis::number))
}

/// Hands every submission within a scope over, and whether it is out of the index; how and in what order, see `copying`. Only within a
/// transaction.
pub fn each<E: From<diesel::result::Error>>(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    mut take: impl FnMut(StoredSubmission<'_>, bool) -> Result<(), E>,
) -> Result<(), E> {
    // Few are out, and looking for each row's decisions costs more than reading the row.
    let out: Vec<Out> = within(&format!("select s.id {OUT}"), scope, filter, AND_OUT).load(conn)?;
    let out: HashSet<Uuid> = out.into_iter().map(|row| row.id).collect();
    copying::each(conn, scope, filter, |stored| {
        let is_excluded = out.contains(&stored.id);
        take(stored, is_excluded)
    })
}

/// What is out of the index now.
const OUT: &str = "from exclusions o join submissions s on s.id = o.submission_id";
const AND_OUT: &str = "and o.step % 2 = 1 \
     and not exists (select 1 from exclusions e where e.submission_id = o.submission_id and e.step > o.step)";

#[derive(QueryableByName)]
struct Out {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Large {
    #[diesel(sql_type = Bool)]
    is_large: bool,
}

/// Whether a file of submissions may become large: 128 MiB of stored submissions would have to become thirty times as much. Of a
/// table on other machines the size is not known here, and it is taken for large.
pub fn size(conn: &mut PgConnection) -> QueryResult<Size> {
    let text = "select pg_total_relation_size('submissions') not between 1 and 134217728 \
         and exists (select from submissions) as is_large";
    let Large { is_large } = diesel::sql_query(text).get_result(conn)?;
    Ok(if is_large { Size::MayBeLarge } else { Size::IsSmall })
}

#[derive(QueryableByName)]
struct VersionCount {
    #[diesel(sql_type = BigInt)]
    form_version_id: i64,
    #[diesel(sql_type = BigInt)]
    submissions: i64,
}

/// How many submissions there are of each form version, the versions in the order of their numbers.
pub fn count_by_form_version(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
) -> QueryResult<Vec<(FormVersionId, i64)>> {
    let text = "select s.form_version_id, count(*) as submissions from submissions s";
    let rows: Vec<VersionCount> = within(text, scope, filter, "group by 1 order by 1").load(conn)?;
    Ok(rows.into_iter().map(|row| (FormVersionId(row.form_version_id), row.submissions)).collect())
}

#[derive(QueryableByName)]
struct ReasonCount {
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = BigInt)]
    submissions: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    submissions: i64,
}

/// What the manifest tells: who is out of the index by reason, the most frequent first, and how many are synthetic.
pub fn ending(conn: &mut PgConnection, scope: &Scope, filter: &Filter) -> QueryResult<Ending> {
    let rows: Vec<ReasonCount> = within(
        &format!("select o.reason, count(*) as submissions {OUT}"),
        scope,
        filter,
        &format!("{AND_OUT} group by 1 order by 2 desc, 1"),
    )
    .load(conn)?;
    let demo: Count =
        within("select count(*) as submissions from submissions s", scope, filter, "and s.is_demo").get_result(conn)?;
    let out = rows.into_iter().map(|row| Exclusions { reason: row.reason, count: row.submissions });
    Ok(Ending { exclusions: out.collect(), demo: demo.submissions })
}

/// An export that was made, as the audit log has it.
#[derive(Debug, Clone, PartialEq)]
pub struct PastExport {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, in words.
    pub actor: String,
    /// Whether it was the index; the submissions otherwise.
    pub is_index: bool,
    /// The survey, in words.
    pub subject: String,
    /// The particulars.
    pub detail: serde_json::Value,
}

/// What the audit log calls an export of submissions.
pub const SUBMISSIONS_EXPORTED: &str = "export submissions";
/// What the audit log calls an export of the index.
pub const INDEX_EXPORTED: &str = "export the index";

/// The last exports of a person, or of everybody, the newest first.
pub fn recent(conn: &mut PgConnection, of: Option<StaffId>, most: i64) -> QueryResult<Vec<PastExport>> {
    let mut wanted = audit_log::table
        .filter(audit_log::action.eq_any([SUBMISSIONS_EXPORTED, INDEX_EXPORTED]))
        .select((audit_log::at, audit_log::actor, audit_log::action, audit_log::subject, audit_log::detail))
        .order(audit_log::id.desc())
        .limit(most)
        .into_boxed();
    if let Some(of) = of {
        wanted = wanted.filter(audit_log::staff_id.eq(of.0));
    }
    let rows: Vec<(DateTime<Utc>, String, String, String, serde_json::Value)> = wanted.load(conn)?;
    let past = |(at, actor, action, subject, detail): (_, _, String, _, _)| PastExport {
        at,
        actor,
        is_index: action == INDEX_EXPORTED,
        subject,
        detail,
    };
    Ok(rows.into_iter().map(past).collect())
}
