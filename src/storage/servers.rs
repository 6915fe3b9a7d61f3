//! The servers that share this database: each tells again and again that it is there, and learns how many there are.
//!
//! Told by the database's clock, so that those of the machines need not agree. What is shared among servers, such as limits, is
//! shared by their number; nothing that a visitor did goes from one to another.

use super::schema::servers;
use super::{Db, DbError};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// How often a server tells.
pub const PAUSE: Duration = Duration::from_secs(2);

/// A server that was not heard of for so long is gone.
const GONE_AFTER_SECONDS: i64 = 10;

/// One server among those of its database.
#[derive(Debug)]
pub struct Presence {
    id: Uuid,
    servers: AtomicU32,
}

impl Default for Presence {
    /// A server that has not told yet, and knows of no other.
    fn default() -> Self {
        Self { id: Uuid::new_v4(), servers: AtomicU32::new(1) }
    }
}

#[derive(QueryableByName)]
struct Others {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Presence {
    /// How many servers there are, this one among them, as far as it has been told.
    pub fn servers(&self) -> NonZeroU32 {
        NonZeroU32::new(self.servers.load(Ordering::Relaxed)).unwrap_or(NonZeroU32::MIN)
    }

    /// Tells that this server is there and learns how many are. Those that are gone are forgotten.
    pub async fn tell(&self, db: &Db) -> Result<(), DbError> {
        let id = self.id;
        let others = db.run(move |conn| tell(conn, id)).await?;
        self.servers.store(u32::try_from(others).unwrap_or(u32::MAX).saturating_add(1), Ordering::Relaxed);
        Ok(())
    }

    /// Tells that this server goes.
    pub async fn leave(&self, db: &Db) -> Result<(), DbError> {
        let id = self.id;
        db.run_within(PAUSE, move |conn| diesel::delete(servers::table.find(id)).execute(conn)).await.map(drop)
    }
}

fn tell(conn: &mut PgConnection, id: Uuid) -> QueryResult<i64> {
    let others: Others = diesel::sql_query(
        "with gone as (delete from servers where id <> $1 and heard_at < clock_timestamp() - $2 * interval '1 second'), \
             here as (insert into servers (id, heard_at) values ($1, clock_timestamp()) \
                      on conflict (id) do update set heard_at = excluded.heard_at) \
         select count(*) as number from servers where id <> $1 and heard_at >= clock_timestamp() - $2 * interval '1 second'",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(GONE_AFTER_SECONDS)
    .get_result(conn)?;
    Ok(others.number)
}
