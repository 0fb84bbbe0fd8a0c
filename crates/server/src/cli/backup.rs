//! `pimlico backup` and `pimlico restore`.

use std::{fs, path::Path};

use domain::{
    audit::{Actor, Category},
    ids::AuditId,
};
use futures::FutureExt;

use super::{Failure, about, data::Data};
use crate::{
    auth::vault::{keep_names, private_file},
    config::Place,
    engine, ids,
    storage::{Storage, StorageError, UnitOfWork, audit, backup as copy, credentials, sessions},
};

const OWN_TOOLS: &str =
    "a PostgreSQL database is saved and brought back with its own tools: pg_dump and pg_restore";

/// Writes a checked copy to a new file.
pub async fn backup(place: Place, to: &Path) -> Result<(), Failure> {
    let data = Data::existing(place)?;
    let Some(database) = data.embedded() else { return Err(Failure(OWN_TOOLS.into())) };
    if to.exists() {
        return Err(Failure(format!("`{}` is there already: name a new file", to.display())));
    }
    if !database.exists() {
        return Err(Failure(format!("`{}` has no database to save", data.name())));
    }
    // Hashes and sealed secrets are in it: its owner's alone, like the data directory.
    private_file(to).map_err(about(to.display()))?;
    copy::save(&database, to).await?;
    if let Err(error) = copy::check(to).await {
        let _ = fs::remove_file(to);
        return Err(error.into());
    }
    println!("Saved and checked: {}", to.display());
    println!("It is of use only with the key: keep a copy of pimlico.key in another place.");
    Ok(())
}

/// Puts a checked copy in the place of the database.
pub async fn restore(place: Place, from: &Path, force: bool) -> Result<(), Failure> {
    let data = Data::open(place)?;
    let Some(database) = data.embedded() else { return Err(Failure(OWN_TOOLS.into())) };
    // Kept to the end: nobody starts a server in the middle.
    let lock = data.lock()?;
    if database.exists() && !force {
        return Err(Failure(format!("`{}` has a database: give --force to replace it", data.name())));
    }
    copy::check(from).await?;
    let beside = database.with_extension("restoring");
    remove_logs(&beside)?;
    let copied = private_file(&beside).and_then(|mut new| {
        std::io::copy(&mut fs::File::open(from)?, &mut new)?;
        new.sync_all()
    });
    copied.map_err(about(beside.display()))?;
    let newest = end_what_was_given(&beside, from).await?;
    // The old database stays whole until the new one has its name: what its log holds is written back first, because
    // the log would be taken for the new one's. One that cannot be opened any more has nothing to lose.
    if database.exists() && copy::empty_log(&database).await.is_err() {
        remove_logs(&database)?;
    }
    fs::rename(&beside, &database).map_err(about(database.display()))?;
    keep_names(&database).map_err(about(database.display()))?;
    remove_logs(&database)?;
    drop(lock);
    println!("Restored: {}", database.display());
    println!("Its newest row of the history: {newest}.");
    println!("Everybody signs in again; one-time passwords and enrolment codes from before count no more.");
    println!(
        "Recovery codes that were used since the copy was made count again: ask for new ones in My account."
    );
    Ok(())
}

/// What was ended, or used up, after the copy was made would begin to count again. Writes down the restore, too; gives
/// the newest row from before it.
async fn end_what_was_given(database: &Path, from: &Path) -> Result<String, Failure> {
    let storage = Storage::open(&format!("sqlite://{}", database.display())).await?;
    let clock = super::serve::clock_of(&storage).await?;
    let (engine, wall, id) = (clock.engine(), clock.wall(), AuditId(ids::in_order()));
    let file = from.display().to_string();
    let done: Result<String, StorageError> = storage
        .write(move |unit: &mut UnitOfWork| {
            let file = file.clone();
            async move {
                let db = unit.db();
                sessions::end_everybodys(db).await?;
                credentials::end_all_given(db, wall).await?;
                let newest = audit::newest(db, 1).await?.pop();
                let newest =
                    newest.map_or_else(|| "none".to_owned(), |row| format!("{}, {}", row.at, row.activity));
                let console = Actor::System { name: "Console".to_owned() };
                let mut row = engine::entry(id, engine, "Restore database", Category::Directory, console);
                row.details = vec![("File".to_owned(), file), ("NewestRow".to_owned(), newest.clone())];
                unit.commit(&[row], newest).await
            }
            .boxed()
        })
        .await;
    storage.close().await;
    let newest = done?;
    copy::empty_log(database).await?;
    remove_logs(database)?;
    Ok(newest)
}

/// Removes the files beside a database that hold what was not yet written back to it.
fn remove_logs(database: &Path) -> Result<(), Failure> {
    for rest in ["-wal", "-shm"] {
        let mut rest_of = database.as_os_str().to_owned();
        rest_of.push(rest);
        let rest = Path::new(&rest_of);
        if rest.exists() {
            fs::remove_file(rest).map_err(about(rest.display()))?;
        }
    }
    Ok(())
}
