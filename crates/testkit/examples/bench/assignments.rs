//! One page of Assignments, with few and with very many schedules.

use domain::{time::Span, wire::api::Tab};
use server::{
    clock::Clock,
    storage::{
        Storage, StorageError,
        grids::{self, Wanted},
    },
};

use crate::{people, print, started};

const FEW: usize = 100;
const MANY: usize = 100_000;
const ROUNDS: usize = 51;

pub async fn compare() {
    let (few, many) = (page(FEW).await, page(MANY).await);
    let baseline =
        format!("{many:.2} ms at {MANY} schedules against {few:.2} ms at {FEW}, median of {ROUNDS}");
    let ratio = many / few;
    print("a page of Assignments", ratio, "times", &baseline, "at most 1.5", ratio <= 1.5);
}

/// The median time of what the endpoint asks the database: the page, and the counts beside the tabs.
async fn page(schedules: usize) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("bench.db").display());
    let storage = Storage::open(&url).await.expect("a database");
    let clock = Clock::system(Span::ZERO);
    people::add(&storage, schedules, clock.engine()).await;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let watch = started();
        ask(&storage, &clock).await.expect("a page");
        times.push(watch.elapsed().as_secs_f64() * 1000.0);
    }
    storage.close().await;
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

async fn ask(storage: &Storage, clock: &Clock) -> Result<(), StorageError> {
    let wanted = Wanted { tab: Tab::Eligible, top: 50, ..Wanted::default() };
    let now = clock.engine();
    let mut db = storage.read().await?;
    let rows = grids::page(&mut db, &wanted, now).await?;
    assert_eq!(rows.len(), 50);
    grids::counts(&mut db, &wanted, now).await.map(drop)
}
