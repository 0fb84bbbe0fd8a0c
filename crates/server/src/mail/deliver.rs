//! Carries mails from the outbox to where they go. A mail that is not taken waits a minute, then twice as long each
//! time up to an hour, and is given up after three days; one that is refused for good is not tried again. Waiting counts
//! on the wall clock, because the engine's may be moved; a crash between handing over and writing down sends a mail
//! twice, under the same Message-ID.

use std::time::Duration;

use domain::time::{Instant, Span};
use futures::{FutureExt, StreamExt};
use tokio::sync::watch;

use super::{
    Outlet, Post,
    message::{self, Surroundings},
    smtp::Failure,
};
use crate::storage::{
    Outcome, StorageError, UnitOfWork,
    mails::{self, LEASE, Mail, Settled, State},
    meta, sessions,
};

/// As many are claimed at once.
const CLAIM: i64 = 16;
/// As many are under way at once.
const AT_ONCE: usize = 4;
/// So long a mail under way may still take once the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often the outbox is looked at.
const NAP: Duration = Duration::from_secs(1);
/// The first wait after a failure.
const FIRST_WAIT: Span = Span::minutes(1);
/// The longest.
const LONGEST_WAIT: Span = Span::hours(1);
/// A mail that was not taken for so long is given up.
const PATIENCE: Span = Span::days(3);

/// Runs until told to stop. Then nothing more is begun, and what has begun has a few seconds left.
pub async fn run(post: Post, mut stop: watch::Receiver<bool>) {
    let mut moves = post.clock.moves();
    while !*stop.borrow() {
        if let Err(error) = deliver_due(&post, &stop).await {
            tracing::error!(%error, "the outbox of mails could not be read");
        }
        tokio::select! {
            () = tokio::time::sleep(NAP) => {}
            _ = moves.changed() => {}
            _ = stop.changed() => return,
        }
    }
}

/// Delivers what is due, until told to stop; gives how many mails were tried.
pub async fn deliver_due(post: &Post, stop: &watch::Receiver<bool>) -> Result<usize, StorageError> {
    let mut tried = 0;
    while !*stop.borrow() {
        let wall = post.clock.wall();
        // The common case costs one read, no write.
        let mut db = post.storage.read().await?;
        if !mails::is_due(&mut db, wall).await? {
            return Ok(tried);
        }
        let tenant = meta::tenant(&mut db).await?.map(|tenant| tenant.display_name).unwrap_or_default();
        drop(db);
        let claimed = post
            .storage
            .write(move |unit: &mut UnitOfWork| {
                async move {
                    let claimed = mails::claim(unit.db(), wall, LEASE, CLAIM).await?;
                    Ok(unit.commit_without_audit(claimed)) as Outcome<Vec<Mail>, StorageError>
                }
                .boxed()
            })
            .await?;
        if claimed.is_empty() {
            return Ok(tried);
        }
        tried += claimed.len();
        // One that fails must not break off the others in the middle: these would be sent twice.
        let under_way = futures::stream::iter(claimed).map(|mail| deliver(post, stop, &tenant, mail));
        let done: Vec<_> = under_way.buffer_unordered(AT_ONCE).collect().await;
        done.into_iter().collect::<Result<(), _>>()?;
    }
    Ok(tried)
}

async fn deliver(
    post: &Post,
    stop: &watch::Receiver<bool>,
    tenant: &str,
    mail: Mail,
) -> Result<(), StorageError> {
    if *stop.borrow() {
        return give_back(post, mail).await;
    }
    let outcome = match &post.outlet {
        Outlet::Off => Ok((State::Off, None)),
        Outlet::Lab => Ok((State::Sent, Some("caught by the lab".to_owned()))),
        Outlet::Smtp(smtp) => {
            let around = surroundings(post, tenant, &mail).await?;
            let sent = match message::message(&mail, &around, &smtp.from) {
                Ok(message) => tokio::select! {
                    sent = smtp.send(message) => sent,
                    () = farewell(stop.clone()) => {
                        Err(Failure { permanent: false, words: "the server was stopped before an answer".to_owned() })
                    }
                },
                Err(words) => Err(Failure { permanent: true, words }),
            };
            sent.map(|words| (State::Sent, Some(words)))
        }
    };
    // Read again: a slow mail server took its time.
    let (wall, engine) = (post.clock.wall(), post.clock.engine());
    let settled = settled(&mail, outcome, wall, engine);
    if matches!(settled.state, State::Refused | State::GivenUp) {
        // The receipt says to whom; the log needs no addresses.
        tracing::warn!(mail = %mail.id, words = settled.words, "a mail was not delivered");
    }
    post.storage
        .write(move |unit: &mut UnitOfWork| {
            let (id, settled) = (mail.id.clone(), settled.clone());
            async move {
                mails::settle(unit.db(), &id, &settled).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        })
        .await
}

/// Ends a while after the server was told to stop.
async fn farewell(mut stop: watch::Receiver<bool>) {
    // Whoever could say it may be gone: that is the end as well.
    let _ = stop.wait_for(|stop| *stop).await;
    tokio::time::sleep(FAREWELL).await;
}

/// Puts a mail back that was claimed but not begun: the next server need not wait for the lease.
async fn give_back(post: &Post, mail: Mail) -> Result<(), StorageError> {
    post.storage
        .write(move |unit: &mut UnitOfWork| {
            let id = mail.id.clone();
            async move {
                mails::give_back(unit.db(), &id).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        })
        .await
}

async fn surroundings(post: &Post, tenant: &str, mail: &Mail) -> Result<Surroundings, StorageError> {
    let zone = match mail.recipient.principal {
        Some(id) => sessions::time_zone(&mut post.storage.read().await?, id).await?,
        None => None,
    };
    Ok(Surroundings {
        public_url: post.public_url.clone(),
        tenant: tenant.to_owned(),
        zone: zone.and_then(|zone| zone.parse().ok()),
    })
}

/// What becomes of a mail after this try.
fn settled(
    mail: &Mail,
    outcome: Result<(State, Option<String>), Failure>,
    wall: Instant,
    engine: Instant,
) -> Settled {
    let first_tried = mail.first_tried.unwrap_or(wall);
    let (state, words) = match outcome {
        Ok(done) => done,
        Err(failure) if failure.permanent => (State::Refused, Some(failure.words)),
        Err(failure) if wall - first_tried >= PATIENCE => (State::GivenUp, Some(failure.words)),
        Err(failure) => (State::Queued, Some(failure.words)),
    };
    // The try that was just made is counted already.
    let doubled = FIRST_WAIT.0.saturating_mul(1 << (mail.attempts - 1).clamp(0, 16));
    let next = wall + Span(doubled).min(LONGEST_WAIT);
    let done_at = (state != State::Queued).then_some(engine);
    Settled { state, words, done_at, first_tried, next }
}
