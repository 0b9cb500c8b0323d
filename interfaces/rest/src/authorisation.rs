//! Who may call which operation: one row for each. An operation without a row is denied to everybody.
//!
//! Adding an endpoint: add its row here. What the row says is enforced before the operation runs, and stands in the
//! OpenAPI document.

use domain_integration::Scope;

use crate::code::Code::{self, *};

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever shows a valid access token. What they may do with a particular meeting, the use case decides.
    SignedIn,
    /// Whoever shows an API key that is good for this.
    ApiKey(Scope),
    /// Either: a key that is good for this, or an access token. Whether the user may, the use case decides.
    ApiKeyOrUser(Scope),
}

/// Operations of which only so many may come from one address or, where somebody is signed in, from one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Logins.
    LogIn,
    /// Registrations.
    Register,
    /// Refreshes.
    Refresh,
    /// Mailed links: asking for one, and using it.
    PasswordReset,
    /// Asking for the mail that proves the address, by one account.
    EmailVerification,
    /// Changes of the password and other proofs by password, by one account.
    Password,
    /// Uploads of a picture, by one account.
    AvatarUpload,
    /// Uploads of files, by one account.
    MediaUpload,
    /// Reading and answering invitations by their tokens.
    InvitationLink,
    /// Coming into meetings, by one account: a passcode could be guessed.
    Join,
    /// The same without an account, and looking at meetings.
    JoinAsGuest,
}

/// What holds for an operation.
#[derive(Debug)]
pub struct Row {
    /// The `operationId` in the OpenAPI document.
    pub operation: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Whether its use is limited per address, or per account. All that signed-in users do is limited generously besides.
    pub limited: Option<Limited>,
    /// Whether it accepts `Idempotency-Key`: it creates something.
    pub idempotent: bool,
    /// How it may fail, besides what follows from its access, its limit and its body.
    pub failures: &'static [Code],
}

const fn row(operation: &'static str, access: Access, limited: Option<Limited>, failures: &'static [Code]) -> Row {
    Row { operation, access, limited, idempotent: false, failures }
}

/// A row of an operation that creates something.
const fn creating(row: Row) -> Row {
    Row { idempotent: true, ..row }
}

const WEBHOOKS: Access = Access::ApiKeyOrUser(Scope::WebhooksManage);
const STATISTICS: Access = Access::ApiKeyOrUser(Scope::StatsRead);

const ROOMS_READ: Access = Access::ApiKey(Scope::RoomsRead);
const ROOMS_WRITE: Access = Access::ApiKey(Scope::RoomsWrite);
const TOKENS: Access = Access::ApiKey(Scope::TokensIssue);

/// How an operation of hosts and co-hosts may fail.
const MODERATING: &[Code] = &[MeetingNotFound, MeetingModerators, MeetingEnded, Conflict, ServiceUnavailable];
/// One about somebody who waits.
const ANSWERING: &[Code] =
    &[MeetingNotFound, MeetingModerators, MeetingEnded, NotWaiting, Conflict, ServiceUnavailable];
/// One about somebody in the meeting.
const ACTING: &[Code] = &[
    MeetingNotFound,
    MeetingModerators,
    MeetingOutranked,
    MeetingEnded,
    ParticipantNotFound,
    Conflict,
    ServiceUnavailable,
];
/// Coming into a meeting.
const JOINING: &[Code] = &[
    MeetingNotFound,
    MeetingEnded,
    MeetingFull,
    MeetingLocked,
    MeetingBanned,
    MeetingNoGuests,
    MeetingPasscodeRequired,
    MeetingPasscodeWrong,
    LobbyFull,
    Conflict,
    ServiceUnavailable,
];

/// Answering an invitation.
const ANSWERING_INVITATION: &[Code] =
    &[InvitationNotFound, InvitationRevoked, InvitationAnswered, MeetingEnded, Conflict, ServiceUnavailable];

/// Answering it with an account.
const ANSWERING_OWN_INVITATION: &[Code] = &[
    MeetingNotFound,
    InvitationNotFound,
    InvitationRevoked,
    InvitationAnswered,
    MeetingEnded,
    Conflict,
    ServiceUnavailable,
];

/// Every operation.
pub const ROWS: &[Row] = &[
    // Health.
    row("health", Access::Public, None, &[]),
    row("apiHealth", Access::Public, None, &[]),
    row("ready", Access::Public, None, &[ServiceUnavailable]),
    row("metrics", Access::Public, None, &[]),
    // Account.
    creating(row(
        "register",
        Access::Public,
        Some(Limited::Register),
        &[UsernameTaken, EmailTaken, ServiceUnavailable],
    )),
    row("login", Access::Public, Some(Limited::LogIn), &[InvalidCredentials, Banned, ServiceUnavailable]),
    row(
        "refreshToken",
        Access::Public,
        Some(Limited::Refresh),
        &[AuthRequired, SessionEnded, TokenReused, Banned, CsrfHeaderRequired, Conflict, ServiceUnavailable],
    ),
    row(
        "logout",
        Access::Public,
        None,
        &[AuthRequired, AuthTokenExpired, CsrfHeaderRequired, CsrfTokenRequired, Conflict, ServiceUnavailable],
    ),
    row("uploadAvatar", Access::SignedIn, Some(Limited::AvatarUpload), &[SessionEnded, Conflict, ServiceUnavailable]),
    row("removeAvatar", Access::SignedIn, None, &[SessionEnded, Conflict, ServiceUnavailable]),
    row("readAvatar", Access::Public, None, &[AvatarNotFound, RequestInvalid, ServiceUnavailable]),
    row("readProfile", Access::SignedIn, None, &[SessionEnded, ServiceUnavailable]),
    row("updateProfile", Access::SignedIn, None, &[SessionEnded, Conflict, ServiceUnavailable]),
    row(
        "changePassword",
        Access::SignedIn,
        Some(Limited::Password),
        &[WrongPassword, SessionEnded, Conflict, ServiceUnavailable],
    ),
    row("requestPasswordReset", Access::Public, Some(Limited::PasswordReset), &[Conflict, ServiceUnavailable]),
    row("confirmPasswordReset", Access::Public, Some(Limited::PasswordReset), &[BadLink, Conflict, ServiceUnavailable]),
    row("verifyEmail", Access::Public, Some(Limited::PasswordReset), &[BadLink, Conflict, ServiceUnavailable]),
    row(
        "requestEmailVerification",
        Access::SignedIn,
        Some(Limited::EmailVerification),
        &[EmailVerified, SessionEnded, Conflict, ServiceUnavailable],
    ),
    row("listSessions", Access::SignedIn, None, &[ServiceUnavailable]),
    row("endSession", Access::SignedIn, None, &[SessionNotFound, Conflict, ServiceUnavailable]),
    row("endOtherSessions", Access::SignedIn, None, &[Conflict, ServiceUnavailable]),
    row(
        "closeAccount",
        Access::SignedIn,
        Some(Limited::Password),
        &[WrongPassword, LastAdministrator, SessionEnded, Conflict, ServiceUnavailable],
    ),
    // Administration. Who may is decided by the use cases, by the role that the account has now.
    row("searchUsers", Access::SignedIn, None, &[Forbidden, RequestInvalid, ServiceUnavailable]),
    row("readUser", Access::SignedIn, None, &[Forbidden, UserNotFound, ServiceUnavailable]),
    row("banUser", Access::SignedIn, None, &[Forbidden, UserNotFound, UserAdministrator, Conflict, ServiceUnavailable]),
    row("unbanUser", Access::SignedIn, None, &[Forbidden, UserNotFound, Conflict, ServiceUnavailable]),
    row(
        "changeUserRole",
        Access::SignedIn,
        None,
        &[Forbidden, UserNotFound, LastAdministrator, UserNotActive, Conflict, ServiceUnavailable],
    ),
    row("readAuditLog", Access::SignedIn, None, &[Forbidden, RequestInvalid, ServiceUnavailable]),
    // API keys. Who may is decided by the use cases.
    creating(row("createApiKey", Access::SignedIn, None, &[Forbidden, ApiKeyLimitReached, ServiceUnavailable])),
    row("listApiKeys", Access::SignedIn, None, &[Forbidden, RequestInvalid, ServiceUnavailable]),
    row("revokeApiKey", Access::SignedIn, None, &[Forbidden, ApiKeyNotFound, Conflict, ServiceUnavailable]),
    // Webhooks: a key's own, or all for administrators, which the use cases decide.
    creating(row("createWebhook", WEBHOOKS, None, &[Forbidden, WebhookLimitReached, ServiceUnavailable])),
    row("listWebhooks", WEBHOOKS, None, &[Forbidden, RequestInvalid, ServiceUnavailable]),
    row("readWebhook", WEBHOOKS, None, &[Forbidden, WebhookNotFound, ServiceUnavailable]),
    row("changeWebhook", WEBHOOKS, None, &[Forbidden, WebhookNotFound, Conflict, ServiceUnavailable]),
    row("deleteWebhook", WEBHOOKS, None, &[Forbidden, WebhookNotFound, Conflict, ServiceUnavailable]),
    row("listWebhookDeliveries", WEBHOOKS, None, &[Forbidden, WebhookNotFound, RequestInvalid, ServiceUnavailable]),
    row(
        "redeliverWebhookDelivery",
        WEBHOOKS,
        None,
        &[Forbidden, WebhookNotFound, WebhookDisabled, DeliveryNotFound, DeliveryPending, ServiceUnavailable],
    ),
    creating(row("testWebhook", WEBHOOKS, None, &[Forbidden, WebhookNotFound, WebhookDisabled, ServiceUnavailable])),
    // Rooms of other backends: all of them for every key that is good for it.
    creating(row("createRoom", ROOMS_WRITE, None, &[RoomNameTaken, ServiceUnavailable])),
    row("listRooms", ROOMS_READ, None, &[RequestInvalid, ServiceUnavailable]),
    row("readRoom", ROOMS_READ, None, &[RoomNotFound, ServiceUnavailable]),
    row(
        "changeRoomStatus",
        ROOMS_WRITE,
        None,
        &[RoomNotFound, RoomEnded, RoomStarted, RoomWrongStatus, Conflict, ServiceUnavailable],
    ),
    row("endRoom", ROOMS_WRITE, None, &[RoomNotFound, RoomEnded, Conflict, ServiceUnavailable]),
    row("listRoomParticipants", ROOMS_READ, None, &[RoomNotFound, RequestInvalid, ServiceUnavailable]),
    creating(row(
        "inviteToRoom",
        ROOMS_WRITE,
        None,
        &[RoomNotFound, RoomEnded, RoomTooManyParticipants, Conflict, ServiceUnavailable],
    )),
    creating(row(
        "issueRoomToken",
        TOKENS,
        None,
        &[RoomNotFound, RoomEnded, RoomBanned, RoomTooManyParticipants, Conflict, ServiceUnavailable],
    )),
    row(
        "setRoomParticipantStatus",
        ROOMS_WRITE,
        None,
        &[RoomNotFound, RoomEnded, ParticipantNotFound, ParticipantWrongStatus, Conflict, ServiceUnavailable],
    ),
    // It tells a token.
    row(
        "joinRoom",
        TOKENS,
        None,
        &[
            RoomNotFound,
            RoomEnded,
            RoomFull,
            RoomLocked,
            RoomNotInvited,
            RoomBanned,
            RoomTooManyParticipants,
            Conflict,
            ServiceUnavailable,
        ],
    ),
    row("leaveRoom", ROOMS_WRITE, None, &[RoomNotFound, RoomEnded, ParticipantNotFound, Conflict, ServiceUnavailable]),
    // Meetings.
    creating(row("createMeeting", Access::SignedIn, None, &[ServiceUnavailable])),
    row("listMeetings", Access::SignedIn, None, &[RequestInvalid, ServiceUnavailable]),
    row("readMeeting", Access::SignedIn, None, &[MeetingNotFound, ServiceUnavailable]),
    row(
        "endMeeting",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingForbidden, MeetingEnded, Conflict, ServiceUnavailable],
    ),
    row("joinMeeting", Access::SignedIn, Some(Limited::Join), JOINING),
    row(
        "updateMeeting",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingForbidden, MeetingEnded, Conflict, ServiceUnavailable],
    ),
    row(
        "cancelMeeting",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingForbidden, MeetingEnded, MeetingStarted, Conflict, ServiceUnavailable],
    ),
    row(
        "startMeeting",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingForbidden, MeetingEnded, Conflict, ServiceUnavailable],
    ),
    row("lockMeeting", Access::SignedIn, None, MODERATING),
    row("unlockMeeting", Access::SignedIn, None, MODERATING),
    row("previewMeeting", Access::Public, Some(Limited::JoinAsGuest), &[MeetingNotFound, ServiceUnavailable]),
    row("joinMeetingAsGuest", Access::Public, Some(Limited::JoinAsGuest), JOINING),
    row("readLobby", Access::SignedIn, None, MODERATING),
    row("admitFromLobby", Access::SignedIn, None, ANSWERING),
    row("denyFromLobby", Access::SignedIn, None, ANSWERING),
    row("admitAllFromLobby", Access::SignedIn, None, MODERATING),
    row("denyAllFromLobby", Access::SignedIn, None, MODERATING),
    row("kickParticipant", Access::SignedIn, None, ACTING),
    row("allowParticipantBack", Access::SignedIn, None, ACTING),
    row(
        "setParticipantRole",
        Access::SignedIn,
        None,
        &[
            MeetingNotFound,
            MeetingForbidden,
            MeetingEnded,
            MeetingOutranked,
            MeetingGuestRole,
            ParticipantNotFound,
            Conflict,
            ServiceUnavailable,
        ],
    ),
    row("renameParticipant", Access::SignedIn, None, ACTING),
    row("muteParticipant", Access::SignedIn, None, ACTING),
    row("askParticipantToUnmute", Access::SignedIn, None, ACTING),
    row("muteAllParticipants", Access::SignedIn, None, MODERATING),
    row(
        "readMeetingReport",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingModerators, RequestInvalid, ServiceUnavailable],
    ),
    row("listOccurrences", Access::SignedIn, None, &[RequestInvalid, ServiceUnavailable]),
    row(
        "skipOccurrence",
        Access::SignedIn,
        None,
        &[
            MeetingNotFound,
            MeetingForbidden,
            MeetingEnded,
            MeetingNotRecurring,
            OccurrenceNotFound,
            TooManySkipped,
            Conflict,
            ServiceUnavailable,
        ],
    ),
    row("readMeetingCalendar", Access::SignedIn, None, &[MeetingNotFound, MeetingNotPlanned, ServiceUnavailable]),
    row("leaveMeeting", Access::SignedIn, None, &[MeetingNotFound, Conflict, ServiceUnavailable]),
    row("listParticipants", Access::SignedIn, None, &[MeetingNotFound, ServiceUnavailable]),
    row(
        "listMessages",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingParticipants, MeetingBanned, RequestInvalid, ServiceUnavailable],
    ),
    row(
        "deleteMessage",
        Access::SignedIn,
        None,
        &[
            MeetingNotFound,
            MeetingParticipants,
            MeetingBanned,
            MessageNotFound,
            MessageForbidden,
            Conflict,
            ServiceUnavailable,
        ],
    ),
    // Invitations. Who may is decided by the use cases, and by the token.
    creating(row(
        "inviteToMeeting",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingForbidden, MeetingEnded, TooManyInvitations, Conflict, ServiceUnavailable],
    )),
    row(
        "listInvitations",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingForbidden, RequestInvalid, ServiceUnavailable],
    ),
    row(
        "revokeInvitation",
        Access::SignedIn,
        None,
        &[MeetingNotFound, MeetingForbidden, InvitationNotFound, Conflict, ServiceUnavailable],
    ),
    row(
        "readInvitation",
        Access::Public,
        Some(Limited::InvitationLink),
        &[InvitationNotFound, InvitationRevoked, ServiceUnavailable],
    ),
    row("acceptInvitation", Access::Public, Some(Limited::InvitationLink), ANSWERING_INVITATION),
    row("declineInvitation", Access::Public, Some(Limited::InvitationLink), ANSWERING_INVITATION),
    row("readOwnInvitation", Access::SignedIn, None, &[MeetingNotFound, InvitationNotFound, ServiceUnavailable]),
    row("answerOwnInvitation", Access::SignedIn, None, ANSWERING_OWN_INVITATION),
    // Files. Who may do what with one is decided by the use cases, and downloads by what signed their address.
    row(
        "uploadMedia",
        Access::SignedIn,
        Some(Limited::MediaUpload),
        &[MeetingNotFound, FileParticipantsOnly, FileQuotaExceeded, FileNotFound, Conflict, ServiceUnavailable],
    ),
    row(
        "listMedia",
        Access::SignedIn,
        None,
        &[MeetingNotFound, FileParticipantsOnly, RequestInvalid, ServiceUnavailable],
    ),
    row("readMedia", Access::SignedIn, None, &[FileNotFound, ServiceUnavailable]),
    row("deleteMedia", Access::SignedIn, None, &[FileNotFound, FileForbidden, Conflict, ServiceUnavailable]),
    row(
        "downloadMedia",
        Access::Public,
        None,
        &[FileNotFound, FileLinkExpired, PreconditionFailed, RangeNotSatisfiable, ServiceUnavailable],
    ),
    // Statistics. That users are administrators is decided by the use cases.
    row("readStatistics", STATISTICS, None, &[Forbidden, ServiceUnavailable]),
    row("readRoomStatistics", STATISTICS, None, &[Forbidden, ServiceUnavailable]),
    // Notifications: each user's own.
    row("listNotifications", Access::SignedIn, None, &[RequestInvalid, ServiceUnavailable]),
    row("readNotification", Access::SignedIn, None, &[NotificationNotFound, ServiceUnavailable]),
    row("readAllNotifications", Access::SignedIn, None, &[ServiceUnavailable]),
    row("readNotificationPreferences", Access::SignedIn, None, &[ServiceUnavailable]),
    row("updateNotificationPreferences", Access::SignedIn, None, &[ServiceUnavailable]),
    row("streamNotifications", Access::SignedIn, None, &[TooManyStreams, ServiceUnavailable]),
];

/// The row of an operation.
#[must_use]
pub fn row_of(operation: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.operation == operation)
}

impl Row {
    /// Every way in which the operation may fail, in order of status.
    #[must_use]
    pub fn all_failures(&self, has_body: bool, has_path_parameter: bool, safe: bool) -> Vec<Code> {
        let mut codes = self.failures.to_vec();
        codes.push(Internal);
        if matches!(self.access, Access::SignedIn | Access::ApiKeyOrUser(_)) {
            codes.extend([AuthRequired, AuthTokenExpired, SessionEnded, RateLimited]);
            if !safe {
                codes.push(CsrfTokenRequired);
            }
        }
        if matches!(self.access, Access::ApiKey(_) | Access::ApiKeyOrUser(_)) {
            codes.extend([ApiKeyInvalid, ScopeMissing, RateLimited, ServiceUnavailable]);
        }
        if matches!(self.access, Access::ApiKey(_)) {
            codes.push(ApiKeyRequired);
        }
        if self.limited.is_some() {
            codes.push(RateLimited);
        }
        if self.idempotent {
            codes.extend([RequestInvalid, IdempotencyMismatch, Conflict, ServiceUnavailable]);
        }
        if has_body {
            codes.extend([RequestMalformed, RequestInvalid, RequestTimeout, TooLarge, UnsupportedMediaType]);
        }
        if has_path_parameter {
            // A parameter that is not text in UTF-8 names nothing.
            codes.push(RequestNotFound);
        }
        codes.sort_by_key(|code| (code.number(), *code));
        codes.dedup();
        codes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_operation_has_one_row() {
        let names: HashSet<_> = ROWS.iter().map(|row| row.operation).collect();
        assert_eq!(names.len(), ROWS.len());
        assert!(row_of("createMeeting").is_some());
        assert!(row_of("unheardOf").is_none());
    }

    #[test]
    fn failures_follow_from_access_limit_and_body() {
        let of = |operation: &str, has_body| row_of(operation).unwrap().all_failures(has_body, false, !has_body);
        assert_eq!(of("health", false), [Internal]);
        assert!(of("login", true).contains(&RateLimited));
        assert!(of("readMeeting", false).contains(&AuthTokenExpired));
        assert!(of("createMeeting", true).contains(&CsrfTokenRequired));
        assert!(!of("readMeeting", false).contains(&CsrfTokenRequired));
        assert!(!of("readMeeting", false).contains(&RequestMalformed));
        assert!(of("createMeeting", true).contains(&TooLarge));
    }
}
