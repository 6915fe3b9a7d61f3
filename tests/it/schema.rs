//! The schema: migrations go up, down and up again; `schema.rs` names what is there; everything is commented and named by us.

use crate::support::Database;
use crate::support::service::run;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeMap;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Bool)]
    commented: bool,
}

fn columns(conn: &mut PgConnection) -> Vec<Column> {
    diesel::sql_query(
        "select c.relname::text as table_name, a.attname::text as column_name, format_type(a.atttypid, null) as kind, \
             not a.attnotnull as nullable, col_description(c.oid, a.attnum) is not null \
                 and obj_description(c.oid, 'pg_class') is not null as commented \
         from pg_class c join pg_attribute a on a.attrelid = c.oid \
         where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped \
             and c.relname <> '__diesel_schema_migrations' order by 1, a.attnum",
    )
    .load(conn)
    .unwrap()
}

/// The tables of `schema.rs`, as `table -> column -> type`.
fn declared() -> BTreeMap<String, BTreeMap<String, String>> {
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/storage/schema.rs")).unwrap();
    let mut tables = BTreeMap::new();
    for block in source.split("diesel::table! {").skip(1) {
        let (head, rest) = block.split_once('{').unwrap();
        let name = head.split('(').next().unwrap().trim().to_owned();
        let body = rest.split('}').next().unwrap();
        let column = |part: &str| part.split_once("->").map(|(c, t)| (c.trim().to_owned(), t.trim().to_owned()));
        tables.insert(name, body.split(',').filter_map(column).collect());
    }
    tables
}

fn diesel_type(column: &Column) -> String {
    let plain = match column.kind.as_str() {
        "bigint" => "Int8",
        "smallint" => "Int2",
        "text" => "Text",
        "date" => "Date",
        "timestamp with time zone" => "Timestamptz",
        "boolean" => "Bool",
        "uuid" => "Uuid",
        "double precision" => "Float8",
        "json" => "Json",
        "jsonb" => "Jsonb",
        "bytea" => "Bytea",
        "smallint[]" => "Array<Int2>",
        "bigint[]" => "Array<Int8>",
        other => panic!("no name for {other}"),
    };
    if column.nullable { format!("Nullable<{plain}>") } else { plain.to_owned() }
}

#[test]
fn schema_rs_names_what_is_there_and_everything_is_commented() {
    let database = Database::new();
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for column in columns(&mut database.conn()) {
        assert!(column.commented, "no comment on {}.{}", column.table_name, column.column_name);
        let kind = diesel_type(&column);
        found.entry(column.table_name).or_default().insert(column.column_name, kind);
    }
    assert_eq!(found, declared());
}

#[test]
fn every_constraint_has_a_name_of_ours() {
    let database = Database::new();
    // PostgreSQL's own names are table_column_check, table_column_fkey with the column's full name, and so on.
    let unnamed = database.number(
        "select count(*) from pg_constraint where connamespace = 'public'::regnamespace and conname ~ '_check[0-9]*$' \
             and conrelid::regclass::text <> '__diesel_schema_migrations'",
    );
    assert_eq!(unnamed, 0);
}

#[test]
fn migrations_go_up_down_and_up_again() {
    use diesel_migrations::{FileBasedMigrations, MigrationHarness};
    let database = Database::empty();
    let migrations = || FileBasedMigrations::from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    let mut conn = database.conn();
    conn.run_pending_migrations(migrations()).unwrap();
    let first = columns(&mut conn).len();
    conn.revert_all_migrations(migrations()).unwrap();
    assert_eq!(columns(&mut conn).len(), 0, "something was left behind");
    conn.run_pending_migrations(migrations()).unwrap();
    assert_eq!(columns(&mut conn).len(), first);
    let (code, out, err) = run(database.url(), &["migrate"], "");
    assert_eq!((code, out.contains("applied")), (0, false), "nothing is left to apply: {out} {err}");
}

#[test]
fn stored_answers_outlive_a_way_back_and_forth() {
    use diesel::connection::SimpleConnection;
    let database = Database::new();
    let (code, _, error) = run(database.url(), &["demo", "300"], "");
    assert_eq!(code, 0, "{error}");
    let (before, rows) = (
        database.answers_by_question(),
        "select md5(string_agg(answers::jsonb::text, ';' order by id)) from submissions",
    );
    let stored = database.text(rows);
    let step = |migration: &str, file: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let text = std::fs::read_to_string(format!("{folder}/2026-11-25-{migration}/{file}.sql")).unwrap();
        database.conn().batch_execute(&text).unwrap();
    };
    let (by_place, as_text) = ("000001_store_answers_by_place", "000501_keep_answers_as_text");
    step(as_text, "down");
    step(by_place, "down");
    let wrong = "select count(*) from submissions where answers ->> 'access_1' !~ '^[1-5]$' or jsonb_typeof(answers) <> 'object'";
    assert_eq!(database.number(wrong), 0);
    assert!(database.number("select count(*) from submissions where answers ? 'access_1'") > 100);
    step(by_place, "up");
    step(as_text, "up");
    assert_eq!(database.answers_by_question(), before);
    assert_eq!(database.text(rows), stored);
}

#[test]
fn the_audit_log_refuses_update_delete_and_truncate() {
    use diesel::connection::SimpleConnection;
    let database = Database::new();
    let mut conn = database.conn();
    let entry = "insert into audit_log (at, actor, action, subject, detail) values (now(), 'a', 'b', 'c', '{}')";
    conn.batch_execute(entry).unwrap();
    for forbidden in ["update audit_log set actor = 'x'", "delete from audit_log", "truncate audit_log"] {
        let error = conn.batch_execute(forbidden).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{forbidden}: {error}");
    }
    assert!(database.number("select count(*) from audit_log where actor = 'a'") == 1);
}
