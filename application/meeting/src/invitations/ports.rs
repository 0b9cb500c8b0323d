//! What the use cases of invitations need from outside.

use std::sync::Arc;

use application_shared::PortError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_meeting::{Invitation, InvitationTokenHash, PlannedReminder, ReminderEvent};
use domain_shared::{Clock, Email, IdGenerator, InvitationId, MeetingId, Page, PageLimit, UserId};
use secrecy::SecretString;

use super::InvitationView;
use crate::MeetingRepository;

/// Keeps invitations. A write stores the row, its version and the pending events in one transaction, then calls
/// [`Invitation::mark_stored`]; when it fails, nothing is stored and the aggregate is as before.
#[async_trait]
pub trait InvitationRepository: Send + Sync {
    /// The invitation of that identifier.
    async fn find(&self, id: InvitationId) -> Result<Option<Invitation>, PortError>;
    /// The invitation whose token has that hash.
    async fn find_by_token(&self, hash: &InvitationTokenHash) -> Result<Option<Invitation>, PortError>;
    /// The newest one in which `user`, or else `address` while no user was known to have it, is asked to a meeting. One that
    /// was taken back only when there is no other.
    async fn find_of(
        &self,
        meeting: MeetingId,
        user: UserId,
        address: Option<&Email>,
    ) -> Result<Option<Invitation>, PortError>;
    /// Those of a meeting that are neither declined nor taken back, at most [`Invitation::MAX_PER_MEETING`].
    async fn active_of(&self, meeting: MeetingId) -> Result<Vec<Invitation>, PortError>;
    /// Stores new ones, all or none; [`PortError::Conflict`] when one of the users or addresses is invited to the same
    /// meeting already, and has neither declined nor had it taken back.
    async fn insert(&self, invitations: &mut [Invitation]) -> Result<(), PortError>;
    /// Stores a change as the next version; [`PortError::Conflict`] unless the stored one is [`Invitation::version`].
    async fn update(&self, invitation: &mut Invitation) -> Result<(), PortError>;
    /// Deletes those in which a user is asked; tells how many.
    async fn delete_of(&self, user: UserId) -> Result<u64, PortError>;
}

/// Where a list of invitations goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationCursor {
    /// When the last one of the page before was made.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: InvitationId,
}

/// Reads invitations for showing.
#[async_trait]
pub trait InvitationReader: Send + Sync {
    /// Those of a meeting, newest first (`created_at`, then `id`, both descending).
    async fn list(
        &self,
        meeting: MeetingId,
        after: Option<InvitationCursor>,
        limit: PageLimit,
    ) -> Result<Page<InvitationView, InvitationCursor>, PortError>;
}

/// Makes the tokens by which invitations are answered. They are not stored; the key of the server and the identifier of
/// the invitation make the same one again.
pub trait InvitationTokens: Send + Sync {
    /// The token of an invitation, with its hash.
    fn issue(&self, id: InvitationId) -> (SecretString, InvitationTokenHash);
    /// The token of an invitation whose hash was stored, also when it was made by a former key. `None` when none of the
    /// keys makes it.
    fn reissue(&self, id: InvitationId, hash: &InvitationTokenHash) -> Option<SecretString>;
    /// The hash of what somebody shows. `None` when it is no token at all.
    fn hash(&self, token: &str) -> Option<InvitationTokenHash>;
}

/// A user, as far as invitations have to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user.
    pub user_id: UserId,
    /// The username.
    pub username: String,
    /// What others see.
    pub name: String,
    /// Their address.
    pub email: Email,
    /// Whether they have proved to read what is sent there.
    pub email_verified: bool,
    /// The language of their mails, a tag such as `en` or `zh-CN`.
    pub language: String,
}

/// Knows users by what others call them. Accounts that are deleted are not known.
#[async_trait]
pub trait People: Send + Sync {
    /// The user of that identifier.
    async fn find(&self, user: UserId) -> Result<Option<Person>, PortError>;
    /// The users of these names, without regard to case; those that nobody bears are left out.
    async fn by_usernames(&self, usernames: &[String]) -> Result<Vec<Person>, PortError>;
    /// The users who have proved these addresses; those that nobody has proved are left out.
    async fn by_emails(&self, emails: &[Email]) -> Result<Vec<Person>, PortError>;
}

/// Keeps the next reminder of each meeting.
#[async_trait]
pub trait ReminderPlans: Send + Sync {
    /// The next reminder of its meeting is this one, instead of any other.
    async fn plan(&self, reminder: &PlannedReminder) -> Result<(), PortError>;
    /// The meeting has no reminder.
    async fn cancel(&self, meeting: MeetingId) -> Result<(), PortError>;
    /// Reminders whose time has come at `now`, the longest due first, at most `limit`.
    async fn due(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<PlannedReminder>, PortError>;
    /// States `events` and puts `next` in the place of `reminder`, in one transaction. Does nothing when `reminder` is not
    /// the planned one any more: of several nodes, one does it. Tells whether this one did.
    async fn fire(
        &self,
        reminder: &PlannedReminder,
        next: Option<&PlannedReminder>,
        events: &[ReminderEvent],
    ) -> Result<bool, PortError>;
}

/// The ports of all use cases of invitations, so that each can take those it needs.
#[derive(Clone)]
pub struct InvitationPorts {
    /// Keeps meetings.
    pub meetings: Arc<dyn MeetingRepository>,
    /// Keeps invitations.
    pub invitations: Arc<dyn InvitationRepository>,
    /// Reads them for showing.
    pub reader: Arc<dyn InvitationReader>,
    /// Knows users.
    pub people: Arc<dyn People>,
    /// Makes tokens.
    pub tokens: Arc<dyn InvitationTokens>,
    /// Keeps reminders.
    pub reminders: Arc<dyn ReminderPlans>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers.
    pub ids: Arc<dyn IdGenerator>,
}
