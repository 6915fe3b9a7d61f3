//! The catalogue at hand: a snapshot in memory, read anew when its revision rises, kept when Postgres is gone.
//!
//! So the citizen's page needs no query, and an outage does not take the form away.

use super::{Db, DbError, catalogue};
use crate::domain::catalogue::Catalogue;
use std::sync::{Arc, PoisonError, RwLock};

/// The shelf on which the catalogue lies.
#[derive(Debug, Default)]
pub struct Shelf {
    current: RwLock<Arc<Catalogue>>,
}

impl Shelf {
    /// A shelf with the catalogue as it stands now.
    pub fn filled(db: &Db) -> Result<Self, DbError> {
        let current = db.run_blocking(catalogue::load)?;
        Ok(Self { current: RwLock::new(Arc::new(current)) })
    }

    /// The catalogue as last read.
    pub fn get(&self) -> Arc<Catalogue> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the catalogue anew if it has changed.
    pub async fn refresh(&self, db: &Db) -> Result<(), DbError> {
        let known = self.get().revision;
        let fresh = db
            .run(
                move |conn| {
                    if catalogue::revision(conn)? == known { Ok(None) } else { catalogue::load(conn).map(Some) }
                },
            )
            .await?;
        if let Some(fresh) = fresh {
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        }
        Ok(())
    }
}
