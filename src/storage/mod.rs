//! The only place that names diesel (with `intake`): tables, rows, queries, and the pool that runs them off the async threads.
//!
//! Queries are free functions beside their row types, `conn` first; absence is `Option`. Transactions are opened by `actions`
//! and `intake`, not here.

pub mod answer_levels;
pub mod audit_log;
pub mod batches;
pub mod catalogue;
pub mod comments;
mod copying;
pub mod draws;
pub mod exclusions;
pub mod exports;
pub mod figures;
mod figures_beside;
pub mod flagged;
pub mod folding;
pub mod frames;
mod judging;
pub mod kept_sizes;
mod pool;
pub mod procedures;
pub mod replica;
mod respondent_groups;
mod roll_up;
mod rolled_up;
pub mod rounds;
pub mod schema;
pub mod servers;
pub mod sessions;
pub mod settings;
pub mod shelf;
pub mod sizes;
pub mod staff;
mod stored_answers;
pub mod submissions;
pub mod surveys;
pub mod tallies;
mod tally_rows;
pub mod units;
pub mod waiting_facts;

pub use diesel::pg::PgConnection;
pub use diesel::result::{DatabaseErrorKind, Error as QueryError, QueryResult};

use diesel::Connection;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use pool::{Connections, connections};
use replica::{Reading, Replica, Standing};
use std::sync::Arc;
use std::time::{Duration, Instant};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// A pool of connections to Postgres.
#[derive(Clone)]
pub struct Db {
    pool: Connections,
    url: String,
    replica: Option<Arc<Replica>>,
}

/// Why something could not be asked of the database.
#[derive(Debug)]
pub enum DbError {
    /// Postgres cannot be reached, or did not answer in time.
    Unavailable(String),
    /// Postgres refused the question.
    Query(QueryError),
}

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DbError::Unavailable(why) => write!(f, "the database cannot be reached: {why}"),
            DbError::Query(error) => write!(f, "the database refused: {error}"),
        }
    }
}
impl std::error::Error for DbError {}

impl From<QueryError> for DbError {
    fn from(error: QueryError) -> Self {
        if is_disconnect(&error) { Self::Unavailable(error.to_string()) } else { Self::Query(error) }
    }
}

/// Whether an error means that the connection is gone or the server is going away, so that trying again may help.
pub fn is_disconnect(error: &QueryError) -> bool {
    match error {
        QueryError::BrokenTransactionManager => true,
        QueryError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => true,
        // What was the primary is one no longer; another connection leads to the one that took over.
        QueryError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => true,
        // A replica ends what reads rows that the primary has since cleared away.
        QueryError::DatabaseError(DatabaseErrorKind::SerializationFailure, info) => {
            info.message().contains("conflict with recovery")
        }
        QueryError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            let message = info.message();
            [
                "terminating connection",
                "connection to server",
                "server closed",
                "no connection",
                "could not receive",
                "could not send",
                "statement timeout",
                "SSL SYSCALL",
                "shutting down",
                "starting up",
                "in recovery mode",
            ]
            .iter()
            .any(|sign| message.contains(sign))
        }
        _ => false,
    }
}

/// The session settings of every connection: Vietnam's time, and no statement may hang for ever.
pub const SESSION_SETTINGS: &str = "set time zone 'Asia/Ho_Chi_Minh'; set statement_timeout = '30s'; \
     set idle_in_transaction_session_timeout = '60s'; set lock_timeout = '10s'";

/// How long somebody who waits for a page waits for the database. A statement's own limit is no help where the server is frozen
/// or the network swallows everything.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it waits for a replica before the primary is asked instead.
const PATIENCE_WITH_REPLICA: Duration = Duration::from_secs(5);

/// How long anybody waits for a connection of the pool.
const WAIT: Duration = Duration::from_secs(5);

impl Db {
    /// Tries whether Postgres can be reached now; fails with the driver's words when it cannot.
    pub fn reach(url: &str) -> Result<(), DbError> {
        PgConnection::establish(url).map(drop).map_err(|e| DbError::Unavailable(e.to_string()))
    }

    /// A pool of at most `size` connections. Fails with the driver's words when Postgres cannot be reached now.
    pub fn connect(url: &str, size: u32) -> Result<Self, DbError> {
        // A first connection by hand: the pool would hide the reason behind a timeout.
        Self::reach(url)?;
        let pool = connections(url, size, WAIT);
        drop(pool.get().map_err(|e| DbError::Unavailable(e.to_string()))?);
        Ok(Self { pool, url: url.to_owned(), replica: None })
    }

    /// The same, reading figures from a replica with at most `size` connections while that is at most so far behind.
    pub fn with_replica(self, url: &str, size: u32, bound: Duration) -> Self {
        Self { replica: Some(Arc::new(Replica::new(url, size, bound))), ..self }
    }

    /// The address of the database; it may hold a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's version as PostgreSQL numbers it: 150004 is 15.4.
    pub fn server_version(&self) -> Result<i32, DbError> {
        let version = "current_setting('server_version_num')::int";
        self.run_blocking(|conn| {
            use diesel::RunQueryDsl;
            diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>(version)).get_result(conn)
        })
    }

    /// Runs a closure with a connection on the blocking pool, for somebody who waits for a page: a database that does not answer
    /// in time counts as away. What a closure writes may be written all the same.
    pub async fn run<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, QueryError> + Send + 'static,
    {
        self.run_within(PATIENCE, work).await
    }

    /// The same with a limit of one's own: monitoring waits less than people do.
    pub async fn run_within<T, F>(&self, limit: Duration, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, QueryError> + Send + 'static,
    {
        match tokio::time::timeout(limit, self.run_to_end(work)).await {
            Ok(result) => result,
            Err(_) => Err(DbError::Unavailable(format!("no answer within {} s", limit.as_secs()))),
        }
    }

    /// The same without a limit, for jobs that nobody waits for.
    pub async fn run_to_end<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, QueryError> + Send + 'static,
    {
        let db = self.clone();
        match tokio::task::spawn_blocking(move || db.run_blocking(work)).await {
            Ok(result) => result,
            Err(panic) => Err(DbError::Unavailable(panic.to_string())),
        }
    }

    /// Runs a closure with a connection on this thread: for the command line and for worker threads.
    pub fn run_blocking<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T, QueryError>) -> Result<T, DbError> {
        run_on(&self.pool, work)
    }

    /// Reads figures: from the replica while it is fresh enough and answers, else from the primary. Not for what decides who may
    /// see something, nor for what the reader has just written.
    pub async fn read<T, F>(&self, work: F) -> Result<Reading<T>, DbError>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, QueryError> + Send + Sync + 'static,
    {
        let work = Arc::new(work);
        if let Some((replica, age)) = self.replica.as_ref().and_then(|r| Some((r, r.usable()?))) {
            let (pool, work) = (replica.pool.clone(), work.clone());
            let reading = tokio::task::spawn_blocking(move || run_on(&pool, |conn| work(conn)));
            match tokio::time::timeout(PATIENCE_WITH_REPLICA, reading).await {
                Ok(Ok(Ok(value))) => return Ok(Reading { value, age: Some(age) }),
                Ok(Ok(Err(error))) => tracing::warn!(%error, "no figures from the replica; reading from the primary"),
                Ok(Err(_)) | Err(_) => tracing::warn!("no figures from the replica in time; reading from the primary"),
            }
            replica.doubt();
        }
        self.run(move |conn| work(conn)).await.map(|value| Reading { value, age: None })
    }

    /// A connection of its own to the replica, for reading long; nothing where it is not to be read from now.
    pub fn connect_to_replica(&self) -> Option<PgConnection> {
        let replica = self.replica.as_ref().filter(|replica| replica.usable().is_some())?;
        match connect_apart(&replica.url) {
            Ok(conn) => Some(conn),
            Err(error) => {
                tracing::warn!(%error, "no figures from the replica; reading from the primary");
                replica.doubt();
                None
            }
        }
    }

    /// How far the replica is behind at the most: nothing where there is none, or none that is known to follow.
    pub fn replica_lag(&self) -> Option<Duration> {
        self.replica.as_ref().and_then(|replica| replica.lag())
    }

    /// Whether figures are read from a replica now; nothing where there is none.
    pub fn reads_replica(&self) -> Option<bool> {
        self.replica.as_ref().map(|replica| replica.usable().is_some())
    }

    /// Looks how far the replica has come; nothing where there is none.
    pub fn look_at_replica(&self) -> Option<Result<Standing, DbError>> {
        let replica = self.replica.as_ref()?;
        let since = Instant::now();
        let primary = self.run_blocking(replica::position_of_primary);
        Some(primary.and_then(|primary| replica.look(&primary, since)))
    }

    /// A connection outside the pool, for work that may hold it long.
    pub fn connect_apart(&self) -> Result<PgConnection, DbError> {
        connect_apart(&self.url)
    }

    /// Brings the schema up to date and makes the secrets if there are none; one server at a time. Returns what was applied.
    pub fn migrate(&self) -> Result<Vec<String>, DbError> {
        let mut held = self.pool.get().map_err(|e| DbError::Unavailable(e.to_string()))?;
        let conn = held.conn();
        const LOCK: i64 = 0x0068_6169_6c6f_6e67;
        conn.batch_execute(&format!(
            "set lock_timeout = 0; set statement_timeout = 0; select pg_advisory_lock({LOCK})"
        ))?;
        let applied: Result<Vec<String>, DbError> = conn
            .run_pending_migrations(MIGRATIONS)
            .map(|versions| versions.iter().map(ToString::to_string).collect())
            .map_err(|e| DbError::Query(QueryError::QueryBuilderError(e)));
        let applied = applied.and_then(|versions| Ok(settings::ensure_secrets(conn).map(|()| versions)?));
        conn.batch_execute(&format!("select pg_advisory_unlock({LOCK}); {SESSION_SETTINGS}"))?;
        applied
    }
}

fn run_on<T>(pool: &Connections, work: impl FnOnce(&mut PgConnection) -> Result<T, QueryError>) -> Result<T, DbError> {
    let mut held = pool.get().map_err(|e| DbError::Unavailable(e.to_string()))?;
    Ok(held.run(work)?)
}

fn connect_apart(url: &str) -> Result<PgConnection, DbError> {
    let mut conn = PgConnection::establish(url).map_err(|e| DbError::Unavailable(e.to_string()))?;
    conn.batch_execute(SESSION_SETTINGS)?;
    Ok(conn)
}

#[derive(diesel::QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

fn applied_versions(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    let applied: Vec<Applied> =
        diesel::sql_query("select version from __diesel_schema_migrations order by version").load(conn)?;
    Ok(applied.into_iter().map(|a| a.version).collect())
}

fn known_versions() -> QueryResult<Vec<String>> {
    let known = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS).map_err(QueryError::QueryBuilderError)?;
    Ok(known.iter().map(|m| m.name().version().to_string()).collect())
}

/// Whether every migration of this program has been applied. Changes nothing.
pub fn is_up_to_date(conn: &mut PgConnection) -> QueryResult<bool> {
    let applied = applied_versions(conn)?;
    Ok(known_versions()?.iter().all(|version| applied.contains(version)))
}

/// The migrations of a database that this program does not know: it was brought up to date by a newer one, or belongs to
/// another program. Changes nothing.
pub fn unknown_migrations(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    let exists = diesel::dsl::sql::<diesel::sql_types::Bool>("to_regclass('__diesel_schema_migrations') is not null");
    if !diesel::select(exists).get_result::<bool>(conn)? {
        return Ok(Vec::new());
    }
    let known = known_versions()?;
    Ok(applied_versions(conn)?.into_iter().filter(|version| !known.contains(version)).collect())
}

/// Opens a transaction; for `actions` and `intake` only.
pub fn transaction<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, QueryError>,
) -> Result<T, QueryError> {
    conn.transaction(work)
}

/// Has the transaction at hand survive a crash once it is committed, whatever the server's default is.
pub fn durable(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') in ('off', 'local')",
    )
}

/// Lifts the limit on how long a statement may take, until the transaction ends: for rare work over everything there is.
pub fn without_time_limit(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute("set local statement_timeout = 0")
}

/// Reads in one snapshot, so that everything that is read agrees; for `actions` only. Its statements may take long.
pub fn snapshot<T, E: From<QueryError>>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E> {
    at_one_moment(conn, |conn| {
        conn.batch_execute("set local statement_timeout = '10min'")?;
        work(conn)
    })
}

/// Reads in one snapshot within the usual time: for pages that put several figures side by side.
pub fn at_one_moment<T, E: From<QueryError>>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E> {
    conn.build_transaction().repeatable_read().read_only().run(work)
}
