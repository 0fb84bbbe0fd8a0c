//! Pages of lists: what is added or taken away meanwhile moves no row to another page.

use domain::role;
use serde_json::{Value, json};

use super::world::{ROLES, World, id};

async fn create(world: &World, name: &str, more: Value) -> String {
    let mut body = json!({
        "displayName": name, "userPrincipalName": format!("{}@contoso.example", name.to_lowercase()),
        "accountEnabled": true,
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    let made = world.post("admin", "/v1.0/users", body).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

fn next(page: &Value) -> Option<String> {
    let link = page["@odata.nextLink"].as_str()?;
    assert!(link.contains("$skiptoken=r"), "{link}");
    Some(link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned())
}

/// Every row of a list, read in pages of two.
async fn all(world: &World, path: &str) -> Vec<Value> {
    let sign = if path.contains('?') { '&' } else { '?' };
    let mut address = Some(format!("{path}{sign}$top=2"));
    let mut found = Vec::new();
    while let Some(path) = address {
        let page = world.get("admin", &path).await.ok(200);
        let rows = page["value"].as_array().unwrap();
        assert!(rows.len() <= 2);
        found.extend(rows.iter().map(|row| row["id"].clone()));
        address = next(&page);
        assert!(found.len() < 400, "it goes on for ever: {path}");
    }
    found
}

#[tokio::test]
async fn who_comes_or_goes_meanwhile_moves_nobody_to_another_page() {
    let world = World::new().await;
    let first = world.get("admin", "/v1.0/users?$top=2&$count=true").await.ok(200);
    assert_eq!(first["@odata.count"], 5);
    let demo = format!("/v1.0/users/{}", id("demo"));
    assert_eq!(world.send("admin", "DELETE", &demo, None).await.status, 204);
    create(&world, "Aaron", json!({})).await;
    let second = world.get("admin", &next(&first).unwrap()).await.ok(200);
    assert_eq!(second["@odata.count"], 5, "the count is of the whole list");
    let names: Vec<&str> =
        second["value"].as_array().unwrap().iter().filter_map(|row| row["displayName"].as_str()).collect();
    assert_eq!(names, ["HELPER", "JOHN"]);
}

#[tokio::test]
async fn the_longest_filter_has_a_next_page() {
    let world = World::new().await;
    let clauses: Vec<_> =
        (0..95).map(|n| format!("startswith(displayName,'{}')", "x".repeat(n.min(1) * 54))).collect();
    let query = format!("$top=2&$filter={}", clauses.join(" or "));
    assert!(query.len() < 8_192 && query.len() > 7_900, "{}", query.len());
    let first = world.get("demo", &format!("/v1.0/users?{query}")).await.ok(200);
    let link = next(&first).unwrap();
    assert!(link.len() > 8_192, "{}", link.len());
    world.get("demo", &link).await.ok(200);
    let longer = query.replace("'x", "'xxxxx");
    world.get("demo", &format!("/v1.0/users?{longer}")).await.refused(400, "Request_BadRequest");
}

#[tokio::test]
async fn texts_that_look_like_dates_are_sorted_as_texts() {
    let world = World::new().await;
    let texts = ["2026-01-01T12:00:00Z", "2026-01-01z", "2026-01-02T00:00:00+23:00"];
    for text in texts.into_iter().rev() {
        let member = format!("https://graph.example/v1.0/directoryObjects/{}", id("demo"));
        let body = json!({
            "displayName": "Team", "description": text, "mailEnabled": false, "securityEnabled": true,
            "members@odata.bind": [member],
        });
        world.post("admin", "/v1.0/groups", body).await.ok(201);
    }
    for path in ["/v1.0/groups", "/v1.0/me/memberOf"] {
        assert_eq!(
            world.get("demo", &format!("{path}?$orderby=description")).await.each("description"),
            texts
        );
        let newest = world.get("demo", &format!("{path}?$orderby=description desc&$top=1")).await;
        assert_eq!(newest.each("description"), texts[2..]);
    }
}

#[tokio::test]
async fn every_order_is_paged_without_gaps_and_nulls_stand_last() {
    let world = World::new().await;
    for (name, more) in [
        ("Bea", json!({"mail": "b@contoso.example", "jobTitle": "Clerk"})),
        ("Carl", json!({"mail": "c@contoso.example", "jobTitle": "Clerk"})),
        ("Dora", json!({"accountEnabled": false})),
    ] {
        create(&world, name, more).await;
    }
    for order in [
        "displayName",
        "mail",
        "jobTitle",
        "accountEnabled",
        "createdDateTime",
        "userPrincipalName,mail",
        "jobTitle,mail",
    ] {
        for direction in ["", " desc"] {
            let path = format!("/v1.0/users?$orderby={order}{direction}");
            let whole = world.get("admin", &path).await.each("id");
            assert_eq!(all(&world, &path).await, whole, "{path}");
            assert_eq!(whole.len(), 8);
        }
    }
    let mails = world.get("admin", "/v1.0/users?$orderby=mail desc&$top=3").await.each("mail");
    assert_eq!(mails, [json!("c@contoso.example"), json!("b@contoso.example"), Value::Null]);
    assert_eq!(all(&world, &format!("{ROLES}/roleDefinitions")).await.len(), 145);
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    world.make_eligible(id("john"), role::USER_ADMINISTRATOR).await.ok(201);
    world.make_eligible(id("john"), role::GLOBAL_READER).await.ok(201);
    for name in
        ["roleEligibilitySchedules", "roleEligibilityScheduleInstances", "roleEligibilityScheduleRequests"]
    {
        let path = format!("{ROLES}/{name}");
        assert_eq!(all(&world, &path).await, world.get("admin", &path).await.each("id"), "{path}");
    }
    for token in ["r", "rAAAA", "rW10", "rWzFd", "r!!", "x"] {
        let odd = world.get("admin", &format!("/v1.0/users?$skiptoken={token}")).await;
        odd.refused(400, "Request_BadRequest");
    }
    // Neither a name nor an id has this character, and not every database can be asked for it.
    for keys in [json!(["a\0b", "x"]), json!(["a", "\0"])] {
        let token = data_encoding::BASE64URL_NOPAD.encode(keys.to_string().as_bytes());
        let odd = world.get("admin", &format!("/v1.0/users?$skiptoken=r{token}")).await;
        odd.refused(400, "Request_BadRequest");
        assert_eq!(odd.body["error"]["innerError"]["field"], "$skiptoken");
    }
}

#[tokio::test]
async fn a_blank_in_a_condition_is_meant() {
    let world = World::new().await;
    let ann = create(&world, "Ann Lee", json!({"userPrincipalName": "ann@contoso.example"})).await;
    create(&world, "Anna", json!({})).await;
    for (filter, found) in [
        ("contains(displayName,' ')", true),
        ("startswith(displayName,'Ann ')", true),
        ("startswith(displayName,' Ann')", false),
        ("endswith(displayName,'Lee ')", false),
        ("displayName eq 'Ann Lee '", false),
        ("displayName eq ' ann lee'", false),
    ] {
        let rows = world.get("demo", &format!("/v1.0/users?$filter={}", encoded(filter))).await.each("id");
        assert_eq!(rows, if found { vec![json!(ann)] } else { Vec::new() }, "{filter}");
    }
    for (filter, count) in
        [("startswith(displayName,'Global ')", 4), ("startswith(displayName,' Global')", 0)]
    {
        let path = format!("{ROLES}/roleDefinitions/$count?$filter={}", encoded(filter));
        assert_eq!(world.get("demo", &path).await.ok(200), count, "{filter}");
    }
}

#[tokio::test]
async fn letters_beyond_ascii_are_found_in_either_case() {
    let world = World::new().await;
    let made = create(&world, "Zoe", json!({"mail": "ZOË@contoso.example", "jobTitle": "ÄRZTIN"})).await;
    for filter in [
        "mail eq 'zoë@contoso.example'",
        "startswith(mail,'Zoë')",
        "jobTitle eq 'Ärztin'",
        "contains(jobTitle,'äRZ')",
        "endswith(jobTitle,'ztin') and mail ne 'x'",
    ] {
        let found = world.get("demo", &format!("/v1.0/users?$filter={}", encoded(filter))).await;
        assert_eq!(found.each("id"), [json!(made)], "{filter}");
    }
    let body = Some(json!({"jobTitle": "ÜBERSETZERIN"}));
    world.send("admin", "PATCH", &format!("/v1.0/users/{made}"), body).await.ok(204);
    let found =
        world.get("demo", &format!("/v1.0/users?$filter={}", encoded("jobTitle eq 'übersetzerin'"))).await;
    assert_eq!(found.each("id"), [json!(made)]);
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
