//! `pimlico restore`: a copy takes the place of the embedded database, which is kept beside it.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

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
    storage::{Storage, StorageError, UnitOfWork, audit, backup as copy, credentials, meta, sessions},
};

/// What is printed in the end: a copy knows nothing of what came after it.
const AS_IT_WAS: &str = "\
Everybody signs in again; one-time passwords and enrolment codes from before count no more.
All else is as it was when the copy was made. Do again what was done since: passwords that were changed, second
factors that were reset (a lost phone counts again), recovery codes that were used, accounts that were disabled,
rights that were removed, requests that were answered. Mails that waited in the copy are sent, maybe a second time.";

/// Puts a checked copy in the place of the embedded database, or ends what a PostgreSQL one brought back with it: without
/// a file.
pub async fn run(place: Place, from: Option<&Path>, force: bool) -> Result<(), Failure> {
    let data = Data::open(place)?;
    match (data.embedded(), from) {
        (Some(database), Some(from)) => replace(&data, &database, from, force).await,
        (None, None) => finish(&data).await,
        (Some(_), None) => Err(Failure(
            "--after-pg-restore is for a PostgreSQL database: name it with --database, or name a backup".into(),
        )),
        (None, Some(_)) => Err(Failure(
            "a PostgreSQL database is brought back with pg_restore: after it, give --after-pg-restore and no file"
                .into(),
        )),
    }
}

/// After `pg_restore`.
async fn finish(data: &Data) -> Result<(), Failure> {
    let storage = data.storage().await?;
    let made = make_ready(data, &storage, None).await;
    storage.close().await;
    let (newest, has_key) = made?;
    println!("The database is ready to be served again.");
    tell(&newest, has_key);
    Ok(())
}

async fn replace(data: &Data, database: &Path, from: &Path, force: bool) -> Result<(), Failure> {
    // Kept to the end: nobody starts a server in the middle.
    let lock = data.lock()?;
    if database.exists() && !force {
        return Err(Failure(format!("`{}` has a database: give --force to replace it", data.name())));
    }
    let new = database.with_extension("restoring");
    for (own, what) in
        [(database, "the database itself"), (new.as_path(), "what a restore that failed left behind")]
    {
        if is_same(from, own) {
            return Err(Failure(format!("`{}` is {what}: name a backup", from.display())));
        }
    }
    copy::check(from).await?;
    let new = New::at(new)?;
    private_file(&new.0).map_err(about(new.0.display()))?;
    // Not as a file is copied: what was taken from a running server has its newest rows, or all, in the log beside it.
    copy::save(from, &new.0).await?;
    copy::check(&new.0).await?;
    let storage = Storage::open(&format!("sqlite://{}", new.0.display())).await?;
    let made = make_ready(data, &storage, Some(from)).await;
    storage.close().await;
    let (newest, has_key) = made?;
    copy::empty_log(&new.0).await?;
    let written = fs::OpenOptions::new().write(true).open(&new.0).and_then(|file| file.sync_all());
    written.map_err(about(new.0.display()))?;
    let former = set_aside(database).await?;
    fs::rename(&new.0, database).map_err(about(database.display()))?;
    keep_names(database).map_err(about(database.display()))?;
    drop(lock);
    println!("Restored: {}", database.display());
    if let Some(former) = former {
        println!("What was there is kept: {} (delete it when you need it no more).", former.display());
    }
    tell(&newest, has_key);
    Ok(())
}

fn tell(newest: &str, has_key: bool) {
    println!("Its newest row of the history: {newest}.");
    if !has_key {
        println!(
            "pimlico.key is missing beside it, or another one: put the one there that belongs to the copy."
        );
    }
    println!("{AS_IT_WAS}");
}

/// The new database until it has its name; what is left of it then, or after a failure, is removed.
struct New(PathBuf);

impl New {
    fn at(file: PathBuf) -> Result<Self, Failure> {
        clear(&file).map_err(about(file.display()))?;
        Ok(Self(file))
    }
}

impl Drop for New {
    fn drop(&mut self) {
        // What cannot be removed is removed by the next restore.
        let _ = clear(&self.0);
    }
}

/// Removes a database and its log.
fn clear(database: &Path) -> io::Result<()> {
    for file in [database.to_owned(), beside(database, "-wal"), beside(database, "-shm")] {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether two paths lead to the same file.
fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}

/// Refuses what does not belong here, and ends what was given; gives the newest row of the history, and whether the key
/// fits.
async fn make_ready(data: &Data, storage: &Storage, from: Option<&Path>) -> Result<(String, bool), Failure> {
    let mark = suits(data, storage, from).await?;
    let newest = end_what_was_given(storage, from).await?;
    Ok((newest, mark.is_none_or(|mark| data.has_key_of(&mark))))
}

/// A copy in which nobody could sign in is none, and a lab's passwords lie open. Gives what the copy's key is known by.
async fn suits(data: &Data, storage: &Storage, from: Option<&Path>) -> Result<Option<String>, Failure> {
    let mut db = storage.read().await?;
    let is_lab = meta::get(&mut db, meta::LAB).await?.is_some();
    let why = match (meta::tenant(&mut db).await?, is_lab, data.is_lab()) {
        (None, ..) => "is a database in which nothing is set up",
        (_, true, false) => "is of a lab: name the lab's own directory, with its lab.json, with --data",
        (_, false, true) => {
            "is of a real installation, and this is a lab: name another directory with --data"
        }
        _ => return Ok(meta::get(&mut db, meta::KEY_CHECK).await?),
    };
    let what = from.map_or_else(|| "the database".to_owned(), |from| format!("`{}`", from.display()));
    Err(Failure(format!("{what} {why}")))
}

/// What was ended, or used up, after the copy was made would begin to count again. Writes down the restore, too; gives
/// the newest row from before it.
async fn end_what_was_given(storage: &Storage, from: Option<&Path>) -> Result<String, Failure> {
    let clock = super::serve::clock_of(storage).await?;
    let (engine, wall, id) = (clock.engine(), clock.wall(), AuditId(ids::in_order()));
    let file = from.map_or_else(|| "pg_restore".to_owned(), |from| from.display().to_string());
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
    Ok(done?)
}

/// Keeps the database that is there under a name of its own, and gives that. The log goes with it: beside the new
/// database it would be taken for the new one's.
async fn set_aside(database: &Path) -> Result<Option<PathBuf>, Failure> {
    if !database.exists() {
        clear(database).map_err(about(database.display()))?;
        return Ok(None);
    }
    // With an empty log the file is whole by itself, whatever happens from here on. One that cannot be opened any more
    // is kept as it is; one that somebody else has open is not taken away from under him.
    if let Err(error @ StorageError::Refused(_)) = copy::empty_log(database).await {
        return Err(error.into());
    }
    let former = free_name(database);
    // A second name leaves no moment without a database. Not every file system has those.
    fs::hard_link(database, &former)
        .or_else(|_| fs::rename(database, &former))
        .map_err(about(former.display()))?;
    for log in ["-wal", "-shm"] {
        let (log, to) = (beside(database, log), beside(&former, log));
        match fs::rename(&log, &to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(about(log.display())(error)),
            _ => {}
        }
    }
    Ok(Some(former))
}

/// `pimlico.db.before-restore`, or with a number: what an earlier restore kept stays.
fn free_name(database: &Path) -> PathBuf {
    let first = beside(database, ".before-restore");
    let further = (2_u64..).map(|number| beside(database, &format!(".before-restore-{number}")));
    let mut names = std::iter::once(first.clone()).chain(further);
    names.find(|name| fs::symlink_metadata(name).is_err()).unwrap_or(first)
}

/// The file whose name goes on like this.
fn beside(file: &Path, rest: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(rest);
    name.into()
}
