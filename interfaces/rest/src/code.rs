//! The stable error codes of the REST interface: `error.type`, HTTP status and a sentence for people, once for each.

use poem::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $status:literal $name:literal $message:literal;)+) => {
        /// Why a request was not done. Clients may rely on the names and statuses; the sentences may change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)+
        }

        impl Code {
            /// Every code there is.
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in `error.type`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The HTTP status as a number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// The sentence in `message`.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON, or the request cannot be read at all.
    RequestMalformed = 400 "request.malformed" "the request could not be read";
    /// A field is missing, of the wrong type or out of range; `details` names it.
    RequestInvalid = 422 "request.invalid" "a value in the request is not acceptable";
    /// No operation has this path.
    RequestNotFound = 404 "request.not_found" "there is nothing at this address";
    /// The path exists, but not with this method; `Allow` names those that do.
    MethodNotAllowed = 405 "request.method_not_allowed" "this address does not support the method";
    /// The body did not arrive in time.
    RequestTimeout = 408 "request.timeout" "the request took too long to arrive";
    /// The body is larger than is taken.
    TooLarge = 413 "request.too_large" "the request is too large";
    /// The body is not declared as what the operation takes: JSON, or a form for uploads.
    UnsupportedMediaType = 415 "request.unsupported_media_type" "the body is not of a media type that is taken here";
    /// The `Idempotency-Key` has been used for another request.
    IdempotencyMismatch = 409 "request.idempotency_mismatch" "the Idempotency-Key has been used for another request";
    /// Too many requests; `Retry-After` says when to try again.
    RateLimited = 429 "rate.limited" "too many requests, try again later";
    /// There is no valid access token.
    AuthRequired = 401 "auth.required" "sign in first";
    /// The access token has expired; refresh it.
    AuthTokenExpired = 401 "auth.token_expired" "the access token has expired";
    /// The name or the password is wrong. Which of them is not told.
    InvalidCredentials = 401 "auth.invalid_credentials" "the user name or the password is wrong";
    /// The session has ended, or the refresh token names none; sign in again.
    SessionEnded = 401 "auth.session_ended" "the session has ended, sign in again";
    /// The session was ended since its refresh token was used twice: somebody else seems to have it.
    TokenReused = 401 "auth.token_reused" "the session was ended because its refresh token was used twice, sign in again";
    /// The account has been banned.
    Banned = 403 "auth.banned" "the account has been banned";
    /// The account may not do this; another role is needed.
    Forbidden = 403 "auth.forbidden" "you may not do this";
    /// A cookie was used without the header that other sites cannot send.
    CsrfHeaderRequired = 403 "auth.csrf_header_required" "the header X-Requested-With: open-meeting is required with a cookie";
    /// A cookie was used for a change without the token that only our own pages know.
    CsrfTokenRequired = 403 "auth.csrf" "the header X-CSRF-Token is required with a cookie, and must hold the token of its session";
    /// The user name belongs to somebody.
    UsernameTaken = 409 "user.username_taken" "the user name is taken";
    /// The e-mail address belongs to somebody.
    EmailTaken = 409 "user.email_taken" "the e-mail address is taken";
    /// The password that was given as a proof is wrong.
    WrongPassword = 403 "account.wrong_password" "the password is wrong";
    /// The mailed link has expired, was used, or is none of ours.
    BadLink = 400 "account.bad_link" "the link is not good any more, ask for another";
    /// The address was proved before.
    EmailVerified = 409 "account.email_verified" "the e-mail address is verified already";
    /// The user has no such session, or it has ended.
    SessionNotFound = 404 "session.not_found" "session not found";
    /// No account has this identifier.
    UserNotFound = 404 "user.not_found" "user not found";
    /// An administrator cannot be banned; take the role away first.
    UserAdministrator = 409 "user.administrator" "an administrator cannot be banned";
    /// Nobody would be left to administer.
    LastAdministrator = 409 "user.last_administrator" "the last administrator must stay one";
    /// The account is banned or is to be deleted.
    UserNotActive = 409 "user.not_active" "the account is not active";
    /// No picture has this identifier, or it is not shown any more.
    AvatarNotFound = 404 "avatar.not_found" "picture not found";
    /// No meeting has this identifier or code.
    MeetingNotFound = 404 "meeting.not_found" "meeting not found";
    /// The user may not do this with the meeting.
    MeetingForbidden = 403 "meeting.forbidden" "only the host may do this";
    /// The meeting is over.
    MeetingEnded = 409 "meeting.ended" "the meeting has ended";
    /// The meeting has as many participants as it may have.
    MeetingFull = 409 "meeting.full" "the meeting is full";
    /// Only the host or a co-host may do this.
    MeetingModerators = 403 "meeting.moderators_only" "only the host or a co-host may do this";
    /// Only those may do this who have taken part.
    MeetingParticipants = 403 "meeting.participants_only" "only those who have taken part may do this";
    /// Nobody acts on people of the same or a higher role, nor on whoever created the meeting.
    MeetingOutranked = 403 "meeting.outranked" "you may not do this to that person";
    /// Nobody new is let in.
    MeetingLocked = 403 "meeting.locked" "the meeting is locked";
    /// The user, or this guest, may not come back to this meeting.
    MeetingBanned = 403 "meeting.banned" "you may not come to this meeting";
    /// The meeting is for people with an account.
    MeetingNoGuests = 403 "meeting.guests_not_allowed" "sign in to come to this meeting";
    /// The meeting has a passcode; send it along.
    MeetingPasscodeRequired = 403 "meeting.passcode_required" "this meeting has a passcode";
    /// The passcode is another one.
    MeetingPasscodeWrong = 403 "meeting.passcode_wrong" "the passcode is wrong";
    /// The meeting has begun; it can be ended, but not cancelled.
    MeetingStarted = 409 "meeting.already_started" "the meeting has begun";
    /// As many people wait as may.
    LobbyFull = 409 "meeting.lobby_full" "too many people are waiting";
    /// A guest has no account that could keep the role.
    MeetingGuestRole = 409 "meeting.guest_role" "a guest cannot have this role";
    /// The meeting takes place once.
    MeetingNotRecurring = 409 "meeting.not_recurring" "the meeting does not recur";
    /// No coming time of the meeting starts then, or it takes place now.
    OccurrenceNotFound = 404 "meeting.occurrence_not_found" "no coming time of the meeting starts then";
    /// So many times of the meeting were called off that no more can be.
    TooManySkipped = 409 "meeting.too_many_skipped" "too many times of this meeting were called off";
    /// Nobody has planned when the meeting starts, so that no calendar can show it.
    MeetingNotPlanned = 409 "meeting.not_planned" "the meeting has no planned start";
    /// Nobody of this identity has ever been in the meeting.
    ParticipantNotFound = 404 "participant.not_found" "participant not found";
    /// The meeting has no such message, or it is a private one of other people.
    MessageNotFound = 404 "message.not_found" "message not found";
    /// The user has not written the message, and does not host the meeting.
    MessageForbidden = 403 "message.forbidden" "only its author, a host or a co-host may delete a message";
    /// Nobody of this identity waits in the lobby.
    NotWaiting = 404 "lobby.not_waiting" "nobody of this identity is waiting";
    /// The token is none of ours, or the meeting has no such invitation.
    InvitationNotFound = 404 "invitation.not_found" "invitation not found";
    /// The host has taken the invitation back.
    InvitationRevoked = 409 "invitation.revoked" "the invitation was taken back";
    /// The invitation was answered otherwise before.
    InvitationAnswered = 409 "invitation.answered" "the invitation was answered already";
    /// The meeting has as many invitations as it may have.
    TooManyInvitations = 409 "invitation.too_many" "too many are invited to this meeting";
    /// The user has no such notification.
    NotificationNotFound = 404 "notification.not_found" "notification not found";
    /// The user has as many streams of notifications as they may have; close one first.
    TooManyStreams = 429 "notification.too_many_streams" "too many streams of notifications are open";
    /// This operation is for other backends, and no API key was shown.
    ApiKeyRequired = 401 "api_key.required" "an API key is required here";
    /// The API key is unknown, revoked or expired.
    ApiKeyInvalid = 401 "api_key.invalid" "the API key is not valid";
    /// The API key is not good for this; it has another scope.
    ScopeMissing = 403 "api_key.scope_missing" "the API key may not do this";
    /// No API key has this identifier.
    ApiKeyNotFound = 404 "api_key.not_found" "API key not found";
    /// There are as many good API keys as there may be; revoke one first.
    ApiKeyLimitReached = 409 "api_key.limit_reached" "there are too many API keys";
    /// No webhook has this identifier, or it is another API key's.
    WebhookNotFound = 404 "webhook.not_found" "webhook not found";
    /// There are as many webhooks as the owner may have; delete one first.
    WebhookLimitReached = 409 "webhook.limit_reached" "there are too many webhooks";
    /// The webhook is disabled; enable it first.
    WebhookDisabled = 409 "webhook.disabled" "the webhook is disabled";
    /// The webhook has no such delivery.
    DeliveryNotFound = 404 "webhook.delivery_not_found" "delivery not found";
    /// The delivery is still to be sent anyway.
    DeliveryPending = 409 "webhook.delivery_pending" "the delivery is pending";
    /// No room has this name.
    RoomNotFound = 404 "room.not_found" "room not found";
    /// A room that is not over has this name.
    RoomNameTaken = 409 "room.name_taken" "the room name is taken";
    /// The room is over.
    RoomEnded = 409 "room.ended" "the room has ended";
    /// The room has begun; it can be ended, but not cancelled.
    RoomStarted = 409 "room.already_started" "the room has begun";
    /// The room's status does not lead to that one.
    RoomWrongStatus = 409 "room.wrong_status" "the room cannot become that";
    /// The room has as many participants as it may have.
    RoomFull = 409 "room.full" "the room is full";
    /// A host lets nobody new in.
    RoomLocked = 403 "room.locked" "the room is locked";
    /// Only those come in who were invited.
    RoomNotInvited = 403 "room.not_invited" "this person was not invited to the room";
    /// The person was banned from the room.
    RoomBanned = 403 "room.banned" "this person may not come to the room";
    /// As many different people were asked into the room as may be.
    RoomTooManyParticipants = 409 "room.too_many_participants" "too many people were asked into the room";
    /// The participant's status does not lead to that one.
    ParticipantWrongStatus = 409 "participant.wrong_status" "the participant cannot become that";
    /// There is no such file, or not for this user, or the address of the download is none.
    FileNotFound = 404 "file.not_found" "file not found";
    /// The user may read the file, but is neither its owner nor moderates its meeting.
    FileForbidden = 403 "file.forbidden" "only the owner or whoever moderates the meeting may do this";
    /// Files of a meeting are for those who take part in it.
    FileParticipantsOnly = 403 "file.participants_only" "only who takes part in the meeting may do this";
    /// The user has as much as they may have; delete something first.
    FileQuotaExceeded = 409 "file.quota_exceeded" "there is no room for the file";
    /// The time of the download's address is over; read the file again for another one.
    FileLinkExpired = 410 "file.link_expired" "the address has expired";
    /// The file is not what `If-Match` or `If-Unmodified-Since` says.
    PreconditionFailed = 412 "request.precondition_failed" "the file is another one by now";
    /// Nothing of the range is there; `Content-Range` tells how much there is.
    RangeNotSatisfiable = 416 "request.range_not_satisfiable" "nothing of this range is there";
    /// Somebody else changed the same thing at the same time; try again.
    Conflict = 409 "conflict" "somebody else changed this at the same time, try again";
    /// Something the server depends on cannot be reached; try again later.
    ServiceUnavailable = 503 "service.unavailable" "the service is not available, try again later";
    /// A mistake of the server's. The cause is in its log, under the request id.
    Internal = 500 "internal" "something went wrong on the server";
}

impl Code {
    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_differ_and_statuses_are_errors() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
            assert_eq!(code.status().as_u16(), code.number());
        }
    }
}
