//! `pimlico backup`: a copy of the embedded database.

use std::{fs, path::Path};

use super::{Failure, about, data::Data};
use crate::{auth::vault::private_file, config::Place, storage::backup as copy};

const OWN_TOOLS: &str = "a PostgreSQL database is saved with its own tools: pg_dump, and to bring it back pg_restore and then \
     `pimlico restore --after-pg-restore`";

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
