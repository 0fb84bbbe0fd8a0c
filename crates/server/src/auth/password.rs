//! Passwords: Argon2id, at most two at a time with a short queue, the same cost for names that nobody has.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use domain::{error_code::ErrorCode, time::Span, wire::api::ONE_TIME_PASSWORD_DAYS};
use zeroize::Zeroizing;

use super::turns::{Crowded, Turns};
use crate::{error::ApiError, ids};

/// The shortest password of a person.
pub const SHORTEST: usize = 12;
/// The shortest password of an account for emergencies.
pub const SHORTEST_EMERGENCY: usize = 25;
const LONGEST: usize = 256;
/// A one-time password counts for so long on the wall clock.
pub const ONE_TIME: Span = Span::days(ONE_TIME_PASSWORD_DAYS);
/// One hash asks for so many blocks of a KiB at least. It takes the memory of those only that it touches; and a piece of
/// more than 32 MiB the allocator gives back at once, while it would keep a smaller one for each thread that ever hashed.
const PIECE: usize = 33 * 1024;

/// Hashes passwords, at most two at a time: each takes 19 MiB and a core.
#[derive(Clone)]
pub struct Passwords {
    turns: Turns,
    /// The hash of a password that nobody has.
    decoy: Arc<String>,
}

impl Passwords {
    /// Prepares the decoy.
    pub async fn new() -> Self {
        let unready = Self { turns: Turns::default(), decoy: Arc::new(String::new()) };
        // Nobody else knows of it yet, so there is a place; without a decoy no unknown name would be right either.
        let decoy = unready.hash(super::secret::session_token(), "here").await.unwrap_or_default();
        Self { decoy: Arc::new(decoy), ..unready }
    }

    /// The hash of a password, in PHC form, for a call from this address.
    pub async fn hash(&self, password: String, address: &str) -> Result<String, Crowded> {
        let password = Zeroizing::new(password);
        self.turn(address, move || {
            let mut salt = [0; 16];
            ids::fill(&mut salt);
            hashed(password.as_bytes(), &salt).map(|hash| hash.to_string()).unwrap_or_default()
        })
        .await
    }

    /// Whether the password is right, for a call from this address. Without a hash it takes as long, and is wrong.
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
        address: &str,
    ) -> Result<bool, Crowded> {
        let password = Zeroizing::new(password);
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let verify = move || PasswordHash::new(&hash).is_ok_and(|hash| is_right(password.as_bytes(), &hash));
        let right = self.turn(address, verify).await?;
        Ok(known && right)
    }

    /// Remembers how a sign-in from this address went: where nothing failed, places are kept.
    pub fn note(&self, address: &str, went_well: bool) {
        self.turns.note(address, went_well);
    }

    async fn turn<T: Send + 'static + Default>(
        &self,
        address: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Crowded> {
        let turn = self.turns.take(address).await?;
        // The turn ends with the work, not with its caller: who goes away early makes no room for another.
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        // The work does not panic; if it did, that means "no".
        Ok(tokio::task::spawn_blocking(work).await.unwrap_or_default())
    }
}

fn hashed(password: &[u8], salt: &[u8]) -> Option<PasswordHash> {
    let argon2 = Argon2::default();
    Some(PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(output(&argon2, password, salt)?),
    })
}

/// Follows what the hash says of itself, so that it stays right when the defaults change.
fn is_right(password: &[u8], hash: &PasswordHash) -> bool {
    let (Ok(algorithm), Ok(params)) = (Algorithm::try_from(hash.algorithm.as_str()), Params::try_from(hash))
    else {
        return false;
    };
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from);
    let (Ok(version), Some(salt), Some(expected)) = (version, hash.salt, hash.hash) else { return false };
    // Outputs are compared in constant time.
    output(&Argon2::new(algorithm, version, params), password, &salt) == Some(expected)
}

fn output(argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Option<Output> {
    let blocks = argon2.params().block_count();
    let mut memory = Vec::with_capacity(blocks.max(PIECE));
    memory.resize(blocks, Block::default());
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2.hash_password_into_with_memory(password, salt, &mut out, memory.as_mut_slice()).ok()?;
    Output::new(&out).ok()
}

/// Whether a new password is long enough, and none that anybody would try first.
pub fn check_new(password: &str, user_principal_name: &str, emergency: bool) -> Result<(), ApiError> {
    let shortest = if emergency { SHORTEST_EMERGENCY } else { SHORTEST };
    let allowed = format!("{shortest} to {LONGEST} characters, not your name, not one character repeated");
    let refused =
        |message: String| Err(ApiError::new(ErrorCode::BadRequest, message).at("new", allowed.clone()));
    let length = password.chars().count();
    if length < shortest || length > LONGEST {
        return refused(format!("the password has {length} characters, {shortest} to {LONGEST} are allowed"));
    }
    let folded = password.to_lowercase();
    let name = user_principal_name.split('@').next().unwrap_or_default();
    if name.len() >= 4 && folded.contains(name) {
        return refused("the password contains the sign-in name".to_owned());
    }
    let mut characters: Vec<char> = folded.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    if characters.len() < 5 {
        return refused("the password repeats too few characters".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "192.0.2.1";

    #[tokio::test]
    async fn a_password_is_verified_and_an_unknown_name_is_always_wrong() {
        let passwords = Passwords::new().await;
        let hash = passwords.hash("correct horse battery".to_owned(), HERE).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        let right = "correct horse battery".to_owned();
        assert!(passwords.verify(right.clone(), Some(hash.clone()), HERE).await.unwrap());
        assert!(!passwords.verify("wrong horse battery".to_owned(), Some(hash), HERE).await.unwrap());
        assert!(!passwords.verify(right, None, HERE).await.unwrap());
    }

    #[test]
    fn a_hash_of_other_cost_is_understood_and_a_broken_one_is_wrong() {
        // The reference implementation's, with 256 KiB and two rounds.
        let known = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let right = |hash: &str| PasswordHash::new(hash).is_ok_and(|hash| is_right(b"password", &hash));
        assert!(right(known));
        assert!(!right(&known.replace("t=2", "t=3")));
        assert!(!right("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"));
    }

    #[tokio::test]
    async fn who_goes_away_early_makes_no_room_for_a_third() {
        let passwords = Passwords::new().await;
        let (begin, started) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let waits = passwords.turn(HERE, move || {
            assert!(begin.send(()).is_ok());
            // Until the sender is dropped.
            let _ = ended.recv();
        });
        let mut waits = Box::pin(waits);
        assert!(futures::poll!(&mut waits).is_pending());
        assert!(tokio::task::spawn_blocking(move || started.recv()).await.is_ok_and(|begun| begun.is_ok()));
        drop(waits);
        let _second = passwords.turns.take(HERE).await;
        assert!(futures::poll!(Box::pin(passwords.turns.take(HERE))).is_pending());
        drop(end);
    }

    #[test]
    fn a_new_password_names_its_limits() {
        assert!(check_new("a fine long one", "ada@example.org", false).is_ok());
        assert!(check_new("a fine long one", "ada@example.org", true).is_err());
        for bad in ["short", "aaaaaaaaaaaaaaaa", "demouser demouser 1"] {
            assert!(check_new(bad, "demouser@example.org", false).is_err(), "{bad}");
        }
    }
}
