//! The letters in English.

use application_user::AccountMailKind;
use chrono::{DateTime, TimeDelta, Utc};

use crate::letter::{Letter, Paragraph};

/// The letter for `kind`, from the server at `site`; `link` is what its token leads to.
pub(crate) fn letter(kind: &AccountMailKind, name: &str, site: &str, link: Option<String>) -> Letter {
    let greeting = if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") };
    let text = Paragraph::Text;
    let (subject, paragraphs) = match kind {
        AccountMailKind::VerifyEmail { valid_for, .. } => (
            "Confirm your e-mail address",
            vec![
                text(format!("An account at {site} has this e-mail address. Please confirm that it is yours:")),
                Paragraph::Link { label: "Confirm address", url: link.unwrap_or_default() },
                text(format!("The link works once, within {}.", duration(*valid_for))),
                text("If it was not you, there is nothing to do: the address stays unconfirmed.".to_owned()),
            ],
        ),
        AccountMailKind::ResetPassword { valid_for, .. } => (
            "Choose another password",
            vec![
                text(format!("Somebody asked for another password for your account at {site}. To choose one:")),
                Paragraph::Link { label: "Choose password", url: link.unwrap_or_default() },
                text(format!(
                    "The link works once, within {}. All devices are signed out afterwards.",
                    duration(*valid_for)
                )),
                text("If it was not you, there is nothing to do: your password stays as it is.".to_owned()),
            ],
        ),
        AccountMailKind::PasswordChanged { at } => (
            "Your password was changed",
            vec![
                text(format!(
                    "The password of your account at {site} was changed on {}. Other devices were signed out.",
                    time(*at)
                )),
                text("If it was you, there is nothing to do.".to_owned()),
                text(format!(
                    "If it was not you, go to {site} now, ask there for a mail to choose another password, and tell the \
                     administrator."
                )),
            ],
        ),
        AccountMailKind::TokenReused { at, user_agent, address } => {
            let mut facts = Vec::new();
            facts.extend(user_agent.as_ref().map(|agent| ("Device: ", agent.clone())));
            facts.extend(address.map(|address| ("Address: ", address.to_string())));
            let mut paragraphs = vec![text(format!(
                "Somebody used a copy of the sign-in of one of your devices at {site}. The device was signed out on {}, \
                 so that the copy is of no use any more.",
                time(*at)
            ))];
            paragraphs.extend((!facts.is_empty()).then_some(Paragraph::Facts(facts)));
            paragraphs.push(text("To go on, sign in on that device again.".to_owned()));
            paragraphs.push(text(
                "If you know of no reason, such as a browser that was restored from a backup, change your password; that \
                 signs all other devices out."
                    .to_owned(),
            ));
            ("One of your devices was signed out", paragraphs)
        }
        AccountMailKind::AccountClosing { purge_at } => (
            "Your account will be deleted",
            vec![
                text(format!("Your account at {site} will be deleted on {}, as asked for.", time(*purge_at))),
                text("To keep it, sign in before then.".to_owned()),
                text("If it was not you, sign in now and change your password.".to_owned()),
            ],
        ),
    };
    Letter { language: "en", subject: subject.into(), greeting, paragraphs }
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

fn duration(length: TimeDelta) -> String {
    let count = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match (length.num_days(), length.num_hours(), length.num_minutes()) {
        (days @ 2.., ..) => count(days, "day"),
        (_, hours @ 1.., _) => count(hours, "hour"),
        (.., minutes) => count(minutes, "minute"),
    }
}
