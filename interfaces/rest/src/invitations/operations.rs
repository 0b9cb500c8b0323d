//! The operations of invitations.

use std::sync::Arc;

use application_meeting::{
    AnswerInvitation, AnswerInvitationCommand, AnswerOwnInvitation, AnswerOwnInvitationCommand, InvitationCursor,
    InvitationPorts, InviteToMeeting, InviteToMeetingCommand, ListInvitations, ListInvitationsQuery, ReadInvitation,
    ReadOwnInvitation, RevokeInvitation, RevokeInvitationCommand,
};
use domain_meeting::{InvitationAnswer, MeetingRef};
use domain_shared::{Clock, InvitationId};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::shapes::{
    AnswerRequest, Invitation, InvitationList, InvitationPage, InviteRequest, InvitedTo, OwnInvitation,
};
use crate::{
    answer::{Answer, Created, Empty},
    authentication::SignedIn,
    code::Code,
    cursor,
    failure::Failure,
    json::JsonBody,
    rate_limits::RateLimits,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct InvitationUseCases {
    /// Invites people.
    pub invite: InviteToMeeting,
    /// Lists who is invited.
    pub list: ListInvitations,
    /// Takes an invitation back.
    pub revoke: RevokeInvitation,
    /// Shows one to whom it is for.
    pub read: ReadInvitation,
    /// Takes their answer.
    pub answer: AnswerInvitation,
    /// Shows users their own.
    pub read_own: ReadOwnInvitation,
    /// Takes the answers of users.
    pub answer_own: AnswerOwnInvitation,
}

impl InvitationUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            invite: InviteToMeeting::new(ports),
            list: ListInvitations::new(ports),
            revoke: RevokeInvitation::new(ports),
            read: ReadInvitation::new(ports),
            answer: AnswerInvitation::new(ports),
            read_own: ReadOwnInvitation::new(ports),
            answer_own: AnswerOwnInvitation::new(ports),
        }
    }
}

/// The operations of this area.
pub struct InvitationsApi {
    /// What they drive.
    pub use_cases: InvitationUseCases,
    /// Counts who is invited.
    pub limits: Arc<RateLimits>,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// No meeting bears what is neither an identifier nor a code.
fn reference(id: &str) -> Result<MeetingRef, Failure> {
    MeetingRef::parse(id).map_err(|_| Code::MeetingNotFound.into())
}

impl InvitationsApi {
    async fn answer(&self, token: String, answer: InvitationAnswer) -> Result<Answer<InvitedTo>, Failure> {
        let command = AnswerInvitationCommand { token: token.into(), answer };
        let invited_to = self.use_cases.answer.execute(command).await?;
        Ok(Answer::new(invited_to.into(), self.clock.now()))
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Meetings")]
impl InvitationsApi {
    /// Invite people to a meeting
    ///
    /// All or none; only the host may. Whoever is invited already stays so and is in the answer as they are. They get a mail
    /// with a calendar file and links to answer, and users a notification. 200 people an hour may be invited.
    #[oai(path = "/meetings/:id/invitations", method = "post", operation_id = "inviteToMeeting")]
    async fn invite(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        body: JsonBody<InviteRequest>,
    ) -> Result<Created<InvitationList>, Failure> {
        let (meeting, by, invitees) = (reference(&id.0)?, user.0.user_id, body.0.invitees);
        self.limits.count_invitations(by, invitees.len()).await?;
        let command = InviteToMeetingCommand { meeting, by, invitees };
        let invitations = self.use_cases.invite.execute(command).await?;
        let items = invitations.into_iter().map(Invitation::from).collect();
        Ok(Answer::new(InvitationList { items }, self.clock.now()))
    }

    /// List who is invited to a meeting
    ///
    /// Newest first, for its host.
    #[oai(path = "/meetings/:id/invitations", method = "get", operation_id = "listInvitations")]
    async fn list(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<InvitationPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let after = after.map(|(created_at, id)| InvitationCursor { created_at, id: id.into() });
        let query = ListInvitationsQuery { meeting: reference(&id.0)?, by: user.0.user_id, after, limit };
        let page = self.use_cases.list.execute(query).await?;
        let answer = InvitationPage {
            items: page.items.into_iter().map(Invitation::from).collect(),
            next_cursor: page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid())),
        };
        Ok(Answer::new(answer, self.clock.now()))
    }

    /// Take an invitation back
    ///
    /// Only the host may. One that was taken back before is no error.
    #[oai(path = "/meetings/:id/invitations/:invitation_id", method = "delete", operation_id = "revokeInvitation")]
    async fn revoke(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        /// The invitation's identifier.
        invitation_id: Path<String>,
    ) -> Result<Answer<Empty>, Failure> {
        let meeting = reference(&id.0)?;
        // Nothing bears what is no identifier.
        let id: InvitationId = invitation_id.0.parse().map_err(|_| Code::InvitationNotFound)?;
        let command = RevokeInvitationCommand { meeting, id, by: user.0.user_id };
        self.use_cases.revoke.execute(command).await?;
        Ok(Answer::new(Empty {}, self.clock.now()))
    }

    /// Read the own invitation to a meeting
    ///
    /// That of the account, or of an address that it has proved.
    #[oai(path = "/meetings/:id/invitation", method = "get", operation_id = "readOwnInvitation")]
    async fn read_own(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
    ) -> Result<Answer<OwnInvitation>, Failure> {
        let invitation = self.use_cases.read_own.execute(&reference(&id.0)?, user.0.user_id).await?;
        Ok(Answer::new(invitation.into(), self.clock.now()))
    }

    /// Answer the own invitation to a meeting
    ///
    /// Once, as by the mailed link. The same answer again is no error.
    #[oai(path = "/meetings/:id/invitation", method = "put", operation_id = "answerOwnInvitation")]
    async fn answer_own(
        &self,
        user: SignedIn,
        /// The meeting's identifier or code.
        id: Path<String>,
        body: JsonBody<AnswerRequest>,
    ) -> Result<Answer<OwnInvitation>, Failure> {
        let (meeting, answer) = (reference(&id.0)?, body.0.answer.into());
        let command = AnswerOwnInvitationCommand { meeting, user_id: user.0.user_id, answer };
        let invitation = self.use_cases.answer_own.execute(command).await?;
        Ok(Answer::new(invitation.into(), self.clock.now()))
    }

    /// Read what one is invited to
    ///
    /// Whoever has the token may, without an account.
    #[oai(path = "/invitations/:token", method = "get", operation_id = "readInvitation")]
    async fn read(
        &self,
        /// The token in the link of the mail.
        token: Path<String>,
    ) -> Result<Answer<InvitedTo>, Failure> {
        let invited_to = self.use_cases.read.execute(&token.0).await?;
        Ok(Answer::new(invited_to.into(), self.clock.now()))
    }

    /// Accept an invitation
    ///
    /// Whoever has the token may, without an account, once. Accepting again is no error.
    #[oai(path = "/invitations/:token/accept", method = "post", operation_id = "acceptInvitation")]
    async fn accept(
        &self,
        /// The token in the link of the mail.
        token: Path<String>,
    ) -> Result<Answer<InvitedTo>, Failure> {
        self.answer(token.0, InvitationAnswer::Accepted).await
    }

    /// Decline an invitation
    ///
    /// Whoever has the token may, without an account, once. Declining again is no error.
    #[oai(path = "/invitations/:token/decline", method = "post", operation_id = "declineInvitation")]
    async fn decline(
        &self,
        /// The token in the link of the mail.
        token: Path<String>,
    ) -> Result<Answer<InvitedTo>, Failure> {
        self.answer(token.0, InvitationAnswer::Declined).await
    }
}
