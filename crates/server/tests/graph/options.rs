//! Query options that cost, or that would be answered as if they were obeyed.

use domain::role;
use serde_json::json;

use super::world::{ROLES, World};

const POLICIES: &str =
    "/v1.0/policies/roleManagementPolicies?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'";

#[tokio::test]
async fn everything_is_written_out_once_and_of_one_page_only() {
    let world = World::new().await;
    let stars = vec!["*"; 100].join(",");
    let names = vec!["inheritsPermissionsFrom"; 2_000].join(",");
    let select = vec!["id"; 101].join(",");
    let definitions = format!("{ROLES}/roleDefinitions");
    let user = format!("{definitions}/{}", role::USER_ADMINISTRATOR);
    for (who, path) in [
        ("reader", format!("{POLICIES}&$top=1&$expand={stars}")),
        ("reader", format!("{POLICIES}&$top=1&$expand=rules,Rules")),
        ("demo", format!("{definitions}?$top=1&$expand={stars}")),
        ("demo", format!("{definitions}?$top=1&$expand={names}")),
        ("demo", format!("{user}?$expand={names}")),
        ("demo", format!("{user}?$expand=inheritsPermissionsFrom($select={select})")),
        ("demo", format!("{definitions}?$select={select}")),
    ] {
        world.get(who, &path).await.refused(400, "Request_BadRequest");
    }
    let page = world.get("reader", &format!("{POLICIES}&$top=1&$count=true&$expand=*")).await.ok(200);
    assert_eq!(page["value"].as_array().unwrap().len(), 1);
    assert!(page["@odata.count"].as_u64().unwrap() > 100);
    assert_eq!(page["value"][0]["rules"].as_array().unwrap().len(), 17);
    let first = format!("{definitions}?$top=2&$orderby=isEnabled desc,displayName desc&$expand=*");
    let page = world.get("demo", &first).await.ok(200);
    let names: Vec<_> =
        page["value"].as_array().unwrap().iter().map(|row| row["displayName"].clone()).collect();
    assert_eq!(names, [json!("Yammer Administrator"), json!("Windows Update Deployment Administrator")]);
    assert!(page["value"][1]["inheritsPermissionsFrom"].is_array());
}

#[tokio::test]
async fn a_condition_that_no_row_can_have_is_a_mistake_and_not_an_empty_list() {
    let world = World::new().await;
    let definitions = format!("{ROLES}/roleDefinitions");
    let assignments = POLICIES.replace("Policies?", "PolicyAssignments?");
    let policy = world.get("reader", &format!("{POLICIES}&$top=1")).await.each("id").remove(0);
    let policy = policy.as_str().unwrap();
    for (who, path) in [
        ("demo", format!("{definitions}?$filter=isBuiltIn eq 'true'")),
        ("demo", format!("{definitions}?$filter=id eq 5")),
        ("demo", format!("{definitions}/$count?$filter=contains(isEnabled,'t')")),
        ("demo", format!("{definitions}?$filter=displayName eq 'x' and isEnabled gt true")),
        ("demo", "/v1.0/me/memberOf?$filter=displayName eq 5".to_owned()),
        ("demo", "/v1.0/me/memberOf?$filter=colour eq 'x'".to_owned()),
        ("demo", "/v1.0/me/memberOf/$count?$filter=createdDateTime eq 'x'".to_owned()),
        ("reader", format!("{POLICIES} and displayName eq 5")),
        // What belongs to the rows of another collection.
        ("reader", format!("{POLICIES} and roleDefinitionId eq '{}'", role::USER_ADMINISTRATOR)),
        ("reader", format!("{POLICIES} and policyId ne null")),
        ("reader", format!("{assignments} and displayName eq 'DirectoryRole'")),
        (
            "reader",
            format!("/v1.0/policies/roleManagementPolicies/{policy}/rules?$filter=roleDefinitionId eq null"),
        ),
        (
            "reader",
            format!("{ROLES}/roleAssignmentScheduleInstances?$filter=roleEligibilityScheduleId ne null"),
        ),
        (
            "reader",
            format!("{ROLES}/roleEligibilityScheduleInstances?$filter=roleAssignmentScheduleId eq 'x'"),
        ),
        ("reader", format!("{ROLES}/roleEligibilityScheduleInstances?$orderby=assignmentType")),
        ("reader", format!("{ROLES}/roleEligibilitySchedules?$filter=assignmentType eq 'Assigned'")),
        ("reader", format!("{ROLES}/roleEligibilitySchedules/$count?$filter=assignmentType eq null")),
        ("reader", format!("{POLICIES} and colour eq 'blue'").replace("'/'", "'elsewhere'")),
    ] {
        world.get(who, &path).await.refused(400, "Request_BadRequest");
    }
    let count = format!("{definitions}/$count?$filter=isBuiltIn eq true and not (description eq null)");
    assert_eq!(world.get("demo", &count).await.ok(200), 145);
}
