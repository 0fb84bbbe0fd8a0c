//! The rules of a role, to read.

use domain::policy::{EnablementRule, ExpirationRule, Policy};
use leptos::prelude::*;

pub(super) fn settings(policy: &Policy) -> AnyView {
    let activation = &policy.enablement_end_user_assignment;
    let approval = policy.approval_end_user_assignment.is_approval_required;
    let longest = policy.expiration_end_user_assignment.maximum_duration.words();
    view! {
        <section class="section">
            <h2>"Activation"</h2>
            <dl class="facts">
                {fact("Activation maximum duration", longest)}
                {fact("On activation, require", required(*activation))}
                {fact("Require approval to activate", yes(approval))}
            </dl>
        </section>
        <section class="section">
            <h2>"Assignment"</h2>
            <dl class="facts">
                {fact("Permanent eligible assignment", permanent(policy.expiration_admin_eligibility))}
                {fact("Permanent active assignment", permanent(policy.expiration_admin_assignment))}
                {fact("On active assignment, require", required(policy.enablement_admin_assignment))}
            </dl>
        </section>
    }
    .into_any()
}

fn fact(name: &'static str, value: String) -> AnyView {
    view! { <dt>{name}</dt><dd>{value}</dd> }.into_any()
}

fn permanent(rule: ExpirationRule) -> String {
    if rule.is_expiration_required {
        format!("Not allowed; expires after at most {}", rule.maximum_duration.words())
    } else {
        "Allowed".to_owned()
    }
}

fn required(rule: EnablementRule) -> String {
    let asked = [
        (rule.multi_factor_authentication, "a second factor"),
        (rule.justification, "a justification"),
        (rule.ticketing, "ticket information"),
    ];
    let words: Vec<&str> = asked.into_iter().filter_map(|(on, word)| on.then_some(word)).collect();
    if words.is_empty() { "Nothing".to_owned() } else { sentence(&words) }
}

fn sentence(words: &[&str]) -> String {
    let text = words.join(", ");
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn yes(on: bool) -> String {
    if on { "Yes".to_owned() } else { "No".to_owned() }
}
