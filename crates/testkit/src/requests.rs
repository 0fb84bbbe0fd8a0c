//! The requests that journeys repeat, in Graph's words.

use domain::ids::{PrincipalId, RoleId};
use serde_json::json;

use crate::{Answer, Client};

/// Where eligible assignments are asked for.
pub const ELIGIBILITY: &str = "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests";
/// Where active assignments and activations are asked for.
pub const ASSIGNMENT: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests";

/// What the audit history tells of an eligibility without end, one activation of it, and that one's end.
pub const ACTIVATION_STORY: [&str; 5] = [
    "Add eligible member to role in PIM requested (permanent)",
    "Add eligible member to role in PIM completed (permanent)",
    "Add member to role requested (PIM activation)",
    "Add member to role completed (PIM activation)",
    "Remove member from role (PIM activation expired)",
];

impl Client {
    /// Who this caller is.
    pub async fn id(&self) -> PrincipalId {
        self.session().await.user.expect("somebody is signed in").id
    }

    /// An administrator makes somebody eligible for ever.
    pub async fn make_eligible(&self, whom: PrincipalId, role: RoleId) -> Answer {
        let body = json!({
            "action": "adminAssign", "principalId": whom, "roleDefinitionId": role, "directoryScopeId": "/",
            "justification": "needed for the lab",
            "scheduleInfo": { "expiration": { "type": "noExpiration" } },
        });
        self.post(ELIGIBILITY, &body).await
    }

    /// An administrator gives somebody an active role for eight hours.
    pub async fn make_active(&self, whom: PrincipalId, role: RoleId) -> Answer {
        let body = json!({
            "action": "adminAssign", "principalId": whom, "roleDefinitionId": role, "directoryScopeId": "/",
            "justification": "needed for the lab",
            "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "PT8H" } },
        });
        self.post(ASSIGNMENT, &body).await
    }

    /// The caller activates a role, now or at `start`, for so many hours.
    pub async fn activate(&self, role: RoleId, hours: u32, start: Option<domain::time::Instant>) -> Answer {
        let body = json!({
            "action": "selfActivate", "principalId": self.id().await, "roleDefinitionId": role,
            "directoryScopeId": "/", "justification": "a new colleague starts today",
            "scheduleInfo": {
                "startDateTime": start,
                "expiration": { "type": "afterDuration", "duration": format!("PT{hours}H") },
            },
        });
        self.post(ASSIGNMENT, &body).await
    }

    /// An administrator makes a role ask for the approval of these people.
    pub async fn ask_approval(&self, role: RoleId, approvers: &[PrincipalId]) {
        let of = format!("scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{role}'");
        let found = format!("/v1.0/policies/roleManagementPolicyAssignments?$filter={of}");
        let found = self.get(&found).await.ok();
        let policy = found.body["value"][0]["policyId"].as_str().expect("every role has a policy").to_owned();
        let people: Vec<_> = approvers
            .iter()
            .map(|id| json!({ "@odata.type": "#microsoft.graph.singleUser", "userId": id }))
            .collect();
        let asked = json!({
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
            "id": "Approval_EndUser_Assignment",
            "setting": { "isApprovalRequired": true, "approvalStages": [{ "primaryApprovers": people }] },
        });
        let path =
            format!("/v1.0/policies/roleManagementPolicies/{policy}/rules/Approval_EndUser_Assignment");
        self.patch(&path, &asked).await.ok();
    }

    /// An approver answers.
    pub async fn decide(&self, request: &str, answer: &str, why: &str) -> Answer {
        let path =
            format!("/beta/roleManagement/directory/roleAssignmentApprovals/{request}/steps/{request}");
        self.patch(&path, &json!({ "reviewResult": answer, "justification": why })).await
    }

    /// The caller gives a role back.
    pub async fn deactivate(&self, role: RoleId) -> Answer {
        let body = json!({
            "action": "selfDeactivate", "principalId": self.id().await, "roleDefinitionId": role,
            "directoryScopeId": "/",
        });
        self.post(ASSIGNMENT, &body).await
    }

    /// An administrator takes an active assignment or activation away.
    pub async fn remove_active(&self, whom: PrincipalId, role: RoleId) -> Answer {
        let body = json!({
            "action": "adminRemove", "principalId": whom, "roleDefinitionId": role, "directoryScopeId": "/",
            "justification": "no longer needed",
        });
        self.post(ASSIGNMENT, &body).await
    }

    /// Tries to create a person: what the right of a User Administrator is for.
    pub async fn create_user(&self, name: &str) -> Answer {
        let domain = self.session().await.user.expect("somebody is signed in").user_principal_name;
        let (_, domain) = domain.split_once('@').expect("sign-in names have a domain");
        let body = json!({
            "displayName": name, "accountEnabled": true,
            "userPrincipalName": format!("{}@{domain}", name.to_lowercase().replace(' ', ".")),
        });
        self.post("/v1.0/users", &body).await
    }

    /// An administrator makes a group.
    pub async fn create_group(&self, name: &str, holds_roles: bool) -> PrincipalId {
        let body = json!({ "displayName": name, "isAssignableToRole": holds_roles });
        let made = self.post("/v1.0/groups", &body).await.ok().body;
        made["id"].as_str().and_then(|id| id.parse().ok()).expect("a group has an id")
    }

    /// What went well of all that the audit history tells of both the person and the role, the oldest first.
    pub async fn story(&self, person: &str, role: &str) -> Vec<String> {
        let rows = self.get("/v1.0/auditLogs/directoryAudits?$top=200").await.ok();
        let mut rows = rows.body["value"].as_array().cloned().unwrap_or_default();
        rows.reverse();
        let about = rows.iter().filter(|row| {
            let targets = row["targetResources"].to_string();
            row["result"] == "success" && targets.contains(person) && targets.contains(role)
        });
        about.filter_map(|row| row["activityDisplayName"].as_str().map(ToOwned::to_owned)).collect()
    }
}
