//! The set-up check: whether everything that Pimlico needs is there, and what to do where it is not.

use axum::{Json, extract::State};
use domain::{
    capability,
    permission::Permission,
    time::{Instant, Span},
    wire::mail::{Check, Checks, Health},
};

use crate::{
    app::AppState,
    assets,
    caller::Caller,
    config,
    error::ApiError,
    mail::{self, Outlet},
    storage::{VERSION, health, mails},
};

/// A job that is due for longer than this is late.
const LATE: Span = Span::minutes(1);
/// An address that was refused is told for so long.
const REFUSED: Span = Span::days(1);
/// Two clocks that are farther apart than this disagree.
const DRIFT: Span = Span::seconds(5);

/// All checks. For administrators: they tell how the installation is built.
pub async fn checks(State(state): State<AppState>, caller: Caller) -> Result<Json<Checks>, ApiError> {
    capability::needs(caller.permissions, Permission::ManageRoles).map_err(ApiError::lacks)?;
    let mut db = state.storage.read().await?;
    let database = health::database(&mut db).await?;
    let jobs = health::jobs(&mut db).await?;
    let outbox = mails::standing(&mut db).await?;
    drop(db);
    let checks = vec![
        portal(),
        database_check(&state, &database),
        jobs_check(&state, &jobs),
        clock_check(&state, &database),
        mail_check(&state.outlet, &outbox, state.clock.engine()),
        tls_check(&state),
    ];
    Ok(Json(Checks { checks, outlet: state.outlet.kind() }))
}

fn check(name: &str, health: Health, found: impl Into<String>, advice: Option<&str>) -> Check {
    Check { name: name.to_owned(), health, found: found.into(), advice: advice.map(ToOwned::to_owned) }
}

fn portal() -> Check {
    if assets::has_portal() {
        return check("Portal", Health::Good, "The portal is part of this server and answers.", None);
    }
    let advice = "Build the server with the portal: cargo xtask build.";
    check("Portal", Health::Bad, "This server was built without the portal.", Some(advice))
}

fn database_check(state: &AppState, found: &health::Database) -> Check {
    let kind = if state.storage.is_embedded() { "Embedded (SQLite)" } else { "PostgreSQL" };
    let megabytes = found.bytes.unsigned_abs().div_ceil(1024 * 1024);
    let text = format!("{kind}, version {}, {megabytes} MiB.", found.version);
    if !found.durable {
        let advice = "Set synchronous_commit and fsync to on: a power cut would lose what was acknowledged.";
        return check("Database", Health::Bad, text + " It may lose acknowledged changes.", Some(advice));
    }
    if usize::try_from(found.version).is_ok_and(|version| version == VERSION) {
        return check("Database", Health::Good, text + " Acknowledged changes are kept.", None);
    }
    let advice = "Another program has changed it meanwhile: restart this one, or use the newer release.";
    check("Database", Health::Bad, format!("{text} This program writes version {VERSION}."), Some(advice))
}

fn jobs_check(state: &AppState, found: &health::Jobs) -> Check {
    if found.dead > 0 {
        let why = found.error.as_deref().unwrap_or("no words were kept");
        let text = format!("{} failed too often and were laid aside: {why}", found.dead);
        let advice = "Rights ended in time all the same. Look into the server's log, and report the error.";
        return check("Jobs", Health::Bad, text, Some(advice));
    }
    let late = found.oldest.map_or(Span::ZERO, |due| state.clock.engine() - due);
    if late > LATE {
        let text = format!("The oldest job is {} late.", late.words());
        let advice = "Rights end in time all the same. See whether the server or its database is overloaded.";
        return check("Jobs", Health::Bad, text, Some(advice));
    }
    check("Jobs", Health::Good, "Starts, ends and time-outs are carried out in time.", None)
}

fn clock_check(state: &AppState, found: &health::Database) -> Check {
    let ahead = state.clock.offset();
    let lab = if ahead == Span::ZERO {
        String::new()
    } else {
        format!(" The lab's clock is {} ahead.", ahead.words())
    };
    let drift = found.clock.map_or(Span::ZERO, |clock| Span((state.clock.wall() - clock).0.abs()));
    if drift > DRIFT {
        let text = format!("The clocks of server and database are {} s apart.{lab}", drift.0 / 1_000);
        let advice = "Let both follow the same time server (NTP): rights and codes count on this clock.";
        return check("Clock", Health::Bad, text, Some(advice));
    }
    let text = match found.clock {
        Some(_) => format!("Server and database agree on the time.{lab}"),
        None => format!("The server's own clock counts.{lab}"),
    };
    check("Clock", Health::Good, text, None)
}

fn mail_check(outlet: &Outlet, found: &mails::Standing, now: Instant) -> Check {
    let server = match outlet {
        Outlet::Off => {
            let text = "No mail server is configured: nobody is told by mail. Requests wait in the portal.";
            let advice = "Give --smtp-url and --mail-from (see pimlico serve --help), then send a test mail.";
            return check("Mail", Health::Off, text, Some(advice));
        }
        Outlet::Lab => {
            let text = "The lab keeps all mails: read them under Lab. None leaves this server.";
            return check("Mail", Health::Good, text, None);
        }
        Outlet::Smtp(smtp) => &smtp.name,
    };
    let lost =
        if found.lost > 0 { format!(" {} could not be delivered.", found.lost) } else { String::new() };
    let about_one = |trouble: &&mails::Trouble| mail::is_about_recipient(&trouble.words);
    let of_server = found.troubles.iter().find(|trouble| !about_one(trouble));
    let worse = of_server.filter(|trouble| found.last_sent.is_none_or(|sent| sent <= trouble.at));
    if let Some(mails::Trouble { words, .. }) = worse {
        let text = format!("{server} did not take the last mail: {words}. {} wait.{lost}", found.queued);
        let advice = "Check --smtp-url, the account and its password, then send a test mail. What waits is tried \
                      again for three days.";
        return check("Mail", Health::Bad, text, Some(advice));
    }
    let refused = found.troubles.iter().find(about_one).filter(|trouble| now - trouble.at < REFUSED);
    if let Some(mails::Trouble { address, words, .. }) = refused {
        let text = format!("{server} works, but takes no mails to {address}: {words}.{lost}");
        let advice =
            "Correct this address, of the person or in a role's settings. No other mail is affected.";
        return check("Mail", Health::Warning, text, Some(advice));
    }
    let Some(at) = found.last_sent else {
        let text = format!("{server} is configured. Nothing was sent yet.");
        return check("Mail", Health::Good, text, Some("Send a test mail to see that it works."));
    };
    check("Mail", Health::Good, format!("{server} took the last mail at {at}.{lost}"), None)
}

fn tls_check(state: &AppState) -> Check {
    let address = state.origin();
    if state.is_https() {
        return check("TLS", Health::Good, format!("Browsers reach {address} by TLS."), None);
    }
    if config::is_loopback(address) {
        let text = format!("{address} is this machine alone, so nothing travels in clear.");
        let advice = "To serve others, give --tls-cert and --tls-key, or a proxy that speaks TLS.";
        return check("TLS", Health::Good, text, Some(advice));
    }
    let advice = "Give --tls-cert and --tls-key, or --trusted-proxy of a proxy that speaks TLS.";
    check("TLS", Health::Bad, format!("{address} sends passwords in clear."), Some(advice))
}
