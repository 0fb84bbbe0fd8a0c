//! Time-based one-time codes: RFC 6238 with SHA-1, six digits, thirty seconds, as every authenticator app has them.

use data_encoding::BASE32_NOPAD;
use domain::time::Instant;
use hmac::{Hmac, KeyInit, Mac};
use qrcode::{EcLevel, QrCode};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::ids;

const STEP_MILLIS: i64 = 30_000;

/// A fresh secret: 160 random bits.
pub fn fresh_secret() -> Vec<u8> {
    let mut secret = vec![0; 20];
    ids::fill(&mut secret);
    secret
}

/// The half minute that an instant lies in.
pub const fn step(now: Instant) -> i64 {
    now.0.div_euclid(STEP_MILLIS)
}

/// For how many more seconds the code of this half minute counts.
pub fn seconds_left(now: Instant) -> u32 {
    u32::try_from((STEP_MILLIS - now.0.rem_euclid(STEP_MILLIS) + 999) / 1_000).unwrap_or(30)
}

/// The code of a half minute.
pub fn code(secret: &[u8], step: i64) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0f);
    let word =
        u32::from_be_bytes([digest[offset], digest[offset + 1], digest[offset + 2], digest[offset + 3]]);
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// The half minute whose code this is: the present one, the one before or the one after.
pub fn matching_step(secret: &[u8], given: &str, now: Instant) -> Option<i64> {
    let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let present = step(now);
    [present, present - 1, present + 1]
        .into_iter()
        .find(|step| bool::from(code(secret, *step).as_bytes().ct_eq(given.as_bytes())))
}

/// The secret as people type it.
pub fn base32(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// What an authenticator app reads.
pub fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    let escape = |text: &str| -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let (issuer, account) = (escape(issuer), escape(account));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", base32(secret))
}

/// The same as a QR code: a string of `0` and `1` for each row.
pub fn qr_rows(uri: &str) -> Vec<String> {
    let Ok(code) = QrCode::with_error_correction_level(uri, EcLevel::M) else { return Vec::new() };
    let width = code.width();
    let modules: Vec<char> = code.to_colors().into_iter().map(|color| color.select('1', '0')).collect();
    modules.chunks(width).map(|row| row.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_the_vectors_of_rfc_6238() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(secret, seconds / 30), expected);
        }
    }

    #[test]
    fn a_code_counts_half_a_minute_before_and_after() {
        let secret = fresh_secret();
        let now = Instant(1_700_000_010_000);
        let present = step(now);
        for step in [present - 1, present, present + 1] {
            assert_eq!(matching_step(&secret, &code(&secret, step), now), Some(step));
        }
        assert_eq!(matching_step(&secret, &code(&secret, present - 2), now), None);
        assert_eq!(matching_step(&secret, "", now), None);
        assert!(qr_rows(&uri(&secret, "My Directory", "a@b.example")).len() > 20);
    }
}
