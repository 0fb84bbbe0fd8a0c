//! The audit history in orders other than time's: paged by what the last row is sorted by, nulls last.

use domain::{policy::Approver, role};
use serde_json::{Value, json};

use super::world::{World, id};

const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";

/// A history with acts of three people and of the server itself.
async fn told() -> World {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    world.ask_approval(role::USER_ADMINISTRATOR, vec![Approver::User { id: id("helper") }]).await;
    let made = world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    let id = made["id"].as_str().unwrap();
    let step = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{id}/steps/{id}");
    let body = json!({"reviewResult": "Approve", "justification": "yes"});
    assert_eq!(world.send("helper", "PATCH", &step, Some(body)).await.status, 204);
    world
}

fn next(page: &Value) -> Option<String> {
    let link = page["@odata.nextLink"].as_str()?;
    assert!(link.contains("$skiptoken=r"), "{link}");
    Some(link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned())
}

#[tokio::test]
async fn whatever_the_order_pages_have_no_gaps_and_nulls_stand_last() {
    let world = told().await;
    let total = world.get("reader", AUDITS).await.each("id").len();
    for (order, pointer) in [
        ("initiatedBy/user/id", "/initiatedBy/user/id"),
        ("initiatedBy/user/displayName", "/initiatedBy/user/displayName"),
        ("initiatedBy/user/userPrincipalName", "/initiatedBy/user/userPrincipalName"),
        ("initiatedBy/app/displayName", "/initiatedBy/app/displayName"),
        ("activityDisplayName", "/activityDisplayName"),
        ("result,initiatedBy/user/id", "/result"),
        ("activityDateTime desc,id", "/activityDateTime"),
    ] {
        for direction in ["", " desc"] {
            if order.contains("desc") && !direction.is_empty() {
                continue;
            }
            let path = format!("{AUDITS}?$orderby={order}{direction}");
            let whole = world.get("reader", &path).await.ok(200);
            let values: Vec<Option<&str>> = whole["value"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row.pointer(pointer).and_then(Value::as_str))
                .collect();
            assert!(values.is_sorted_by_key(Option::is_none), "{path}: {values:?}");
            let (mut paged, mut address) = (Vec::new(), Some(format!("{path}&$top=2")));
            while let Some(path) = address {
                let page = world.get("reader", &path).await.ok(200);
                paged.extend(page["value"].as_array().unwrap().clone());
                address = next(&page);
                assert!(paged.len() <= total, "it goes on for ever: {path}");
            }
            assert_eq!(json!(paged), whole["value"], "{path}");
            assert_eq!(paged.len(), total);
        }
    }
    let none = format!("{AUDITS}?$filter=initiatedBy/user/userPrincipalName eq null");
    assert_eq!(world.get("reader", &none).await.each("id").len(), 1);
}

#[tokio::test]
async fn a_file_says_what_it_does_not_do() {
    let world = told().await;
    let file = |options: &str| {
        let path = format!("{AUDITS}?{options}");
        let world = &world;
        async move { world.send_on("reader", "GET", &path, None, ("accept", "text/csv")).await }
    };
    for options in ["$select=id", "$count=true", "$orderby=result", "$expand=x"] {
        file(options).await.refused(400, "Request_BadRequest");
    }
    let text = file("$filter=category eq 'RoleManagement'&$top=2&$count=false").await.ok(200);
    assert_eq!(text.as_str().unwrap().lines().count(), 3, "{text}");
}

#[tokio::test]
async fn what_is_told_meanwhile_moves_no_row_to_another_page() {
    let world = told().await;
    let path = format!("{AUDITS}?$orderby=activityDisplayName&$top=3");
    let whole = world.get("reader", &format!("{AUDITS}?$orderby=activityDisplayName")).await.each("id");
    let first = world.get("reader", &path).await.ok(200);
    // Both of these rows stand on the first page.
    world.make_eligible(id("john"), role::USER_ADMINISTRATOR).await.ok(201);
    let second = world.get("reader", &next(&first).unwrap()).await.each("id");
    let ids: Vec<Value> = first["value"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, whole[..3]);
    let kept: Vec<&Value> = second.iter().filter(|id| whole.contains(id)).collect();
    assert!(kept.iter().all(|id| !ids.contains(id)), "a row came twice");
    assert_eq!(kept.first(), Some(&&whole[3]));
    let token = next(&first).unwrap();
    let token = token.rsplit('&').next().unwrap();
    for other in ["", "$orderby=activityDateTime&", "$orderby=result,category&"] {
        let odd = world.get("reader", &format!("{AUDITS}?{other}{token}")).await;
        odd.refused(400, "Request_BadRequest");
        assert_eq!(odd.body["error"]["innerError"]["field"], "$skiptoken");
    }
}
