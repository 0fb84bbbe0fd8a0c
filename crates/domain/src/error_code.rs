//! The one list of error codes. A code is Graph's own where Graph has one (`reference/graph-pim-contract.md` 6);
//! ours are marked.

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal;)*) => {
        /// Why something was refused, as a program reads it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code, for tests and documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The text in `error.code`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status it travels with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

codes! {
    /// An equal assignment or activation is there already.
    RoleAssignmentExists = 400 "RoleAssignmentExists";
    /// A request on the same principal, role and scope is still open.
    PendingRoleAssignmentRequest = 400 "PendingRoleAssignmentRequest";
    /// There is nothing to update, remove or deactivate.
    RoleAssignmentDoesNotExist = 400 "RoleAssignmentDoesNotExist";
    /// Less than five minutes: a deactivation too early, or a length too small.
    ActiveDurationTooShort = 400 "ActiveDurationTooShort";
    /// One or more rules of the policy were not met.
    PolicyValidationFailed = 400 "RoleAssignmentRequestPolicyValidationFailed";
    /// The body has no meaning.
    InvalidRequest = 400 "InvalidRoleAssignmentRequest";
    /// The window has no meaning: the end before the start, or outside the eligibility.
    InvalidSchedule = 400 "InvalidRoleAssignmentRequestSchedule";
    /// No such principal.
    SubjectNotFound = 400 "SubjectNotFound";
    /// No such role.
    RoleNotFound = 400 "RoleNotFound";
    /// A scope that is not supported.
    InvalidScope = 400 "InvalidScope";
    /// The caller lacks the role for it.
    Unauthorized = 403 "UnauthorizedAccessException";
    /// Ours: the last permanent holder of a guarded role would be lost.
    LastGuardedAssignment = 400 "LastGuardedAssignment";
    /// Ours: the input belongs to a feature that is not enforced yet.
    NotSupported = 400 "NotSupported";
    /// A rule of a policy says what it may not.
    InvalidPolicyRule = 400 "InvalidPolicyRule";
    /// A change of a policy that has no meaning.
    InvalidPolicy = 400 "InvalidPolicy";
    /// Policies were asked for without saying of which scope.
    MissingScope = 400 "UnknownError";
    /// A malformed query or body outside role requests.
    BadRequest = 400 "Request_BadRequest";
    /// An unknown path.
    UnknownSegment = 400 "BadRequest";
    /// The caller may not do this in the directory.
    AuthorizationDenied = 403 "Authorization_RequestDenied";
    /// Nothing under this id.
    NotFound = 404 "Request_ResourceNotFound";
    /// The method is not offered here.
    MethodNotAllowed = 405 "Request_MethodNotAllowed";
    /// Something with this name is there already.
    ObjectConflict = 409 "Request_MultipleObjectsWithSameKeyValue";
    /// Somebody else changed it meanwhile.
    ChangedMeanwhile = 412 "Request_PreconditionFailed";
    /// The request is over and cannot be cancelled.
    NotCancellable = 400 "RoleAssignmentRequestNotCancellable";
    /// Ours: the approval was given, refused, withdrawn or timed out already.
    ApprovalClosed = 409 "RoleAssignmentRequestAlreadyDecided";
    /// Nobody is signed in.
    NotSignedIn = 401 "InvalidAuthenticationToken";
    /// Ours: wrong user name or password.
    InvalidCredentials = 401 "InvalidCredentials";
    /// Ours: wrong or used second factor.
    InvalidSecondFactor = 401 "InvalidSecondFactor";
    /// Ours: the act needs a second factor in this session.
    SecondFactorRequired = 403 "SecondFactorRequired";
    /// Ours: the write did not come from the portal's own address.
    OriginMismatch = 403 "OriginMismatch";
    /// Ours: the call names a host that is not this server's.
    WrongHost = 421 "MisdirectedRequest";
    /// Too many attempts; `Retry-After` says when.
    TooManyRequests = 429 "TooManyRequests";
    /// The body's media type or encoding is not taken.
    UnsupportedMedia = 415 "UnsupportedMediaType";
    /// The body is too large.
    TooLarge = 413 "RequestEntityTooLarge";
    /// The server's own fault; the log knows more.
    Internal = 500 "InternalServerError";
    /// The server is busy or shutting down; try again.
    Unavailable = 503 "ServiceUnavailable";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    /// An unknown code reads as [`ErrorCode::Internal`]: a newer server must not break an older page.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Ok(Self::ALL.iter().copied().find(|code| code.as_str() == text).unwrap_or(Self::Internal))
    }
}
