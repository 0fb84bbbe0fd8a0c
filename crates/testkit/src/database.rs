//! A database of its own for each test, on the throw-away PostgreSQL that `cargo xtask test` starts.

use std::env;

use server::{ids, storage::Storage};

/// The address of an empty database on PostgreSQL; none where no PostgreSQL is there to test on.
pub async fn postgres() -> Option<String> {
    let url = address()?;
    let name = format!("t{}", ids::fresh().simple());
    let storage = Storage::open(&url).await.expect("PostgreSQL answers");
    let mut db = storage.read().await.expect("PostgreSQL answers");
    db.batch(format!("CREATE SCHEMA {name}")).await.expect("a schema can be made");
    drop(db);
    storage.close().await;
    let joint = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{joint}options[search_path]={name}"))
}

#[expect(clippy::disallowed_methods, reason = "tests have no other configuration than what xtask hands them")]
fn address() -> Option<String> {
    env::var("PIMLICO_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}
