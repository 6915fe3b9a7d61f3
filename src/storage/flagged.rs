//! Single submissions as those see them who keep the index clean: which were flagged, which are out, who decided what. No
//! answers are read here, and nothing is written.

use crate::domain::access::Scope;
use crate::domain::ids::{SubmissionId, SurveyId, UnitId};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// A submission without its answers.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Outline {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    #[diesel(sql_type = BigInt)]
    survey_id: i64,
    /// Its day.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// The bits that [`super::submissions`] names.
    #[diesel(sql_type = SmallInt)]
    pub flags: i16,
}

impl Outline {
    /// Which.
    pub fn id(&self) -> SubmissionId {
        SubmissionId(self.id)
    }

    /// The unit that served.
    pub fn unit(&self) -> UnitId {
        UnitId(self.unit_id)
    }

    /// The survey answered.
    pub fn survey(&self) -> SurveyId {
        SurveyId(self.survey_id)
    }
}

/// A decision about a submission.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Decision {
    /// About which.
    #[diesel(embed)]
    pub submission: Outline,
    /// Whether it took the submission out; back otherwise.
    #[diesel(sql_type = Bool)]
    pub is_out: bool,
    /// Who.
    #[diesel(sql_type = Text)]
    pub actor: String,
    /// Why.
    #[diesel(sql_type = Text)]
    pub reason: String,
    /// When.
    #[diesel(sql_type = Timestamptz)]
    pub made_at: DateTime<Utc>,
}

/// A list of something, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The entries of the page.
    pub entries: Vec<T>,
    /// How many there are on all pages.
    pub total: i64,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

const OUTLINE: &str = "select s.id, s.unit_id, s.survey_id, s.day, s.flags";
const DECISION: &str = ", x.step % 2 = 1 as is_out, x.actor, x.reason, x.made_at";
const OF_UNITS: &str = "($1 is null or s.unit_id = any($1))";

/// Flagged submissions that still count.
const FLAGGED: &str = "from submissions s where s.flags <> 0 \
     and coalesce((select max(e.step) from exclusions e where e.submission_id = s.id), 0) % 2 = 0";
/// The decision that keeps a submission out now.
const OUT: &str = "from exclusions x join submissions s on s.id = x.submission_id where x.step % 2 = 1 \
     and not exists (select 1 from exclusions e where e.submission_id = x.submission_id and e.step > x.step)";
/// Every decision.
const DECIDED: &str = "from exclusions x join submissions s on s.id = x.submission_id where true";

fn units(scope: &Scope) -> Option<Vec<i64>> {
    match scope {
        Scope::All => None,
        Scope::Units(units) => Some(units.iter().map(|unit| unit.0).collect()),
    }
}

fn total(conn: &mut PgConnection, scope: &Scope, what: &str) -> QueryResult<i64> {
    let query = diesel::sql_query(format!("select count(*) as total {what} and {OF_UNITS}"));
    query.bind::<Nullable<Array<BigInt>>, _>(units(scope)).get_result(conn).map(|row: Total| row.total)
}

/// The submission of an id, if the scope lets it be seen.
pub fn by_id(conn: &mut PgConnection, scope: &Scope, id: SubmissionId) -> QueryResult<Option<Outline>> {
    diesel::sql_query(format!("{OUTLINE} from submissions s where {OF_UNITS} and s.id = $2"))
        .bind::<Nullable<Array<BigInt>>, _>(units(scope))
        .bind::<SqlUuid, _>(id.0)
        .get_result(conn)
        .optional()
}

/// Flagged submissions that still count, the newest day first; where the page begins is found from how many there are.
pub fn flagged(
    conn: &mut PgConnection,
    scope: &Scope,
    limit: i64,
    offset: impl Fn(i64) -> i64,
) -> QueryResult<Listed<Outline>> {
    let total = total(conn, scope, FLAGGED)?;
    let sql = format!("{OUTLINE} {FLAGGED} and {OF_UNITS} order by s.day desc, s.id limit $2 offset $3");
    let query = diesel::sql_query(sql).bind::<Nullable<Array<BigInt>>, _>(units(scope));
    let entries = query.bind::<BigInt, _>(limit).bind::<BigInt, _>(offset(total)).load(conn)?;
    Ok(Listed { entries, total })
}

/// What is out now, each with the decision that took it out, the latest first.
pub fn out_now(
    conn: &mut PgConnection,
    scope: &Scope,
    limit: i64,
    offset: impl Fn(i64) -> i64,
) -> QueryResult<Listed<Decision>> {
    let total = total(conn, scope, OUT)?;
    Ok(Listed { entries: decisions(conn, scope, OUT, limit, offset(total))?, total })
}

/// The latest decisions.
pub fn latest(conn: &mut PgConnection, scope: &Scope, limit: i64) -> QueryResult<Vec<Decision>> {
    decisions(conn, scope, DECIDED, limit, 0)
}

fn decisions(
    conn: &mut PgConnection,
    scope: &Scope,
    what: &str,
    limit: i64,
    offset: i64,
) -> QueryResult<Vec<Decision>> {
    let sql = format!("{OUTLINE}{DECISION} {what} and {OF_UNITS} order by x.id desc limit $2 offset $3");
    let query = diesel::sql_query(sql).bind::<Nullable<Array<BigInt>>, _>(units(scope));
    query.bind::<BigInt, _>(limit).bind::<BigInt, _>(offset).load(conn)
}
