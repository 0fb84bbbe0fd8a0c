//! Seals what must be readable again but never lies open: TOTP secrets. The key is a file outside the database.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};

use crate::ids;

/// The text of a mark, and its owner.
const MARK: &str = "key_check";

/// Seals and opens.
#[derive(Clone)]
pub struct Vault(ChaCha20Poly1305);

impl Vault {
    /// A vault under the key in this file, which is made with its owner's rights alone when it is missing.
    pub fn open(file: &Path) -> std::io::Result<Self> {
        let key = match std::fs::read(file) {
            Ok(key) => key,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return NewKey::make(file)?.put(),
            Err(error) => return Err(error),
        };
        let key: [u8; 32] = key
            .try_into()
            .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "the key is damaged"))?;
        Ok(Self::under(key))
    }

    /// What a database keeps to know its key by.
    pub fn mark(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.seal(MARK.as_bytes(), MARK))
    }

    /// Whether a database's mark was made under this key.
    pub fn has_made(&self, mark: &str) -> bool {
        let sealed = data_encoding::HEXLOWER.decode(mark.as_bytes()).unwrap_or_default();
        self.unseal(&sealed, MARK).is_some()
    }

    fn under(key: [u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Seals a secret of this owner. A sealed secret opens for no other.
    pub fn seal(&self, secret: &[u8], owner: &str) -> Vec<u8> {
        let mut nonce = [0; 12];
        ids::fill(&mut nonce);
        let payload = Payload { msg: secret, aad: owner.as_bytes() };
        // Fails only for messages of many gigabytes.
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens a sealed secret; none when it is damaged, another's, or under another key.
    pub fn unseal(&self, sealed: &[u8], owner: &str) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(12)?;
        let nonce: [u8; 12] = nonce.try_into().ok()?;
        self.0.decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: owner.as_bytes() }).ok()
    }
}

/// A key that is made and on disk, but not yet in its place.
pub struct NewKey {
    vault: Vault,
    beside: PathBuf,
    file: PathBuf,
}

impl NewKey {
    /// Makes one for this file and writes it beside. Lost in a power cut, or written by half, a key would take every
    /// second factor with it.
    pub fn make(file: &Path) -> std::io::Result<Self> {
        let mut key = [0; 32];
        ids::fill(&mut key);
        let beside = file.with_extension("new");
        let mut made = private_file(&beside)?;
        made.write_all(&key)?;
        made.sync_all()?;
        Ok(Self { vault: Vault::under(key), beside, file: file.to_owned() })
    }

    /// Seals under it already.
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Puts it in its place, instead of what is there.
    pub fn put(self) -> std::io::Result<Vault> {
        std::fs::rename(&self.beside, &self.file)?;
        keep_names(&self.file)?;
        Ok(self.vault)
    }
}

/// Makes sure that a file which was renamed is found by its name after a power cut.
#[cfg(unix)]
pub fn keep_names(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

/// The system keeps names by itself.
#[cfg(not(unix))]
pub fn keep_names(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A new file that only its owner can read.
pub fn private_file(file: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_alone() {
        let dir = tempfile::tempdir().map(|dir| dir.path().join("key"));
        let Ok(path) = dir else { return };
        assert!(std::fs::create_dir_all(path.parent().unwrap_or(&path)).is_ok());
        let vault = Vault::open(&path);
        let again = Vault::open(&path);
        let (Ok(vault), Ok(again)) = (vault, again) else { panic!("the key file could not be made") };
        let sealed = vault.seal(b"secret", "ada");
        assert_eq!(again.unseal(&sealed, "ada").as_deref(), Some(b"secret".as_slice()));
        assert_eq!(again.unseal(&sealed, "bob"), None);
        assert_eq!(again.unseal(&sealed[..10], "ada"), None);
    }
}
