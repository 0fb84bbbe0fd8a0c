//! One-time codes as an authenticator app makes them (RFC 6238: SHA-1, six digits, thirty seconds). Written from the
//! RFC and not shared with the server, so that the two check each other.

use data_encoding::BASE32_NOPAD;
use domain::time::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// How long a code counts.
pub const STEP_MILLIS: i64 = 30_000;

/// The code of a base32 secret at an instant of the wall clock.
pub fn code(secret: &str, at: Instant) -> String {
    let bare: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
    let key = BASE32_NOPAD.decode(bare.to_ascii_uppercase().as_bytes()).expect("a secret is base32");
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(&(at.0 / STEP_MILLIS).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let start = usize::from(hash[19] & 15);
    let cut = [hash[start] & 0x7f, hash[start + 1], hash[start + 2], hash[start + 3]];
    format!("{:06}", u32::from_be_bytes(cut) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(secret, Instant(seconds * 1_000)), expected);
        }
    }
}
