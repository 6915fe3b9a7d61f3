//! A database of one's own.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use hailong::local_postgres::{Cluster, programs};
use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Shared {
    cluster: Cluster,
    /// Its input is held open until the process ends.
    _watcher: Child,
}

/// The cluster of this test process. When the process ends, however it ends, a watcher stops Postgres and removes its files.
fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let dir = tempfile::Builder::new().prefix("hailong-test-").tempdir_in("/var/tmp").unwrap().keep();
        open_to_all(&dir);
        let watcher = "cat > /dev/null; pid=$(head -n1 \"$1/postgres/postmaster.pid\" 2>/dev/null) && kill -QUIT \"$pid\"; \
             sleep 1; rm -rf \"$1\"";
        let watcher = Command::new("sh")
            .args(["-c", watcher, "sh"])
            .arg(&dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C ends the tests, and must leave somebody to clean up.
            .process_group(0)
            .spawn()
            .unwrap();
        let cluster = Cluster::start(&dir).unwrap_or_else(|e| panic!("the test cluster does not start: {e}"));
        let shared = Shared { cluster, _watcher: watcher };
        make_template(&shared.cluster.url());
        shared
    })
}

fn open_to_all(dir: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A database as a first start leaves it: migrated, with the shipped catalogue and its two open surveys.
fn make_template(url: &str) {
    admin(url, "create database template_hailong");
    let service = super::Service::on(&named(url, "template_hailong"));
    drop(service);
}

fn named(url: &str, name: &str) -> String {
    // The cluster's own database is called hailong and its name is the path of the address.
    let (before, after) = url.split_once("@/hailong?").unwrap_or_else(|| panic!("no database name in {url}"));
    format!("{before}@/{name}?{after}")
}

fn admin(url: &str, sql: &str) {
    let mut conn = PgConnection::establish(url).unwrap();
    conn.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// A database cloned from the template, dropped with this value; or one of another cluster, which is left alone.
pub struct Database {
    name: Option<String>,
    url: String,
}

impl Database {
    /// A fresh one.
    pub fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let base = shared().cluster.url();
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::SeqCst));
        let guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        admin(&base, &format!("create database {name} template template_hailong"));
        drop(guard);
        Self { url: named(&base, &name), name: Some(name) }
    }

    /// An empty one, not even migrated.
    pub fn empty() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let base = shared().cluster.url();
        let name = format!("empty_{}", NUMBER.fetch_add(1, Ordering::SeqCst));
        admin(&base, &format!("create database {name} template template0"));
        Self { url: named(&base, &name), name: Some(name) }
    }

    /// One that stands elsewhere.
    pub fn at(url: String) -> Self {
        Self { name: None, url }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection to it.
    pub fn conn(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }

    /// Runs a statement on it.
    pub fn execute(&self, sql: &str) {
        self.conn().batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    /// One number from it.
    pub fn number(&self, sql: &str) -> i64 {
        use diesel::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let row: Number =
            diesel::sql_query(format!("select ({sql})::bigint as number")).get_result(&mut self.conn()).unwrap();
        row.number
    }

    /// All stored answers by submission and question.
    pub fn answers_by_question(&self) -> BTreeMap<uuid::Uuid, serde_json::Value> {
        named_answers(&mut self.conn())
    }

    /// One text from it.
    pub fn text(&self, sql: &str) -> String {
        use diesel::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            line: String,
        }
        let row: Line =
            diesel::sql_query(format!("select ({sql})::text as line")).get_result(&mut self.conn()).unwrap();
        row.line
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            admin(&shared().cluster.url(), &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// The folder of the PostgreSQL programs that the tests use.
pub fn program(name: &str) -> std::path::PathBuf {
    programs().unwrap_or_else(|e| panic!("{e}")).folder().join(name)
}

/// All stored answers by submission and question.
pub fn named_answers(conn: &mut diesel::PgConnection) -> BTreeMap<uuid::Uuid, serde_json::Value> {
    use diesel::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Answers {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: uuid::Uuid,
        #[diesel(sql_type = diesel::sql_types::Jsonb)]
        answers: serde_json::Value,
    }
    let rows: Vec<Answers> = diesel::sql_query(
        "select submission_id as id, jsonb_object_agg(question, answer) as answers from answers_by_question group by 1",
    )
    .load(conn)
    .unwrap();
    rows.into_iter().map(|row| (row.id, row.answers)).collect()
}
