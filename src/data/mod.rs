//! What the screens know of the server: the cache of reads, the changes that are under way, and the time.

mod cache;
mod hours;
mod kept;
mod mutation;
mod now;
mod query;
mod zone;

pub use cache::{Cache, Family, Fetch, Key, use_cache};
pub use hours::{half_hours, hours_text, parse_hours};
pub use kept::{COMPACT_ROWS, keep, kept};
pub use mutation::Mutation;
pub use now::{Clock, browser as browser_now, use_clock};
pub use query::{Load, Query};
pub use zone::{Zone, use_zone};
