//! The served database: every unit of work is `SERIALIZABLE`, and is run again when the database says so.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use sqlx::{PgPool, postgres::PgPoolOptions};

use super::{Connection, Outcome, StorageError, UnitOfWork};
use crate::ids;

/// How often a unit of work is run before its serialization failure is passed on.
const TRIES: u32 = 30;
/// The longest rest between two tries.
const LONGEST_REST: u64 = 64;

#[derive(Clone)]
pub(super) struct Postgres(PgPool);

impl Postgres {
    pub(super) async fn open(url: &str) -> Result<Self, StorageError> {
        let pool = PgPoolOptions::new().max_connections(16).connect(url).await?;
        let durable: String = sqlx::query_scalar("SHOW synchronous_commit").fetch_one(&pool).await?;
        let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&pool).await?;
        if durable == "off" || fsync == "off" {
            return Err(StorageError::Refused(format!(
                "the database would lose acknowledged changes: synchronous_commit is `{durable}`, fsync is `{fsync}`, \
                 both must be on"
            )));
        }
        Ok(Self(pool))
    }

    pub(super) async fn connection(&self) -> Result<Connection, StorageError> {
        Ok(Connection::postgres(self.0.acquire().await?))
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Outcome<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: for<'u> Fn(&'u mut UnitOfWork) -> BoxFuture<'u, Outcome<T, E>> + Send + Sync + 'static,
    {
        let this = self.clone();
        // A task of its own: the caller may go away, the work is finished all the same.
        let task = tokio::spawn(async move {
            let mut left = TRIES;
            loop {
                left -= 1;
                match this.attempt(&work).await {
                    Attempt::Done(done) => return Ok(done),
                    Attempt::Refused(error) => return Err(error),
                    Attempt::Again(error) if left == 0 => return Err(E::from(error)),
                    Attempt::Again(_) => rest(TRIES - left).await,
                }
            }
        });
        task.await.unwrap_or_else(|_| Err(E::from(StorageError::Closed)))
    }

    async fn attempt<T, E, F>(&self, work: &F) -> Attempt<T, E>
    where
        E: From<StorageError>,
        F: for<'u> Fn(&'u mut UnitOfWork) -> BoxFuture<'u, Outcome<T, E>>,
    {
        let mut connection = match self.connection().await {
            Ok(connection) => connection,
            Err(error) => return Attempt::Refused(E::from(error)),
        };
        if let Err(error) = connection.batch("BEGIN ISOLATION LEVEL SERIALIZABLE").await {
            return Attempt::Refused(E::from(error));
        }
        let mut unit = UnitOfWork::new(connection);
        // A connection with an open transaction must never go back to the pool: the next work would commit this one.
        let outcome = AssertUnwindSafe(work(&mut unit)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err(E::from(StorageError::Closed)));
        let mut connection = unit.into_connection();
        match outcome {
            Ok(done) if !connection.has_failed() => match connection.batch("COMMIT").await {
                Ok(()) => Attempt::Done(done),
                Err(error) if error.is_transient() => Attempt::Again(error),
                Err(error) => Attempt::Refused(E::from(error)),
            },
            outcome => {
                // A connection that cannot even roll back is broken, and the pool drops it.
                let _ = connection.batch("ROLLBACK").await;
                if connection.failed_in_passing() {
                    Attempt::Again(StorageError::Busy)
                } else {
                    Attempt::Refused(outcome.err().unwrap_or_else(|| E::from(StorageError::PassedOver)))
                }
            }
        }
    }

    pub(super) async fn close(&self) {
        self.0.close().await;
    }
}

/// Waits a little, by chance and longer each time: those who met once would meet again.
async fn rest(tries: u32) {
    let mut chance = [0; 8];
    ids::fill(&mut chance);
    let longest = LONGEST_REST.min(1 << tries.min(16));
    tokio::time::sleep(Duration::from_millis(u64::from_le_bytes(chance) % longest)).await;
}

enum Attempt<T, E> {
    Done(super::Done<T>),
    Again(StorageError),
    Refused(E),
}
