use domain::{audit::Outcome, audit_type::AuditType, link::Link, schedule::Kind, wire::api::Tab};

use super::*;

fn id<T: core::str::FromStr>(last: u8) -> T
where
    T::Err: core::fmt::Debug,
{
    format!("00000000-0000-0000-0000-0000000000{last:02}").parse().expect("a well-formed id")
}

fn everything() -> Vec<Route> {
    let list = List {
        tab: Tab::Expired,
        search: "Ärger & 100 %+".into(),
        sort: "end".into(),
        desc: true,
        page: 3,
        kind: Some(Kind::Active),
        privileged: Privileged::Only,
        audit: AuditFilter {
            span: TimeSpan::Custom,
            from: "2026-11-01".into(),
            to: "2026-11-21".into(),
            kind: Some(AuditType::Approve),
            outcome: Some(Outcome::Failure),
            place: "n1a2b.00000000-0000-0000-0000-000000000001".into(),
        },
    };
    let preset = Preset { role: Some(id(1)), member: Some(id(2)) };
    let mut all = vec![
        Route::QuickStart,
        Route::SignIn(None),
        Route::SignIn(Some("/my-roles?tab=active&search=a b".into())),
        Route::Account,
        Route::Lab,
        Route::SetupCheck,
        Route::MyRoles(List::default()),
    ];
    for desk in [Desk::Approve, Desk::Mine, Desk::Pending] {
        all.push(Route::Requests(desk, list.clone()));
        all.push(Route::RequestTimeline(desk, id(5), list.clone()));
    }
    all.push(Route::Decide(vec![id(5)], None, List::default()));
    all.push(Route::Decide(vec![id(5), id(6)], Some(Answer::Deny), list.clone()));
    for host in [Host::Assignments, Host::Role(id(3)), Host::User(id(4))] {
        all.push(Route::AddAssignments(host, preset, list.clone()));
        all.push(Route::AddAssignments(host, Preset::default(), List::default()));
        all.push(Route::UpdateAssignment(host, id(5), list.clone()));
        all.push(Route::RemoveAssignment(host, id(5), list.clone()));
    }
    for part in [RolePart::Assignments, RolePart::Description, RolePart::Settings] {
        all.push(Route::Role(id(6), part, list.clone()));
    }
    for part in [UserPart::Overview, UserPart::AssignedRoles] {
        all.push(Route::User(id(7), part, list.clone()));
    }
    all.extend([
        Route::MyRoles(list.clone()),
        Route::Activate(id(8), list.clone()),
        Route::Deactivate(id(8), list.clone()),
        Route::Roles(list.clone()),
        Route::Assignments(list.clone()),
        Route::Settings(list.clone()),
        Route::EditSettings(id(6), list.clone()),
        Route::Users(list.clone()),
        Route::NewUser(list.clone()),
        Route::Groups(list.clone()),
        Route::NewGroup(list.clone()),
        Route::Group(id(9), list.clone()),
        Route::AddMembers(id(9), list.clone()),
        Route::Teams,
        Route::Audit(Book::Resource, List::default()),
        Route::Audit(Book::Mine, list.clone()),
        Route::AuditRow(Book::Resource, id(10), list.clone()),
        Route::AuditRow(Book::Mine, id(10), list),
    ]);
    all
}

#[test]
fn every_route_is_read_back_from_its_address() {
    for route in everything() {
        assert_eq!(Route::parse(&route.url()), route, "{}", route.url());
    }
}

#[test]
fn a_panel_closes_to_the_screen_under_it_with_the_grid_as_it_was() {
    for route in everything() {
        let under = route.under();
        assert!(!under.is_panel(), "{}", route.url());
        assert_eq!(under.list(), route.list(), "{}", route.url());
        assert!(!route.title().is_empty());
    }
}

#[test]
fn what_names_nothing_is_not_found_and_keeps_its_address() {
    for url in ["/nowhere", "/roles/not-an-id", "/roles/00000000-0000-0000-0000-000000000001/nonsense"] {
        assert_eq!(Route::parse(url), Route::NotFound(url.into()));
    }
}

#[test]
fn a_request_named_in_the_query_opens_its_panel() {
    let url = format!("/approve-requests?request={}", id::<RequestId>(5));
    assert_eq!(Route::parse(&url), Route::Decide(vec![id(5)], None, List::default()));
    let twice = format!("/approve-requests/{0},{1},{0}", id::<RequestId>(5), id::<RequestId>(6));
    assert_eq!(Route::parse(&twice), Route::Decide(vec![id(5), id(6)], None, List::default()));
    for bad in ["/my-requests/00000000-0000-0000-0000-000000000005", "/approve-requests/x"] {
        assert_eq!(Route::parse(bad), Route::NotFound(bad.into()));
    }
}

/// The screen or panel that a mail's button is to open.
fn wanted(link: Link) -> Route {
    let on = |kind| List::default().on(if kind == Kind::Active { Tab::Active } else { Tab::Eligible });
    match link {
        Link::SetupCheck => Route::SetupCheck,
        Link::Decide(request) => Route::Decide(vec![request], None, List::default()),
        Link::ApproveRequests => Route::Requests(Desk::Approve, List::default()),
        Link::MyRequests => Route::Requests(Desk::Mine, List::default()),
        Link::MyRoles(kind) => Route::MyRoles(on(kind)),
        Link::Activate(schedule) => Route::Activate(schedule, List::default()),
        Link::RemoveActivation(schedule) => {
            Route::RemoveAssignment(Host::Assignments, schedule, on(Kind::Active))
        }
        Link::Assignments(role, kind) => Route::Role(role, RolePart::Assignments, on(kind)),
    }
}

#[test]
fn every_link_of_a_mail_opens_the_screen_or_panel_that_it_names() {
    let mut links = vec![Link::SetupCheck, Link::Decide(id(5)), Link::ApproveRequests, Link::MyRequests];
    links.extend([Link::Activate(id(8)), Link::RemoveActivation(id(8))]);
    for kind in [Kind::Eligible, Kind::Active] {
        links.extend([Link::MyRoles(kind), Link::Assignments(id(6), kind)]);
    }
    for link in links {
        assert_eq!(Route::parse(&link.path()), wanted(link), "{}", link.path());
        assert_eq!(wanted(link).url(), link.path());
        let is_panel = matches!(link, Link::Decide(_) | Link::Activate(_) | Link::RemoveActivation(_));
        assert_eq!(wanted(link).is_panel(), is_panel, "{link:?}");
    }
}

#[test]
fn sign_in_leads_back_to_what_was_wanted() {
    let wanted = Route::MyRoles(List::default().on(Tab::Active));
    let Route::SignIn(Some(back)) = wanted.sign_in_first() else { panic!("not sign-in") };
    assert_eq!(Route::parse(&back), wanted);
}
