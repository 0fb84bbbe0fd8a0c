//! From a path to a route. Segments match in any case, as with Graph; keys keep theirs.

use domain::{error_code::ErrorCode, schedule::Kind};

use super::expand;
use super::policies::Part;
use crate::error::ApiError;

/// A thing that has an address. Keys are as the caller wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    Users,
    UsersCount,
    User(Who),
    UserMemberOf(Who, Kinds),
    UserMemberOfCount(Who, Kinds),
    UserManager(Who),
    UserManagerRef(Who),
    Groups,
    GroupsCount,
    Group(String),
    Members(String),
    MembersCount(String),
    MembersRef(String),
    MemberRef(String, String),
    RoleAssignments,
    RoleAssignmentsCount,
    RoleAssignment(String),
    RoleDefinitions,
    RoleDefinition(String),
    RoleDefinitionsCount,
    RoleDefinitionInherits(String),
    Collection(Of),
    Count(Of),
    Mine(Of, String),
    Item(Of, String),
    Behind(Of, String, &'static str),
    Cancel(Kind, String),
    Policies,
    /// The policy, which part of it, and which rule.
    Policy(String, Part, String),
    PolicyAssignments,
    PolicyAssignment(String),
    ApprovalsMine(String),
    Approval(String),
    /// The parts of an approval, under the name that the caller gave them.
    ApprovalSteps(String, &'static str),
    ApprovalStep(String, &'static str, String),
    Audits,
    Audit(String),
    Organization,
    DirectoryObject(String),
}

/// Which user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The caller.
    Me,
    /// By id or sign-in name.
    Key(String),
}

/// What of all that somebody belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// Groups.
    pub groups: bool,
    /// Directory roles.
    pub roles: bool,
    /// Also what comes through groups.
    pub transitive: bool,
}

/// `memberOf`, `transitiveMemberOf`, and one kind alone behind them.
fn belongs(user: Who, rest: &[&str]) -> Option<Route> {
    let transitive = match rest.first() {
        Some(&"memberof") => false,
        Some(&"transitivememberof") => true,
        _ => return None,
    };
    let kinds = |groups, roles| Kinds { groups, roles, transitive };
    let (kinds, rest) = match rest.get(1).map(|cast| cast.trim_start_matches("microsoft.")) {
        Some("graph.group") => (kinds(true, false), &rest[2..]),
        Some("graph.directoryrole") => (kinds(false, true), &rest[2..]),
        _ => (kinds(true, true), &rest[1..]),
    };
    match rest {
        [] => Some(Route::UserMemberOf(user, kinds)),
        ["$count"] => Some(Route::UserMemberOfCount(user, kinds)),
        _ => None,
    }
}

/// Which of the six schedule collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of {
    /// Order forms, rights, or rights in force.
    pub family: Family,
    /// Eligible or active.
    pub kind: Kind,
}

/// Order forms, rights, or rights in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Order forms.
    Requests,
    /// Rights, now or later.
    Schedules,
    /// Rights in force.
    Instances,
}

const COLLECTIONS: [(&str, Of); 6] = [
    ("roleAssignmentScheduleRequests", Of { family: Family::Requests, kind: Kind::Active }),
    ("roleAssignmentSchedules", Of { family: Family::Schedules, kind: Kind::Active }),
    ("roleAssignmentScheduleInstances", Of { family: Family::Instances, kind: Kind::Active }),
    ("roleEligibilityScheduleRequests", Of { family: Family::Requests, kind: Kind::Eligible }),
    ("roleEligibilitySchedules", Of { family: Family::Schedules, kind: Kind::Eligible }),
    ("roleEligibilityScheduleInstances", Of { family: Family::Instances, kind: Kind::Eligible }),
];

impl Of {
    /// The collection's name on the wire.
    pub fn name(self) -> &'static str {
        COLLECTIONS.iter().find(|(_, of)| *of == self).map_or("", |(name, _)| *name)
    }

    fn parse(segment: &str) -> Option<Self> {
        COLLECTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(segment)).map(|(_, of)| *of)
    }
}

/// Finds the route behind the segments after the version.
pub fn find(segments: &[String]) -> Result<Route, ApiError> {
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let key = |at: usize| segments.get(at).cloned().unwrap_or_default();
    let user = |at| if lower[at] == "me-token-to-replace" { Who::Me } else { Who::Key(key(at)) };
    Ok(match lower[..] {
        ["me"] => Route::User(Who::Me),
        ["me", "manager"] => Route::UserManager(Who::Me),
        ["me", "manager", "$ref"] => Route::UserManagerRef(Who::Me),
        ["me", ref rest @ ..] => belongs(Who::Me, rest).ok_or_else(|| unknown(segments))?,
        ["users"] => Route::Users,
        ["users", "$count"] => Route::UsersCount,
        ["users", _] => Route::User(user(1)),
        ["users", _, "manager"] => Route::UserManager(user(1)),
        ["users", _, "manager", "$ref"] => Route::UserManagerRef(user(1)),
        ["users", _, ref rest @ ..] => belongs(user(1), rest).ok_or_else(|| unknown(segments))?,
        ["groups"] => Route::Groups,
        ["groups", "$count"] => Route::GroupsCount,
        ["groups", _] => Route::Group(key(1)),
        ["groups", _, "members"] => Route::Members(key(1)),
        ["groups", _, "members", "$count"] => Route::MembersCount(key(1)),
        ["groups", _, "members", "$ref"] => Route::MembersRef(key(1)),
        ["groups", _, "members", _, "$ref"] => Route::MemberRef(key(1), key(3)),
        ["organization"] => Route::Organization,
        ["directoryobjects", _] => Route::DirectoryObject(key(1)),
        ["auditlogs", "directoryaudits"] => Route::Audits,
        ["auditlogs", "directoryaudits", _] => Route::Audit(key(2)),
        ["policies", "rolemanagementpolicies"] => Route::Policies,
        ["policies", "rolemanagementpolicies", _] => Route::Policy(key(2), Part::Whole, String::new()),
        ["policies", "rolemanagementpolicies", _, "rules" | "effectiverules"] => {
            Route::Policy(key(2), Part::Rules, String::new())
        }
        ["policies", "rolemanagementpolicies", _, "rules", _] => Route::Policy(key(2), Part::Rule, key(4)),
        ["policies", "rolemanagementpolicyassignments"] => Route::PolicyAssignments,
        ["policies", "rolemanagementpolicyassignments", _] => Route::PolicyAssignment(key(2)),
        ["rolemanagement", "directory", "roleassignments"] => Route::RoleAssignments,
        ["rolemanagement", "directory", "roleassignments", "$count"] => Route::RoleAssignmentsCount,
        ["rolemanagement", "directory", "roleassignments", _] => Route::RoleAssignment(key(3)),
        ["rolemanagement", "directory", "roledefinitions"] => Route::RoleDefinitions,
        ["rolemanagement", "directory", "roledefinitions", "$count"] => Route::RoleDefinitionsCount,
        ["rolemanagement", "directory", "roledefinitions", _] => Route::RoleDefinition(key(3)),
        ["rolemanagement", "directory", "roledefinitions", _, "inheritspermissionsfrom"] => {
            Route::RoleDefinitionInherits(key(3))
        }
        ["rolemanagement", "directory", "roleassignmentapprovals", ref rest @ ..] => {
            return approvals(segments, rest);
        }
        ["rolemanagement", "directory", name, ..] if Of::parse(name).is_some() => {
            return schedules(segments, &lower[3..]);
        }
        _ => return Err(unknown(segments)),
    })
}

fn schedules(segments: &[String], rest: &[&str]) -> Result<Route, ApiError> {
    let Some(of) = segments.get(2).and_then(|segment| Of::parse(segment)) else {
        return Err(unknown(segments));
    };
    let key = segments.get(3).cloned().unwrap_or_default();
    match rest {
        [] => Ok(Route::Collection(of)),
        ["$count"] => Ok(Route::Count(of)),
        [function] if function.contains("filterbycurrentuser(") => Ok(Route::Mine(of, on(function, &key)?)),
        [_] => Ok(Route::Item(of, key)),
        [_, name] if navigation(of, name).is_some() => {
            Ok(Route::Behind(of, key, navigation(of, name).unwrap_or_default()))
        }
        [_, "cancel"] if of.family == Family::Requests => Ok(Route::Cancel(of.kind, key)),
        _ => Err(unknown(segments)),
    }
}

fn approvals(segments: &[String], rest: &[&str]) -> Result<Route, ApiError> {
    let key = |at: usize| segments.get(at).cloned().unwrap_or_default();
    let part = |name: &str| ["steps", "stages"].into_iter().find(|part| *part == name);
    Ok(match *rest {
        [function] if function.contains("filterbycurrentuser(") => {
            Route::ApprovalsMine(on(function, &key(3))?)
        }
        [_] => Route::Approval(key(3)),
        [_, parts] => Route::ApprovalSteps(key(3), part(parts).ok_or_else(|| unknown(segments))?),
        [_, parts, _] => {
            let part = part(parts).ok_or_else(|| unknown(segments))?;
            Route::ApprovalStep(key(3), part, key(5))
        }
        _ => return Err(unknown(segments)),
    })
}

/// The value of `on`, in small letters.
fn on(function: &str, as_written: &str) -> Result<String, ApiError> {
    let value = function
        .trim_start_matches("microsoft.graph.")
        .strip_prefix("filterbycurrentuser(on='")
        .and_then(|rest| rest.strip_suffix("')"));
    value.map(ToOwned::to_owned).ok_or_else(|| {
        let message = format!("`{as_written}` is not understood");
        ApiError::bad("on", message, "filterByCurrentUser(on='principal')")
    })
}

/// The name of what stands behind the rows of a collection.
fn navigation(of: Of, segment: &str) -> Option<&'static str> {
    expand::navigation(of).iter().copied().find(|name| name.eq_ignore_ascii_case(segment))
}

fn unknown(segments: &[String]) -> ApiError {
    let last: String = segments.last().map(|segment| segment.chars().take(80).collect()).unwrap_or_default();
    ApiError::new(ErrorCode::UnknownSegment, format!("Resource not found for the segment '{last}'."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(path: &str) -> Option<Route> {
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        find(&segments).ok()
    }

    #[test]
    fn segments_match_in_any_case_and_keys_keep_theirs() {
        assert_eq!(route("USERS/Ada@example.org"), Some(Route::User(Who::Key("Ada@example.org".into()))));
        assert_eq!(route("me"), Some(Route::User(Who::Me)));
        assert_eq!(route("users/me-token-to-replace"), Some(Route::User(Who::Me)));
        assert_eq!(route("groups/a/members/b/$ref"), Some(Route::MemberRef("a".into(), "b".into())));
        let of = Of { family: Family::Requests, kind: Kind::Eligible };
        let base = "roleManagement/directory/roleeligibilityschedulerequests";
        assert_eq!(route(base), Some(Route::Collection(of)));
        assert_eq!(route(&format!("{base}/$count")), Some(Route::Count(of)));
        assert_eq!(route(&format!("{base}/x/cancel")), Some(Route::Cancel(Kind::Eligible, "x".into())));
        for function in
            ["filterByCurrentUser(on='createdBy')", "microsoft.graph.filterByCurrentUser(on='createdBy')"]
        {
            assert_eq!(route(&format!("{base}/{function}")), Some(Route::Mine(of, "createdby".into())));
        }
        for bad in [
            "",
            "nothing",
            "roleManagement/directory/other",
            "roleManagement/directory/roleAssignmentSchedules/x/cancel",
        ] {
            assert_eq!(route(bad), None, "{bad}");
        }
    }
}
