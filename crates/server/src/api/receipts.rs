//! The mails about a request, as moments of its timeline.

use domain::{
    ids::RequestId,
    notice::Audience,
    wire::audit::{TimelineEntry, TimelineKind, TimelineResult},
};

use crate::storage::{
    Connection, StorageError,
    mails::{self, Mail, State},
};

/// One moment for all mails that tell the same to the same kind of reader and fared alike. The addresses are for the
/// readers of the history alone.
pub(super) async fn receipts(
    db: &mut Connection,
    request: RequestId,
    with_addresses: bool,
) -> Result<Vec<TimelineEntry>, StorageError> {
    let mut groups: Vec<Vec<Mail>> = Vec::new();
    for mail in mails::of_request(db, request).await? {
        let alike = |group: &&mut Vec<Mail>| {
            let first = &group[0];
            (first.notice, first.slot, first.state, is_held_back(first))
                == (mail.notice, mail.slot, mail.state, is_held_back(&mail))
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(mail),
            None => groups.push(vec![mail]),
        }
    }
    Ok(groups.iter().filter_map(|group| moment(group, with_addresses)).collect())
}

/// Whether a mail waits because its reader was told just before.
const fn is_held_back(mail: &Mail) -> bool {
    matches!(mail.state, State::Queued) && mail.attempts == 0 && mail.words.is_some()
}

fn moment(group: &[Mail], with_addresses: bool) -> Option<TimelineEntry> {
    let first = group.first()?;
    let (verb, result) = match first.state {
        State::Queued if is_held_back(first) => {
            ("waits, as one about a withdrawn request has just been sent", TimelineResult::Waiting)
        }
        State::Queued => ("on its way", TimelineResult::Waiting),
        State::Sent => ("sent", TimelineResult::Done),
        State::Refused => ("refused by the mail server", TimelineResult::Failed),
        State::GivenUp => ("given up", TimelineResult::Failed),
        State::Off => ("not sent, mail is off", TimelineResult::Failed),
        State::Withdrawn => ("no longer needed", TimelineResult::Done),
    };
    let readers = match (first.slot.map(|slot| slot.audience), group.len()) {
        (Some(Audience::Requestor), 1) => "the person it is about".to_owned(),
        (Some(Audience::Approver), 1) => "an approver".to_owned(),
        (Some(Audience::Approver), n) => format!("{n} approvers"),
        (Some(Audience::Admin), 1) => "an administrator".to_owned(),
        (Some(Audience::Admin), n) => format!("{n} administrators"),
        (_, n) => format!("{n} people"),
    };
    let mut details = vec![("Subject".to_owned(), first.subject.clone())];
    if with_addresses {
        let said = |mail: &Mail| mail.words.clone().unwrap_or_else(|| mail.state.as_str().to_owned());
        details.extend(group.iter().map(|mail| (mail.recipient.address.clone(), said(mail))));
    }
    Some(TimelineEntry {
        at: group.iter().map(|mail| mail.done_at.unwrap_or(mail.created_at)).max()?,
        kind: TimelineKind::Mail,
        actor: None,
        text: format!("Mail to {readers}: {verb}"),
        result,
        reason: None,
        details,
    })
}
