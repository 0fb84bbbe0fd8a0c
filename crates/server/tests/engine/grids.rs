//! What the tabs of an assignments grid show.

use domain::{
    request::{Ask, Ticket},
    schedule::Kind,
    time::Span,
    wire::api::Tab,
};
use server::storage::{
    grids::{self, Wanted},
    request_grids::{self, Reader, Which},
};

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

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_by_its_ids_keeps_its_order_and_what_ends_meanwhile() {
    let world = World::new().await;
    for (id, hours) in [(world.demo, 3), (world.john, 1)] {
        world.granted(world.admin, assign(Kind::Eligible, id).lasting(Span::hours(hours))).await;
    }
    let now = world.clock.engine();
    let wanted = Wanted { sort: grids::Sort::End, ..Wanted::default() };
    let ids = grids::ids(&mut world.storage.read().await.unwrap(), &wanted, now).await.unwrap();
    world.later(Span::hours(2)).await;
    let rows = grids::by_id(&mut world.storage.read().await.unwrap(), &ids).await.unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.principal_name.as_str()).collect();
    assert_eq!(names, ["John Doe", "Demo User"]);
    assert!(grids::by_id(&mut world.storage.read().await.unwrap(), &[]).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_found_by_whom_it_is_about_who_asked_its_reason_and_its_ticket() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let ticket = Ticket { number: Some("INC-4711".to_owned()), system: Some("Helpdesk".to_owned()) };
    let ask =
        Ask { justification: Some("\u{c4}rger mit 100% Konten".to_owned()), ticket, ..activate(world.demo) };
    let asked = world.granted(world.demo, ask).await;
    let found = async |which: Which, search: &str| {
        let wanted = request_grids::Wanted { search: search.to_owned(), ..request_grids::Wanted::all(which) };
        let (reader, now) = (Reader { id: world.demo, manages: false }, world.clock.engine());
        let mut db = world.storage.read().await.unwrap();
        let rows = request_grids::page(&mut db, &wanted, reader, now).await.unwrap();
        let count = request_grids::count(&mut db, &wanted, now).await.unwrap();
        assert_eq!(rows.len() as u64, count);
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    for search in ["demo user", "inc-4711", "HELPDESK", "\u{e4}rger", "100% k", ""] {
        assert_eq!(found(Which::Own(world.demo), search).await, [asked.id], "{search}");
    }
    for search in ["inc-4712", "justification", "100_ k"] {
        assert!(found(Which::Own(world.demo), search).await.is_empty(), "{search}");
    }
    // It runs already; what the administrator asked for somebody is his, but not among what he asked for himself.
    assert!(found(Which::OwnOpen(world.demo), "").await.is_empty());
    let start = world.clock.engine() + Span::hours(1);
    world.granted(world.admin, assign(Kind::Eligible, world.john).from(start)).await;
    assert!(found(Which::OwnOpen(world.admin), "").await.is_empty());
    assert_eq!(found(Which::Open(Some(world.admin)), "").await.len(), 1);
}
