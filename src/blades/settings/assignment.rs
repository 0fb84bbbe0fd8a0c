//! The second tab: whether an administrator may assign for good, else for how long, and what he must give.

use domain::{
    policy::{ExpirationRule, Policy, RuleId},
    time::Span,
};
use leptos::prelude::*;

use super::{draft::LENGTHS, editor::Editor};
use crate::components::check;

impl Editor {
    pub(super) fn assignment(self) -> AnyView {
        let rule = move |read: fn(&domain::policy::EnablementRule) -> bool| {
            self.reads(move |rules| read(&rules.enablement_admin_assignment))
        };
        let eligible = self.reads(|rules| rules.enablement_admin_eligibility.justification);
        let never = Signal::stored(false);
        view! {
            {self.expiration(
                "Allow permanent eligible assignment",
                "Expire eligible assignments after",
                RuleId::ExpirationAdminEligibility,
                |rules| &mut rules.expiration_admin_eligibility,
                |rules| rules.expiration_admin_eligibility,
            )}
            {self.expiration(
                "Allow permanent active assignment",
                "Expire active assignments after",
                RuleId::ExpirationAdminAssignment,
                |rules| &mut rules.expiration_admin_assignment,
                |rules| rules.expiration_admin_assignment,
            )}
            {check(
                "Require multi-factor authentication on active assignment",
                "",
                rule(|r| r.multi_factor_authentication),
                never,
                move |on| self.change(|rules| rules.enablement_admin_assignment.multi_factor_authentication = on),
            )}
            {check("Require justification on eligible assignment", "", eligible, never, move |on| {
                self.change(|rules| rules.enablement_admin_eligibility.justification = on);
            })}
            {check("Require justification on active assignment", "", rule(|r| r.justification), never, move |on| {
                self.change(|rules| rules.enablement_admin_assignment.justification = on);
            })}
        }
        .into_any()
    }

    fn expiration(
        self,
        words: &'static str,
        after: &'static str,
        id: RuleId,
        place: fn(&mut Policy) -> &mut ExpirationRule,
        read: fn(&Policy) -> ExpirationRule,
    ) -> AnyView {
        let permanent = self.reads(move |rules| !read(rules).is_expiration_required);
        let length = self.reads(move |rules| read(rules).maximum_duration);
        let error = self.fault(id, "maximumDuration");
        let choose = move |event| {
            if let Ok(days) = event_target_value(&event).parse() {
                self.change(|rules| place(rules).maximum_duration = Span::days(days));
            }
        };
        let options = move || {
            let now = length.get();
            let known = LENGTHS.iter().any(|(days, _)| Span::days(*days) == now);
            // A length that a program has set stays as it is until another is chosen.
            let other = (!known).then(|| view! { <option value="" selected=true>{now.words()}</option> });
            let usual = LENGTHS.iter().map(|(days, name)| {
                view! { <option value=days.to_string() selected=Span::days(*days) == now>{*name}</option> }
            });
            view! { {other} {usual.collect_view()} }
        };
        view! {
            {check(words, "", permanent, Signal::stored(false), move |on| {
                self.change(|rules| place(rules).is_expiration_required = !on);
            })}
            <div class="field inset">
                <label class="label" for=id.as_str()>{after}</label>
                <select
                    class="select"
                    id=id.as_str()
                    disabled=permanent
                    aria-invalid=move || error.get().is_some().to_string()
                    on:change=choose
                >
                    {options}
                </select>
                <p class="error">{error}</p>
            </div>
        }
        .into_any()
    }
}
