//! Where the one button of a mail leads. The server writes these addresses and the portal reads them; the portal's own
//! tests read every one of them back, so that no mail leads to a screen that is not there. An address opens a screen and
//! decides nothing.

use crate::{
    ids::{RequestId, RoleId, ScheduleId},
    schedule::Kind,
};

/// A screen or panel that a mail leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// The set-up check.
    SetupCheck,
    /// The panel in which an approver answers a request.
    Decide(RequestId),
    /// All that waits for the reader's answer.
    ApproveRequests,
    /// The reader's own requests.
    MyRequests,
    /// His roles, with the tab that holds the one in question.
    MyRoles(Kind),
    /// The panel that activates what this schedule makes him eligible for.
    Activate(ScheduleId),
    /// The panel that takes this activation away.
    RemoveActivation(ScheduleId),
    /// Who holds a role, with the tab that holds the one in question.
    Assignments(RoleId, Kind),
}

impl Link {
    /// What the button says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SetupCheck => "Open the set-up check",
            Self::Decide(_) => "Approve or deny request",
            Self::ApproveRequests => "Open Approve requests",
            Self::MyRequests => "Open My requests",
            Self::MyRoles(_) => "Open My roles",
            Self::Activate(_) => "Activate role",
            Self::RemoveActivation(_) => "See or remove the activation",
            Self::Assignments(..) => "Open the role's assignments",
        }
    }

    /// The address in the portal, without the site.
    pub fn path(self) -> String {
        let tab = |kind| if kind == Kind::Active { "?tab=active" } else { "" };
        match self {
            Self::SetupCheck => "/setup-check".to_owned(),
            Self::Decide(request) => format!("/approve-requests/{request}"),
            Self::ApproveRequests => "/approve-requests".to_owned(),
            Self::MyRequests => "/my-requests".to_owned(),
            Self::MyRoles(kind) => format!("/my-roles{}", tab(kind)),
            Self::Activate(schedule) => format!("/my-roles/activate/{schedule}"),
            Self::RemoveActivation(schedule) => format!("/assignments/{schedule}/remove?tab=active"),
            Self::Assignments(role, kind) => format!("/roles/{role}{}", tab(kind)),
        }
    }
}
