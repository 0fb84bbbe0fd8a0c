//! `pimlico recover`: the way back for somebody who lost password and factor. Only who sits at the server can do it.

use domain::{
    audit::{Actor, Category, Change, Entry},
    ids::AuditId,
    time::{Instant, Span},
};
use futures::FutureExt;

use super::{Failure, about, data::Data};
use crate::{
    auth::{
        lockout,
        password::Passwords,
        secret,
        vault::{NewKey, Vault},
    },
    clock::Clock,
    config::Place,
    engine, ids,
    storage::{
        Connection, Storage, StorageError, UnitOfWork, credentials, known_addresses, meta,
        principals::{self, Principal},
        sessions,
    },
};

/// How long password and code count: whoever asked for them waits for them.
const COUNTS: Span = Span::hours(24);

/// What else is done.
#[derive(Clone, Copy, Default)]
pub struct Ways {
    /// The account is enabled.
    pub enable: bool,
    /// A new key takes the place of the one that is lost.
    pub new_key: bool,
}

/// What is given, and to whom.
#[derive(Clone)]
struct Gift {
    person: Principal,
    /// Both are hashes.
    password: String,
    code: String,
    enable: bool,
    /// What the database knows a new key by.
    mark: Option<String>,
    engine: Instant,
    wall: Instant,
    rows: [AuditId; 3],
}

/// Gives a person a new one-time password and a code to enrol with. What he had before no longer works.
pub async fn run(place: Place, user: &str, ways: Ways) -> Result<(), Failure> {
    let data = Data::existing(place)?;
    if data.embedded().is_some_and(|database| !database.exists()) {
        return Err(Failure(format!(
            "`{}` has no database: name the right directory with --data",
            data.name()
        )));
    }
    // A server would go on with the key that it knows. One on PostgreSQL finds out by itself.
    let lock = data.embedded().filter(|_| ways.new_key).map(|_| data.lock()).transpose()?;
    let storage = data.storage().await?;
    // Asked before a key is made for nobody.
    let person = find(&storage, user, ways.enable).await?;
    let clock = super::serve::clock_of(&storage).await?;
    let (password, code) = (secret::one_time_password(), secret::code(4));
    let key = if ways.new_key {
        Some(data.new_key()?)
    } else {
        data.vault(&storage).await?;
        None
    };
    let vault = key.as_ref().map(NewKey::vault);
    let mut told = recover(&storage, &clock, person, (&password, &code), vault).await?;
    if let Some(key) = key {
        key.put().map_err(about("the new key"))?;
        if data.embedded().is_none() {
            told.push_str(
                "\nStart every server that uses this database again, with this pimlico.key: until then nobody can \
                 enrol there.",
            );
        }
    }
    storage.close().await;
    drop(lock);
    println!("{told}");
    println!("One-time password:  {password}");
    println!("Enrolment code:     {code}");
    println!("Both count for a day, and once.");
    Ok(())
}

/// Whom it is for. A disabled account is not promised what would not be so.
async fn find(storage: &Storage, user: &str, enable: bool) -> Result<Principal, Failure> {
    let found = principals::find_user(&mut storage.read().await?, user).await?;
    let person = found.ok_or_else(|| Failure(format!("`{user}` is nobody's sign-in name")))?;
    if !person.enabled && !enable {
        return Err(Failure(format!(
            "the account `{user}` is disabled and would not be let in: give --enable to enable it too"
        )));
    }
    Ok(person)
}

async fn recover(
    storage: &Storage,
    clock: &Clock,
    person: Principal,
    (password, code): (&str, &str),
    new_key: Option<&Vault>,
) -> Result<String, Failure> {
    let gift = Gift {
        password: Passwords::new().await.hash(password.to_owned(), "console").await?,
        code: secret::hash_code(code),
        enable: !person.enabled,
        mark: new_key.map(Vault::mark),
        engine: clock.engine(),
        wall: clock.wall(),
        rows: [(); 3].map(|()| AuditId(ids::in_order())),
        person: person.clone(),
    };
    let given: Result<u64, StorageError> = storage
        .write(move |unit: &mut UnitOfWork| {
            let gift = gift.clone();
            async move {
                let (rows, given_up) = give(unit.db(), &gift).await?;
                unit.commit(&rows, given_up).await
            }
            .boxed()
        })
        .await;
    let given_up = given?;
    let mut told = format!("{} ({}) can sign in again.", person.display_name, person.user_principal_name);
    if new_key.is_some() {
        let others = format!(
            "\nA new key is in place. Second factors given up: {given_up}. Everybody is signed out, and enrols anew \
             with a code from an administrator (Users, Reset second factor)."
        );
        told.push_str(&others);
    }
    Ok(told)
}

async fn give(db: &mut Connection, gift: &Gift) -> Result<(Vec<Entry>, u64), StorageError> {
    let id = gift.person.id;
    let [recovered, enabled, replaced] = gift.rows;
    let entry = |row, activity: &str, category| {
        engine::entry(row, gift.engine, activity, category, Actor::System { name: "Console".to_owned() })
    };
    let until = gift.wall + COUNTS;
    credentials::set_password(db, id, &gift.password, credentials::Origin::Trusted(until), gift.wall).await?;
    credentials::remove_factor(db, id).await?;
    credentials::set_enrolment_code(db, id, &gift.code, until, true).await?;
    let name = &gift.person.user_principal_name;
    for account in lockout::of_password(name).into_iter().chain(lockout::of_factor(name)) {
        credentials::clear_lockouts(db, &account).await?;
    }
    // What others fail at his address does not shut him out either.
    known_addresses::await_anywhere(db, id, gift.wall).await?;
    sessions::end_all(db, id, None).await?;
    let mut row = entry(recovered, "Recover user account", Category::Authentication);
    row.targets = vec![engine::user_target(db, id).await?];
    let mut rows = vec![row];
    if gift.enable {
        let person = Principal { enabled: true, ..gift.person.clone() };
        if !principals::update(db, &person).await? {
            return Err(StorageError::Refused(
                "somebody else changed this person meanwhile, try again".into(),
            ));
        }
        let mut row = entry(enabled, "Enable account", Category::UserManagement);
        let mut target = engine::user_target(db, id).await?;
        let (before, after) = (Some(false.to_string()), Some(true.to_string()));
        target.changes = vec![Change { name: "accountEnabled".to_owned(), before, after }];
        row.targets = vec![target];
        rows.push(row);
    }
    let mut given_up = 0;
    if let Some(mark) = &gift.mark {
        // Whatever was sealed under the old key opens no more, enrolments under way too.
        given_up = credentials::remove_all_factors(db).await?;
        sessions::end_everybodys(db).await?;
        meta::set(db, meta::KEY_CHECK, mark).await?;
        let mut row = entry(replaced, "Replace key", Category::Directory);
        row.details.push(("SecondFactors".to_owned(), given_up.to_string()));
        rows.push(row);
    }
    Ok((rows, given_up))
}

#[cfg(test)]
mod tests {
    use domain::text::fold;

    use super::*;
    use crate::lab::{self, Lab};

    async fn lab_in_a_folder() -> (Storage, Clock, Lab, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("pimlico.db").display());
        let storage = Storage::open(&url).await.unwrap();
        let clock = Clock::manual(Instant(1_894_006_800_000));
        let vault = Vault::open(&folder.path().join("key")).unwrap();
        let made = lab::open(&storage, &clock, &vault, folder.path()).await.unwrap();
        (storage, clock, made, folder)
    }

    #[tokio::test]
    async fn what_is_given_on_the_console_counts_for_a_day_of_the_wall_clock() {
        let (storage, clock, made, _folder) = lab_in_a_folder().await;
        let name = &made.account("demouser").unwrap().user_principal_name;
        let person = find(&storage, name, false).await.unwrap();
        recover(&storage, &clock, person, ("a password for once", "ABCD-EFGH"), None).await.unwrap();
        let mut db = storage.read().await.unwrap();
        let id = principals::find_user(&mut db, name).await.unwrap().unwrap().id;
        let known = credentials::password(&mut db, id).await.unwrap().unwrap();
        let last = clock.wall() + Span(Span::hours(24).0 - 1);
        assert!(known.one_time && known.to_sign_in(last).is_some());
        assert!(known.to_sign_in(clock.wall() + Span::hours(24)).is_none());
    }

    #[tokio::test]
    async fn who_is_disabled_is_enabled_when_it_is_asked_for_and_waits_no_longer() {
        let (storage, clock, made, _folder) = lab_in_a_folder().await;
        let name = made.account("demouser").unwrap().user_principal_name.clone();
        let account = fold(&name);
        let disabled: Result<(), StorageError> = storage
            .write(move |unit: &mut UnitOfWork| {
                let account = account.clone();
                async move {
                    let db = unit.db();
                    let person = principals::find_user(db, &account).await?.unwrap();
                    principals::update(db, &Principal { enabled: false, ..person }).await?;
                    let (until, now) = (Instant(i64::MAX), Instant(0));
                    credentials::set_lockout(db, &account, "192.0.2.1", 9, until, now).await?;
                    Ok(unit.commit_without_audit(()))
                }
                .boxed()
            })
            .await;
        disabled.unwrap();
        let given = ("a password for once", "ABCD-EFGH");
        let Err(Failure(why)) = find(&storage, &name, false).await else {
            panic!("it promised what is not so")
        };
        assert!(why.contains("is disabled") && why.contains("--enable"), "{why}");
        let person = find(&storage, &name, true).await.unwrap();
        recover(&storage, &clock, person, given, None).await.unwrap();
        let mut db = storage.read().await.unwrap();
        assert!(principals::find_user(&mut db, &name).await.unwrap().unwrap().enabled);
        assert_eq!(credentials::lockout(&mut db, &fold(&name), "192.0.2.1").await.unwrap().0, 0);
        let id = principals::find_user(&mut db, &name).await.unwrap().unwrap().id;
        assert!(known_addresses::is_known(&mut db, id, "192.0.2.1").await.unwrap());
        let rows = crate::storage::audit::newest(&mut db, 2).await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.activity == "Enable account").count(), 1);
    }
}
