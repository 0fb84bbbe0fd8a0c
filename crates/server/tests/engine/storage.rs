//! What a unit of work promises.

use std::time::Duration;

use domain::audit::Category;
use futures::FutureExt;
use server::{
    engine,
    storage::{Outcome, Storage, StorageError, VERSION, args, audit, meta, principals},
};
use sqlx::{Connection as _, Executor};

use crate::world::{NOON, World, fresh_database, principal};

/// Sets a name of the installation; fails afterwards when told to.
async fn set(storage: &Storage, name: String, how: How) -> Result<(), StorageError> {
    storage
        .write(move |unit| {
            let name = name.clone();
            async move {
                meta::set(unit.db(), &name, "set").await?;
                match how {
                    How::Well => Ok(unit.commit_without_audit(())),
                    How::Refusing => Err(StorageError::Refused("refused".into())),
                    How::Panicking => panic!("a broken use case"),
                }
            }
            .boxed()
        })
        .await
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum How {
    Well,
    Refusing,
    Panicking,
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_fails_takes_no_other_work_with_it() {
    let world = World::new().await;
    let how = |n: usize| match n {
        n if n % 7 == 0 => How::Panicking,
        n if n % 3 == 0 => How::Refusing,
        _ => How::Well,
    };
    let tasks = (1..=200).map(|n| {
        let storage = world.storage.clone();
        tokio::spawn(async move { (n, set(&storage, format!("name {n}"), how(n)).await) })
    });
    for task in futures::future::join_all(tasks).await {
        let (n, outcome) = task.unwrap();
        assert_eq!(outcome.is_ok(), how(n) == How::Well, "{n}");
    }
    let mut db = world.storage.read().await.unwrap();
    for n in 1..=200 {
        let kept = meta::get(&mut db, &format!("name {n}")).await.unwrap().is_some();
        assert_eq!(kept, how(n) == How::Well, "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_row_lives_and_dies_with_its_change() {
    let world = World::new().await;
    let write = async |fails: bool| -> Result<(), StorageError> {
        let id = domain::ids::AuditId(server::ids::fresh());
        world
            .storage
            .write(move |unit| {
                async move {
                    let row = engine::entry(id, NOON, "Update policy", Category::Directory, engine::system());
                    meta::set(unit.db(), "changed", "yes").await?;
                    let done = unit.commit(&[row], ()).await?;
                    if fails { Err(StorageError::Busy) } else { Ok(done) }
                }
                .boxed()
            })
            .await
    };
    write(true).await.unwrap_err();
    let mut db = world.storage.read().await.unwrap();
    assert_eq!(meta::get(&mut db, "changed").await.unwrap(), None);
    assert!(audit::newest(&mut db, 10).await.unwrap().is_empty());
    drop(db);
    write(false).await.unwrap();
    let mut db = world.storage.read().await.unwrap();
    assert_eq!(meta::get(&mut db, "changed").await.unwrap().as_deref(), Some("yes"));
    assert_eq!(audit::newest(&mut db, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_cancels_nothing() {
    let world = World::new().await;
    let answered = set(&world.storage, "gone".into(), How::Well).now_or_never();
    assert!(answered.is_none(), "the caller left before the answer");
    let written = async {
        loop {
            let mut db = world.storage.read().await.unwrap();
            if meta::get(&mut db, "gone").await.unwrap().is_some() {
                return;
            }
            drop(db);
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), written).await.expect("the change to be kept all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_was_read_holds_under_sixty_four_writers() {
    let world = World::new().await;
    let tasks = (0..64).map(|n| {
        let storage = world.storage.clone();
        tokio::spawn(async move {
            let outcome: Result<bool, StorageError> = storage
                .write(move |unit| {
                    async move {
                        let sql = "SELECT COUNT(*) AS n FROM meta WHERE value = 'seat'";
                        let taken = unit.db().count(sql, args![]).await?;
                        if taken < 10 {
                            meta::set(unit.db(), &format!("seat {n}"), "seat").await?;
                        }
                        Ok(unit.commit_without_audit(taken < 10))
                    }
                    .boxed()
                })
                .await;
            outcome
        })
    });
    let outcomes = futures::future::join_all(tasks).await;
    let seated = outcomes.into_iter().filter(|outcome| *outcome.as_ref().unwrap().as_ref().unwrap()).count();
    assert_eq!(seated, 10);
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM meta WHERE value = 'seat'").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_statement_cannot_be_passed_over() {
    let world = World::new().await;
    let demo = principal(world.demo, domain::principal::PrincipalKind::User, "Twin");
    let outcome: Result<(), StorageError> = world
        .storage
        .write(move |unit| {
            let demo = demo.clone();
            async move {
                meta::set(unit.db(), "half", "done").await?;
                let _ = principals::insert(unit.db(), &demo).await;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        })
        .await;
    outcome.unwrap_err();
    let mut db = world.storage.read().await.unwrap();
    assert_eq!(meta::get(&mut db, "half").await.unwrap(), None);
    drop(db);
    set(&world.storage, "next".into(), How::Well).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_is_there_after_a_restart() {
    let world = World::new().await;
    set(&world.storage, "kept".into(), How::Well).await.unwrap();
    let again = world.restarted().await;
    let mut db = again.storage.read().await.unwrap();
    assert_eq!(meta::get(&mut db, "kept").await.unwrap().as_deref(), Some("set"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_program_is_refused() {
    let (url, _folder) = fresh_database().await;
    let storage = Storage::open(&url).await.unwrap();
    let newer = i64::try_from(VERSION).unwrap() + 1;
    let raised: Result<(), StorageError> = storage
        .write(move |unit| {
            async move {
                unit.db().execute("UPDATE schema_version SET version = $1", args![newer]).await?;
                Ok(unit.commit_without_audit(()))
            }
            .boxed()
        })
        .await;
    raised.unwrap();
    storage.close().await;
    let Err(error) = Storage::open(&url).await else { panic!("opened a newer database") };
    assert!(matches!(error, StorageError::Refused(_)), "{error}");
    assert!(error.to_string().contains(&newer.to_string()), "{error}");
}

/// What the steps after version 11 do to rows from before: a database that is taken back to it, and opened again.
async fn upgraded(before: &'static str) -> (Storage, impl Sized) {
    const BACK: &str = "
        ALTER TABLE credentials DROP COLUMN is_first;
        ALTER TABLE credentials DROP COLUMN for_protected;
        ALTER TABLE enrolment_codes DROP COLUMN for_protected;
        ALTER TABLE sessions DROP COLUMN for_protected;
        DROP TABLE known_addresses;
        UPDATE schema_version SET version = 11;";
    let (url, folder) = fresh_database().await;
    let storage = Storage::open(&url).await.unwrap();
    let back = storage.write(move |unit| {
        async move {
            unit.db().batch(BACK).await?;
            unit.db().batch(before).await?;
            Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
        }
        .boxed()
    });
    back.await.unwrap();
    storage.close().await;
    (Storage::open(&url).await.unwrap(), folder)
}

/// Whose rows of a table are so.
async fn whose(storage: &Storage, table: &str, so: &str) -> Vec<String> {
    let sql = format!("SELECT principal_id FROM {table} WHERE {so} ORDER BY principal_id");
    let rows = storage.read().await.unwrap().all(&sql, args![]).await.unwrap();
    rows.iter().map(|row| row.text("principal_id").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_password_from_before_is_a_first_one_unless_an_administrator_had_reset_it() {
    let (storage, _folder) = upgraded(
        "INSERT INTO audit (id, at_ms, activity, category, correlation, outcome, entry)
            VALUES ('row', 0, 'Reset user password', 'UserManagement', '', 'success', '{}');
        INSERT INTO audit_targets (audit_id, target_id) VALUES ('row', 'reset');
        INSERT INTO principals (id, kind, display_name, name_key, user_principal_name, enabled,
                is_assignable_to_role, is_emergency, created_ms, version)
            SELECT name, 'user', name, name, name, TRUE, FALSE, FALSE, 0, 1
            FROM (SELECT 'new' AS name UNION SELECT 'reset' UNION SELECT 'own') names;
        INSERT INTO credentials (principal_id, hash, one_time, changed_ms)
            SELECT id, '', id <> 'own', 0 FROM principals;",
    )
    .await;
    assert_eq!(whose(&storage, "credentials", "is_first").await, ["new"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_was_given_before_only_what_the_console_gave_last_leads_protected_people_on() {
    let (storage, _folder) = upgraded(
        "INSERT INTO audit (id, at_ms, activity, category, correlation, actor_id, outcome, entry) VALUES
            ('1', 1, 'Add user', 'UserManagement', '', NULL, 'success', '{}'),
            ('2', 2, 'Add user', 'UserManagement', '', 'admin', 'success', '{}'),
            ('3', 3, 'Recover user account', 'Authentication', '', NULL, 'success', '{}'),
            ('4', 4, 'Admin deleted security info', 'UserManagement', '', 'admin', 'failure', '{}'),
            ('5', 5, 'Admin deleted security info', 'UserManagement', '', 'admin', 'success', '{}'),
            ('6', 6, 'Recover user account', 'Authentication', '', NULL, 'success', '{}');
        INSERT INTO audit_targets (audit_id, target_id) VALUES
            ('1', 'console'), ('4', 'console'),
            ('2', 'given'),
            ('2', 'recovered'), ('5', 'recovered'), ('6', 'recovered'),
            ('2', 'reset later'), ('3', 'reset later'), ('5', 'reset later'),
            ('2', 'with a factor');
        INSERT INTO principals (id, kind, display_name, name_key, user_principal_name, enabled,
                is_assignable_to_role, is_emergency, created_ms, version)
            SELECT name, 'user', name, name, name, TRUE, FALSE, FALSE, 0, 1
            FROM (SELECT 'console' AS name UNION SELECT 'given' UNION SELECT 'recovered'
                UNION SELECT 'reset later' UNION SELECT 'own' UNION SELECT 'with a factor') names;
        INSERT INTO credentials (principal_id, hash, one_time, changed_ms)
            SELECT id, '', id NOT IN ('own', 'with a factor'), 0 FROM principals;
        INSERT INTO enrolment_codes (principal_id, hash, until_ms)
            SELECT id, '', 1 FROM principals WHERE id IN ('recovered', 'reset later');
        INSERT INTO sessions (id, token_hash, principal_id, state, second_factor, may_enrol, created_ms, used_ms,
                address, agent)
            SELECT id, id, id, 'enrolment', id = 'with a factor', id <> 'own', 0, 0, '', '' FROM principals;",
    )
    .await;
    let given = async |table| whose(&storage, table, "for_protected").await;
    assert_eq!(given("credentials").await, ["console", "recovered", "reset later"]);
    assert_eq!(given("enrolment_codes").await, ["recovered"]);
    assert_eq!(given("sessions").await, ["console", "recovered", "with a factor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_programs_may_open_a_new_database_at_once() {
    let (url, _folder) = fresh_database().await;
    let opened = futures::future::join_all((0..4).map(|_| Storage::open(&url))).await;
    for storage in opened {
        storage.unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_compared_by_its_bytes() {
    let world = World::new().await;
    for name in ["b", "B", "\u{e4}", "a", "Z", "-"] {
        set(&world.storage, format!("order {name}"), How::Well).await.unwrap();
    }
    let mut db = world.storage.read().await.unwrap();
    let sql = "SELECT name FROM meta WHERE name >= $1 AND name < $2 ORDER BY name";
    let rows = db.all(sql, args!["order ", "order~"]).await.unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.text("name").unwrap()).collect();
    assert_eq!(names, ["-", "B", "Z", "a", "b", "\u{e4}"].map(|name| format!("order {name}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_another_kind_is_refused() {
    let Err(error) = Storage::open("mysql://localhost/pimlico").await else { panic!("opened") };
    assert!(error.to_string().contains("`sqlite://`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_would_lose_what_it_acknowledged_is_refused() {
    let (url, _folder) = fresh_database().await;
    let storage = Storage::open(&url).await.unwrap();
    let embedded = storage.is_embedded();
    storage.close().await;
    if embedded {
        // A database in memory cannot keep a write-ahead log, and loses everything.
        let Err(error) = Storage::open("sqlite://:memory:").await else {
            panic!("opened a database in memory")
        };
        assert!(error.to_string().contains("journal_mode"), "{error}");
        return;
    }
    let name = url.rsplit('/').next().unwrap();
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    let sql = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
    let Err(error) = Storage::open(&url).await else { panic!("opened a database that loses changes") };
    assert!(error.to_string().contains("synchronous_commit is `off`"), "{error}");
}
