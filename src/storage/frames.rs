//! Frames: the people served from whom a survey draws, and how they are reached, apart and for as long as the survey is open.

use super::schema::{frame_contacts, frames};
use crate::domain::ids::{FrameId, ProcedureId, SurveyId, UnitId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};

/// Somebody on a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FramePerson {
    /// The code of the dossier.
    pub dossier: String,
    /// The unit that served.
    pub unit: UnitId,
    /// The procedure, where one is named.
    pub procedure: Option<ProcedureId>,
    /// Kind of person or way of filing; may be empty.
    pub kind: String,
    /// How the person is reached; empty where that is not known, or no longer.
    pub contact: String,
}

/// The frame of a survey and how many people it lists.
pub fn of_survey(conn: &mut PgConnection, survey: SurveyId) -> QueryResult<Option<(FrameId, i64)>> {
    let found: Option<(i64, i64)> = frames::table
        .filter(frames::survey_id.eq(survey.0))
        .select((frames::id, frames::people))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, people)| (FrameId(id), people)))
}

/// Deletes a frame with its people, from whom nobody was drawn.
pub fn delete(conn: &mut PgConnection, frame: FrameId) -> QueryResult<()> {
    diesel::delete(frames::table.filter(frames::id.eq(frame.0))).execute(conn)?;
    Ok(())
}

/// Inserts a frame with its people, numbered from 1 as they stand.
pub fn insert(
    conn: &mut PgConnection,
    survey: SurveyId,
    now: DateTime<Utc>,
    actor: &str,
    people: &[FramePerson],
) -> QueryResult<FrameId> {
    let frame: i64 = diesel::insert_into(frames::table)
        .values((
            frames::survey_id.eq(survey.0),
            frames::people.eq(i64::try_from(people.len()).unwrap_or(i64::MAX)),
            frames::imported_at.eq(now),
            frames::actor.eq(actor),
        ))
        .returning(frames::id)
        .get_result(conn)?;
    let numbered = || (1i64..).zip(people);
    diesel::sql_query(
        "insert into frame_people (frame_id, number, dossier, unit_id, procedure_id, kind) \
         select $1, n, d, u, p, k from unnest($2, $3, $4, $5, $6) as r (n, d, u, p, k)",
    )
    .bind::<BigInt, _>(frame)
    .bind::<Array<BigInt>, _>(numbered().map(|(number, _)| number).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(people.iter().map(|person| person.dossier.as_str()).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(people.iter().map(|person| person.unit.0).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(people.iter().map(|person| person.procedure.map(|p| p.0)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(people.iter().map(|person| person.kind.as_str()).collect::<Vec<_>>())
    .execute(conn)?;
    let reached: Vec<(i64, &FramePerson)> = numbered().filter(|(_, person)| !person.contact.is_empty()).collect();
    diesel::sql_query(
        "insert into frame_contacts (frame_id, number, contact) select $1, n, c from unnest($2, $3) as r (n, c)",
    )
    .bind::<BigInt, _>(frame)
    .bind::<Array<BigInt>, _>(reached.iter().map(|(number, _)| *number).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(reached.iter().map(|(_, person)| person.contact.as_str()).collect::<Vec<_>>())
    .execute(conn)?;
    Ok(FrameId(frame))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    dossier: String,
    #[diesel(sql_type = BigInt)]
    unit_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    procedure_id: Option<i64>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    contact: Option<String>,
}

/// The people of a frame, in the order of their numbers.
pub fn people(conn: &mut PgConnection, frame: FrameId) -> QueryResult<Vec<FramePerson>> {
    let rows: Vec<Row> = diesel::sql_query(
        "select p.dossier, p.unit_id, p.procedure_id, p.kind, c.contact from frame_people p \
         left join frame_contacts c on c.frame_id = p.frame_id and c.number = p.number \
         where p.frame_id = $1 order by p.number",
    )
    .bind::<BigInt, _>(frame.0)
    .load(conn)?;
    let person = |row: Row| FramePerson {
        dossier: row.dossier,
        unit: UnitId(row.unit_id),
        procedure: row.procedure_id.map(ProcedureId),
        kind: row.kind,
        contact: row.contact.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(person).collect())
}

/// Forgets how people are reached once the survey they were to be asked for has closed; how many.
pub fn delete_contacts_of_closed(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let closed = "frame_id in (select f.id from frames f join surveys s on s.id = f.survey_id where s.closes_at <= ";
    let closed = diesel::dsl::sql::<diesel::sql_types::Bool>(closed).bind::<Timestamptz, _>(now).sql(")");
    diesel::delete(frame_contacts::table.filter(closed)).execute(conn)
}
