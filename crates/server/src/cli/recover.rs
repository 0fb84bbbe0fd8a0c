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

/// How long the code to enrol with counts.
const CODE_COUNTS: Span = Span::hours(24);

/// Gives a person a new one-time password and a code to enrol with. What he had before no longer works.
pub async fn run(place: Place, user: &str) -> Result<(), Failure> {
    let data = Data::existing(place)?;
    let (storage, _vault) = data.unlock().await?;
    let clock = super::serve::clock_of(&storage).await?;
    let (password, code) = (secret::one_time_password(), secret::code(4));
    println!("{}", recover(&storage, &clock, user, &password, &code).await?);
    storage.close().await;
    println!("One-time password:  {password}");
    println!("Enrolment code:     {code}   (counts for a day)");
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
    let hash = Passwords::new().await.hash(password.to_owned()).await;
    let code = secret::hash_code(code);
    let (wall, engine, row) = (clock.wall(), clock.engine(), AuditId(ids::in_order()));
    let id = person.id;
    let done: Result<(), StorageError> = storage
        .write(move |unit: &mut UnitOfWork| {
            let (hash, code) = (hash.clone(), code.clone());
            async move {
                let db = unit.db();
                credentials::set_password(db, id, &hash, true, wall).await?;
                credentials::remove_factor(db, id).await?;
                credentials::set_enrolment_code(db, id, &code, wall + CODE_COUNTS).await?;
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
