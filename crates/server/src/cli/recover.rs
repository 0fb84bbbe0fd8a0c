//! `pimlico recover`: the way back for somebody who lost password and factor. Only who sits at the server can do it.

use domain::{
    audit::{Actor, Category},
    ids::AuditId,
    time::Span,
};
use futures::FutureExt;

use super::{Failure, data::Data};
use crate::{
    auth::{password::Passwords, secret},
    clock::Clock,
    config::Place,
    engine, ids,
    storage::{Storage, StorageError, UnitOfWork, credentials, principals, sessions},
};

/// How long password and code count: whoever asked for them waits for them.
const COUNTS: Span = Span::hours(24);

/// Gives a person a new one-time password and a code to enrol with. What he had before no longer works.
pub async fn run(place: Place, user: &str) -> Result<(), Failure> {
    let data = Data::existing(place)?;
    let (storage, _vault) = data.unlock().await?;
    let clock = super::serve::clock_of(&storage).await?;
    let (password, code) = (secret::one_time_password(), secret::code(4));
    println!("{}", recover(&storage, &clock, user, &password, &code).await?);
    storage.close().await;
    println!("One-time password:  {password}");
    println!("Enrolment code:     {code}");
    println!("Both count for a day, and once.");
    Ok(())
}

async fn recover(
    storage: &Storage,
    clock: &Clock,
    user: &str,
    password: &str,
    code: &str,
) -> Result<String, Failure> {
    let mut db = storage.read().await?;
    let found = principals::find_user(&mut db, user).await?;
    drop(db);
    let person = found.ok_or_else(|| Failure(format!("`{user}` is nobody's sign-in name")))?;
    let hash = Passwords::new().await.hash(password.to_owned(), "console").await?;
    let code = secret::hash_code(code);
    let (wall, engine, row) = (clock.wall(), clock.engine(), AuditId(ids::in_order()));
    let id = person.id;
    let done: Result<(), StorageError> = storage
        .write(move |unit: &mut UnitOfWork| {
            let (hash, code) = (hash.clone(), code.clone());
            async move {
                let db = unit.db();
                credentials::set_password(db, id, &hash, credentials::Origin::First(wall + COUNTS), wall)
                    .await?;
                credentials::remove_factor(db, id).await?;
                credentials::set_enrolment_code(db, id, &code, wall + COUNTS).await?;
                sessions::end_all(db, id, None).await?;
                let console = Actor::System { name: "Console".to_owned() };
                let mut entry =
                    engine::entry(row, engine, "Recover user account", Category::Authentication, console);
                entry.targets = vec![engine::user_target(db, id).await?];
                unit.commit(&[entry], ()).await
            }
            .boxed()
        })
        .await;
    done?;
    Ok(format!("{} ({}) can sign in again.", person.display_name, person.user_principal_name))
}

#[cfg(test)]
mod tests {
    use domain::time::Instant;

    use super::*;
    use crate::{auth::vault::Vault, lab};

    #[tokio::test]
    async fn what_is_given_on_the_console_counts_for_a_day_of_the_wall_clock() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("pimlico.db").display());
        let storage = Storage::open(&url).await.unwrap();
        let clock = Clock::manual(Instant(1_894_006_800_000));
        let vault = Vault::open(&folder.path().join("key")).unwrap();
        let made = lab::open(&storage, &clock, &vault, folder.path()).await.unwrap();
        let name = &made.account("demouser").unwrap().user_principal_name;
        recover(&storage, &clock, name, "a password for once", "ABCD-EFGH").await.unwrap();
        let mut db = storage.read().await.unwrap();
        let id = principals::find_user(&mut db, name).await.unwrap().unwrap().id;
        let known = credentials::password(&mut db, id).await.unwrap().unwrap();
        let last = clock.wall() + Span(Span::hours(24).0 - 1);
        assert!(known.one_time && known.to_sign_in(last).is_some());
        assert!(known.to_sign_in(clock.wall() + Span::hours(24)).is_none());
    }
}
