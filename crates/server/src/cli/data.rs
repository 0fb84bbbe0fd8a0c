//! The data directory: what lies in it, and who may use it.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use futures::FutureExt;

use super::{Failure, about};
use crate::{
    auth::vault::{NewKey, Vault, private_file},
    config::Place,
    lab,
    storage::{Storage, StorageError, UnitOfWork, meta},
};

/// The data directory of an installation.
pub struct Data {
    folder: PathBuf,
    database: Option<String>,
}

impl Data {
    /// The directory, which is made when it is missing.
    pub fn open(place: Place) -> Result<Self, Failure> {
        let folder = place.data;
        let missing = !folder.exists();
        fs::create_dir_all(&folder).map_err(about(folder.display()))?;
        if missing {
            keep_private(&folder).map_err(about(folder.display()))?;
        }
        let folder = folder.canonicalize().map_err(about(folder.display()))?;
        Ok(Self { folder, database: place.database })
    }

    /// The directory, which has to be there.
    pub fn existing(place: Place) -> Result<Self, Failure> {
        if place.data.is_dir() {
            return Self::open(place);
        }
        Err(Failure(format!("--data `{}` is no directory", place.data.display())))
    }

    /// The directory.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The embedded database's file; none when a served one is used.
    pub fn embedded(&self) -> Option<PathBuf> {
        self.database.is_none().then(|| self.folder.join("pimlico.db"))
    }

    /// How the directory is called.
    pub fn name(&self) -> std::path::Display<'_> {
        self.folder.display()
    }

    /// Whether a lab was made here.
    pub fn is_lab(&self) -> bool {
        self.folder.join(lab::FILE).exists()
    }

    /// Held for as long as a server, or a restore, uses the embedded database. The system lets go of it when the
    /// process ends, however it ends.
    pub fn lock(&self) -> Result<File, Failure> {
        let path = self.folder.join("pimlico.lock");
        let file = File::create(&path).map_err(about(path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Failure(format!(
                "another server uses `{}`: stop it first, or choose another directory with --data",
                self.name()
            ))),
            Err(TryLockError::Error(error)) => Err(about(path.display())(error)),
        }
    }

    /// A lab's data and a real installation's are never mixed up. Asked before anything is written.
    pub fn suits(&self, as_lab: bool) -> Result<(), Failure> {
        let is_lab = self.is_lab();
        if is_lab && !as_lab {
            return Err(Failure(format!(
                "`{}` is the data of a lab, whose passwords lie open: give --lab, or another directory with --data",
                self.name()
            )));
        }
        if as_lab && !is_lab && !is_empty(&self.folder).map_err(about(self.name()))? {
            return Err(Failure(format!(
                "`{}` has data that is no lab's: give an empty directory with --data, or leave --lab away",
                self.name()
            )));
        }
        Ok(())
    }

    /// Opens the database, and the vault under the key beside it.
    pub async fn unlock(&self) -> Result<(Storage, Vault), Failure> {
        let storage = self.storage().await?;
        let vault = self.vault(&storage).await?;
        Ok((storage, vault))
    }

    /// Opens the vault. Refuses a key that is not the database's own, and makes none where one was in use: nothing that
    /// was sealed would open.
    pub async fn vault(&self, storage: &Storage) -> Result<Vault, Failure> {
        let path = self.key();
        let kept = meta::get(&mut storage.read().await?, meta::KEY_CHECK).await?;
        let Some(kept) = kept else {
            let vault = Vault::open(&path).map_err(about(path.display()))?;
            let mark = vault.mark();
            let kept: Result<(), StorageError> = storage
                .write(move |unit: &mut UnitOfWork| {
                    let mark = mark.clone();
                    async move {
                        meta::set(unit.db(), meta::KEY_CHECK, &mark).await?;
                        Ok(unit.commit_without_audit(()))
                    }
                    .boxed()
                })
                .await;
            kept?;
            return Ok(vault);
        };
        let wrong = |why: String| {
            Failure(format!(
                "{why}: put the right one there, or give up every second factor with `pimlico recover USER --new-key`"
            ))
        };
        if !path.exists() {
            return Err(wrong(format!("the key `{}` is missing", path.display())));
        }
        let vault = Vault::open(&path).map_err(|error| wrong(format!("{}: {error}", path.display())))?;
        if vault.has_made(&kept) {
            return Ok(vault);
        }
        Err(wrong(format!("the key `{}` is not the one of this database", path.display())))
    }

    /// Whether the key that lies here is the one of a database.
    pub fn has_key_of(&self, mark: &str) -> bool {
        let path = self.key();
        path.exists() && Vault::open(&path).is_ok_and(|vault| vault.has_made(mark))
    }

    /// A key to take the place of one that is lost.
    pub fn new_key(&self) -> Result<NewKey, Failure> {
        let path = self.key();
        NewKey::make(&path).map_err(about(path.display()))
    }

    fn key(&self) -> PathBuf {
        self.folder.join("pimlico.key")
    }

    /// Opens the database, whatever the key.
    pub async fn storage(&self) -> Result<Storage, Failure> {
        let url = match &self.database {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.folder.join("pimlico.db").display()),
        };
        if let Some(file) = self.embedded().filter(|file| !file.exists()) {
            // Its owner's alone, whatever the directory that was given allows; the files beside it follow.
            private_file(&file).map_err(about(file.display()))?;
        }
        Ok(Storage::open(&url).await?)
    }
}

fn is_empty(folder: &Path) -> std::io::Result<bool> {
    let others = fs::read_dir(folder)?.filter(|entry| {
        // Making the directory ready may have left this.
        entry.as_ref().map_or(true, |entry| entry.file_name() != "pimlico.lock")
    });
    Ok(others.count() == 0)
}

#[cfg(unix)]
fn keep_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn keep_private(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
