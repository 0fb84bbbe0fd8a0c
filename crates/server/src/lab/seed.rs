//! Makes the lab's people once, with generated passwords and enrolled second factors.

use std::{collections::HashMap, io::Write, path::Path};

use data_encoding::BASE32_NOPAD;
use domain::{
    audit::Category,
    ids::{AuditId, PrincipalId, ScheduleId},
    principal::PrincipalKind,
    role::{GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR},
    schedule::{Kind, Schedule},
    scope::Scope,
    time::{Instant, Span, Window},
};
use futures::future::FutureExt;

use super::{
    Account, FILE, Lab,
    people::{DOMAIN, PEOPLE, Person, SECURITY_TEAM, TENANT},
};
use crate::{
    auth::{password::Passwords, secret, totp, vault},
    clock::Clock,
    engine, ids,
    storage::{
        Connection, Storage, StorageError, UnitOfWork,
        credentials::{self, Factor},
        meta,
        principals::{self, Principal},
        schedules,
    },
};

/// Somebody who is about to be made.
#[derive(Clone)]
struct Prepared {
    principal: Principal,
    hash: String,
    sealed: Vec<u8>,
    roles: Vec<Schedule>,
    in_team: bool,
}

/// The lab in this data directory: the one that is there, with its clock where it was left, or a fresh one.
pub async fn open(
    storage: &Storage,
    clock: &Clock,
    vault: &vault::Vault,
    data: &Path,
) -> Result<Lab, Box<dyn std::error::Error + Send + Sync>> {
    let mut db = storage.read().await?;
    let made = meta::get(&mut db, meta::LAB).await?;
    let set_up = meta::tenant(&mut db).await?.is_some();
    let offset = meta::get(&mut db, meta::CLOCK_OFFSET).await?;
    drop(db);
    if made.is_some() {
        clock.set_offset(Span(offset.and_then(|text| text.parse().ok()).unwrap_or_default()));
        return Lab::read(data)?
            .ok_or_else(|| format!("{FILE} is missing: remove the lab's data directory").into());
    }
    if set_up {
        return Err(
            "this database belongs to an organisation and cannot become a lab: name another --data".into()
        );
    }
    let lab = seed(storage, clock, vault).await?;
    write_file(&lab, data)?;
    Ok(lab)
}

/// Writes `lab.json` for scripts, readable by its owner alone.
pub fn write_file(lab: &Lab, data: &Path) -> std::io::Result<()> {
    let json = serde_json::to_vec_pretty(lab).map_err(std::io::Error::other)?;
    vault::private_file(&data.join(FILE))?.write_all(&json)
}

async fn seed(storage: &Storage, clock: &Clock, vault: &vault::Vault) -> Result<Lab, StorageError> {
    let (now, wall) = (clock.engine(), clock.wall());
    let ids_by_name: HashMap<&str, PrincipalId> =
        PEOPLE.iter().map(|person| (person.name, PrincipalId(ids::fresh()))).collect();
    let passwords = Passwords::new().await;
    let mut prepared = Vec::new();
    let mut accounts = Vec::new();
    for person in PEOPLE {
        let id = ids_by_name[person.name];
        let principal = principal(person, id, person.manager.map(|name| ids_by_name[name]), now);
        let (password, totp_secret) = (secret::one_time_password() + "-lab", totp::fresh_secret());
        prepared.push(Prepared {
            hash: passwords.hash(password.clone(), "lab").await.map_err(|_| StorageError::Busy)?,
            sealed: vault.seal(&totp_secret, &id.to_string()),
            roles: roles(person, id, now),
            in_team: person.security_team,
            principal: principal.clone(),
        });
        accounts.push(Account {
            user_principal_name: principal.user_principal_name,
            display_name: principal.display_name,
            purpose: person.purpose.to_owned(),
            password,
            totp_secret: BASE32_NOPAD.encode(&totp_secret),
        });
    }
    let (tenant, team, audit) =
        (ids::fresh().to_string(), PrincipalId(ids::fresh()), AuditId(ids::in_order()));
    storage
        .write(move |unit: &mut UnitOfWork| {
            let (prepared, tenant) = (prepared.clone(), tenant.clone());
            async move {
                let db = unit.db();
                meta::set(db, meta::TENANT_ID, &tenant).await?;
                meta::set(db, meta::TENANT_NAME, TENANT).await?;
                meta::set(db, meta::TENANT_DOMAIN, DOMAIN).await?;
                meta::set(db, meta::LAB, "true").await?;
                principals::insert(db, &group(team, now)).await?;
                for person in &prepared {
                    make(db, person, team, now, wall).await?;
                }
                let row = engine::entry(audit, now, "Lab created", Category::Directory, engine::system());
                unit.commit(&[row], ()).await
            }
            .boxed()
        })
        .await?;
    Ok(Lab { address: String::new(), accounts })
}

async fn make(
    db: &mut Connection,
    person: &Prepared,
    team: PrincipalId,
    now: Instant,
    wall: Instant,
) -> Result<(), StorageError> {
    let id = person.principal.id;
    principals::insert(db, &person.principal).await?;
    credentials::set_password(db, id, &person.hash, credentials::Origin::Own, wall).await?;
    let factor = Factor { secret: person.sealed.clone(), since: wall, last_step: 0 };
    credentials::set_factor(db, id, &factor).await?;
    for schedule in &person.roles {
        schedules::insert(db, schedule, None, now).await?;
    }
    if person.in_team {
        principals::add_member(db, team, id).await?;
    }
    Ok(())
}

fn principal(person: &Person, id: PrincipalId, manager: Option<PrincipalId>, now: Instant) -> Principal {
    let upn = format!("{}@{DOMAIN}", person.name);
    Principal {
        id,
        kind: PrincipalKind::User,
        display_name: person.display_name.to_owned(),
        mail: Some(upn.clone()),
        mail_nickname: None,
        user_principal_name: upn,
        enabled: true,
        job_title: Some(person.job_title.to_owned()).filter(|title| !title.is_empty()),
        description: None,
        manager,
        is_assignable_to_role: false,
        is_emergency: person.emergency,
        created_at: now,
        version: 1,
    }
}

fn group(id: PrincipalId, now: Instant) -> Principal {
    Principal {
        id,
        kind: PrincipalKind::Group,
        display_name: SECURITY_TEAM.to_owned(),
        user_principal_name: id.to_string(),
        enabled: true,
        mail: None,
        mail_nickname: None,
        job_title: None,
        description: Some("Approves requests for privileged roles".to_owned()),
        manager: None,
        is_assignable_to_role: true,
        is_emergency: false,
        created_at: now,
        version: 1,
    }
}

fn roles(person: &Person, id: PrincipalId, now: Instant) -> Vec<Schedule> {
    let held: &[_] = match (person.administrator, person.emergency) {
        (true, _) => &[GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR],
        (false, true) => &[GLOBAL_ADMINISTRATOR],
        (false, false) => &[],
    };
    held.iter()
        .map(|role| Schedule {
            id: ScheduleId(ids::fresh()),
            kind: Kind::Active,
            principal: id,
            role: *role,
            scope: Scope::Directory,
            window: Window::permanent(now),
            activated_from: None,
        })
        .collect()
}
