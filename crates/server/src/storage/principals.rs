//! Users, groups, service principals and who belongs to whom.

use domain::{
    ids::PrincipalId,
    principal::{PrincipalFacts, PrincipalKind},
    text::fold,
    time::Instant,
};

use super::{Connection, Row, StorageError, args};

/// A principal as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Its id.
    pub id: PrincipalId,
    /// User, group or service principal.
    pub kind: PrincipalKind,
    /// Shown name.
    pub display_name: String,
    /// Sign-in name in lower case; of others, the id.
    pub user_principal_name: String,
    /// Whether sign-in is allowed.
    pub enabled: bool,
    /// Address for mails.
    pub mail: Option<String>,
    /// Of groups: the name that whoever made it gave it for mails. Kept for clients that ask what they sent.
    pub mail_nickname: Option<String>,
    /// Free text.
    pub job_title: Option<String>,
    /// Free text, of groups.
    pub description: Option<String>,
    /// Of users.
    pub manager: Option<PrincipalId>,
    /// Of groups: whether it was created to hold roles.
    pub is_assignable_to_role: bool,
    /// Kept for emergencies: cannot be locked out from elsewhere, needs a longer password.
    pub is_emergency: bool,
    /// When it was made.
    pub created_at: Instant,
    /// Counts changes.
    pub version: i64,
}

/// The columns of [`Principal`].
pub const COLUMNS: &str =
    "id, kind, display_name, user_principal_name, enabled, mail, mail_nickname, job_title, description, manager_id,
    is_assignable_to_role, is_emergency, created_ms, version";

impl Principal {
    /// Reads the columns of [`COLUMNS`].
    pub fn from_row(row: &Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.parsed("id")?,
            kind: row.word("kind", PrincipalKind::parse)?,
            display_name: row.text("display_name")?,
            user_principal_name: row.text("user_principal_name")?,
            enabled: row.boolean("enabled")?,
            mail: row.text_or_null("mail")?,
            mail_nickname: row.text_or_null("mail_nickname")?,
            job_title: row.text_or_null("job_title")?,
            description: row.text_or_null("description")?,
            manager: row.parsed_or_null("manager_id")?,
            is_assignable_to_role: row.boolean("is_assignable_to_role")?,
            is_emergency: row.boolean("is_emergency")?,
            created_at: Instant(row.int("created_ms")?),
            version: row.int("version")?,
        })
    }

    /// Where mails to it go.
    pub fn address(&self) -> &str {
        self.mail.as_deref().unwrap_or(&self.user_principal_name)
    }

    /// What a decision needs to know of it.
    pub const fn facts(&self) -> PrincipalFacts {
        PrincipalFacts {
            id: self.id,
            kind: self.kind,
            enabled: self.enabled,
            is_assignable_to_role: self.is_assignable_to_role,
        }
    }
}

/// The principal under an id, unless it is deleted.
pub async fn find(db: &mut Connection, id: PrincipalId) -> Result<Option<Principal>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM principals WHERE id = $1 AND deleted_ms IS NULL");
    db.first(sql, args![id]).await?.as_ref().map(Principal::from_row).transpose()
}

/// The user with this sign-in name; case does not matter.
pub async fn find_user(
    db: &mut Connection,
    user_principal_name: &str,
) -> Result<Option<Principal>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM principals WHERE user_principal_name = $1 AND kind = 'user' AND deleted_ms IS NULL"
    );
    db.first(sql, args![fold(user_principal_name)]).await?.as_ref().map(Principal::from_row).transpose()
}

/// Where somebody's mails go, folded, in a query on `principals AS {table}`.
pub(super) fn address_of(table: &str) -> String {
    format!("COALESCE({table}.mail_key, {table}.user_principal_name)")
}

/// Whether the mails of two accounts go to one address: then they are taken for accounts of one person.
pub async fn share_address(
    db: &mut Connection,
    one: PrincipalId,
    other: PrincipalId,
) -> Result<bool, StorageError> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM principals a JOIN principals b ON {} = {} WHERE a.id = $1 AND b.id = $2",
        address_of("a"),
        address_of("b")
    );
    Ok(one != other && db.count(sql, args![one, other]).await? > 0)
}

/// As many people as a search box shows.
pub const HITS: usize = 6;

/// The first few people with this in their name or sign-in name. The text is folded and escaped with `!`.
pub async fn search_people(db: &mut Connection, text: &str) -> Result<Vec<Principal>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM principals WHERE kind = 'user' AND deleted_ms IS NULL
            AND (name_key LIKE $1 ESCAPE '!' OR user_principal_name LIKE $1 ESCAPE '!') ORDER BY name_key, id LIMIT {HITS}"
    );
    db.all(sql, args![format!("%{text}%")]).await?.iter().map(Principal::from_row).collect()
}

/// Adds a principal. A taken sign-in name is a [`StorageError::is_conflict`].
pub async fn insert(db: &mut Connection, principal: &Principal) -> Result<(), StorageError> {
    let sql = "INSERT INTO principals (id, kind, display_name, name_key, user_principal_name, enabled, mail, job_title,
        description, manager_id, is_assignable_to_role, is_emergency, created_ms, deleted_ms, version, mail_key,
        job_title_key, description_key, mail_nickname)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, 1, $14, $15, $16, $17)";
    let p = principal;
    let values = args![
        p.id,
        p.kind.as_str(),
        &p.display_name,
        fold(&p.display_name),
        fold(&p.user_principal_name),
        p.enabled,
        p.mail.clone(),
        p.job_title.clone(),
        p.description.clone(),
        p.manager,
        p.is_assignable_to_role,
        p.is_emergency,
        p.created_at,
        folded(p.mail.as_ref()),
        folded(p.job_title.as_ref()),
        folded(p.description.as_ref()),
        p.mail_nickname.clone(),
    ];
    db.execute(sql, values).await.map(drop)
}

/// Writes what can be changed of a principal; false when somebody else changed it since `version`.
pub async fn update(db: &mut Connection, principal: &Principal) -> Result<bool, StorageError> {
    let sql =
        "UPDATE principals SET display_name = $1, name_key = $2, enabled = $3, mail = $4, job_title = $5,
        description = $6, manager_id = $7, mail_key = $10, job_title_key = $11, description_key = $12,
        mail_nickname = $13, version = version + 1 WHERE id = $8 AND version = $9 AND deleted_ms IS NULL";
    let p = principal;
    let values = args![
        &p.display_name,
        fold(&p.display_name),
        p.enabled,
        p.mail.clone(),
        p.job_title.clone(),
        p.description.clone(),
        p.manager,
        p.id,
        p.version,
        folded(p.mail.as_ref()),
        folded(p.job_title.as_ref()),
        folded(p.description.as_ref()),
        p.mail_nickname.clone(),
    ];
    let changed = db.execute(sql, values).await? == 1;
    if changed {
        let sql = "UPDATE schedules SET principal_key = $1 WHERE principal_id = $2";
        db.execute(sql, args![fold(&p.display_name), p.id]).await?;
    }
    Ok(changed)
}

/// Folds the texts of rows that were written before there were columns for them.
pub(super) async fn fold_all(db: &mut Connection) -> Result<(), StorageError> {
    let sql = "SELECT id, mail, job_title, description FROM principals
        WHERE mail IS NOT NULL OR job_title IS NOT NULL OR description IS NOT NULL";
    for row in db.all(sql, args![]).await? {
        let sql =
            "UPDATE principals SET mail_key = $2, job_title_key = $3, description_key = $4 WHERE id = $1";
        let key = |column: &str| Ok::<_, StorageError>(folded(row.text_or_null(column)?.as_ref()));
        db.execute(sql, args![row.text("id")?, key("mail")?, key("job_title")?, key("description")?]).await?;
    }
    Ok(())
}

fn folded(text: Option<&String>) -> Option<String> {
    text.map(|text| fold(text))
}

/// Marks a principal as deleted, frees its sign-in name and takes it out of every group.
pub async fn delete(db: &mut Connection, id: PrincipalId, now: Instant) -> Result<(), StorageError> {
    let sql =
        "UPDATE principals SET deleted_ms = $1, enabled = $2, user_principal_name = $3, version = version + 1
        WHERE id = $3 AND deleted_ms IS NULL";
    db.execute(sql, args![now, false, id]).await?;
    db.execute("DELETE FROM group_members WHERE member_id = $1 OR group_id = $1", args![id]).await.map(drop)
}

/// The groups that somebody belongs to directly.
pub async fn groups_of(db: &mut Connection, member: PrincipalId) -> Result<Vec<PrincipalId>, StorageError> {
    let sql = "SELECT group_id FROM group_members WHERE member_id = $1 ORDER BY group_id";
    db.all(sql, args![member]).await?.iter().map(|row| row.parsed("group_id")).collect()
}

/// Adds a member; false when it is one already.
pub async fn add_member(
    db: &mut Connection,
    group: PrincipalId,
    member: PrincipalId,
) -> Result<bool, StorageError> {
    let sql = "INSERT INTO group_members (group_id, member_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(db.execute(sql, args![group, member]).await? == 1)
}

/// Takes a member out; false when it was none.
pub async fn remove_member(
    db: &mut Connection,
    group: PrincipalId,
    member: PrincipalId,
) -> Result<bool, StorageError> {
    let sql = "DELETE FROM group_members WHERE group_id = $1 AND member_id = $2";
    Ok(db.execute(sql, args![group, member]).await? == 1)
}
