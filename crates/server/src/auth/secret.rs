//! Random secrets, and how they are kept: as hashes.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::ids;

/// The secret of a session's cookie: 256 random bits.
pub fn session_token() -> String {
    let mut bytes = [0; 32];
    ids::fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// The hash under which a random secret is kept. These have so many bits that a fast hash is enough.
pub fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// The hash of a code that people type: case, blanks and hyphens do not matter.
pub fn hash_code(code: &str) -> String {
    let folded: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    hash(&folded.to_ascii_uppercase())
}

/// A code for people: groups of four from an alphabet without look-alikes, 20 bits a group.
pub fn code(groups: usize) -> String {
    let parts: Vec<String> =
        (0..groups).map(|_| characters(b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 4)).collect();
    parts.join("-")
}

/// A one-time password that can be read out: twenty characters in groups.
pub fn one_time_password() -> String {
    let parts: Vec<String> =
        (0..5).map(|_| characters(b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 4)).collect();
    parts.join("-")
}

fn characters(alphabet: &[u8], count: usize) -> String {
    let mut text = String::with_capacity(count);
    while text.len() < count {
        let mut byte = [0];
        ids::fill(&mut byte);
        // Bytes past the last whole multiple are drawn again, so that no character is likelier than another.
        let limit = 256 - 256 % alphabet.len();
        if usize::from(byte[0]) < limit {
            text.push(char::from(alphabet[usize::from(byte[0]) % alphabet.len()]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_as_people_type_them() {
        let code = code(3);
        assert_eq!(code.len(), 14);
        assert_eq!(hash_code(&code), hash_code(&code.to_lowercase().replace('-', " ")));
        assert_ne!(session_token(), session_token());
        assert_eq!(one_time_password().len(), 24);
    }
}
