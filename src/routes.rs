//! Every address of the portal, both ways: a [`Route`] builds its URL and is read back from it. No other file contains
//! a path, so a link cannot point at a screen that is not there.

mod audit;
mod desk;
mod list;
mod query;

pub use audit::{AuditFilter, Book, TimeSpan, outcome, outcome_word};
pub use desk::Desk;
use domain::{
    approval::Answer,
    ids::{AuditId, PrincipalId, RequestId, RoleId, ScheduleId},
};
pub use list::{List, Privileged, tab_word};
pub use query::Pairs;

/// A screen with its open panel. Everything that a reload must bring back is in here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Where everybody starts.
    QuickStart,
    /// Sign-in, and where to go afterwards.
    SignIn(Option<String>),
    /// Password, factors and sessions of the person himself.
    Account,
    /// What the person may activate, holds, and held.
    MyRoles(List),
    /// The Activate panel of one eligible schedule, over My roles.
    Activate(ScheduleId, List),
    /// The Deactivate panel of one activation, over My roles.
    Deactivate(ScheduleId, List),
    /// A grid of requests.
    Requests(Desk, List),
    /// The decision panel about these requests, with what is chosen already, over Approve requests.
    Decide(Vec<RequestId>, Option<Answer>, List),
    /// The timeline of one request, over its grid.
    RequestTimeline(Desk, RequestId, List),
    /// All roles.
    Roles(List),
    /// One role.
    Role(RoleId, RolePart, List),
    /// The Edit role setting panel, over the settings of a role.
    EditSettings(RoleId, List),
    /// The settings of all roles.
    Settings(List),
    /// All assignments.
    Assignments(List),
    /// The Add assignments wizard over a grid, with what is chosen already.
    AddAssignments(Host, Preset, List),
    /// The Update panel of one assignment.
    UpdateAssignment(Host, ScheduleId, List),
    /// The question before an assignment is removed.
    RemoveAssignment(Host, ScheduleId, List),
    /// All people.
    Users(List),
    /// The New user panel.
    NewUser(List),
    /// One person.
    User(PrincipalId, UserPart, List),
    /// All groups.
    Groups(List),
    /// The New group panel.
    NewGroup(List),
    /// One group with its members.
    Group(PrincipalId, List),
    /// The Add members panel of a group.
    AddMembers(PrincipalId, List),
    /// Whether everything that Pimlico needs is there.
    SetupCheck,
    /// The audit history.
    Audit(Book, List),
    /// One row of the audit history, over its grid.
    AuditRow(Book, AuditId, List),
    /// One-time codes, mails and the engine's clock, in a lab only.
    Lab,
    /// What the right of a Teams Administrator opens, in a lab only.
    Teams,
    /// An address that names nothing.
    NotFound(String),
}

/// The page of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolePart {
    /// Who has it.
    Assignments,
    /// What it is for and what it allows.
    Description,
    /// Its rules, in short.
    Settings,
}

/// The page of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserPart {
    /// Who it is.
    Overview,
    /// Which roles.
    AssignedRoles,
}

/// The grid over which a panel about an assignment opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// All assignments.
    Assignments,
    /// Those of one role.
    Role(RoleId),
    /// Those of one person.
    User(PrincipalId),
}

/// What is chosen already when the wizard opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Preset {
    /// The role.
    pub role: Option<RoleId>,
    /// The member.
    pub member: Option<PrincipalId>,
}

impl Host {
    /// The route of the grid itself.
    pub const fn route(self, list: List) -> Route {
        match self {
            Self::Assignments => Route::Assignments(list),
            Self::Role(id) => Route::Role(id, RolePart::Assignments, list),
            Self::User(id) => Route::User(id, UserPart::AssignedRoles, list),
        }
    }

    fn path(self) -> String {
        match self {
            Self::Assignments => "/assignments".into(),
            Self::Role(id) => format!("/roles/{id}"),
            Self::User(id) => format!("/users/{id}/assigned-roles"),
        }
    }
}

impl Book {
    const fn path(self) -> &'static str {
        match self {
            Self::Resource => "/audit",
            Self::Mine => "/my-audit",
        }
    }
}

impl Route {
    /// The address, query included.
    pub fn url(&self) -> String {
        let mut pairs = Pairs::default();
        if let Some(list) = self.list() {
            list.write(&mut pairs);
        }
        let path = match self {
            Self::QuickStart => "/quick-start".into(),
            Self::SignIn(back) => {
                pairs.set("back", back.as_deref().unwrap_or_default());
                "/sign-in".into()
            }
            Self::Account => "/account".into(),
            Self::MyRoles(_) => "/my-roles".into(),
            Self::Activate(id, _) => format!("/my-roles/activate/{id}"),
            Self::Deactivate(id, _) => format!("/my-roles/deactivate/{id}"),
            Self::Requests(desk, _) => format!("/{}", desk.word()),
            Self::Decide(ids, answer, _) => {
                pairs.set("answer", answer.map_or("", Answer::as_str));
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                format!("/{}/{}", Desk::Approve.word(), ids.join(","))
            }
            Self::RequestTimeline(desk, id, _) => format!("/{}/{id}/timeline", desk.word()),
            Self::Roles(_) => "/roles".into(),
            Self::Role(id, RolePart::Assignments, _) => format!("/roles/{id}"),
            Self::Role(id, RolePart::Description, _) => format!("/roles/{id}/description"),
            Self::Role(id, RolePart::Settings, _) => format!("/roles/{id}/settings"),
            Self::EditSettings(id, _) => format!("/roles/{id}/settings/edit"),
            Self::Settings(_) => "/settings".into(),
            Self::Assignments(_) => "/assignments".into(),
            Self::AddAssignments(host, preset, _) => {
                pairs.set("role", &preset.role.map(|id| id.to_string()).unwrap_or_default());
                pairs.set("member", &preset.member.map(|id| id.to_string()).unwrap_or_default());
                format!("{}/add", host.path())
            }
            Self::UpdateAssignment(host, id, _) => format!("{}/{id}/update", host.path()),
            Self::RemoveAssignment(host, id, _) => format!("{}/{id}/remove", host.path()),
            Self::Users(_) => "/users".into(),
            Self::NewUser(_) => "/users/new".into(),
            Self::User(id, UserPart::Overview, _) => format!("/users/{id}"),
            Self::User(id, UserPart::AssignedRoles, _) => format!("/users/{id}/assigned-roles"),
            Self::Groups(_) => "/groups".into(),
            Self::NewGroup(_) => "/groups/new".into(),
            Self::Group(id, _) => format!("/groups/{id}"),
            Self::AddMembers(id, _) => format!("/groups/{id}/add-members"),
            Self::SetupCheck => "/setup-check".into(),
            Self::Audit(book, _) => book.path().into(),
            Self::AuditRow(book, id, _) => format!("{}/{id}", book.path()),
            Self::Lab => "/lab".into(),
            Self::Teams => "/lab/teams".into(),
            Self::NotFound(path) => path.clone(),
        };
        pairs.append_to(path)
    }

    /// Reads an address, with or without a query.
    pub fn parse(url: &str) -> Self {
        let (path, search) = url.split_once('?').unwrap_or((url, ""));
        let pairs = Pairs::parse(search);
        let list = List::read(&pairs);
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        Self::known(&segments, &pairs, list).unwrap_or_else(|| Self::NotFound(path.to_owned()))
    }

    fn known(segments: &[&str], pairs: &Pairs, list: List) -> Option<Self> {
        let preset = || Preset {
            role: pairs.get("role").and_then(|id| id.parse().ok()),
            member: pairs.get("member").and_then(|id| id.parse().ok()),
        };
        Some(match *segments {
            [] | ["quick-start"] => Self::QuickStart,
            ["sign-in"] => Self::SignIn(pairs.get("back").map(ToOwned::to_owned)),
            ["account"] => Self::Account,
            ["my-roles"] => Self::MyRoles(list),
            ["my-roles", "activate", id] => Self::Activate(id.parse().ok()?, list),
            ["my-roles", "deactivate", id] => Self::Deactivate(id.parse().ok()?, list),
            [desk, ref rest @ ..] if Desk::parse(desk).is_some() => {
                Self::requests(Desk::parse(desk)?, rest, pairs, list)?
            }
            ["roles"] => Self::Roles(list),
            ["roles", id] => Self::Role(id.parse().ok()?, RolePart::Assignments, list),
            ["roles", id, "description"] => Self::Role(id.parse().ok()?, RolePart::Description, list),
            ["roles", id, "settings"] => Self::Role(id.parse().ok()?, RolePart::Settings, list),
            ["roles", id, "settings", "edit"] => Self::EditSettings(id.parse().ok()?, list),
            ["settings"] => Self::Settings(list),
            ["roles", id, ref rest @ ..] => Self::over(Host::Role(id.parse().ok()?), rest, preset(), list)?,
            ["assignments"] => Self::Assignments(list),
            ["assignments", ref rest @ ..] => Self::over(Host::Assignments, rest, preset(), list)?,
            ["users"] => Self::Users(list),
            ["users", "new"] => Self::NewUser(list),
            ["users", id] => Self::User(id.parse().ok()?, UserPart::Overview, list),
            ["users", id, "assigned-roles"] => Self::User(id.parse().ok()?, UserPart::AssignedRoles, list),
            ["users", id, "assigned-roles", ref rest @ ..] => {
                Self::over(Host::User(id.parse().ok()?), rest, preset(), list)?
            }
            ["groups"] => Self::Groups(list),
            ["groups", "new"] => Self::NewGroup(list),
            ["groups", id] => Self::Group(id.parse().ok()?, list),
            ["groups", id, "add-members"] => Self::AddMembers(id.parse().ok()?, list),
            ["setup-check"] => Self::SetupCheck,
            ["audit"] => Self::Audit(Book::Resource, list),
            ["audit", id] => Self::AuditRow(Book::Resource, id.parse().ok()?, list),
            ["my-audit"] => Self::Audit(Book::Mine, list),
            ["my-audit", id] => Self::AuditRow(Book::Mine, id.parse().ok()?, list),
            ["lab"] => Self::Lab,
            ["lab", "teams"] => Self::Teams,
            _ => return None,
        })
    }

    fn requests(desk: Desk, rest: &[&str], pairs: &Pairs, list: List) -> Option<Self> {
        let about = match *rest {
            [] => pairs.get("request"),
            [id, "timeline"] => return Some(Self::RequestTimeline(desk, id.parse().ok()?, list)),
            [ids] => Some(ids),
            _ => return None,
        };
        match (desk, about) {
            (desk, None) => Some(Self::Requests(desk, list)),
            (Desk::Approve, Some(ids)) => {
                let ids = ids.split(',').map(|id| id.parse().ok()).collect::<Option<Vec<_>>>()?;
                // Each once, where the address names it first.
                let first = |(at, id): (usize, &RequestId)| (!ids[..at].contains(id)).then_some(*id);
                let ids = ids.iter().enumerate().filter_map(first).collect();
                Some(Self::Decide(ids, pairs.get("answer").and_then(Answer::parse), list))
            }
            (Desk::Mine | Desk::Pending, Some(_)) => None,
        }
    }

    fn over(host: Host, rest: &[&str], preset: Preset, list: List) -> Option<Self> {
        Some(match *rest {
            ["add"] => Self::AddAssignments(host, preset, list),
            [id, "update"] => Self::UpdateAssignment(host, id.parse().ok()?, list),
            [id, "remove"] => Self::RemoveAssignment(host, id.parse().ok()?, list),
            _ => return None,
        })
    }

    /// The search, sort, tab and page of the grid on the screen.
    pub const fn list(&self) -> Option<&List> {
        match self {
            Self::MyRoles(list)
            | Self::Activate(_, list)
            | Self::Deactivate(_, list)
            | Self::Requests(_, list)
            | Self::Decide(_, _, list)
            | Self::RequestTimeline(_, _, list)
            | Self::Roles(list)
            | Self::Role(_, _, list)
            | Self::EditSettings(_, list)
            | Self::Settings(list)
            | Self::Assignments(list)
            | Self::AddAssignments(_, _, list)
            | Self::UpdateAssignment(_, _, list)
            | Self::RemoveAssignment(_, _, list)
            | Self::Users(list)
            | Self::NewUser(list)
            | Self::User(_, _, list)
            | Self::Groups(list)
            | Self::NewGroup(list)
            | Self::Group(_, list)
            | Self::AddMembers(_, list)
            | Self::Audit(_, list)
            | Self::AuditRow(_, _, list) => Some(list),
            Self::QuickStart
            | Self::SignIn(_)
            | Self::Account
            | Self::SetupCheck
            | Self::Lab
            | Self::Teams
            | Self::NotFound(_) => None,
        }
    }

    /// The same screen and panel with another search, sort, tab or page.
    #[must_use]
    pub fn with_list(mut self, list: List) -> Self {
        match &mut self {
            Self::MyRoles(old)
            | Self::Activate(_, old)
            | Self::Deactivate(_, old)
            | Self::Requests(_, old)
            | Self::Decide(_, _, old)
            | Self::RequestTimeline(_, _, old)
            | Self::Roles(old)
            | Self::Role(_, _, old)
            | Self::EditSettings(_, old)
            | Self::Settings(old)
            | Self::Assignments(old)
            | Self::AddAssignments(_, _, old)
            | Self::UpdateAssignment(_, _, old)
            | Self::RemoveAssignment(_, _, old)
            | Self::Users(old)
            | Self::NewUser(old)
            | Self::User(_, _, old)
            | Self::Groups(old)
            | Self::NewGroup(old)
            | Self::Group(_, old)
            | Self::AddMembers(_, old)
            | Self::Audit(_, old)
            | Self::AuditRow(_, _, old) => *old = list,
            Self::QuickStart
            | Self::SignIn(_)
            | Self::Account
            | Self::SetupCheck
            | Self::Lab
            | Self::Teams
            | Self::NotFound(_) => {}
        }
        self
    }

    /// The same screen and panel with the grid as it is on another route.
    #[must_use]
    pub fn with_list_of(self, other: &Self) -> Self {
        match other.list() {
            Some(list) => self.with_list(list.clone()),
            None => self,
        }
    }

    /// The screen under the panel; the route itself where no panel is open. Closing a panel leads here.
    #[must_use]
    pub fn under(&self) -> Self {
        match self.clone() {
            Self::Activate(_, list) | Self::Deactivate(_, list) => Self::MyRoles(list),
            Self::AddAssignments(host, _, list)
            | Self::UpdateAssignment(host, _, list)
            | Self::RemoveAssignment(host, _, list) => host.route(list),
            Self::EditSettings(id, list) => Self::Role(id, RolePart::Settings, list),
            Self::Decide(_, _, list) => Self::Requests(Desk::Approve, list),
            Self::RequestTimeline(desk, _, list) => Self::Requests(desk, list),
            Self::NewUser(list) => Self::Users(list),
            Self::NewGroup(list) => Self::Groups(list),
            Self::AddMembers(id, list) => Self::Group(id, list),
            Self::AuditRow(book, _, list) => Self::Audit(book, list),
            screen => screen,
        }
    }

    /// The screen under the panel without the state of its grid: what must change for a screen to be drawn anew.
    #[must_use]
    pub fn screen(&self) -> Self {
        self.under().with_list(List::default())
    }

    /// Whether a panel is open over the screen.
    pub fn is_panel(&self) -> bool {
        self.under() != *self
    }

    /// The heading of the screen, and the page's title; a screen about one thing puts that thing's name before it.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::QuickStart => "Quick start",
            Self::SignIn(_) => "Sign in",
            Self::Account => "My account",
            Self::MyRoles(_) => "My roles",
            Self::Activate(..) => "Activate",
            Self::Deactivate(..) => "Deactivate",
            Self::Requests(desk, _) => desk.title(),
            Self::Decide(..) => "Approve or deny request",
            Self::RequestTimeline(..) => "Timeline",
            Self::Roles(_) => "Roles",
            Self::Role(_, RolePart::Assignments, _) | Self::Assignments(_) => "Assignments",
            Self::Role(_, RolePart::Description, _) => "Description",
            Self::Role(_, RolePart::Settings, _) => "Role settings",
            Self::EditSettings(..) => "Edit role setting",
            Self::Settings(_) => "Settings",
            Self::AddAssignments(..) => "Add assignments",
            Self::UpdateAssignment(..) => "Update assignment",
            Self::RemoveAssignment(..) => "Remove assignment",
            Self::Users(_) => "Users",
            Self::NewUser(_) => "New user",
            Self::User(_, UserPart::Overview, _) => "Overview",
            Self::User(_, UserPart::AssignedRoles, _) => "Assigned roles",
            Self::Groups(_) => "Groups",
            Self::NewGroup(_) => "New group",
            Self::Group(..) => "Members",
            Self::AddMembers(..) => "Add members",
            Self::SetupCheck => "Set-up check",
            Self::Audit(Book::Resource, _) => "Resource audit",
            Self::Audit(Book::Mine, _) => "My audit",
            Self::AuditRow(..) => "Audit details",
            Self::Lab => "Lab",
            Self::Teams => "Teams admin centre",
            Self::NotFound(_) => "Not found",
        }
    }

    /// The screens above this one, the outermost first: what the breadcrumb links to.
    pub fn breadcrumb(&self) -> Vec<Self> {
        match self.under() {
            Self::QuickStart | Self::SignIn(_) => Vec::new(),
            Self::Role(..) => vec![Self::QuickStart, Self::Roles(List::default())],
            Self::User(..) => vec![Self::QuickStart, Self::Users(List::default())],
            Self::Group(..) => vec![Self::QuickStart, Self::Groups(List::default())],
            _ => vec![Self::QuickStart],
        }
    }

    /// Sign-in that leads back here.
    #[must_use]
    pub fn sign_in_first(&self) -> Self {
        match self {
            Self::SignIn(_) => self.clone(),
            Self::QuickStart => Self::SignIn(None),
            wanted => Self::SignIn(Some(wanted.url())),
        }
    }
}

#[cfg(test)]
#[path = "routes/tests.rs"]
mod tests;
