//! Where new ids and secrets come from. The one file that asks the system for random bytes.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// How many ids were drawn in order since the program began.
static DRAWN: AtomicU64 = AtomicU64::new(0);

/// A fresh random id.
pub fn fresh() -> Uuid {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// A random id that sorts after those this program drew before it. What happens in one millisecond is told in the
/// order of its ids.
pub fn in_order() -> Uuid {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    bytes[..6].copy_from_slice(&DRAWN.fetch_add(1, Ordering::Relaxed).to_be_bytes()[2..]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// The id of what an act does to one of several things: in the place of `base`, and the same when the act runs again.
pub fn derived(base: Uuid, other: Uuid) -> Uuid {
    let mut bytes = *base.as_bytes();
    for (byte, more) in bytes.iter_mut().zip(other.as_bytes()).skip(6) {
        *byte ^= more;
    }
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
