//! What a restore reads, what it refuses, and what it keeps. On the embedded database, and one on PostgreSQL where that is
//! there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use futures::FutureExt;
use server::storage::{Outcome, Storage, StorageError, UnitOfWork, args, meta};
use sqlx::ConnectOptions as _;

use crate::{
    browser::Browser,
    console::{ANSWERS, Folder, run, serve, stop},
    world::fresh_database,
};

/// A real installation that nobody has signed in to.
async fn installed(folder: &Folder, name: &str) -> PathBuf {
    let data = folder.path(name);
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(ok, "{said}");
    data
}

/// A lab whose server was killed.
async fn lab(folder: &Folder, name: &str) -> PathBuf {
    let data = folder.path(name);
    let (child, _) = serve(&data, &["--lab"]).await;
    stop(child).await;
    data
}

async fn backup(data: &Path, to: &Path) {
    let (ok, said) = run(data, &["backup", to.to_str().unwrap()], "").await;
    assert!(ok, "{said}");
}

async fn restore(data: &Path, from: &Path) -> (bool, String) {
    run(data, &["restore", from.to_str().unwrap(), "--force"], "").await
}

async fn open(database: &Path) -> Storage {
    Storage::open(&format!("sqlite://{}", database.display())).await.unwrap()
}

/// What is found in a database, opened as it lies there with its log.
async fn rows(database: &Path, table: &str) -> u64 {
    let storage = open(database).await;
    let mut db = storage.read().await.unwrap();
    let rows = db.count(format!("SELECT COUNT(*) AS n FROM {table}"), args![]).await.unwrap();
    drop(db);
    storage.close().await;
    rows
}

async fn noted(database: &Path) -> Option<String> {
    let storage = open(database).await;
    let mut db = storage.read().await.unwrap();
    let name = meta::get(&mut db, "note").await.unwrap();
    drop(db);
    storage.close().await;
    name
}

/// Writes something into a database that tells it from its copies.
async fn note(data: &Path, text: &str) {
    let storage = open(&data.join("pimlico.db")).await;
    let text = text.to_owned();
    let done = storage.write(move |unit: &mut UnitOfWork| {
        let text = text.clone();
        async move {
            meta::set(unit.db(), "note", &text).await?;
            Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
        }
        .boxed()
    });
    done.await.unwrap();
    storage.close().await;
}

#[tokio::test]
async fn the_log_beside_a_copy_is_restored_with_it() {
    let folder = Folder::new();
    let data = folder.path("data");
    let (child, url) = serve(&data, &["--lab"]).await;
    Browser::new(&url)
        .sign_in("nobody@example.org", "a wrong password")
        .await
        .refused(401, "InvalidCredentials");
    stop(child).await;
    // As a snapshot of a running machine has it.
    let copy = folder.path("copy.db");
    for rest in ["", "-wal"] {
        let name = |path: &Path| PathBuf::from(format!("{}{rest}", path.display()));
        fs::copy(name(&data.join("pimlico.db")), name(&copy)).unwrap();
    }
    let log = PathBuf::from(format!("{}-wal", copy.display()));
    let before = (fs::read(&copy).unwrap(), fs::read(&log).unwrap());
    assert!(before.1.len() > before.0.len(), "it is in the log");
    let (ok, said) = restore(&data, &copy).await;
    assert!(ok && said.contains("Sign-in."), "{said}");
    assert_eq!((fs::read(&copy).unwrap(), fs::read(&log).unwrap()), before, "the copy stays as it is");
    let (child, _) = serve(&data, &["--lab"]).await;
    stop(child).await;
    let database = data.join("pimlico.db");
    for table in ["principals", "credentials", "schedules", "audit"] {
        assert!(rows(&database, table).await >= rows(&copy, table).await.max(1), "{table}");
    }
}

#[tokio::test]
async fn what_is_no_copy_of_this_place_is_refused_and_nothing_changes() {
    let folder = Folder::new();
    let data = installed(&folder, "data").await;
    let lab = lab(&folder, "lab").await;
    let (database, copy, lab_copy) = (data.join("pimlico.db"), folder.path("copy.db"), folder.path("lab.db"));
    backup(&data, &copy).await;
    backup(&lab, &lab_copy).await;
    let nothing = folder.path("nothing");
    let (ok, said) = run(&nothing, &["serve", "--listen", "127.0.0.1:0"], "").await;
    assert!(!ok && said.contains("nothing is set up"), "{said}");
    let left = data.join("pimlico.restoring");
    fs::copy(&copy, &left).unwrap();
    let empty = folder.path("empty.db");
    fs::write(&empty, "").unwrap();
    note(&data, "as it was").await;

    for (place, from, why) in [
        (&data, &database, "is the database itself"),
        (&data, &left, "a restore that failed"),
        (&data, &empty, "no database of Pimlico"),
        (&data, &nothing.join("pimlico.db"), "nothing is set up"),
        (&data, &lab_copy, "is of a lab"),
        (&lab, &copy, "is of a real installation"),
    ] {
        let (ok, said) = restore(place, from).await;
        assert!(!ok && said.contains(why), "{}: {said}", from.display());
        assert!(from.exists(), "{} is gone", from.display());
        assert!(!place.join("pimlico.db.before-restore").exists());
    }
    assert!(!left.exists(), "what was left is cleared away by the next restore");
    assert_eq!(noted(&database).await.as_deref(), Some("as it was"));
}

#[tokio::test]
async fn what_was_there_is_kept_each_time_and_can_be_restored_itself() {
    let folder = Folder::new();
    let data = installed(&folder, "data").await;
    let (database, copy) = (data.join("pimlico.db"), folder.path("copy.db"));
    note(&data, "copied").await;
    backup(&data, &copy).await;
    let former = |rest: &str| data.join(format!("pimlico.db.before-restore{rest}"));
    for (text, kept) in [("first", former("")), ("second", former("-2"))] {
        note(&data, text).await;
        let (ok, said) = restore(&data, &copy).await;
        assert!(ok && said.contains(&format!("is kept: {} ", kept.display())), "{said}");
        assert_eq!(noted(&database).await.as_deref(), Some("copied"));
        assert_eq!(noted(&kept).await.as_deref(), Some(text));
    }
    // One that cannot be opened any more is kept as it is, with its log.
    fs::write(&database, "a power cut left this, which is long enough for the head of a file").unwrap();
    fs::write(data.join("pimlico.db-wal"), "and this").unwrap();
    let (ok, said) = restore(&data, &former("")).await;
    assert!(ok, "{said}");
    assert_eq!(noted(&database).await.as_deref(), Some("first"));
    assert!(fs::read_to_string(former("-3")).unwrap().starts_with("a power cut"));
    assert_eq!(fs::read_to_string(former("-3-wal")).unwrap(), "and this");
}

#[tokio::test]
async fn what_somebody_reads_is_not_taken_away_under_him() {
    let folder = Folder::new();
    let data = installed(&folder, "data").await;
    let (database, copy) = (data.join("pimlico.db"), folder.path("copy.db"));
    backup(&data, &copy).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&database);
    let mut reader = options.connect().await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT COUNT(*) FROM audit").execute(&mut reader).await.unwrap();
    note(&data, "written meanwhile").await;
    let (ok, said) = restore(&data, &copy).await;
    assert!(!ok && said.contains("is in use"), "{said}");
    drop(reader);
    assert_eq!(noted(&database).await.as_deref(), Some("written meanwhile"));
    assert!(!data.join("pimlico.restoring").exists() && !data.join("pimlico.db.before-restore").exists());
    let (ok, said) = restore(&data, &copy).await;
    assert!(ok, "{said}");
}

#[tokio::test]
async fn what_its_own_tools_brought_back_is_ended_by_a_call_of_its_own() {
    let folder = Folder::new();
    let after = "--after-pg-restore";
    let data = installed(&folder, "embedded").await;
    let (ok, said) = run(&data, &["restore", after], "").await;
    assert!(!ok && said.contains("name it with --database"), "{said}");
    let url = fresh_database(&folder.0).await;
    if url.starts_with("sqlite://") {
        return;
    }
    let data = folder.path("served");
    let on = ["--database", &url];
    let (ok, said) = run(&data, &[["init", "--from"].as_slice(), &["-"], &on].concat(), ANSWERS).await;
    assert!(ok, "{said}");
    let first = said.split("one-time password: ").nth(1).unwrap().lines().next().unwrap().trim().to_owned();
    let (ok, said) = run(&data, &[["restore", "copy.db"].as_slice(), &on].concat(), "").await;
    assert!(!ok && said.contains(after), "{said}");
    let (ok, said) = run(&data, &[["restore", after].as_slice(), &on].concat(), "").await;
    assert!(ok && said.contains("newest row of the history: 2"), "{said}");
    let (child, address) = serve(&data, &on).await;
    Browser::new(&address).sign_in("ada@example.org", &first).await.refused(401, "InvalidCredentials");
    stop(child).await;
    let storage = Storage::open(&url).await.unwrap();
    let newest = server::storage::audit::newest(&mut storage.read().await.unwrap(), 5).await.unwrap();
    assert!(newest.iter().any(|row| row.activity == "Restore database"));
}
