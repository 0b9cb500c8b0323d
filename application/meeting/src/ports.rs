//! What the use cases of meetings need from outside.

use std::sync::Arc;

use application_shared::{PortError, PubSub};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain_meeting::{
    DisplayName, Meeting, MeetingError, MeetingRef, MeetingStatusKind, ParticipantRole, Passcode, PasscodeHash,
};
use domain_shared::{Clock, IdGenerator, MeetingId, MessageId, Page, PageLimit, RoomId, SessionId, UserId};
use secrecy::SecretString;
use thiserror::Error;

use crate::{MeetingView, MessageView, ParticipantView, PlannedMeeting, SessionView, StayView};

/// All of them.
#[derive(Clone)]
pub struct MeetingPorts {
    /// Meetings.
    pub meetings: Arc<dyn MeetingRepository>,
    /// Meetings, for showing.
    pub reader: Arc<dyn MeetingReader>,
    /// When they take place, and when they were held.
    pub times: Arc<dyn MeetingTimes>,
    /// Makes room tokens.
    pub tokens: Arc<dyn RoomTokens>,
    /// Hashes passcodes.
    pub passcodes: Arc<dyn PasscodeHasher>,
    /// Knows guests again.
    pub guests: Arc<dyn GuestPasses>,
    /// What is written in their rooms.
    pub messages: Arc<dyn MeetingMessages>,
    /// Tells rooms.
    pub pub_sub: Arc<dyn PubSub>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn IdGenerator>,
}

/// What a use case does to a meeting while nobody else can change it. Called at most once.
pub type MeetingChange<'a> = &'a mut (dyn FnMut(&mut Meeting) -> Result<(), MeetingError> + Send);

/// Keeps meetings with their participants. Each write stores rows, version and events in one transaction.
#[async_trait]
pub trait MeetingRepository: Send + Sync {
    /// The meeting, if there is one.
    async fn find(&self, meeting: &MeetingRef) -> Result<Option<Meeting>, PortError>;
    /// Stores a new meeting.
    async fn insert(&self, meeting: &mut Meeting) -> Result<(), InsertMeetingError>;
    /// Loads the meeting, lets `change` act on it, and stores it, while every other `change` of the same meeting
    /// waits; so rules that count hold, however many come at once. When `change` refuses, or changes nothing, nothing
    /// is stored. Returns the meeting as stored.
    async fn change(&self, meeting: &MeetingRef, change: MeetingChange<'_>) -> Result<Meeting, ChangeMeetingError>;
}

/// A new meeting was not stored.
#[derive(Debug, Error)]
pub enum InsertMeetingError {
    /// Another meeting bears the code; try with another one.
    #[error("the meeting code is taken")]
    CodeTaken,
    /// The repository failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// A meeting was not changed.
#[derive(Debug, Error)]
pub enum ChangeMeetingError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// The meeting's rules forbid it.
    #[error(transparent)]
    Refused(#[from] MeetingError),
    /// The repository failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Changes what somebody is called in all meetings that they ever took part in.
#[async_trait]
pub trait ParticipantNames: Send + Sync {
    /// From now on `user` is `name` there. Tells in how many meetings that is another name. When it fails, some may have
    /// been changed.
    async fn rename(&self, user: UserId, name: &DisplayName) -> Result<u64, PortError>;
}

/// Which meetings a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MeetingFilter {
    /// Only those in this state.
    pub status: Option<MeetingStatusKind>,
    /// Only those in which the user is this.
    pub role: Option<ListedRole>,
    /// Only those whose title and description, taken together, have all words of this text, or words that begin so; of
    /// Chinese, Japanese and Korean any part of a text is found. Case and punctuation do not count. A text without any
    /// word finds nothing.
    pub search: Option<String>,
}

/// What a user is in a meeting, as lists tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedRole {
    /// They have created it, or were made its host.
    Host,
    /// They have joined it, and are not its host.
    Participant,
    /// They are asked to come, and have not declined.
    Invited,
}

/// Where a list of meetings goes on: after the meeting created at `created_at` that bears `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeetingCursor {
    /// When the last meeting of the page before was created.
    pub created_at: DateTime<Utc>,
    /// Its identifier.
    pub id: MeetingId,
}

/// Reads meetings for showing.
#[async_trait]
pub trait MeetingReader: Send + Sync {
    /// The meeting, if there is one.
    async fn read(&self, meeting: &MeetingRef) -> Result<Option<MeetingView>, PortError>;
    /// Meetings that `user` created, has ever joined, or is invited to, newest first (`created_at`, then `id`, both
    /// descending). Who is invited is known by the account, or by an address that it has proved; who has declined, or is
    /// not invited any more, is not.
    async fn list(
        &self,
        user: UserId,
        filter: MeetingFilter,
        after: Option<MeetingCursor>,
        limit: PageLimit,
    ) -> Result<Page<MeetingView, MeetingCursor>, PortError>;
    /// Who takes part: those present first, then by first coming; at most 1,000. `None` when there is no such meeting.
    async fn participants(&self, meeting: &MeetingRef) -> Result<Option<Vec<ParticipantView>>, PortError>;
    /// Every time that somebody was there, by coming; the first 20,000.
    async fn stays(&self, meeting: MeetingId) -> Result<Vec<StayView>, PortError>;
}

/// Knows when meetings take place, and when they were held.
#[async_trait]
pub trait MeetingTimes: Send + Sync {
    /// Meetings that `user` created, has ever joined, or is invited to and has not declined, and that may take place, or
    /// were held, from `from` on and before `until`: of those that take place once the first 1,000 by their time, and the
    /// first 300 that recur.
    async fn planned(
        &self,
        user: UserId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<PlannedMeeting>, PortError>;
    /// Each time that a meeting was held, the latest first, at most 1,000.
    async fn sessions(&self, meeting: MeetingId) -> Result<Vec<SessionView>, PortError>;
    /// Every time that somebody was there while it was held this time, by coming; the first 20,000.
    async fn stays(&self, meeting: MeetingId, session: SessionView) -> Result<Vec<StayView>, PortError>;
    /// Meetings for which [`Meeting::advance`] has something to do at `now`, the longest due first, at most `limit`.
    async fn to_advance(&self, now: DateTime<Utc>, limit: u16) -> Result<Vec<MeetingId>, PortError>;
}

/// Knows what was written in the rooms of meetings, as far as it is kept.
#[async_trait]
pub trait MeetingMessages: Send + Sync {
    /// The newest messages of a room, those before `before` if given, newest first: those to everybody, and private ones
    /// that `reader` has sent or got.
    async fn page(
        &self,
        room: RoomId,
        reader: UserId,
        before: Option<MessageId>,
        limit: PageLimit,
    ) -> Result<Page<MessageView, MessageId>, PortError>;
    /// Removes the text of a message for good, and gives what is left. Its author may, and whoever moderates, as far as
    /// they see it. One that was deleted before stays as it is.
    async fn delete(
        &self,
        room: RoomId,
        message: MessageId,
        by: UserId,
        moderates: bool,
    ) -> Result<MessageView, DeleteMessageError>;
}

/// A message was not deleted.
#[derive(Debug, Error)]
pub enum DeleteMessageError {
    /// There is no such message, or it is a private one of other people.
    #[error("no such message")]
    NotFound,
    /// They have not written it, and do not moderate.
    #[error("only its author, a host or a co-host may delete a message")]
    Denied,
    /// The meeting refuses it, or is not there.
    #[error(transparent)]
    Meeting(#[from] ChangeMeetingError),
}

impl From<PortError> for DeleteMessageError {
    fn from(error: PortError) -> Self {
        Self::Meeting(error.into())
    }
}

/// A kind of track that a participant may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PublishSource {
    /// A microphone.
    Microphone,
    /// A camera.
    Camera,
    /// A shared screen, window or tab.
    Screen,
    /// The sound of what is shared.
    ScreenAudio,
}

impl PublishSource {
    /// Every source.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Screen, Self::ScreenAudio];

    /// The stable name, as room tokens and signalling write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Microphone => "microphone",
            Self::Camera => "camera",
            Self::Screen => "screen",
            Self::ScreenAudio => "screen-audio",
        }
    }
}

/// What a room token says: who may enter which room, and what they may do there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomGrant {
    /// The room.
    pub room_id: RoomId,
    /// Who.
    pub user_id: UserId,
    /// The login session they were let in by, if any: when it ends, so does their stay.
    pub session_id: Option<SessionId>,
    /// What they are called there.
    pub display_name: String,
    /// What they are there.
    pub role: ParticipantRole,
    /// Whether they have no account.
    pub guest: bool,
    /// Whether it opens the lobby only: they hear there whether they may come in.
    pub lobby: bool,
    /// The beginning of the stay that it is for: it opens nothing any more when that is over.
    pub stay: Option<DateTime<Utc>>,
    /// Whether they may send media.
    pub can_publish: bool,
    /// Which.
    pub can_publish_sources: Vec<PublishSource>,
    /// Whether they may receive media.
    pub can_subscribe: bool,
    /// Whether they may chat.
    pub can_chat: bool,
    /// Whether they may turn their microphone on by themselves.
    pub can_unmute: bool,
    /// Whether they may record.
    pub can_record: bool,
    /// Whether the others do not see them.
    pub hidden: bool,
}

/// Makes room tokens.
pub trait RoomTokens: Send + Sync {
    /// A token that lets its bearer enter, for a few minutes from `now`.
    ///
    /// # Errors
    /// [`PortError::Unavailable`] when it cannot be signed.
    fn issue(&self, grant: &RoomGrant, now: DateTime<Utc>) -> Result<SecretString, PortError>;
}

/// Hashes passcodes. As slow as for passwords: a passcode is short.
#[async_trait]
pub trait PasscodeHasher: Send + Sync {
    /// Hashes a passcode under a new salt.
    async fn hash(&self, passcode: &Passcode) -> Result<PasscodeHash, PortError>;
    /// Tells whether it is the passcode of that hash.
    async fn verify(&self, passcode: &Passcode, hash: &PasscodeHash) -> Result<bool, PortError>;
}

/// Lets guests be known again who come back to the same meeting.
pub trait GuestPasses: Send + Sync {
    /// A pass for this guest of this meeting. A secret of the guest's.
    fn issue(&self, meeting: MeetingId, guest: UserId) -> SecretString;
    /// Whose pass it is, if it is one for this meeting.
    fn verify(&self, meeting: MeetingId, pass: &str) -> Option<UserId>;
}
