//! The job loop: sleeps until the next instant that matters on the engine's clock, or until the clock is moved, and
//! carries starts, ends and time-outs to the audit history. Rights never wait for it.

use std::time::Duration;

use domain::time::{Instant, Span};
use futures::{FutureExt, StreamExt};
use tokio::sync::watch;

use crate::{
    auth::session,
    clock::Clock,
    engine::{self, EngineError},
    storage::{
        Outcome, Storage, StorageError, UnitOfWork, credentials,
        jobs::{self, Job, JobKind},
        known_addresses, sessions,
    },
};

/// A claimed job belongs to its claimer for so long.
const LEASE: Span = Span::seconds(30);
/// As many jobs are claimed at once.
const CLAIM: i64 = 64;
/// As many are carried out at once.
const AT_ONCE: usize = 16;
/// The loop looks at the database at least this often: another replica may have written an earlier job.
const LONGEST_NAP: Span = Span::seconds(1);
/// What is over is swept away so often.
const SWEEP: Span = Span::hours(1);
/// Failures to sign in are remembered for so long after the last one.
const FAILURES_KEPT: Span = Span::days(1);
/// From where somebody signed in is remembered for so long after the last time.
const ADDRESSES_KEPT: Span = Span::days(30);
/// The shortest nap while something due cannot be claimed.
const SHORTEST_NAP: Span = Span(20);

/// Runs until told to stop; what has begun is finished.
pub async fn run(storage: Storage, clock: Clock, mut stop: watch::Receiver<bool>) {
    let mut moves = clock.moves();
    let mut swept = None;
    loop {
        if *stop.borrow() {
            return;
        }
        let wall = clock.wall();
        if swept.is_none_or(|at| wall - at >= SWEEP) {
            swept = Some(wall);
            if let Err(error) = sweep(&storage, wall).await {
                tracing::error!(%error, "what is over could not be swept away");
            }
        }
        if let Err(error) = run_due(&storage, &clock).await {
            tracing::error!(%error, "the job loop could not read its jobs");
        }
        let nap = nap(&storage, &clock).await;
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            _ = moves.changed() => {}
            _ = stop.changed() => return,
        }
    }
}

/// Takes away what nobody can use any more: sessions that are over, failures of a day ago.
pub async fn sweep(storage: &Storage, wall: Instant) -> Result<(), StorageError> {
    let (begun, used) = (wall - session::ABSOLUTE, wall - session::IDLE);
    storage
        .write(move |unit: &mut UnitOfWork| {
            async move {
                sessions::forget(unit.db(), begun, used).await?;
                credentials::forget_lockouts(unit.db(), wall - FAILURES_KEPT).await?;
                known_addresses::forget(unit.db(), wall - ADDRESSES_KEPT).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        })
        .await
}

/// Carries out everything that is due; gives how many jobs that were.
pub async fn run_due(storage: &Storage, clock: &Clock) -> Result<usize, StorageError> {
    let mut done = 0;
    loop {
        let (engine, wall) = (clock.engine(), clock.wall());
        // The common case costs one read, no write.
        let mut db = storage.read().await?;
        if jobs::next_due(&mut db, wall).await?.is_none_or(|due| due > engine) {
            return Ok(done);
        }
        drop(db);
        let claimed = storage
            .write(move |unit: &mut UnitOfWork| {
                async move {
                    let claimed = jobs::claim(unit.db(), engine, wall, LEASE, CLAIM).await?;
                    Ok(unit.commit_without_audit(claimed)) as Outcome<Vec<Job>, StorageError>
                }
                .boxed()
            })
            .await?;
        if claimed.is_empty() {
            return Ok(done);
        }
        done += claimed.len();
        // Many at once, so that they share a commit; starts first, because what is over must have begun.
        let (starts, ends): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|job| job.kind == JobKind::Start);
        for jobs in [starts, ends] {
            // One that cannot even be put off must not break off the others in the middle.
            let under_way = futures::stream::iter(jobs).map(|job| carry_out(storage, clock, job));
            let carried_out: Vec<_> = under_way.buffer_unordered(AT_ONCE).collect().await;
            carried_out.into_iter().collect::<Result<(), _>>()?;
        }
    }
}

async fn carry_out(storage: &Storage, clock: &Clock, job: Job) -> Result<(), StorageError> {
    let outcome = match job.kind {
        JobKind::Start => engine::start_due(storage, clock, job.clone()).await,
        JobKind::End => engine::end_due(storage, clock, job.clone()).await,
        JobKind::TimeOut => engine::time_out_due(storage, clock, job.clone()).await,
    };
    let Err(error) = outcome else { return Ok(()) };
    let message = match error {
        EngineError::Storage(error) => error.to_string(),
        EngineError::Refused(refusal) => refusal.message,
        // Jobs are nobody's calls.
        EngineError::SignedOut => "signed out".to_owned(),
    };
    tracing::error!(job = %job.id, attempts = job.attempts, error = %message, "a job failed");
    let wall = clock.wall();
    // Doubling from one second to about a quarter of an hour.
    let wait = Span::seconds(1 << job.attempts.clamp(0, 10));
    storage
        .write(move |unit: &mut UnitOfWork| {
            let (job, message) = (job.clone(), message.clone());
            async move {
                jobs::postpone(unit.db(), &job, wall, wait, &message).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        })
        .await
}

async fn nap(storage: &Storage, clock: &Clock) -> Duration {
    let next = async {
        let mut db = storage.read().await?;
        jobs::next_due(&mut db, clock.wall()).await
    }
    .await
    .ok()
    .flatten();
    let until = next.map_or(LONGEST_NAP, |due| due - clock.engine());
    let nap = until.clamp(SHORTEST_NAP, LONGEST_NAP);
    Duration::from_millis(u64::try_from(nap.0).unwrap_or_default())
}
