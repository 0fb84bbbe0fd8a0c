//! Identifiers: every kind of thing has its own type, so that a role can never be passed for a person.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta] $name:ident;)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A user, a group or a service principal.
    PrincipalId;
    /// A role definition; a built-in one keeps its well-known template id.
    RoleId;
    /// A schedule. It has the id of the request that made it, as on Graph's wire.
    ScheduleId;
    /// A request: the immutable order form behind every change.
    RequestId;
    /// The organisation.
    TenantId;
    /// One row of the audit history.
    AuditId;
    /// A signed-in session, as *My account* lists it. It is not the secret in the cookie.
    SessionId;
}

impl From<RequestId> for ScheduleId {
    fn from(request: RequestId) -> Self {
        Self(request.0)
    }
}
