//! Ways to break the engine.

/// One thing done wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A right lasts a minute longer than decided.
    EndsOneMinuteLate,
    /// A right still holds at its end.
    EndIsInside,
    /// The last holder of a guarded role can be lost.
    NoGuard,
    /// A group that holds a guarded role permanently counts as a holder.
    GroupGuards,
    /// A time-bound holder counts as a holder.
    TimeBoundGuards,
    /// The second factor is not asked.
    NoSecondFactor,
    /// An activation is not shortened to the end of its eligibility.
    NoCap,
    /// What was activated stays when the eligibility ends.
    NoCascade,
    /// What was activated keeps its length when the eligibility is shortened.
    NoCascadeOfUpdates,
    /// A second request is taken while one is open.
    Twins,
    /// Four minutes are enough.
    FourMinutes,
    /// An activation can be given back a minute too early.
    EarlyDeactivation,
    /// Whoever asks may act for somebody else.
    ActsForOthers,
    /// Everybody manages roles.
    EverybodyManages,
    /// A reason may be longer than its limit.
    LongReasons,
    /// The longest activation is a minute longer.
    MinuteOverMaximum,
    /// Somebody approves his own request.
    SelfApproval,
    /// Somebody approves with a second account what he asked with the first.
    SecondAccount,
    /// Whoever asks may approve.
    EverybodyApproves,
    /// An approval is taken a minute after its time.
    LateApproval,
    /// The clock of an activation starts when it was asked, not when it was approved.
    ClockStartsWithTheAsk,
    /// What is asked is given without the approval that it needs.
    NoApproval,
}

impl Mutation {
    pub const ALL: [Self; 22] = [
        Self::EndsOneMinuteLate,
        Self::EndIsInside,
        Self::NoGuard,
        Self::GroupGuards,
        Self::TimeBoundGuards,
        Self::NoSecondFactor,
        Self::NoCap,
        Self::NoCascade,
        Self::NoCascadeOfUpdates,
        Self::Twins,
        Self::FourMinutes,
        Self::EarlyDeactivation,
        Self::ActsForOthers,
        Self::EverybodyManages,
        Self::LongReasons,
        Self::MinuteOverMaximum,
        Self::SelfApproval,
        Self::SecondAccount,
        Self::EverybodyApproves,
        Self::LateApproval,
        Self::ClockStartsWithTheAsk,
        Self::NoApproval,
    ];
}
