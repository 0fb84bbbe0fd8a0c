//! Files that are read slowly.

use axum::body::Body;
use domain::{
    audit::Category,
    ids::{AuditId, ScheduleId},
    role,
    schedule::{Kind, Schedule},
    scope::Scope,
    time::Window,
};
use futures::FutureExt;
use http_body_util::BodyExt;
use serde_json::json;
use server::{
    engine, ids,
    storage::{StorageError, UnitOfWork, schedules},
};

use super::world::{NOON, World, id};

/// More rows of the history than one part of a file has.
async fn a_long_history(world: &World) {
    let done: Result<(), StorageError> = world
        .storage()
        .write(|unit: &mut UnitOfWork| {
            async move {
                let row = |_| {
                    let (id, actor) = (AuditId(ids::in_order()), engine::system());
                    engine::entry(id, NOON, "Something old", Category::Directory, actor)
                };
                let rows: Vec<_> = (0..1_200).map(row).collect();
                unit.commit(&rows, ()).await
            }
            .boxed()
        })
        .await;
    done.unwrap();
}

/// The next part of a file; none when it is whole, the reason when it is broken off.
async fn part(file: &mut Body) -> Option<Result<String, String>> {
    let part = file.frame().await?;
    Some(
        part.map(|part| String::from_utf8_lossy(&part.into_data().unwrap()).into_owned())
            .map_err(|error| error.to_string()),
    )
}

const FILES: [(&str, &str); 3] = [
    ("text/csv", "/v1.0/auditLogs/directoryAudits"),
    ("*/*", "/api/audit/export?format=csv&days=3653"),
    ("*/*", "/api/audit/export?format=json&days=3653"),
];

#[tokio::test]
async fn a_file_is_broken_off_when_its_reader_may_no_longer_read_it() {
    for (accept, path) in FILES {
        let world = World::new().await;
        a_long_history(&world).await;
        let mut file = world.open("reader", accept, path).await;
        assert!(part(&mut file).await.unwrap().unwrap().contains("Something old"), "{path}");
        let gone = json!({"accountEnabled": false});
        world.send("admin", "PATCH", &format!("/v1.0/users/{}", id("reader")), Some(gone)).await.ok(204);
        let why = part(&mut file).await.unwrap().unwrap_err();
        assert!(why.contains("may no longer read"), "{why}");
    }
}

#[tokio::test]
async fn a_file_of_rights_is_broken_off_as_well() {
    let world = World::new().await;
    let done: Result<(), StorageError> = world
        .storage()
        .write(|unit: &mut UnitOfWork| {
            async move {
                for _ in 0..600 {
                    let schedule = Schedule {
                        id: ScheduleId(ids::in_order()),
                        kind: Kind::Eligible,
                        principal: id("demo"),
                        role: role::USER_ADMINISTRATOR,
                        scope: Scope::Directory,
                        window: Window::permanent(NOON),
                        activated_from: None,
                    };
                    schedules::insert(unit.db(), &schedule, None, NOON).await?;
                }
                Ok(unit.commit_without_audit(()))
            }
            .boxed()
        })
        .await;
    done.unwrap();
    let mut file = world.open("reader", "*/*", "/api/assignments/export?tab=eligible").await;
    assert!(part(&mut file).await.unwrap().unwrap().contains("User Administrator"));
    let gone = json!({"accountEnabled": false});
    world.send("admin", "PATCH", &format!("/v1.0/users/{}", id("reader")), Some(gone)).await.ok(204);
    let why = part(&mut file).await.unwrap().unwrap_err();
    assert!(why.contains("may no longer read"), "{why}");
}

#[tokio::test]
async fn a_file_holds_what_was_there_when_it_was_asked_for() {
    for (accept, path) in FILES {
        let world = World::new().await;
        a_long_history(&world).await;
        let oldest_first = match path.split_once('?') {
            None => format!("{path}?$orderby=activityDateTime%20asc"),
            Some(_) => format!("{path}&oldest=true"),
        };
        let mut file = world.open("reader", accept, &oldest_first).await;
        let mut text = part(&mut file).await.unwrap().unwrap();
        world.clock().advance_engine(domain::time::Span::minutes(1));
        let group = json!({"displayName": "Too late", "mailEnabled": false, "securityEnabled": true});
        world.post("admin", "/v1.0/groups", group).await.ok(201);
        while let Some(more) = part(&mut file).await {
            text.push_str(&more.unwrap());
        }
        assert_eq!(text.matches("Something old").count(), 1_200, "{path}");
        assert!(!text.contains("Too late"), "{path}");
    }
}

#[tokio::test]
async fn what_is_misspelt_is_refused_and_not_passed_over() {
    let world = World::new().await;
    for path in [
        "/api/audit/export?resutl=failure&format=csv",
        "/api/audit?days=7&to=2026-01-01T00:00:00Z",
        "/api/audit?search=a%20b%20c%20d%20e%20f%20g%20h%20i",
        "/api/my-roles?role=fe930be7-5e62-47db-91af-98c3a49a38b1",
        "/api/assignments?Tab=active",
        "/api/assignments/export?tab=active&top=1",
        "/api/assignments/export?tab=active&skip=5",
        "/api/roles?top=1&privleged=true",
    ] {
        world.get("reader", path).await.refused(400, "Request_BadRequest");
    }
    // The same word twice is one.
    let nine_of_one = "/api/audit?search=a%20a%20a%20a%20a%20a%20a%20a%20a";
    world.get("reader", nine_of_one).await.ok(200);
    let role = role::USER_ADMINISTRATOR;
    let path = format!("/api/role-settings/{role}");
    let settings = world.get("admin", &path).await.ok(200);
    let wish = json!({"version": settings["version"], "policy": settings["policy"]});
    world.send("admin", "PUT", &path, Some(wish.clone())).await.ok(200);
    let mut misspelt = wish.clone();
    misspelt["policy"]["approvalEndUserAssigment"] = json!({});
    let mut more = wish;
    more["policy"]["approvalEndUserAssignment"]["approvers"] =
        json!([{"kind": "user", "id": id("john"), "isBackup": true}]);
    for wish in [misspelt, more] {
        world.send("admin", "PUT", &path, Some(wish)).await.refused(400, "Request_BadRequest");
    }
}
