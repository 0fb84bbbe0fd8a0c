//! Calls that begin while somebody may and end when he may not any more: the sender decides how long a body takes.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::world::World;

/// A call whose last byte is held back.
struct Half {
    stream: TcpStream,
    last: u8,
}

impl Half {
    async fn post(world: &World, cookie: &str, path: &str, body: &Value) -> Self {
        let body = body.to_string();
        let address: SocketAddr = world.running.address;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let (head, last) = body.split_at(body.len() - 1);
        let text = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: {url}\r\ncookie: {cookie}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{head}",
            url = world.url,
            length = body.len(),
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        Self { stream, last: last.as_bytes()[0] }
    }

    /// Sends the rest; gives the status.
    async fn finish(mut self) -> u16 {
        self.stream.write_all(&[self.last]).await.unwrap();
        let mut answer = Vec::new();
        self.stream.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        text.split_whitespace().nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }
}

#[tokio::test]
async fn whose_session_is_ended_or_account_disabled_in_the_middle_of_a_call_gets_nothing() {
    let world = World::lab().await;
    let mut admin = world.with_factor("admin").await;
    let mut john = world.with_factor("john.doe").await;
    let id = john.id().await;
    let base = "/v1.0/roleManagement/directory";
    let schedule = json!({ "expiration": { "type": "noExpiration" } });
    let eligible = json!({
        "action": "adminAssign", "principalId": id, "directoryScopeId": "/", "scheduleInfo": schedule,
        "roleDefinitionId": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    });
    admin.post(&format!("{base}/roleEligibilityScheduleRequests"), eligible).await.ok();
    let activate = json!({
        "action": "selfActivate", "principalId": id, "directoryScopeId": "/", "justification": "need it",
        "roleDefinitionId": "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "PT1H" } },
    });
    let person = json!({ "displayName": "Nobody", "userPrincipalName": "nobody@lab.example" });
    let cookie = john.cookie.clone().unwrap();
    let asks =
        Half::post(&world, &cookie, &format!("{base}/roleAssignmentScheduleRequests"), &activate).await;
    let creates = Half::post(&world, &cookie, "/v1.0/users", &person).await;
    // Whoever only waits for a turn is in the middle of a call as well.
    admin.post(&format!("/api/users/{id}/reset-password"), json!({})).await.ok();
    assert_eq!(asks.finish().await, 401);
    assert_eq!(creates.finish().await, 401);

    let mut anna = world.with_factor("anna.approver").await;
    let cookie = anna.cookie.clone().unwrap();
    let id = anna.id().await;
    let ends = Half::post(&world, &cookie, "/v1.0/users", &person).await;
    admin.patch(&format!("/v1.0/users/{id}"), json!({ "accountEnabled": false })).await.ok();
    assert_eq!(ends.finish().await, 401);
    let rows = world.newest_entries(20).await;
    assert!(
        rows.iter().all(|row| row.activity != "Add user" && !row.activity.contains("PIM activation")),
        "{rows:?}"
    );
}
