//! The letters about meetings in English.

use application_meeting::{MailedMeeting, MeetingMailKind};

use crate::{
    letter::{Letter, Paragraph},
    meeting_time::{Links, start},
};

/// The letter for `kind` about `meeting`.
pub(crate) fn letter(kind: &MeetingMailKind, name: &str, meeting: &MailedMeeting, links: Links) -> Letter {
    let greeting = if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") };
    let MailedMeeting { title, host_name, .. } = meeting;
    let host = if host_name.is_empty() { "The host" } else { host_name };
    let text = Paragraph::Text;
    let facts = || Paragraph::Facts(facts(meeting));
    let join = || Paragraph::Link { label: "Open meeting", url: links.meeting.clone() };
    let (subject, paragraphs) = match kind {
        MeetingMailKind::Invitation { .. } => {
            let mut paragraphs = vec![text(format!("{host} invites you to a meeting.")), facts()];
            paragraphs.extend(answers(&links));
            paragraphs.push(text("When it is time, open the meeting here:".to_owned()));
            paragraphs.push(join());
            paragraphs.push(text(
                "You need no account to answer. The links are meant for you alone. If you do not know who sent this, there \
                 is nothing to do."
                    .to_owned(),
            ));
            (format!("Invitation: {title}"), paragraphs)
        }
        MeetingMailKind::Changed { .. } => {
            let mut paragraphs =
                vec![text(format!("{host} has changed a meeting that you are invited to. It is now:")), facts()];
            paragraphs.extend(answers(&links));
            paragraphs.push(join());
            (format!("Changed: {title}"), paragraphs)
        }
        MeetingMailKind::Cancelled => (
            format!("Cancelled: {title}"),
            vec![text(format!("{host} has called off a meeting that you are invited to.")), facts()],
        ),
        MeetingMailKind::Withdrawn => (
            format!("Invitation withdrawn: {title}"),
            vec![
                text(format!("{host} has taken back the invitation to a meeting. Its links are no longer good.")),
                facts(),
            ],
        ),
        MeetingMailKind::Reminder => {
            (format!("Starts soon: {title}"), vec![text("A meeting starts soon.".to_owned()), facts(), join()])
        }
        MeetingMailKind::Answered { who, accepted } => {
            let (subject, says) = if *accepted { ("Accepted", "comes") } else { ("Declined", "does not come") };
            (format!("{subject}: {title}"), vec![text(format!("{who} {says} to your meeting.")), facts(), join()])
        }
    };
    Letter { language: "en", subject: subject.into(), greeting, paragraphs }
}

fn answers(links: &Links) -> Vec<Paragraph> {
    let Some((accept, decline)) = &links.answers else { return Vec::new() };
    vec![
        Paragraph::Text("To accept:".to_owned()),
        Paragraph::Link { label: "Accept", url: accept.clone() },
        Paragraph::Text("To decline:".to_owned()),
        Paragraph::Link { label: "Decline", url: decline.clone() },
    ]
}

fn facts(meeting: &MailedMeeting) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Meeting: ", meeting.title.clone())];
    if let Some((local, zone)) = start(meeting) {
        facts.push(("Time: ", format!("{} ({zone})", local.format("%A, %-d %B %Y, %H:%M"))));
    }
    if meeting.recurs {
        facts.push(("Repeats: ", "yes".to_owned()));
    }
    if !meeting.host_name.is_empty() {
        facts.push(("Host: ", meeting.host_name.clone()));
    }
    facts
}
