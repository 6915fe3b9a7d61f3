//! The tables can be spread over machines: `scripts/citus.sql` runs, and the keys obey what Citus asks of the tables it spreads.
//!
//! Citus itself is not needed: its two functions are stood in for by ones that take note of what was asked.

use crate::support::Database;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use std::collections::BTreeMap;

/// Tables that stay on the coordinator: nothing that is spread refers to them, and they refer to nothing that is.
const AT_HOME: [&str; 10] = [
    "audit_log",
    "catalogue_revision",
    "servers",
    "settings",
    "sign_in_failures",
    "staff",
    "staff_links",
    "staff_sessions",
    "staff_tokens",
    "tally_watermark",
];

/// What notes the calls, under the names and with the parameters that Citus has.
const STAND_IN: &str = "
    create table placed (name text primary key, place bigint generated always as identity, by text, beside text);
    create function create_reference_table(name regclass) returns void language sql as
        'insert into placed (name) values ($1::text)';
    create function create_distributed_table(name regclass, by text, colocate_with text default 'default') returns void
        language sql as 'insert into placed (name, by, beside) values ($1::text, $2, $3)';";

#[derive(QueryableByName)]
struct Placed {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Nullable<Text>)]
    by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    beside: Option<String>,
}

impl Placed {
    /// The table whose rows lie on the same machines as this one's.
    fn group(&self) -> &str {
        match self.beside.as_deref() {
            Some("none" | "default") | None => &self.name,
            Some(other) => other,
        }
    }
}

fn placed(database: &Database) -> BTreeMap<String, Placed> {
    database.execute(STAND_IN);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/citus.sql");
    database.execute(&std::fs::read_to_string(path).unwrap());
    let rows: Vec<Placed> =
        diesel::sql_query("select name, place, by, beside from placed").load(&mut database.conn()).unwrap();
    rows.into_iter().map(|row| (row.name.clone(), row)).collect()
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Array<Text>)]
    columns: Vec<String>,
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    from: String,
    #[diesel(sql_type = Text)]
    to: String,
    #[diesel(sql_type = Array<Text>)]
    from_columns: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    to_columns: Vec<String>,
    #[diesel(sql_type = Bool)]
    sets: bool,
}

fn keys(conn: &mut PgConnection) -> Vec<Key> {
    diesel::sql_query(
        "select c.relname::text as table, i.relname::text as name, array(select a.attname::text from pg_attribute a \
             where a.attrelid = c.oid and a.attnum = any(x.indkey)) as columns \
         from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid \
         where (x.indisunique or x.indisexclusion) and c.relnamespace = 'public'::regnamespace",
    )
    .load(conn)
    .unwrap()
}

fn references(conn: &mut PgConnection) -> Vec<Reference> {
    let columns = |relation: &str, numbers: &str| {
        format!(
            "array(select a.attname::text from unnest({numbers}) with ordinality as n (number, place) \
             join pg_attribute a on a.attrelid = {relation} and a.attnum = n.number order by place)"
        )
    };
    let (from, to) = (columns("f.conrelid", "f.conkey"), columns("f.confrelid", "f.confkey"));
    diesel::sql_query(format!(
        "select conname::text as name, conrelid::regclass::text as from, confrelid::regclass::text as to, \
             {from} as from_columns, {to} as to_columns, confdeltype in ('n', 'd') or confupdtype <> 'a' as sets \
         from pg_constraint f where contype = 'f' and connamespace = 'public'::regnamespace"
    ))
    .load(conn)
    .unwrap()
}

#[test]
fn every_table_has_its_place() {
    let database = Database::new();
    let placed = placed(&database);
    let tables = "select string_agg(relname::text, ' ' order by relname) from pg_class where relkind = 'r' \
         and relnamespace = 'public'::regnamespace and relname not in ('placed', '__diesel_schema_migrations')";
    let mut expected: Vec<&str> = placed.keys().map(String::as_str).chain(AT_HOME).collect();
    expected.sort_unstable();
    assert_eq!(database.text(tables), expected.join(" "), "each table once, in scripts/citus.sql or at home");
    for table in placed.values().filter(|table| table.by.is_some()) {
        let first = &placed[table.group()];
        let kind = |table: &Placed| {
            let (name, by) = (&table.name, table.by.as_deref().unwrap());
            database.text(&format!(
                "select format_type(atttypid, atttypmod) || attnotnull from pg_attribute \
                 where attrelid = '{name}'::regclass and attname = '{by}' and attgenerated = ''"
            ))
        };
        assert!(kind(table).ends_with("true"), "{}: the column that places a row is never null", table.name);
        assert_eq!(kind(table), kind(first), "{} lies beside {}", table.name, first.name);
        assert!(
            first.place <= table.place && first.by.is_some(),
            "{} is placed before what lies beside it",
            first.name
        );
    }
}

#[test]
fn keys_hold_the_column_that_places_a_row() {
    let database = Database::new();
    let placed = placed(&database);
    let keys = keys(&mut database.conn());
    let mut spread = 0;
    for key in &keys {
        let Some(by) = placed.get(&key.table).and_then(|table| table.by.as_ref()) else { continue };
        spread += 1;
        assert!(key.columns.contains(by), "{}: unique over machines, which no machine can see to", key.name);
    }
    assert!(spread >= 5, "every spread table has a key");
}

#[test]
fn references_stay_on_one_machine() {
    let database = Database::new();
    let placed = placed(&database);
    for reference in references(&mut database.conn()) {
        let Reference { name, from, to, from_columns, to_columns, sets } = reference;
        let (Some(from), Some(to)) = (placed.get(&from), placed.get(&to)) else {
            let is_home = |table: &String| AT_HOME.contains(&table.as_str());
            assert!(is_home(&from) && is_home(&to), "{name}: between a table at home and one that is spread");
            continue;
        };
        assert!(to.place < from.place || from.name == to.name, "{name}: {} is placed before {}", to.name, from.name);
        match (&from.by, &to.by) {
            (None, None) => {}
            (Some(by), None) => assert!(!sets || !from_columns.contains(by), "{name}: would move a row"),
            (None, Some(_)) => panic!("{name}: from a table that lies everywhere to one that is spread"),
            (Some(from_by), Some(to_by)) => {
                assert_eq!(from.group(), to.group(), "{name}: to rows on other machines");
                let pair = from_columns.iter().zip(&to_columns).any(|(a, b)| a == from_by && b == to_by);
                assert!(pair && !sets, "{name}: does not hold the columns that place rows");
            }
        }
    }
}

#[test]
fn spread_tables_have_nothing_that_only_one_machine_can_do() {
    let database = Database::new();
    let placed = placed(&database);
    for (name, table) in &placed {
        let of = |what: &str| database.number(&what.replace('#', &format!("'{name}'::regclass")));
        assert_eq!(of("select count(*) from pg_trigger where tgrelid = # and not tgisinternal"), 0, "{name}: triggers");
        assert_eq!(of("select count(*) from pg_rewrite where ev_class = #"), 0, "{name}: rules");
        assert_eq!(
            of("select count(*) from pg_inherits where inhrelid = # or inhparent = #"),
            0,
            "{name}: inheritance"
        );
        let small = "select count(*) from pg_attribute where attrelid = # and attidentity <> '' and atttypid <> 'bigint'::regtype";
        assert_eq!(of(small), 0, "{name}: numbers given on many machines need 64 bits");
        if table.by.is_some() {
            let serial =
                "select count(*) from pg_attrdef where adrelid = # and pg_get_expr(adbin, adrelid) like '%nextval(%'";
            assert_eq!(of(serial), 0, "{name}: a sequence of one machine");
        }
    }
}
