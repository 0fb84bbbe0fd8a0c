//! The rules of a role, to read: three blocks, as the editor has three tabs.

use domain::{
    policy::{
        ActivationRules, EnablementRule, ExpirationRule, NotificationLevel, NotificationRule, Policy, RuleId,
    },
    wire::api::{PrincipalRef, RoleDetail},
};
use leptos::prelude::*;

use crate::parts::UNREAD_SETTINGS;

/// The blocks that the reader may read. `approvers` are the names of whom the rules name.
pub(super) fn settings(role: &RoleDetail, approvers: &[PrincipalRef]) -> AnyView {
    let Some(rules) = &role.activation else {
        return view! { <p class="note info">{UNREAD_SETTINGS}</p> }.into_any();
    };
    let approvers = role
        .policy
        .as_ref()
        .filter(|_| rules.is_approval_required)
        .map(|policy| fact("Approvers", named(policy, approvers)));
    view! {
        {activation(rules, approvers)}
        {role.policy.as_ref().map(others)}
    }
    .into_any()
}

fn activation(rules: &ActivationRules, approvers: Option<AnyView>) -> AnyView {
    let asked = rules.enablement;
    let longest = rules.expiration.maximum_duration.words();
    view! {
        <section class="section">
            <h2>"Activation"</h2>
            <dl class="facts">
                {fact("Activation maximum duration", longest)}
                {fact("On activation, require", factor(asked))}
                {fact("Require justification on activation", yes(asked.justification))}
                {fact("Require ticket information on activation", yes(asked.ticketing))}
                {fact("Require approval to activate", yes(rules.is_approval_required))}
                {approvers}
            </dl>
        </section>
    }
    .into_any()
}

fn others(policy: &Policy) -> AnyView {
    view! {
        <section class="section">
            <h2>"Assignment"</h2>
            <dl class="facts">
                {fact("Allow permanent eligible assignment", yes(!policy.expiration_admin_eligibility.is_expiration_required))}
                {fact("Expire eligible assignments after", after(policy.expiration_admin_eligibility))}
                {fact("Allow permanent active assignment", yes(!policy.expiration_admin_assignment.is_expiration_required))}
                {fact("Expire active assignments after", after(policy.expiration_admin_assignment))}
                {fact(
                    "Require multi-factor authentication on active assignment",
                    yes(policy.enablement_admin_assignment.multi_factor_authentication),
                )}
                {fact("Require justification on eligible assignment", yes(policy.enablement_admin_eligibility.justification))}
                {fact("Require justification on active assignment", yes(policy.enablement_admin_assignment.justification))}
            </dl>
        </section>
        <section class="section">
            <h2>"Send notifications"</h2>
            {mails(policy, "Members are assigned as eligible", [
                RuleId::NotificationAdminAdminEligibility,
                RuleId::NotificationRequestorAdminEligibility,
                RuleId::NotificationApproverAdminEligibility,
            ])}
            {mails(policy, "Members are assigned as active", [
                RuleId::NotificationAdminAdminAssignment,
                RuleId::NotificationRequestorAdminAssignment,
                RuleId::NotificationApproverAdminAssignment,
            ])}
            {mails(policy, "Eligible members activate this role", [
                RuleId::NotificationAdminEndUserAssignment,
                RuleId::NotificationRequestorEndUserAssignment,
                RuleId::NotificationApproverEndUserAssignment,
            ])}
        </section>
    }
    .into_any()
}

fn fact(name: &'static str, value: String) -> AnyView {
    view! { <dt>{name}</dt><dd>{value}</dd> }.into_any()
}

fn after(rule: ExpirationRule) -> String {
    if rule.is_expiration_required { rule.maximum_duration.words() } else { "Does not expire".to_owned() }
}

fn factor(rule: EnablementRule) -> String {
    if rule.multi_factor_authentication { "Multi-factor authentication" } else { "None" }.to_owned()
}

fn named(policy: &Policy, approvers: &[PrincipalRef]) -> String {
    let rule = &policy.approval_end_user_assignment;
    if rule.approvers.is_empty() {
        return "Active Global Administrators and Privileged Role Administrators".to_owned();
    }
    if approvers.is_empty() {
        return format!("{} chosen", rule.approvers.len());
    }
    let names = approvers.iter().map(|one| one.display_name.clone().unwrap_or_else(|| "Deleted".to_owned()));
    names.collect::<Vec<_>>().join(", ")
}

fn mails(policy: &Policy, title: &'static str, slots: [RuleId; 3]) -> AnyView {
    let rows = slots.into_iter().zip(["Administrators", "Assignee or requestor", "Approvers"]);
    let rows = rows.map(|(id, to)| {
        let rule = id.slot().map(|slot| &policy.notifications[slot]);
        fact(to, rule.map(told).unwrap_or_default())
    });
    view! { <h3>{title}</h3> <dl class="facts">{rows.collect_view()}</dl> }.into_any()
}

fn told(rule: &NotificationRule) -> String {
    let usual = rule.is_default_recipients_enabled && rule.level != NotificationLevel::None;
    let mut parts = Vec::new();
    if usual {
        parts.push("Default recipients".to_owned());
    }
    if rule.level != NotificationLevel::None {
        parts.extend(rule.recipients.iter().cloned());
    }
    if parts.is_empty() {
        return "Nobody".to_owned();
    }
    if rule.level == NotificationLevel::Critical {
        parts.push("critical emails only".to_owned());
    }
    parts.join(", ")
}

fn yes(on: bool) -> String {
    if on { "Yes".to_owned() } else { "No".to_owned() }
}
