//! What an event gives reason to tell, and to whom.

use std::sync::Arc;

use application_shared::{OutboxMessage, PortError};
use chrono::{DateTime, Utc};
use domain_meeting::{
    Invitation, InvitationAnswer, InvitationEvent, InvitationStatusKind, Invitee, Meeting, MeetingRef, ReminderEvent,
};
use domain_shared::{InvitationId, MeetingId, UserId};
use serde::de::DeserializeOwned;

use super::{InvitationPorts, InvitationRepository, People, Person, upcoming::is_over};
use crate::MeetingRepository;

/// The events of which somebody is told.
pub(super) const EVENTS: &[&str] = &[
    "meeting.invitation-created",
    "meeting.invitation-changed",
    "meeting.invitation-cancelled",
    "meeting.invitation-revoked",
    "meeting.invitation-answered",
    "meeting.reminder-due",
];

/// The language of those whose own is not known, where the host's is not known either.
const DEFAULT_LANGUAGE: &str = "en";

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// They are invited.
    Invited,
    /// The meeting takes place otherwise than they were told.
    Changed,
    /// It does not take place.
    Cancelled,
    /// They are not invited any more.
    Withdrawn,
    /// Whom they invited has answered.
    Answered(InvitationAnswer),
    /// It starts soon.
    Reminder(DateTime<Utc>),
}

impl News {
    /// The kind of notifications by which it is told.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Invited => "meeting-invitation",
            Self::Changed => "meeting-changed",
            Self::Cancelled | Self::Withdrawn => "meeting-cancelled",
            Self::Answered(_) => "invitation-answered",
            Self::Reminder(_) => "meeting-reminder",
        }
    }
}

/// Something to tell one person.
#[derive(Debug)]
pub(super) struct Occasion {
    /// What.
    pub news: News,
    /// Of this meeting, as it is now.
    pub meeting: Meeting,
    /// What its host is called; empty when the account is gone.
    pub host_name: String,
    /// The invitation that it is about, if any.
    pub invitation: Option<Invitation>,
    /// Who is invited by it: a name or an address, as the host knows them.
    pub invitee: String,
    /// Who is told, as far as they are a user.
    pub user: Option<Person>,
    /// Where mails to them go, if anywhere.
    pub address: Option<String>,
    /// What mails call them; empty when it is not known that they read that address.
    pub name: String,
    /// The language of mails to them.
    pub language: String,
}

/// Reads occasions from events.
pub(super) struct Occasions {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    people: Arc<dyn People>,
}

/// What an event says.
struct Fact {
    news: News,
    meeting_id: MeetingId,
    invitation_id: Option<InvitationId>,
}

impl Occasions {
    pub(super) fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            people: Arc::clone(&ports.people),
        }
    }

    /// What is to be told because of an event, as things are now; nothing when that has become nothing.
    pub(super) async fn read(
        &self,
        message: &OutboxMessage,
        now: DateTime<Utc>,
    ) -> Result<Option<Occasion>, PortError> {
        let Fact { news, meeting_id, invitation_id } = fact(message)?;
        let Some(meeting) = self.meetings.find(&MeetingRef::Id(meeting_id)).await? else { return Ok(None) };
        let invitation = match invitation_id {
            None => None,
            Some(id) => match self.invitations.find(id).await? {
                Some(invitation) => Some(invitation),
                None => return Ok(None),
            },
        };
        if !is_still_true(news, &meeting, invitation.as_ref(), now) {
            return Ok(None);
        }
        let host = self.people.find(meeting.creator_id()).await?;
        let guest = match &invitation {
            Some(invitation) => self.user(invitation.invitee().user_id()).await?,
            None => None,
        };
        let to_host = invitation.is_none() || matches!(news, News::Answered(_));
        let (user, address) = if to_host {
            (host.clone(), host.as_ref().and_then(proved))
        } else {
            let address = match invitation.as_ref().map(Invitation::invitee) {
                Some(Invitee::Address { email, .. }) => Some(email.as_str().to_owned()),
                // A stranger may read what is sent to an address that is not proved.
                _ => guest.as_ref().and_then(proved),
            };
            (guest.clone(), address)
        };
        let invitee = match invitation.as_ref().map(Invitation::invitee) {
            Some(Invitee::Address { email, .. }) => email.as_str().to_owned(),
            _ => guest.map(|person| person.name).unwrap_or_default(),
        };
        let language = user.as_ref().or(host.as_ref()).map_or(DEFAULT_LANGUAGE, |person| person.language.as_str());
        Ok(Some(Occasion {
            news,
            host_name: host.as_ref().map(|host| host.name.clone()).unwrap_or_default(),
            name: user.as_ref().map(|user| user.name.clone()).unwrap_or_default(),
            language: language.to_owned(),
            meeting,
            invitation,
            invitee,
            user,
            address,
        }))
    }

    async fn user(&self, id: Option<UserId>) -> Result<Option<Person>, PortError> {
        match id {
            Some(id) => self.people.find(id).await,
            None => Ok(None),
        }
    }
}

/// The address of somebody, if they have proved that they read what is sent there.
fn proved(person: &Person) -> Option<String> {
    person.email_verified.then(|| person.email.as_str().to_owned())
}

/// Whether there is still reason to tell: events may wait, and much happens meanwhile.
fn is_still_true(news: News, meeting: &Meeting, invitation: Option<&Invitation>, now: DateTime<Utc>) -> bool {
    let over = is_over(meeting);
    let status = invitation.map(|invitation| invitation.status().kind());
    let comes = matches!(status, Some(InvitationStatusKind::Pending | InvitationStatusKind::Accepted));
    match news {
        News::Invited => !over && status == Some(InvitationStatusKind::Pending),
        News::Changed => !over && comes,
        News::Cancelled => over && comes,
        News::Withdrawn => !over && status == Some(InvitationStatusKind::Revoked),
        News::Answered(_) => !over,
        // The host has no invitation.
        News::Reminder(starts_at) => {
            !over && now <= starts_at && status.is_none_or(|status| status == InvitationStatusKind::Accepted)
        }
    }
}

fn fact(message: &OutboxMessage) -> Result<Fact, PortError> {
    if message.name.starts_with("meeting.reminder") {
        let ReminderEvent::Due { meeting_id, invitation_id, starts_at, .. } = read(message)?;
        return Ok(Fact { news: News::Reminder(starts_at), meeting_id, invitation_id });
    }
    let (news, invitation_id, meeting_id) = match read(message)? {
        InvitationEvent::Created { invitation_id, meeting_id, .. } => (News::Invited, invitation_id, meeting_id),
        InvitationEvent::MeetingChanged { invitation_id, meeting_id, .. } => (News::Changed, invitation_id, meeting_id),
        InvitationEvent::MeetingCancelled { invitation_id, meeting_id, .. } => {
            (News::Cancelled, invitation_id, meeting_id)
        }
        InvitationEvent::Revoked { invitation_id, meeting_id, .. } => (News::Withdrawn, invitation_id, meeting_id),
        InvitationEvent::Answered { invitation_id, meeting_id, answer, .. } => {
            (News::Answered(answer), invitation_id, meeting_id)
        }
    };
    Ok(Fact { news, meeting_id, invitation_id: Some(invitation_id) })
}

fn read<E: DeserializeOwned>(message: &OutboxMessage) -> Result<E, PortError> {
    serde_json::from_value(message.payload.clone()).map_err(|error| PortError::corrupt("event", error))
}
