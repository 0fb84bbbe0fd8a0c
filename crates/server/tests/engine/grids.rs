//! What the tabs of an assignments grid show.

use domain::{schedule::Kind, time::Span, wire::api::Tab};
use server::storage::grids::{self, Wanted};

use crate::world::{But, World, activate, assign, remove};

impl World {
    async fn shown(&self, wanted: Wanted) -> Vec<String> {
        let mut db = self.storage.read().await.unwrap();
        let now = self.clock.engine();
        let rows = grids::page(&mut db, &Wanted { top: 50, ..wanted }, now).await.unwrap();
        rows.into_iter().map(|row| row.principal_name).collect()
    }

    async fn expired(&self) -> Vec<String> {
        self.shown(Wanted { tab: Tab::Expired, ..Wanted::default() }).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reached_its_end_has_expired_and_what_was_removed_has_not() {
    let world = World::new().await;
    let hour = Span::hours(1);
    world.granted(world.admin, assign(Kind::Eligible, world.demo).lasting(hour)).await;
    world.granted(world.admin, assign(Kind::Eligible, world.john).lasting(hour)).await;
    world.granted(world.admin, remove(Kind::Eligible, world.john)).await;
    assert!(world.expired().await.is_empty());

    // At its end at once, and no less when the job has carried it out.
    world.clock.advance_engine(hour);
    assert_eq!(world.expired().await, ["Demo User"]);
    world.later(Span(0)).await;
    assert_eq!(world.expired().await, ["Demo User"]);

    world.later(Span::days(30)).await;
    assert!(world.expired().await.is_empty(), "it shows for thirty days");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_that_ended_has_not_expired() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    world.later(Span::hours(2)).await;
    assert!(world.expired().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_row_is_found_on_whichever_tab_it_is() {
    let world = World::new().await;
    let eligible = world.eligible(world.demo).await;
    let active = world.granted(world.admin, assign(Kind::Active, world.john)).await;
    for (request, name) in [(eligible, "Demo User"), (active, "John Doe")] {
        let schedule = Some(domain::ids::ScheduleId(request.id.0));
        assert_eq!(world.shown(Wanted { schedule, ..Wanted::default() }).await, [name]);
        assert!(world.shown(Wanted { schedule, tab: Tab::Expired, ..Wanted::default() }).await.is_empty());
    }
}
