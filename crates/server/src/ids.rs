//! Where new ids and secrets come from. The one file that asks the system for random bytes.

use uuid::Uuid;

/// A fresh random id.
pub fn fresh() -> Uuid {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Fills a buffer with random bytes.
///
/// # Panics
/// When the system has no random source: nothing that follows could be trusted.
pub fn fill(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the system gives no random bytes: {error}");
    }
}
