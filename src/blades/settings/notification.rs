//! The third tab: nine mail slots in three groups, each with its usual and further recipients.

use domain::policy::{NotificationLevel, RuleId};
use leptos::prelude::*;

use super::editor::Editor;

struct Group {
    title: &'static str,
    slots: [(RuleId, &'static str, &'static str); 3],
}

const RENEWAL: &str = "Request to approve a role assignment renewal/extension";
const ASSIGNEE: &str = "Notification to the assigned user (assignee)";

const GROUPS: [Group; 3] = [
    Group {
        title: "Send notifications when members are assigned as eligible to this role",
        slots: [
            (RuleId::NotificationAdminAdminEligibility, "Role assignment alert", "Admin"),
            (RuleId::NotificationRequestorAdminEligibility, ASSIGNEE, "Assignee"),
            (RuleId::NotificationApproverAdminEligibility, RENEWAL, "Approver"),
        ],
    },
    Group {
        title: "Send notifications when members are assigned as active to this role",
        slots: [
            (RuleId::NotificationAdminAdminAssignment, "Role assignment alert", "Admin"),
            (RuleId::NotificationRequestorAdminAssignment, ASSIGNEE, "Assignee"),
            (RuleId::NotificationApproverAdminAssignment, RENEWAL, "Approver"),
        ],
    },
    Group {
        title: "Send notifications when eligible members activate this role",
        slots: [
            (RuleId::NotificationAdminEndUserAssignment, "Role activation alert", "Admin"),
            (
                RuleId::NotificationRequestorEndUserAssignment,
                "Notification to activated user (requestor)",
                "Requestor",
            ),
            (RuleId::NotificationApproverEndUserAssignment, "Request to approve an activation", "Approver"),
        ],
    },
];

impl Editor {
    pub(super) fn notification(self) -> AnyView {
        GROUPS.iter().map(|group| self.group(group)).collect_view().into_any()
    }

    fn group(self, group: &'static Group) -> AnyView {
        let rows = group.slots.iter().map(|(id, words, to)| self.slot(*id, words, to, group.title));
        view! {
            <section class="section slots">
                <h3>{group.title}</h3>
                <div class="table-frame">
                    <table class="table">
                        <caption class="visually-hidden">{group.title}</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Type"</th>
                                <th scope="col">"Default recipients"</th>
                                <th scope="col">"Additional recipients"</th>
                                <th scope="col">"Critical emails only"</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any()
    }

    fn slot(self, id: RuleId, words: &'static str, to: &'static str, group: &'static str) -> AnyView {
        let Some(slot) = id.slot() else { return ().into_any() };
        let error = self.fault(id, "notificationRecipients");
        let tells = move || self.draft.with(|draft| draft.tells(slot));
        let critical =
            self.reads(move |rules| rules.notifications[slot].level == NotificationLevel::Critical);
        let typed = move || self.draft.with(|draft| draft.recipients[slot].clone());
        let name = move |what: &str| format!("{what}: {words}. {group}");
        let hint = format!("{}-hint", id.as_str());
        let more = if id.is_closed() {
            view! { <span class="hint">"Approvers only"</span> }.into_any()
        } else {
            view! {
                <input
                    type="text"
                    class="input"
                    aria-label=name("Additional recipients")
                    aria-describedby=hint.clone()
                    aria-invalid=move || error.get().is_some().to_string()
                    placeholder="Addresses, separated by ;"
                    prop:value=typed
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        self.edit(|draft| draft.recipients[slot] = text);
                    }
                />
                <span class="error" id=hint role="status">{error}</span>
            }
            .into_any()
        };
        view! {
            <tr>
                <td data-label="Type">{words}</td>
                <td data-label="Default recipients">
                    <label class="check">
                        <input
                            type="checkbox"
                            aria-label=name(to)
                            prop:checked=tells
                            on:change=move |event| {
                                let on = event_target_checked(&event);
                                self.edit(|draft| draft.tell(slot, on));
                            }
                        />
                        <span>{to}</span>
                    </label>
                </td>
                <td data-label="Additional recipients">{more}</td>
                <td data-label="Critical emails only">
                    <input
                        type="checkbox"
                        class="lone-check"
                        aria-label=name("Critical emails only")
                        prop:checked=critical
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            self.edit(|draft| draft.only_critical(slot, on));
                        }
                    />
                </td>
            </tr>
        }
        .into_any()
    }
}
