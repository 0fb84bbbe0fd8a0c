//! The answers of the server, kept by key: a screen that was seen is shown at once and brought up to date behind it.

use std::{
    any::Any,
    collections::{HashMap, HashSet},
    future::Future,
    pin::Pin,
    sync::Arc,
};

use domain::{
    error_code::ErrorCode,
    ids::{AuditId, PrincipalId, RequestId, RoleId, ScheduleId},
    time::{Instant, Span},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::now;
use crate::{
    api::{ApiError, AuditAsk},
    routes::{Book, Desk, List},
};

/// How long an answer counts as just fetched, so that hovering and then clicking asks once.
const FRESH: Span = Span::seconds(5);

/// A read that is under way.
pub type Fetch<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// What a read is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// One page of My roles.
    MyRoles(List),
    /// One of them alone.
    MyRole(ScheduleId),
    /// One page of roles.
    Roles(List),
    /// One role.
    Role(RoleId),
    /// One page of the settings of roles.
    RoleSettings(List),
    /// The settings of one role.
    RoleSetting(RoleId),
    /// One page of assignments: of all, of one role, of one person.
    Assignments(List, Option<RoleId>, Option<PrincipalId>),
    /// One assignment alone.
    Assignment(ScheduleId),
    /// One page of people.
    Users(String, u64),
    /// One person.
    User(PrincipalId),
    /// Whom something protects from those who look after people.
    ProtectedUsers,
    /// One page of groups.
    Groups(String, u64),
    /// One page of the groups that can hold roles.
    RoleGroups(String),
    /// One group.
    Group(PrincipalId),
    /// Who belongs to it.
    Members(PrincipalId),
    /// One page of an audit history.
    Audit(AuditAsk),
    /// One row of it.
    AuditRow(Book, AuditId),
    /// One page of a grid of requests.
    Requests(Desk, List),
    /// One request.
    Request(RequestId),
    /// How many requests wait in each grid.
    Tasks,
    /// The timeline of one request.
    Timeline(RequestId),
    /// My account.
    Account,
    /// The lab.
    Lab,
    /// The lab's mails.
    LabMails,
    /// The set-up check.
    Checks,
    /// The lab's Teams admin centre.
    Teams,
}

/// Reads that a change makes stale together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Roles and who has them.
    Roles,
    /// People.
    Users,
    /// Groups.
    Groups,
    /// Requests, wherever they are listed.
    Requests,
    /// The audit history and the timelines of requests.
    Audit,
    /// The person's own account.
    Account,
    /// The lab.
    Lab,
    /// How the installation stands.
    SetUp,
}

impl Family {
    const ALL: [Self; 8] = [
        Self::Roles,
        Self::Users,
        Self::Groups,
        Self::Requests,
        Self::Audit,
        Self::Account,
        Self::Lab,
        Self::SetUp,
    ];
}

impl Key {
    /// The family of a key.
    pub const fn family(&self) -> Family {
        match self {
            Self::MyRoles(_)
            | Self::MyRole(_)
            | Self::Roles(_)
            | Self::Role(_)
            | Self::RoleSettings(_)
            | Self::RoleSetting(_)
            | Self::Assignments(..)
            | Self::Assignment(_)
            // Roles protect people, and so does being named in the settings of one.
            | Self::ProtectedUsers => Family::Roles,
            Self::Users(..) | Self::User(_) => Family::Users,
            Self::Groups(..) | Self::RoleGroups(_) | Self::Group(_) | Self::Members(_) => Family::Groups,
            Self::Requests(..) | Self::Request(_) | Self::Tasks => Family::Requests,
            Self::Audit(_) | Self::AuditRow(..) | Self::Timeline(_) => Family::Audit,
            Self::Account => Family::Account,
            Self::Lab | Self::LabMails | Self::Teams => Family::Lab,
            Self::Checks => Family::SetUp,
        }
    }
}

impl Key {
    /// Whether the rows of `shown` may stay on the screen while this is on its way: another page, search or order of
    /// the same grid, never another tab or another thing.
    pub(super) fn follows(&self, shown: &Self) -> bool {
        match (self, shown) {
            (Self::MyRoles(a), Self::MyRoles(b)) => a.tab == b.tab && a.kind == b.kind,
            (Self::Assignments(a, role, principal), Self::Assignments(b, shown_role, shown_principal)) => {
                a.tab == b.tab && a.kind == b.kind && role == shown_role && principal == shown_principal
            }
            (Self::Audit(a), Self::Audit(b)) => a.book == b.book,
            (Self::Requests(a, _), Self::Requests(b, _)) => a == b,
            (Self::Roles(_), Self::Roles(_))
            | (Self::RoleSettings(_), Self::RoleSettings(_))
            | (Self::Users(..), Self::Users(..))
            | (Self::Groups(..), Self::Groups(..))
            | (Self::RoleGroups(_), Self::RoleGroups(_)) => true,
            (a, b) => a == b,
        }
    }
}

struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    at: Instant,
}

/// The cache. Copied freely; lives in the context.
#[derive(Clone, Copy)]
pub struct Cache {
    entries: StoredValue<HashMap<Key, Entry>>,
    /// What is being fetched ahead.
    ahead: StoredValue<HashSet<Key>>,
    /// Counts up when something fetched ahead has come.
    came: RwSignal<u32>,
    /// What is on the screen and could not be brought up to date, each with its reason.
    behind: RwSignal<Vec<(Key, String)>>,
    /// Counts up with each person: an answer for the one before is not for the next.
    person: StoredValue<u32>,
    versions: [RwSignal<u32>; Family::ALL.len()],
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            entries: StoredValue::new(HashMap::new()),
            ahead: StoredValue::new(HashSet::new()),
            came: RwSignal::new(0),
            behind: RwSignal::new(Vec::new()),
            person: StoredValue::new(0),
            versions: core::array::from_fn(|_| RwSignal::new(0)),
        }
    }
}

impl Cache {
    /// What is known, and whether it was fetched just now.
    pub fn get<T: Send + Sync + 'static>(self, key: &Key) -> Option<(Arc<T>, bool)> {
        self.entries.with_value(|entries| {
            let entry = entries.get(key)?;
            let fresh = now::browser() - entry.at < FRESH;
            Some((Arc::clone(&entry.value).downcast().ok()?, fresh))
        })
    }

    /// Keeps what was fetched just now.
    pub fn put<T: Send + Sync + 'static>(self, key: Key, value: Arc<T>) {
        self.entries.update_value(|entries| {
            entries.insert(key, Entry { value, at: now::browser() });
        });
    }

    /// Counts up when a family becomes stale.
    pub(super) fn version(self, family: Family) -> RwSignal<u32> {
        self.versions[family as usize]
    }

    /// Makes every read of a family stale: what is on the screen is fetched anew, the rest when it is next shown.
    pub fn invalidate(self, family: Family) {
        self.entries.update_value(|entries| {
            for (_, entry) in entries.iter_mut().filter(|(key, _)| key.family() == family) {
                entry.at = Instant(0);
            }
        });
        self.version(family).update(|version| *version += 1);
    }

    /// Makes everything stale, as after the clock was moved.
    pub fn invalidate_all(self) {
        for family in Family::ALL {
            self.invalidate(family);
        }
    }

    /// Forgets everything, as at sign-out, and what is still on its way.
    pub fn clear(self) {
        self.person.update_value(|person| *person = person.wrapping_add(1));
        self.entries.update_value(HashMap::clear);
        self.ahead.update_value(HashSet::clear);
        self.behind.set(Vec::new());
    }

    /// Another number for each person: whoever carries out many things one after the other stops when it changes.
    pub fn person(self) -> u32 {
        self.person.get_value()
    }

    /// Why something on the screen is not up to date, if so; followed.
    pub fn why_behind(self) -> Option<String> {
        self.behind.with(|behind| behind.last().map(|(_, why)| why.clone()))
    }

    /// What is on the screen could not be brought up to date. The end of a session is said by itself.
    pub(super) fn is_behind(self, key: &Key, error: &ApiError) {
        if error.code != ErrorCode::NotSignedIn {
            let why = (key.clone(), error.sentence());
            if !self.behind.with_untracked(|behind| behind.contains(&why)) {
                self.behind.update(|behind| {
                    behind.retain(|(about, _)| about != key);
                    behind.push(why);
                });
            }
        }
    }

    /// It came, or is not on the screen any more.
    pub(super) fn is_up_to_date(self, key: Option<&Key>) {
        let was = |behind: &Vec<(Key, String)>| behind.iter().any(|(about, _)| Some(about) == key);
        if self.behind.try_with_untracked(was) == Some(true) {
            self.behind.update(|behind| behind.retain(|(about, _)| Some(about) != key));
        }
    }

    /// Fetches ahead, on hover or focus, unless it is there already.
    pub fn prefetch<T: Send + Sync + 'static>(self, key: Key, fetch: Fetch<T>) {
        if self.get::<T>(&key).is_some_and(|(_, fresh)| fresh) || self.is_on_its_way(&key) {
            return;
        }
        self.ahead.update_value(|ahead| {
            ahead.insert(key.clone());
        });
        let person = self.person();
        spawn_local(async move {
            let answer = fetch.await;
            if self.person() != person {
                return;
            }
            self.ahead.update_value(|ahead| {
                ahead.remove(&key);
            });
            if let Ok(value) = answer {
                self.put(key, Arc::new(value));
            }
            self.came.update(|came| *came += 1);
        });
    }

    /// Whether this is being fetched ahead; who then reads `came` is run again when it is there.
    pub(super) fn is_on_its_way(self, key: &Key) -> bool {
        self.ahead.with_value(|ahead| ahead.contains(key))
    }

    /// Follows what is fetched ahead.
    pub(super) fn follow_what_comes(self) {
        self.came.track();
    }
}

/// The cache, from the context.
pub fn use_cache() -> Cache {
    expect_context()
}
