//! `pimlico backup` and `pimlico restore`.

use std::{fs, path::Path};

use super::{Failure, about, data::Data};
use crate::{auth::vault::private_file, config::Place, storage::backup as copy};

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
    let copied = private_file(&beside).and_then(|mut new| {
        std::io::copy(&mut fs::File::open(from)?, &mut new)?;
        new.sync_all()
    });
    copied.map_err(about(beside.display()))?;
    // What the old database had not yet written back belongs to it alone.
    for rest in ["db-wal", "db-shm"] {
        let rest = database.with_extension(rest);
        if rest.exists() {
            fs::remove_file(&rest).map_err(about(rest.display()))?;
        }
    }
    fs::rename(&beside, &database).map_err(about(database.display()))?;
    drop(lock);
    println!("Restored: {}", database.display());
    Ok(())
}
