//! Who is refused again and again waits, and nothing of it keeps anybody from getting rid of a thief.

use domain::role;
use serde_json::{Value, json};

use crate::{browser::Browser, world::World};

const REQUESTS: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests";

fn group() -> Value {
    json!({ "displayName": "Mine", "mailEnabled": false, "mailNickname": "mine", "securityEnabled": true })
}

/// Asks for what is not given until he has to wait; gives how often he was refused.
async fn refused_until_he_waits(browser: &mut Browser, path: &str, body: Value) -> usize {
    for times in 0..400 {
        let heard = browser.post(path, body.clone()).await;
        if heard.status == 429 {
            assert!(heard.refused(429, "TooManyRequests").header("retry-after").parse::<u64>().is_ok());
            return times;
        }
        assert_eq!(heard.status, 403, "{heard:?}");
    }
    panic!("he never waits")
}

#[tokio::test]
async fn refused_enrolments_fill_no_history() {
    let world = World::lab().await;
    let mut thief = world.with_password("demouser").await;
    let before = world.count_rows().await;
    assert_eq!(refused_until_he_waits(&mut thief, "/api/account/totp", json!({})).await, 240);
    assert_eq!(world.count_rows().await, before + 240);
    world.clock.advance_wall(domain::time::Span::seconds(5));
    assert_eq!(refused_until_he_waits(&mut thief, "/api/account/totp", json!({})).await, 1);
}

#[tokio::test]
async fn of_many_refused_calls_at_once_no_more_leave_a_row() {
    let world = World::lab().await;
    let thief = world.with_password("demouser").await;
    let before = world.count_rows().await;
    let calls = (0..300).map(|_| {
        let mut thief = thief.clone();
        async move { thief.post("/v1.0/groups", group()).await.status.as_u16() }
    });
    let heard = futures::future::join_all(calls).await;
    let rows = usize::try_from(world.count_rows().await - before).unwrap();
    let refused = heard.iter().filter(|status| **status == 403).count();
    assert_eq!(refused, rows);
    assert!((200..=240).contains(&rows), "{rows}");
    assert_eq!(heard.iter().filter(|status| **status == 429).count(), 300 - rows);
}

#[tokio::test]
async fn whoever_has_a_stolen_session_keeps_its_owner_from_nothing() {
    let world = World::lab().await;
    let mut thief = world.with_password("john.doe").await;
    let mut owner = world.with_password("john.doe").await;
    refused_until_he_waits(&mut thief, "/v1.0/groups", group()).await;
    // Also from the session that is out of breath: deactivate, cancel, deny, remove, and the way out.
    let id = owner.id().await;
    for session in [&mut owner, &mut thief] {
        for (path, body) in [
            (
                REQUESTS.to_owned(),
                json!({
                    "action": "selfDeactivate", "principalId": id, "directoryScopeId": "/",
                    "roleDefinitionId": role::USER_ADMINISTRATOR,
                }),
            ),
            (format!("{REQUESTS}/00000000-0000-4000-8000-00000000dead/cancel"), json!({})),
        ] {
            let heard = session.post(&path, body).await;
            assert!([400, 403, 404].contains(&heard.status.as_u16()), "{heard:?}");
        }
        let heard = session.delete("/v1.0/groups/00000000-0000-4000-8000-00000000dead").await;
        assert!([403, 404].contains(&heard.status.as_u16()), "{heard:?}");
    }
    owner.post("/v1.0/groups", group()).await.refused(403, "Authorization_RequestDenied");
    for (path, body) in [
        ("/api/session/second-factor", json!({ "code": "000000" })),
        ("/api/session/password", json!({ "new": "plenty of new letters" })),
    ] {
        assert_ne!(thief.post(path, body).await.status, 429, "{path}");
    }
    thief
        .delete("/api/account/sessions/00000000-0000-4000-8000-00000000dead")
        .await
        .refused(404, "Request_ResourceNotFound");
    let new = json!({ "current": world.person("john.doe").password, "new": "plenty of new letters" });
    owner.post("/api/account/password", new).await.ok();
    assert_eq!(thief.state().await, "anonymous");
    owner.delete("/api/account/sessions").await.ok();
    owner.delete("/api/session").await.ok();
}

#[tokio::test]
async fn sessions_whose_sign_in_is_not_finished_fill_no_history_however_many_there_are() {
    let world = World::lab().await;
    let mut admin = world.with_factor("admin").await;
    let id = world.with_password("emergency1").await.id().await;
    admin.post(&format!("/api/users/{id}/reset-second-factor"), json!({})).await.ok();
    let mut thief = [world.with_password("emergency1").await, world.with_password("emergency1").await];
    assert_eq!(thief[0].state().await, "enrolment");
    assert_eq!(refused_until_he_waits(&mut thief[0], "/api/account/totp", json!({})).await, 30);
    assert_eq!(refused_until_he_waits(&mut thief[1], "/api/account/totp", json!({})).await, 0);
}

#[tokio::test]
async fn what_leaves_no_row_costs_nothing() {
    let world = World::lab().await;
    let mut admin = world.with_factor("admin").await;
    let before = world.count_rows().await;
    let id = admin.id().await;
    let tried = json!({
        "action": "adminAssign", "principalId": id, "roleDefinitionId": role::GLOBAL_ADMINISTRATOR,
        "directoryScopeId": "/", "isValidationOnly": true, "justification": "needed",
        "scheduleInfo": { "expiration": { "type": "noExpiration" } },
    });
    let heard_of = |heard: crate::browser::Heard| {
        assert!([400, 404].contains(&heard.status.as_u16()), "{heard:?}");
    };
    // More of both kinds than may be refused in a row.
    for times in 0..250 {
        heard_of(match times % 3 {
            0 => admin.post("/v1.0/users", json!({ "displayName": "x" })).await,
            1 => admin.post(REQUESTS, tried.clone()).await,
            _ => {
                admin
                    .patch("/v1.0/users/00000000-0000-4000-8000-00000000dead", json!({ "jobTitle": "x" }))
                    .await
            }
        });
        heard_of(admin.delete("/v1.0/groups/00000000-0000-4000-8000-00000000dead").await);
    }
    // Ending nothing is no news either.
    admin.delete("/api/account/sessions").await.ok();
    assert_eq!(world.count_rows().await, before);
}
