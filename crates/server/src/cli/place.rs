//! Opens what a command works on: the data directory, the database, the key.

use std::path::PathBuf;

use super::Failure;
use crate::{auth::vault::Vault, config::Place, storage::Storage};

/// The name of the embedded database in the data directory.
pub const DATABASE: &str = "pimlico.db";
const KEY: &str = "secret.key";

/// The data directory, made with its owner's rights alone when it is missing.
pub fn directory(place: &Place) -> Result<PathBuf, Failure> {
    if !place.data.exists() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&place.data).map_err(|error| format!("--data `{}`: {error}", place.data.display()))?;
    }
    Ok(place.data.clone())
}

/// The address of the database.
pub fn url(place: &Place) -> String {
    place.database.clone().unwrap_or_else(|| format!("sqlite://{}", place.data.join(DATABASE).display()))
}

/// The database, open.
pub async fn storage(place: &Place) -> Result<Storage, Failure> {
    directory(place)?;
    Ok(Storage::open(&url(place)).await?)
}

/// The vault under the key file in the data directory.
pub fn vault(place: &Place) -> Result<Vault, Failure> {
    let file = directory(place)?.join(KEY);
    Vault::open(&file).map_err(|error| format!("{}: {error}", file.display()).into())
}
