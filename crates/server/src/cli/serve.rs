//! `pimlico serve`.

use std::{io::Write, sync::Arc};

use domain::time::Span;
use tokio::signal;

use super::{Failure, about, data::Data};
use crate::{
    app::{self, Options, Settings},
    clock::Clock,
    config::Serve,
    lab::{self, Lab},
    mail::{Outlet, Smtp},
    storage::{Storage, meta},
};

/// Serves until told to stop.
pub async fn run(config: Serve) -> Result<(), Failure> {
    let outlet = outlet(&config)?;
    let data = Data::open(config.place.clone())?;
    data.suits(config.lab)?;
    // Let go of when the process ends.
    let _lock = data.embedded().map(|_| data.lock()).transpose()?;
    let (storage, vault) = data.unlock().await?;
    let clock = clock_of(&storage).await?;
    is_set_up(&storage, config.lab).await?;

    let mut made = None;
    if config.lab {
        let lab = lab::open(&storage, &clock, &vault, data.folder()).await;
        let mut lab = lab.map_err(|error| Failure(error.to_string()))?;
        lab.address = config.public_url.clone().unwrap_or_else(|| address_of(&config));
        lab::write_file(&lab, data.folder()).map_err(about(lab::FILE))?;
        made = Some(lab);
    }
    let running = app::start(Options {
        storage,
        clock,
        vault,
        lab: made.clone(),
        outlet,
        listen: config.listen,
        settings: Settings {
            public_url: config.public_url.clone().unwrap_or_default(),
            dev_origin: config.dev_origin.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            tls: config.tls.clone(),
        },
    })
    .await
    .map_err(about(format!("cannot listen on `{}`", config.listen)))?;

    let address = running.state.origin().to_owned();
    match made {
        // A free port was asked for: only now it is known.
        Some(mut lab) => {
            if lab.address != address {
                lab.address.clone_from(&address);
                lab::write_file(&lab, data.folder()).map_err(about(lab::FILE))?;
            }
            say(&greeting(&lab));
        }
        None => say(&format!("Pimlico serves {address}")),
    }
    asked_to_stop().await;
    say("Stopping: what is under way is finished first.");
    running.stop().await;
    Ok(())
}

/// Where mails go. A lab without a mail server keeps them for its panel.
fn outlet(config: &Serve) -> Result<Outlet, Failure> {
    match &config.mail {
        Some(mail) => {
            Ok(Outlet::Smtp(Arc::new(Smtp::open(mail).map_err(|error| Failure(error.to_string()))?)))
        }
        None if config.lab => Ok(Outlet::Lab),
        None => Ok(Outlet::Off),
    }
}

/// The clocks of this installation: a lab's engine clock goes on from where it was moved to.
pub async fn clock_of(storage: &Storage) -> Result<Clock, Failure> {
    let mut db = storage.read().await?;
    let is_lab = meta::get(&mut db, meta::LAB).await?.is_some();
    let offset = meta::get(&mut db, meta::CLOCK_OFFSET).await?.filter(|_| is_lab);
    Ok(Clock::system(Span(offset.and_then(|text| text.parse().ok()).unwrap_or_default())))
}

/// A lab's database is served as a lab only, and a real one is set up before it is served.
async fn is_set_up(storage: &Storage, as_lab: bool) -> Result<(), Failure> {
    let mut db = storage.read().await?;
    let is_lab = meta::get(&mut db, meta::LAB).await?.is_some();
    let has_tenant = meta::tenant(&mut db).await?.is_some();
    match (as_lab, is_lab, has_tenant) {
        (false, true, _) => Err(Failure("this is the database of a lab, whose passwords lie open: give --lab".into())),
        (false, false, false) => {
            Err(Failure("nothing is set up here yet: run `pimlico init` first, or try `pimlico serve --lab`".into()))
        }
        (true, false, true) => Err(Failure(
            "this database belongs to an organisation and cannot become a lab: leave --lab away, or give another \
             --data or --database"
                .into(),
        )),
        _ => Ok(()),
    }
}

fn address_of(config: &Serve) -> String {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{}", config.listen)
}

/// Where the lab is and who can sign in.
fn greeting(lab: &Lab) -> String {
    let mut text = format!("\n  The Pimlico lab is open at {}\n\n", lab.address);
    let mut line = |name: &str, password: &str, purpose: &str| {
        text.extend(["  ", &format!("{name:<34} {password:<30} {purpose}"), "\n"]);
    };
    line("sign in as", "password", "what for");
    for account in &lab.accounts {
        line(&account.user_principal_name, &account.password, &account.purpose);
    }
    text.push_str("\n  Second factors: open Lab in the portal, it shows the codes of this half minute.\n");
    text.push_str("  Ctrl-C stops the lab; what you did is still there when you start it again.\n");
    text
}

/// A console that went away is no reason to stop serving.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = signal::ctrl_c().await;
}
