//! The embedded database: one writer that drains many units of work into one durable commit, and a pool of readers.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    },
};
use tokio::sync::{mpsc, oneshot};

use super::{Connection, Outcome, StorageError, UnitOfWork, args};

/// As many units of work share one durable commit at most.
const BATCH: usize = 128;

/// A locked file is asked for so often before it is given up.
const OPENING_TRIES: u32 = 100;
/// The wait between two tries.
const OPENING_REST: Duration = Duration::from_millis(50);

#[derive(Clone)]
pub(super) struct Sqlite {
    readers: SqlitePool,
    writer: mpsc::Sender<Message>,
}

enum Message {
    Work(Work),
    Close(oneshot::Sender<()>),
}

/// One unit of work: runs inside its own savepoint and gives back how to answer its caller.
type Work = Box<dyn for<'u> FnOnce(&'u mut UnitOfWork) -> BoxFuture<'u, Ran> + Send>;

struct Ran {
    keep: bool,
    /// Tells the caller, once it is known whether the commit went through.
    answer: Box<dyn FnOnce(Result<(), StorageError>) + Send>,
}

impl Sqlite {
    pub(super) async fn open(path: &str) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let mut writer = Connection::writer(connect(&options).await?);
        is_durable(&mut writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        let (sender, receiver) = mpsc::channel(1024);
        tokio::spawn(drain(UnitOfWork::new(writer), receiver));
        Ok(Self { readers, writer: sender })
    }

    pub(super) async fn reader(&self) -> Result<Connection, StorageError> {
        Ok(Connection::reader(self.readers.acquire().await?))
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Outcome<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: for<'u> Fn(&'u mut UnitOfWork) -> BoxFuture<'u, Outcome<T, E>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel::<Outcome<T, E>>();
        let work: Work = Box::new(move |unit| {
            async move {
                unit.db().forget_failures();
                let outcome = AssertUnwindSafe(work(unit)).catch_unwind().await;
                let outcome = outcome.unwrap_or_else(|_| Err(E::from(StorageError::Closed)));
                let passed_over = outcome.is_ok() && unit.db().has_failed();
                let outcome = if passed_over { Err(E::from(StorageError::PassedOver)) } else { outcome };
                let keep = outcome.is_ok();
                let answer = move |committed: Result<(), StorageError>| {
                    let outcome = match committed {
                        Ok(()) => outcome,
                        Err(error) => Err(E::from(error)),
                    };
                    // Nobody listens when the caller went away; what was done stays done.
                    let _ = reply.send(outcome);
                };
                Ran { keep, answer: Box::new(answer) }
            }
            .boxed()
        });
        if self.writer.send(Message::Work(work)).await.is_err() {
            return Err(E::from(StorageError::Closed));
        }
        answer.await.unwrap_or_else(|_| Err(E::from(StorageError::Closed)))
    }

    pub(super) async fn copy_to(&self, path: &str) -> Result<(), StorageError> {
        let mut connection = self.reader().await?;
        // VACUUM INTO counts as a write to the other file, which this reader may not do until it is allowed to.
        connection.batch("PRAGMA query_only = OFF").await?;
        let done = connection.execute("VACUUM INTO $1", args![path]).await;
        connection.batch("PRAGMA query_only = ON").await?;
        done.map(drop)
    }

    pub(super) async fn close(&self) {
        let (sender, closed) = oneshot::channel();
        if self.writer.send(Message::Close(sender)).await.is_ok() {
            let _ = closed.await;
        }
        self.readers.close().await;
    }
}

/// Opens the file. While another program makes the same new file its own, it is locked without regard to the time that
/// a connection is willing to wait, so the wait is done here.
async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, StorageError> {
    let mut left = OPENING_TRIES;
    loop {
        left -= 1;
        match options.connect().await {
            Err(error) if left > 0 && is_locked(&error) => tokio::time::sleep(OPENING_REST).await,
            opened => return Ok(opened?),
        }
    }
}

/// `SQLITE_BUSY`, with whatever it says beyond.
pub(super) fn is_locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

async fn is_durable(writer: &mut Connection) -> Result<(), StorageError> {
    let journal = writer
        .first("PRAGMA journal_mode", args![])
        .await?
        .map(|row| row.text("journal_mode"))
        .transpose()?;
    let synchronous =
        writer.first("PRAGMA synchronous", args![]).await?.map(|row| row.int("synchronous")).transpose()?;
    if journal.as_deref() == Some("wal") && synchronous == Some(2) {
        return Ok(());
    }
    Err(StorageError::Refused(format!(
        "the database would lose acknowledged changes: journal_mode is {journal:?} and must be wal, synchronous is \
         {synchronous:?} and must be 2"
    )))
}

/// The writer. Each commit takes everything that waits, each behind its own savepoint, and all are answered after it.
async fn drain(mut unit: UnitOfWork, mut queue: mpsc::Receiver<Message>) {
    while let Some(first) = queue.recv().await {
        let mut batch = Vec::new();
        let mut closing = None;
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Work(work) => batch.push(work),
                Message::Close(told) => {
                    closing = Some(told);
                    break;
                }
            }
            next = if batch.len() < BATCH { queue.try_recv().ok() } else { None };
        }
        if !batch.is_empty() {
            commit_all(&mut unit, batch).await;
        }
        if let Some(told) = closing {
            unit.into_connection().close().await;
            let _ = told.send(());
            return;
        }
    }
}

async fn commit_all(unit: &mut UnitOfWork, batch: Vec<Work>) {
    if let Err(error) = unit.db().batch("BEGIN IMMEDIATE").await {
        tracing::error!(%error, "cannot begin a transaction");
        // The callers learn of it by their closed channels.
        return;
    }
    let mut answers = Vec::with_capacity(batch.len());
    let mut broken = false;
    for work in batch {
        broken = unit.db().batch("SAVEPOINT work").await.is_err();
        if broken {
            break;
        }
        let ran = work(unit).await;
        let end = if ran.keep { "RELEASE work" } else { "ROLLBACK TO work; RELEASE work" };
        broken = unit.db().batch(end).await.is_err();
        answers.push(ran.answer);
        if broken {
            // The database gave the whole transaction up, as on a full disk. What ran now would commit by itself
            // and be answered as failed, so nothing more runs.
            break;
        }
    }
    let committed = if broken {
        let _ = unit.db().batch("ROLLBACK").await;
        Err("a savepoint failed")
    } else if let Err(error) = unit.db().batch("COMMIT").await {
        tracing::error!(%error, "cannot commit");
        let _ = unit.db().batch("ROLLBACK").await;
        Err("the commit failed")
    } else {
        Ok(())
    };
    for answer in answers {
        answer(committed.map_err(|why| StorageError::Refused(why.to_owned())));
    }
}
