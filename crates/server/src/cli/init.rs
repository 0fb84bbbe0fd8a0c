//! `pimlico init`: an organisation and its first administrators.

use std::{
    io::{self, BufRead, Read, Write},
    path::Path,
};

use domain::{
    audit::{self, Actor, Category, Moment},
    ids::{AuditId, PrincipalId, RoleId, ScheduleId},
    principal::PrincipalKind,
    request::Action,
    role::{GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR},
    schedule::{Kind, Schedule},
    scope::Scope,
    text::{DisplayName, UserPrincipalName},
    time::{Instant, Window},
    wire::api::ONE_TIME_PASSWORD_DAYS,
};
use futures::FutureExt;
use serde::Deserialize;

use super::{Failure, about, data::Data};
use crate::{
    auth::{
        password::{self, Passwords},
        secret,
    },
    clock::Clock,
    config::Place,
    engine, ids,
    storage::{
        Connection, Storage, StorageError, UnitOfWork, credentials, meta,
        principals::{self, Principal},
        schedules,
    },
};

/// What is asked. One person may hold both roles; a second one takes the Privileged Role Administrator.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answers {
    tenant: TenantAnswers,
    administrator: PersonAnswers,
    #[serde(default)]
    role_administrator: Option<PersonAnswers>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TenantAnswers {
    display_name: DisplayName,
    domain: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PersonAnswers {
    display_name: DisplayName,
    user_principal_name: UserPrincipalName,
}

/// Somebody who is about to be made.
#[derive(Clone)]
struct Holder {
    principal: Principal,
    hash: String,
    roles: Vec<RoleId>,
    row: AuditId,
}

/// Sets up an organisation. The first passwords are one-time ones: they are printed here and nowhere kept.
pub async fn run(place: Place, from: Option<&Path>) -> Result<(), Failure> {
    let data = Data::open(place)?;
    data.suits(false)?;
    let lock = data.embedded().map(|_| data.lock()).transpose()?;
    let (storage, _vault) = data.unlock().await?;
    refuse_twice(&storage).await?;
    let answers = match from {
        Some(file) => parse(&read(file)?)?,
        None => ask()?,
    };
    let passwords = set_up(&storage, &Clock::system(domain::time::Span::ZERO), answers).await?;
    storage.close().await;
    drop(lock);
    println!("Set up in {}. Now run `pimlico serve` and sign in:", data.name());
    for (name, password) in passwords {
        println!("  {name}   one-time password: {password}");
    }
    println!(
        "Each one-time password works for one sign-in within {ONE_TIME_PASSWORD_DAYS} days, which sets a new one and \
         enrols a second factor."
    );
    Ok(())
}

async fn refuse_twice(storage: &Storage) -> Result<(), Failure> {
    let mut db = storage.read().await?;
    match meta::tenant(&mut db).await? {
        None => Ok(()),
        Some(tenant) => Err(Failure(format!("`{}` is set up here already", tenant.display_name))),
    }
}

async fn set_up(
    storage: &Storage,
    clock: &Clock,
    answers: Answers,
) -> Result<Vec<(String, String)>, Failure> {
    let (engine, wall) = (clock.engine(), clock.wall());
    let both = vec![GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR];
    let people = match answers.role_administrator {
        None => vec![(answers.administrator, both)],
        Some(second) => vec![
            (answers.administrator, vec![GLOBAL_ADMINISTRATOR]),
            (second, vec![PRIVILEGED_ROLE_ADMINISTRATOR]),
        ],
    };
    let hasher = Passwords::new().await;
    let mut holders = Vec::new();
    let mut shown = Vec::new();
    for (person, roles) in people {
        let password = secret::one_time_password();
        let hash = hasher.hash(password.clone(), "console").await?;
        let principal = principal(&person, engine);
        shown.push((principal.user_principal_name.clone(), password));
        holders.push(Holder { principal, hash, roles, row: AuditId(ids::in_order()) });
    }
    if shown.len() == 2 && shown[0].0 == shown[1].0 {
        return Err(Failure(format!("`{}` is named twice: leave roleAdministrator away", shown[0].0)));
    }
    let tenant = (ids::fresh().to_string(), answers.tenant.display_name.to_string(), answers.tenant.domain);
    let (row, seed) = (AuditId(ids::in_order()), ids::fresh());
    let outcome: Result<bool, StorageError> = storage
        .write(move |unit: &mut UnitOfWork| {
            let (tenant, holders) = (tenant.clone(), holders.clone());
            async move {
                let db = unit.db();
                if meta::tenant(db).await?.is_some() {
                    return Ok(unit.commit_without_audit(false));
                }
                meta::set(db, meta::TENANT_ID, &tenant.0).await?;
                meta::set(db, meta::TENANT_NAME, &tenant.1).await?;
                meta::set(db, meta::TENANT_DOMAIN, &tenant.2).await?;
                let mut rows = vec![entry(row, engine, "Set up organisation", Category::Directory)];
                for holder in &holders {
                    rows.extend(make(db, holder, seed, engine, wall).await?);
                }
                unit.commit(&rows, true).await
            }
            .boxed()
        })
        .await;
    if outcome? { Ok(shown) } else { Err(Failure("somebody else set it up meanwhile".into())) }
}

async fn make(
    db: &mut Connection,
    holder: &Holder,
    seed: uuid::Uuid,
    engine: Instant,
    wall: Instant,
) -> Result<Vec<audit::Entry>, StorageError> {
    let id = holder.principal.id;
    principals::insert(db, &holder.principal).await?;
    let first = credentials::Origin::Trusted(wall + password::ONE_TIME);
    credentials::set_password(db, id, &holder.hash, first, wall).await?;
    let person = engine::user_target(db, id).await?;
    let mut added = entry(holder.row, engine, "Add user", Category::UserManagement);
    added.targets = vec![person.clone()];
    let mut rows = vec![added];
    for role in &holder.roles {
        // Made of what is fixed outside, because this may run twice.
        let mixed = uuid::Uuid::from_u128(seed.as_u128() ^ id.0.as_u128() ^ role.0.as_u128());
        let schedule = Schedule {
            id: ScheduleId(mixed),
            kind: Kind::Active,
            principal: id,
            role: *role,
            scope: Scope::Directory,
            window: Window::permanent(engine),
            activated_from: None,
        };
        schedules::insert(db, &schedule, None, engine).await?;
        let activity = audit::activity(Action::AdminAssign, Kind::Active, true, Moment::Completed);
        let mut row = entry(AuditId(mixed), engine, &activity, Category::RoleManagement);
        row.targets = vec![engine::role_target(*role, Vec::new()), person.clone()];
        rows.push(row);
    }
    Ok(rows)
}

fn entry(id: AuditId, at: Instant, activity: &str, category: Category) -> audit::Entry {
    engine::entry(id, at, activity, category, Actor::System { name: "Console".to_owned() })
}

fn principal(person: &PersonAnswers, now: Instant) -> Principal {
    let name = person.user_principal_name.to_string();
    Principal {
        id: PrincipalId(ids::fresh()),
        kind: PrincipalKind::User,
        display_name: person.display_name.to_string(),
        mail: Some(name.clone()),
        mail_nickname: None,
        user_principal_name: name,
        enabled: true,
        job_title: None,
        description: None,
        manager: None,
        is_assignable_to_role: false,
        is_emergency: false,
        created_at: now,
        version: 1,
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map_err(about("standard input"))?;
        return Ok(text);
    }
    std::fs::read_to_string(file).map_err(about(file.display()))
}

/// JSON where it begins like JSON, else TOML.
fn parse(text: &str) -> Result<Answers, Failure> {
    let answers: Answers = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(about("the answers"))?
    } else {
        toml::from_str(text).map_err(about("the answers"))?
    };
    domain_name(&answers.tenant.domain)?;
    Ok(answers)
}

/// The same rule as behind the `@` of a sign-in name.
fn domain_name(text: &str) -> Result<(), Failure> {
    UserPrincipalName::try_from(format!("a@{text}"))
        .map(drop)
        .map_err(|_| Failure(format!("domain `{text}` is none: give a name such as `example.org`")))
}

fn ask() -> Result<Answers, Failure> {
    let display_name =
        prompt("Name of the organisation", |text| DisplayName::try_from(text).map_err(|e| e.0))?;
    let domain = prompt("Its domain, such as example.org", |text| {
        domain_name(&text).map(|()| text).map_err(|failure| failure.0)
    })?;
    let name =
        prompt("Your name, the first administrator", |text| DisplayName::try_from(text).map_err(|e| e.0))?;
    let suffix = domain.clone();
    let user_principal_name = prompt(&format!("Your sign-in name, such as ada@{domain}"), move |text| {
        let whole = if text.contains('@') { text } else { format!("{text}@{suffix}") };
        UserPrincipalName::try_from(whole).map_err(|error| error.0)
    })?;
    Ok(Answers {
        tenant: TenantAnswers { display_name, domain },
        administrator: PersonAnswers { display_name: name, user_principal_name },
        role_administrator: None,
    })
}

/// Asks until the answer is one.
fn prompt<T>(question: &str, parse: impl Fn(String) -> Result<T, String>) -> Result<T, Failure> {
    loop {
        print!("{question}: ");
        io::stdout().flush().map_err(about("the console"))?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line).map_err(about("the console"))? == 0 {
            return Err(Failure("the answers ended: give them all, or a file with --from".into()));
        }
        match parse(line.trim().to_owned()) {
            Ok(value) => return Ok(value),
            Err(why) => println!("  {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_either_form_and_slips_are_named() {
        let json = r#"{"tenant":{"displayName":"Example","domain":"example.org"},
            "administrator":{"displayName":"Ada","userPrincipalName":"Ada@Example.org"}}"#;
        let toml = "[tenant]\ndisplayName = \"Example\"\ndomain = \"example.org\"\n\
            [administrator]\ndisplayName = \"Ada\"\nuserPrincipalName = \"ada@example.org\"\n";
        for text in [json, toml] {
            let answers = parse(text).map_err(|failure| failure.0).unwrap();
            assert_eq!(answers.administrator.user_principal_name.as_str(), "ada@example.org");
        }
        for (text, says) in [
            (json.replace("example.org\"}", "example\"}"), "domain `example` is none"),
            (json.replace("Ada@Example.org", "ada"), "must look like `name@domain.example`"),
            (json.replace("displayName\":\"Ada", "dispayName\":\"Ada"), "unknown field `dispayName`"),
        ] {
            let error = parse(&text).map(drop).unwrap_err().0;
            assert!(error.contains(says), "{error}");
        }
    }
}
