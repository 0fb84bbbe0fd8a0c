//! What the reader may do to whom: asked of the rule that the server asks, so that no button offers what is refused.

use domain::{
    capability::{PersonFacts, TOUCHES, may_touch},
    ids::PrincipalId,
    permission::{Permission, Permissions},
    wire::api::ProtectedUser,
};
use leptos::prelude::*;

use crate::{
    api,
    data::{Key, Query},
    session::use_who,
};

/// Whom the reader may touch. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    permissions: Memo<Permissions>,
    protected: Query<Vec<ProtectedUser>>,
}

impl Rights {
    pub(super) fn new() -> Self {
        let who = use_who();
        let permissions = Memo::new(move |_| who.permissions());
        let wanted = Memo::new(move |_| matters(permissions.get()));
        let protected = Query::maybe(move || {
            wanted.get().then(|| (Key::ProtectedUsers, Box::pin(api::protected_users()) as _))
        });
        Self { permissions, protected }
    }

    /// What is lacking to do this to somebody, in the words of the server; while the facts are on their way, only what
    /// the act itself lacks.
    pub(super) fn lack(self, act: Permission, id: PrincipalId) -> Signal<Option<String>> {
        Memo::new(move |_| {
            let found = self.protected.ready();
            let facts = found.and_then(|all| all.iter().find(|one| one.id == id).map(|one| one.facts));
            may_touch(self.permissions.get(), act, facts.unwrap_or_default()).err().map(|lack| lack.reason)
        })
        .into()
    }
}

/// Whether it makes a difference to this reader who is protected.
fn matters(permissions: Permissions) -> bool {
    let protected = PersonFacts { privileged: true, ..PersonFacts::default() };
    TOUCHES.into_iter().any(|act| {
        may_touch(permissions, act, PersonFacts::default()).is_ok()
            && may_touch(permissions, act, protected).is_err()
    })
}

#[cfg(test)]
mod tests {
    use domain::role::{GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR};

    use super::*;

    #[test]
    fn who_is_protected_is_asked_only_where_it_makes_a_difference() {
        assert!(matters(Permissions::of_roles([USER_ADMINISTRATOR])));
        assert!(!matters(Permissions::of_roles([GLOBAL_ADMINISTRATOR])));
        assert!(!matters(Permissions::NONE));
    }
}
