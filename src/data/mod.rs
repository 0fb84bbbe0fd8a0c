//! What the screens know of the server: the cache of reads, the changes that are under way, and the time.

mod cache;
mod mutation;
mod now;
mod query;
mod zone;

pub use cache::{Cache, Family, Key, use_cache};
pub use mutation::Mutation;
pub use now::{Clock, use_clock};
pub use query::{Load, Query};
pub use zone::{Zone, use_zone};
