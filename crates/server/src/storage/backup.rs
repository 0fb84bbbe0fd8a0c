//! Copies of the embedded database, made while it is in use, and looked at before they are trusted.

use std::{fs::File, io::Read as _, path::Path};

use sqlx::{ConnectOptions, Connection as _, Row as _, sqlite::SqliteConnectOptions};

use super::{Connection, StorageError, VERSION, args, sqlite::is_locked};

/// What each database of SQLite begins with (its file format, 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Writes a copy of a database, with what its log holds, to a new file. Whoever uses it meanwhile is not disturbed, and
/// the database itself stays as it is.
pub async fn save(database: &Path, to: &Path) -> Result<(), StorageError> {
    let mut db = open(database).await?;
    let to = to.to_str().ok_or_else(|| StorageError::Refused(format!("`{}` is no text", to.display())))?;
    db.execute("VACUUM INTO $1", args![to]).await.map(drop)
}

/// Whether a file is a whole database that this program can use; gives its version.
pub async fn check(file: &Path) -> Result<usize, StorageError> {
    let refused = |why: String| StorageError::Refused(format!("`{}` {why}", file.display()));
    if !file.is_file() {
        return Err(refused("is no file".into()));
    }
    let mut db = open(file).await?;
    let found = db.first("PRAGMA integrity_check", args![]).await;
    let found = found.map_err(|error| refused(format!("is no database: {error}")))?;
    let verdict = found.map(|row| row.text("integrity_check")).transpose()?.unwrap_or_default();
    if verdict != "ok" {
        return Err(refused(format!("is damaged: {verdict}")));
    }
    let row = db.first("SELECT version FROM schema_version", args![]).await;
    let row = row.map_err(|_| refused("is no database of Pimlico".into()))?;
    let version = row.map(|row| row.int("version")).transpose()?.unwrap_or_default();
    let version = usize::try_from(version).unwrap_or_default();
    if version == 0 || version > VERSION {
        let why =
            format!("has version {version} and this program knows 1 to {VERSION}: use the newer program");
        return Err(refused(why));
    }
    Ok(version)
}

/// Writes back what the log beside a database holds, so that the file is whole without it. Refuses when somebody else
/// uses it. Of what is no database nothing is opened: a connection that fails goes some time later, and takes the log
/// away when it does.
pub async fn empty_log(database: &Path) -> Result<(), StorageError> {
    if !is_database(database) {
        return Err(StorageError::Corrupt(format!("`{}` is no database", database.display())));
    }
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(false);
    let written_back = async {
        let mut connection = options.connect().await?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await;
        connection.close().await?;
        Ok(row?.try_get::<i64, _>(0)? == 0)
    };
    let in_use = || StorageError::Refused(format!("`{}` is in use", database.display()));
    match written_back.await {
        Ok(true) => Ok(()),
        Ok(false) => Err(in_use()),
        Err(error) if is_locked(&error) => Err(in_use()),
        Err(error) => Err(error.into()),
    }
}

/// Whether the file begins as the databases of SQLite do.
fn is_database(file: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    File::open(file).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *MAGIC
}

async fn open(file: &Path) -> Result<Connection, StorageError> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(false).read_only(true);
    Ok(Connection::writer(options.connect().await?))
}
