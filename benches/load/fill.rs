//! Submissions by the million, as a province would have them after five years: many offices, each with its own procedures, some
//! asked for a hundred times as often as others.
//!
//! Rows are made by Postgres itself, in the order of their days, and left to the service to count.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hailong::actions::fold_tallies::fold_all;
use hailong::actions::import_procedures::import_procedures;
use hailong::actions::import_units::import_units;
use hailong::storage::audit_log::Actor;
use hailong::storage::schema::submissions;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// How many days before today there are.
pub const DAYS: i64 = 1824;
const DEPARTMENTS: usize = 12;
const BELOW_EACH: usize = 12;
const PROCEDURES: usize = 60;
/// How many submissions one transaction holds.
const AT_ONCE: i64 = 20_000;

/// The codes of the departments.
pub fn departments() -> Vec<String> {
    (0..DEPARTMENTS).map(|d| format!("H19.{}", 40 + d)).collect()
}

/// The code of an office below a department.
pub fn office(department: usize, number: usize) -> String {
    format!("H19.{}.{:02}", 40 + department % DEPARTMENTS, 1 + number % BELOW_EACH)
}

/// The code of a procedure.
pub fn procedure(number: usize) -> String {
    format!("9.{:06}", 100 + number % PROCEDURES)
}

/// Fills a database up to so many submissions and has them counted: how long either took.
pub fn fill(url: &str, wanted: i64) -> (Duration, Duration) {
    let mut conn = PgConnection::establish(url).unwrap();
    let stored: i64 = submissions::table.count().get_result(&mut conn).unwrap();
    let counting = hailong::catalog::load(None).unwrap().counting().clone();
    // The first fold in a cluster takes what is there for facts of another one.
    fold_all(&mut conn, chrono::Utc::now(), &counting).unwrap();
    if stored == 0 {
        // That fold has closed the days before today, into which so many facts would come one by one.
        conn.batch_execute(
            "truncate tally_sums, tally_subtrees; update tally_watermark set closed_before = '0001-01-01'",
        )
        .unwrap();
    }
    let start = Instant::now();
    if stored < wanted {
        catalogue(&mut conn);
        conn.batch_execute(PLACES).unwrap();
        conn.batch_execute(&people()).unwrap();
        for first in (stored..wanted).step_by(AT_ONCE as usize) {
            conn.batch_execute(&insert(first, wanted.min(first + AT_ONCE), wanted)).unwrap();
        }
        conn.batch_execute("vacuum analyze submissions").unwrap();
    }
    let filled = start.elapsed();
    fold_all(&mut conn, chrono::Utc::now(), &counting).unwrap();
    for table in ["tallies", "tally_sums", "tally_subtrees", "tally_groups", "tally_group_days"] {
        conn.batch_execute(&format!("vacuum analyze {table}")).unwrap();
    }
    (filled, start.elapsed() - filled)
}

fn catalogue(conn: &mut PgConnection) {
    let mut units = String::from("code,parent,name_vi,name_en,kind,valid_from,valid_to,successor,status\n");
    for (d, department) in departments().iter().enumerate() {
        writeln!(units, "{department},H19,Sở {d},Department {d},department,2020-01-01,,,").unwrap();
        for number in 0..BELOW_EACH {
            let code = office(d, number);
            writeln!(units, "{code},{department},Phòng {code},Office {code},office,2020-01-01,,,").unwrap();
        }
    }
    let mut procedures = String::from("code,name_vi,name_en,field_vi,field_en,units,valid_from,valid_to,status\n");
    for number in 0..PROCEDURES {
        let code = procedure(number);
        writeln!(procedures, "{code},Thủ tục {code},Procedure {code},Chung,General,H19,2020-01-01,,").unwrap();
    }
    let (now, actor) = (chrono::Utc::now(), Actor::command_line());
    import_units(conn, now, &actor, units.as_bytes()).unwrap().unwrap();
    import_procedures(conn, now, &actor, procedures.as_bytes()).unwrap().unwrap();
}

/// The numbers of units and procedures by their places.
const PLACES: &str = "
    create temporary table unit_places as
        select id, (row_number() over (order by md5(code)))::int - 1 as place from units where code ~ '^H19\\.[45]\\d';
    create temporary table procedure_places as
        select id, (row_number() over (order by code))::int - 1 as place from procedures where code like '9.%';
    create unique index on unit_places (place);
    create unique index on procedure_places (place);
    analyze unit_places; analyze procedure_places";

/// How many people there are, whose answers come again and again.
const PEOPLE: i64 = 30_000;

/// What people answer. The only place that knows how answers are stored.
fn people() -> String {
    let levels = [("access", 4), ("procedure", 4), ("officer", 5), ("result", 3), ("feedback", 3)];
    let level = |code: String| {
        // Most are content; who is not is so about most things; three in a hundred leave an item out.
        format!(
            "'{code}', case when random() < 0.03 then null else greatest(1, 5 - floor(4.5 * mood * random()))::int end"
        )
    };
    let pick = |code: &str, options: &[&str]| {
        let options = options.iter().map(|option| format!("'{option}'")).collect::<Vec<_>>().join(",");
        format!("'{code}', (array[{options}])[1 + floor(random() ^ 1.3 * {})::int]", options.split(',').count())
    };
    let items = levels.iter().flat_map(|(factor, count)| (1..=*count).map(move |n| level(format!("{factor}_{n}"))));
    let people = [
        pick("gender", &["female", "male"]),
        pick("age", &["35-49", "25-34", "50-60", "18-24", "over_60"]),
        pick("area", &["urban", "rural"]),
        pick("ethnicity", &["kinh", "kinh", "other"]),
        pick("education", &["upper_secondary", "university", "vocational", "lower_secondary", "primary"]),
    ];
    let answers = items.chain(people).collect::<Vec<_>>().join(", ");
    format!(
        "create temporary table people as
             select number::int as place,
                 (select replace(jsonb_agg(coalesce(named.answers -> q.code, 'null') order by q.place)::text, ', ', ',')::json from form_questions q
                  join surveys s on s.form_version_id = q.form_version_id where s.code = 'sipas') as answers
             from (select number, jsonb_build_object({answers}) as answers from (select number, random() ^ 1.5 as mood from generate_series(0, {PEOPLE} - 1) as number offset 0) as moods) as named;
         create unique index on people (place);
         analyze people"
    )
}

/// Submissions of some numbers.
fn insert(first: i64, end: i64, all: i64) -> String {
    format!(
        "insert into submissions
             (id, survey_id, form_version_id, unit_id, procedure_id, day, channel, language, answers)
         select (lpad(to_hex(day - date '1970-01-01'), 4, '0') || substr(random_hex, 5, 8) || '8' || substr(random_hex, 14, 3)
                 || '8' || substr(random_hex, 18, 11) || '484c')::uuid,
             s.id, s.form_version_id, u.id, p.id, day, (array[2, 1, 4, 2, 1, 5])[1 + floor(random() ^ 1.5 * 6)::int], 1, w.answers
         from (
             select *, md5(number::text) as random_hex, (unit_place * 7 + floor(random() ^ 2.2 * 20)::int * 3) % {PROCEDURES} as procedure_place,
                 case extract(isodow from d) when 6 then d - 1 when 7 then d - 2 else d end as day
             from (
                 select number, floor(random() ^ 1.8 * (select count(*) from unit_places))::int as unit_place,
                     floor(random() * {PEOPLE})::int as person, random() as named,
                     (now() at time zone 'Asia/Ho_Chi_Minh')::date - {DAYS} + (number * {DAYS} / {all})::int as d
                 from generate_series({first}::bigint, {end}::bigint - 1) as number offset 0
             ) as drawn offset 0
         ) as placed
         join surveys s on s.code = 'sipas'
         join unit_places u on u.place = unit_place
         join people w on w.place = person
         left join procedure_places p on p.place = procedure_place and named > 0.05"
    )
}
