//! `pimlico serve`: runs until it is told to stop.

use std::time::Duration;

use domain::time::Span;

use super::{Failure, place};
use crate::{
    app::{self, Options, Running, Settings},
    clock::Clock,
    config::Serve,
    lab,
    storage::meta,
};

/// Serves until the process is told to stop.
pub async fn run(serve: Serve) -> Result<(), Failure> {
    let running = start(serve).await?;
    stop_signal().await;
    println!("stopping");
    // What is under way is finished; nothing waits for ever.
    let _ = tokio::time::timeout(Duration::from_secs(20), running.stop()).await;
    Ok(())
}

/// Opens everything and starts.
pub async fn start(serve: Serve) -> Result<Running, Failure> {
    let storage = place::storage(&serve.place).await?;
    let vault = place::vault(&serve.place)?;
    let clock = Clock::system(Span::ZERO);
    let mut db = storage.read().await?;
    let is_lab = meta::get(&mut db, meta::LAB).await?.is_some();
    let is_set_up = meta::tenant(&mut db).await?.is_some();
    drop(db);
    if is_lab && !serve.lab {
        return Err(
            "this is a lab's database, whose passwords everybody can read: serve it with --lab, or name \
                    another --data"
                .into(),
        );
    }
    if !is_set_up && !serve.lab {
        return Err("nothing is set up here: run `pimlico init` first, or try a lab with --lab".into());
    }
    let made =
        if serve.lab { Some(lab::open(&storage, &clock, &vault, &serve.place.data).await?) } else { None };
    let settings = Settings {
        public_url: serve.public_url.unwrap_or_default(),
        dev_origin: serve.dev_origin,
        trusted_proxies: serve.trusted_proxies,
        tls: serve.tls,
    };
    let options = Options { storage, clock, vault, lab: made, listen: serve.listen, settings };
    let running =
        app::start(options).await.map_err(|error| format!("--listen `{}`: {error}", serve.listen))?;
    println!("Pimlico is at {}", running.state.origin());
    if let Some(lab) = &running.state.lab {
        let lab = lab::Lab { address: running.state.origin().to_owned(), ..lab.as_ref().clone() };
        lab::write_file(&lab, &serve.place.data)?;
        println!(
            "This is a lab: its people, passwords and codes are on the sign-in page and in {}",
            lab::FILE
        );
        for account in &lab.accounts {
            println!("  {:<38} {}", account.user_principal_name, account.purpose);
        }
    }
    Ok(running)
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
