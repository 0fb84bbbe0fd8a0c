//! Who is told of what by mail: the nine slots of a policy (`reference/portal-blades.md` 4.8) and the mails that go
//! through them (section 9). Nobody is told of his own act as administrator or approver.

use std::collections::HashSet;

use crate::{
    ids::PrincipalId,
    policy::{NotificationLevel, NotificationRule, RuleId},
    text::fold,
};

/// One event tells at most so many.
pub const MOST: usize = 1_000;

/// The three occasions of a policy's mail slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// Members are assigned as eligible.
    Eligibility,
    /// Members are assigned as active.
    Assignment,
    /// Eligible members activate.
    Activation,
}

/// The three audiences of each occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The administrators of roles.
    Admin,
    /// Whom it is about.
    Requestor,
    /// Those who may approve.
    Approver,
}

/// One mail slot of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// When.
    pub occasion: Occasion,
    /// To whom.
    pub audience: Audience,
}

macro_rules! notices {
    ($($(#[$doc:meta])* $name:ident = $word:literal to $($audience:ident)*;)*) => {
        /// What a mail tells (the numbers are those of `reference/portal-blades.md` 9).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Notice { $($(#[$doc])* $name,)* }

        impl Notice {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in storage and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The notice behind a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            /// Who is told, the nearest first: who stands in several of these is told once, as the first.
            pub const fn audiences(self) -> &'static [Audience] {
                match self { $(Self::$name => &[$(Audience::$audience),*],)* }
            }
        }
    };
}

notices! {
    /// 1: an activation waits for an answer.
    ApprovalAsked = "approvalAsked" to Approver;
    /// 2: an approver said yes.
    Approved = "approved" to Requestor Approver;
    /// 3: an approver said no.
    Denied = "denied" to Requestor Approver;
    /// An approver said yes, but it could not be given any more.
    Failed = "failed" to Requestor;
    /// 4: nobody answered in time.
    TimedOut = "timedOut" to Requestor;
    /// 5: a role is active.
    Activated = "activated" to Requestor Admin;
    /// 6: an administrator made somebody eligible.
    AssignedEligible = "assignedEligible" to Requestor Admin;
    /// 7: an administrator gave somebody a role.
    AssignedActive = "assignedActive" to Requestor Admin;
    /// 8: an administrator changed the window.
    Updated = "updated" to Requestor Admin;
    /// 8: an administrator took it away.
    Removed = "removed" to Requestor Admin;
    /// 8: somebody else withdrew the request.
    Canceled = "canceled" to Requestor;
    /// A test that somebody asked for; it goes through no slot.
    Test = "test" to;
}

/// Somebody who may be told: a principal, or an address that the policy adds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recipient {
    /// Who; none for an added address.
    pub principal: Option<PrincipalId>,
    /// Where the mail goes.
    pub address: String,
}

/// Those who stand in each audience, whatever the policy says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Candidates {
    /// Whose act it is; none when the system acts.
    pub actor: Option<Recipient>,
    /// The administrators of roles.
    pub admins: Vec<Recipient>,
    /// Whom it is about.
    pub requestors: Vec<Recipient>,
    /// Those who may approve.
    pub approvers: Vec<Recipient>,
}

/// One mail that goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Through which slot.
    pub slot: Slot,
    /// To whom.
    pub recipient: Recipient,
}

impl Notice {
    /// Whether somebody has to act: *Critical emails only* lets nothing else through.
    pub const fn is_critical(self) -> bool {
        matches!(self, Self::ApprovalAsked)
    }
}

impl Slot {
    /// Its rule in a policy.
    pub const fn rule_id(self) -> RuleId {
        use Audience::{Admin, Approver, Requestor};
        match (self.occasion, self.audience) {
            (Occasion::Eligibility, Admin) => RuleId::NotificationAdminAdminEligibility,
            (Occasion::Eligibility, Requestor) => RuleId::NotificationRequestorAdminEligibility,
            (Occasion::Eligibility, Approver) => RuleId::NotificationApproverAdminEligibility,
            (Occasion::Assignment, Admin) => RuleId::NotificationAdminAdminAssignment,
            (Occasion::Assignment, Requestor) => RuleId::NotificationRequestorAdminAssignment,
            (Occasion::Assignment, Approver) => RuleId::NotificationApproverAdminAssignment,
            (Occasion::Activation, Admin) => RuleId::NotificationAdminEndUserAssignment,
            (Occasion::Activation, Requestor) => RuleId::NotificationRequestorEndUserAssignment,
            (Occasion::Activation, Approver) => RuleId::NotificationApproverEndUserAssignment,
        }
    }

    /// The slot behind the id of its rule.
    pub fn parse(id: &str) -> Option<Self> {
        let occasions = [Occasion::Eligibility, Occasion::Assignment, Occasion::Activation];
        let audiences = [Audience::Admin, Audience::Requestor, Audience::Approver];
        let mut all = occasions
            .into_iter()
            .flat_map(|occasion| audiences.into_iter().map(move |audience| Self { occasion, audience }));
        all.find(|slot| slot.rule_id().as_str() == id)
    }

    /// Its place among the nine.
    const fn index(self) -> usize {
        let audience = match self.audience {
            Audience::Admin => 0,
            Audience::Requestor => 1,
            Audience::Approver => 2,
        };
        audience
            + 3 * match self.occasion {
                Occasion::Eligibility => 0,
                Occasion::Assignment => 1,
                Occasion::Activation => 2,
            }
    }

    /// Who gets this notice through this slot by its rule, before anybody is left out.
    fn through<'a>(
        self,
        notice: Notice,
        rule: &'a NotificationRule,
        default: &'a [Recipient],
    ) -> impl Iterator<Item = Recipient> + 'a {
        let open = match rule.level {
            NotificationLevel::None => false,
            NotificationLevel::Critical => notice.is_critical(),
            NotificationLevel::All => true,
        };
        let usual = if open && rule.is_default_recipients_enabled { default } else { &[] };
        // Only those who may approve are asked to: an added address could not follow the link.
        let added = open && !(self.occasion == Occasion::Activation && self.audience == Audience::Approver);
        let more = if added { rule.recipients.as_slice() } else { &[] };
        let more = more.iter().map(|address| address.trim()).filter(|address| !address.is_empty());
        usual
            .iter()
            .cloned()
            .chain(more.map(|address| Recipient { principal: None, address: address.to_owned() }))
    }
}

/// The mails of one event, the nearest audience first.
pub fn letters(
    notice: Notice,
    occasion: Occasion,
    rules: &[NotificationRule; 9],
    candidates: &Candidates,
) -> Vec<Letter> {
    let key = |address: &str| fold(address);
    let actor = candidates.actor.as_ref();
    let is_actor = |recipient: &Recipient| {
        actor.is_some_and(|actor| {
            key(&actor.address) == key(&recipient.address)
                || (actor.principal.is_some() && actor.principal == recipient.principal)
        })
    };
    let mut told = HashSet::new();
    let mut letters = Vec::new();
    for audience in notice.audiences() {
        let slot = Slot { occasion, audience: *audience };
        let default = match audience {
            Audience::Admin => &candidates.admins,
            Audience::Requestor => &candidates.requestors,
            Audience::Approver => &candidates.approvers,
        };
        // The requestor hears of his own activation; of what he withdrew himself he knows.
        let own = *audience == Audience::Requestor && notice != Notice::Canceled;
        for recipient in slot.through(notice, &rules[slot.index()], default) {
            if letters.len() == MOST {
                return letters;
            }
            if (own || !is_actor(&recipient)) && told.insert(key(&recipient.address)) {
                letters.push(Letter { slot, recipient });
            }
        }
    }
    letters
}

impl Notice {
    /// The subject line (`reference/portal-blades.md` 9). What people typed stays on one line.
    pub fn subject(self, person: &str, role: &str, permanent: bool) -> String {
        let (person, role) = (one_line(person), one_line(role));
        let asked = format!("The request from {person} to activate the {role} role");
        let length = if permanent { "permanently " } else { "" };
        let text = match self {
            Self::ApprovalAsked => format!("Review {person}'s request to activate the {role} role"),
            Self::Approved => format!("{asked} was approved"),
            Self::Denied => format!("{asked} was denied"),
            Self::Failed => format!("{asked} failed"),
            Self::TimedOut => format!("{asked} has expired"),
            Self::Activated => format!("{person} activated the {role} role"),
            Self::AssignedEligible => format!("{person} was {length}assigned the {role} role (eligible)"),
            Self::AssignedActive => format!("{person} was {length}assigned the {role} role"),
            Self::Updated => format!("The assignment of {person} to the {role} role was updated"),
            Self::Removed => format!("The assignment of {person} to the {role} role was removed"),
            Self::Canceled => format!("The request for {person} and the {role} role was withdrawn"),
            Self::Test => "Test mail".to_owned(),
        };
        format!("PIM: {text}")
    }
}

/// A text without line breaks and other control characters, each run of them and of blanks as one blank. Marks that
/// turn the direction of what stands around them are dropped: a name could make a mail read as another.
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !turns_around(*c)).collect();
    let words = plain.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Embeddings, overrides and isolates of the bidirectional algorithm, and its marks.
const fn turns_around(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
