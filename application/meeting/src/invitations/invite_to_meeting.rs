//! Invites people to a meeting.

use std::{collections::HashSet, sync::Arc};

use application_shared::PortError;
use domain_meeting::{Invitation, Invitee, Meeting, MeetingRef, NewInvitation, ParticipantRole};
use domain_shared::{Clock, Email, IdGenerator, InvitationId, UserId};
use thiserror::Error;

use super::{
    ATTEMPTS, InvitationPorts, InvitationRepository, InvitationTokens, InvitationView, People, Person,
    upcoming::is_over,
};
use crate::MeetingRepository;

/// The most people who are invited at once.
pub const MAX_INVITEES: usize = 50;
/// The longest username; longer texts name nobody.
const MAX_USERNAME: usize = 64;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct InviteToMeetingCommand {
    /// To which meeting.
    pub meeting: MeetingRef,
    /// Who invites.
    pub by: UserId,
    /// Whom: e-mail addresses and usernames, 1 to [`MAX_INVITEES`].
    pub invitees: Vec<String>,
}

/// What is wrong with one of those who are to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteeProblem {
    /// Its place in the list, from 0; nothing when it is the list.
    pub index: Option<usize>,
    /// A stable code, such as `unknown_user`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl InviteeProblem {
    fn new(index: usize, code: &'static str, message: impl ToString) -> Self {
        Self { index: Some(index), code, message: message.to_string() }
    }
}

/// Nobody was invited.
#[derive(Debug, Error)]
pub enum InviteToMeetingError {
    /// Some cannot be invited.
    #[error("invalid invitees")]
    Invalid(Vec<InviteeProblem>),
    /// There is no such meeting.
    #[error("no such meeting")]
    NotFound,
    /// Only the host may.
    #[error("only the host may do that")]
    Forbidden,
    /// It has ended, or was cancelled.
    #[error("the meeting has ended")]
    Ended,
    /// The meeting has [`Invitation::MAX_PER_MEETING`] invitations.
    #[error("too many are invited")]
    TooMany,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Invites people to a meeting, all or none. Who is invited already stays invited as they are.
pub struct InviteToMeeting {
    meetings: Arc<dyn MeetingRepository>,
    invitations: Arc<dyn InvitationRepository>,
    people: Arc<dyn People>,
    tokens: Arc<dyn InvitationTokens>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

/// Somebody in the list, as they are called there.
enum Called {
    ByAddress(Email),
    ByName(String),
}

impl InviteToMeeting {
    /// Takes the ports.
    #[must_use]
    pub fn new(ports: &InvitationPorts) -> Self {
        Self {
            meetings: Arc::clone(&ports.meetings),
            invitations: Arc::clone(&ports.invitations),
            people: Arc::clone(&ports.people),
            tokens: Arc::clone(&ports.tokens),
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
        }
    }

    /// Invites them. Answers with an invitation for each, in the order of the list, each person once.
    ///
    /// # Errors
    /// [`InviteToMeetingError`].
    pub async fn execute(&self, command: InviteToMeetingCommand) -> Result<Vec<InvitationView>, InviteToMeetingError> {
        let called = parse(&command.invitees).map_err(InviteToMeetingError::Invalid)?;
        let meeting = self.meetings.find(&command.meeting).await?.ok_or(InviteToMeetingError::NotFound)?;
        if meeting.role_of(command.by) != ParticipantRole::Host {
            return Err(InviteToMeetingError::Forbidden);
        }
        if is_over(&meeting) {
            return Err(InviteToMeetingError::Ended);
        }
        let wanted = self.identify(called, command.by).await?;
        for _ in 0..ATTEMPTS {
            let active = self.invitations.active_of(meeting.id()).await?;
            let mut new: Vec<Invitation> = wanted
                .iter()
                .filter(|(invitee, _)| find(&active, invitee).is_none())
                .map(|(invitee, _)| self.invite(&meeting, invitee.clone(), command.by))
                .collect();
            if active.len() + new.len() > Invitation::MAX_PER_MEETING {
                return Err(InviteToMeetingError::TooMany);
            }
            let stored = if new.is_empty() { Ok(()) } else { self.invitations.insert(&mut new).await };
            match stored {
                Ok(()) => {
                    let view = |(invitee, person): &(Invitee, Option<Person>)| {
                        let invitation = find(&active, invitee).or_else(|| find(&new, invitee))?;
                        Some(InvitationView::of(invitation, person.as_ref()))
                    };
                    return Ok(wanted.iter().filter_map(view).collect());
                }
                // Somebody was invited by another request at the same time.
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PortError::Conflict.into())
    }

    fn invite(&self, meeting: &Meeting, invitee: Invitee, invited_by: UserId) -> Invitation {
        let id = InvitationId::from_uuid(self.ids.next());
        let (_, token_hash) = self.tokens.issue(id);
        let new = NewInvitation {
            id,
            meeting_id: meeting.id(),
            meeting_version: meeting.version(),
            invitee,
            token_hash,
            invited_by,
        };
        Invitation::create(new, self.clock.now())
    }

    /// Finds out who is meant; each person once.
    async fn identify(
        &self,
        called: Vec<Called>,
        by: UserId,
    ) -> Result<Vec<(Invitee, Option<Person>)>, InviteToMeetingError> {
        let (mut names, mut emails) = (Vec::new(), Vec::new());
        for one in &called {
            match one {
                Called::ByName(name) => names.push(name.clone()),
                Called::ByAddress(email) => emails.push(email.clone()),
            }
        }
        let named = if names.is_empty() { Vec::new() } else { self.people.by_usernames(&names).await? };
        let addressed = if emails.is_empty() { Vec::new() } else { self.people.by_emails(&emails).await? };
        let (mut wanted, mut problems) = (Vec::new(), Vec::new());
        let (mut users, mut addresses) = (HashSet::new(), HashSet::new());
        for (index, one) in called.into_iter().enumerate() {
            let (invitee, person) = match one {
                Called::ByName(name) => {
                    let person = named.iter().find(|person| person.username.eq_ignore_ascii_case(&name));
                    let Some(person) = person else {
                        problems.push(InviteeProblem::new(index, "unknown_user", "there is no user of this name"));
                        continue;
                    };
                    (Invitee::User(person.user_id), Some(person.clone()))
                }
                Called::ByAddress(email) => {
                    let user_id = addressed.iter().find(|person| person.email == email).map(|person| person.user_id);
                    (Invitee::Address { email, user_id }, None)
                }
            };
            if invitee.user_id() == Some(by) {
                problems.push(InviteeProblem::new(index, "own_account", "you are the host"));
                continue;
            }
            let new_user = invitee.user_id().is_none_or(|user_id| users.insert(user_id));
            let new_address = invitee.email().is_none_or(|email| addresses.insert(email.clone()));
            if new_user && new_address {
                wanted.push((invitee, person));
            }
        }
        if problems.is_empty() { Ok(wanted) } else { Err(InviteToMeetingError::Invalid(problems)) }
    }
}

/// The invitation of whoever is asked: the same user, or the same address.
fn find<'a>(invitations: &'a [Invitation], wanted: &Invitee) -> Option<&'a Invitation> {
    invitations.iter().find(|invitation| {
        let invitee = invitation.invitee();
        let same_user = wanted.user_id().is_some() && invitee.user_id() == wanted.user_id();
        same_user || (wanted.email().is_some() && invitee.email() == wanted.email())
    })
}

fn parse(invitees: &[String]) -> Result<Vec<Called>, Vec<InviteeProblem>> {
    let of_the_list = |code, message: String| Err(vec![InviteeProblem { index: None, code, message }]);
    if invitees.is_empty() {
        return of_the_list("required", "must name somebody".to_owned());
    }
    if invitees.len() > MAX_INVITEES {
        return of_the_list("too_many", format!("must have at most {MAX_INVITEES} items"));
    }
    let (mut called, mut problems) = (Vec::with_capacity(invitees.len()), Vec::new());
    for (index, text) in invitees.iter().enumerate() {
        let text = text.trim();
        if text.contains('@') {
            match Email::parse(text) {
                Ok(email) => called.push(Called::ByAddress(email)),
                Err(error) => problems.push(InviteeProblem::new(index, error.code(), error)),
            }
        } else if text.is_empty() {
            problems.push(InviteeProblem::new(index, "required", "must be an e-mail address or a username"));
        } else if text.len() > MAX_USERNAME || text.chars().any(char::is_control) {
            problems.push(InviteeProblem::new(index, "malformed", "must be an e-mail address or a username"));
        } else {
            called.push(Called::ByName(text.to_lowercase()));
        }
    }
    if problems.is_empty() { Ok(called) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use domain_meeting::{InvitationAnswer, InvitationStatusKind};

    use super::*;
    use crate::invitations::test_support::{Invited, person};
    use crate::testing::{HOST, user};

    fn command(world: &Invited, invitees: &[&str]) -> InviteToMeetingCommand {
        let invitees = invitees.iter().map(|text| (*text).to_owned()).collect();
        InviteToMeetingCommand { meeting: world.meeting_ref.clone(), by: user(HOST), invitees }
    }

    fn problems(result: Result<Vec<InvitationView>, InviteToMeetingError>) -> Vec<(Option<usize>, &'static str)> {
        match result {
            Err(InviteToMeetingError::Invalid(problems)) => {
                problems.into_iter().map(|problem| (problem.index, problem.code)).collect()
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    #[tokio::test]
    async fn people_are_invited_by_address_and_by_name() {
        let world = Invited::new();
        world.know(person(2, "Bob", true));
        world.know(person(3, "carol", true));
        world.know(person(4, "dan", false));
        let invite = InviteToMeeting::new(&world.ports);
        let wanted = ["Eve@Example.com", "bob", " CAROL@example.com ", "dan@example.com"];
        let views = invite.execute(command(&world, &wanted)).await.unwrap();
        let shown: Vec<_> = views.iter().map(|view| (view.email.as_deref(), view.username.as_deref())).collect();
        assert_eq!(
            shown,
            [
                (Some("eve@example.com"), None),
                (None, Some("Bob")),
                (Some("carol@example.com"), None),
                (Some("dan@example.com"), None)
            ],
            "whether an address belongs to an account is not told"
        );
        assert!(views.iter().all(|view| view.status == InvitationStatusKind::Pending && view.answered_at.is_none()));
        let users: Vec<_> = world.stored().iter().map(|invitation| invitation.invitee().user_id()).collect();
        assert_eq!(users, [None, Some(user(2)), Some(user(3)), None], "dan has not proved that the address is his");
        assert_eq!(world.events(), vec!["meeting.invitation-created"; 4]);
        for invitation in world.stored() {
            let (token, hash) = world.ports.tokens.issue(invitation.id());
            assert_eq!(invitation.token_hash(), &hash);
            drop(token);
        }
    }

    #[tokio::test]
    async fn each_person_is_invited_once() {
        let world = Invited::new();
        world.know(person(2, "bob", true));
        let invite = InviteToMeeting::new(&world.ports);
        let wanted = ["bob", "BOB", "bob@example.com", "eve@example.com", "Eve@example.com"];
        let first = invite.execute(command(&world, &wanted)).await.unwrap();
        assert_eq!(first.len(), 2);
        let again = invite.execute(command(&world, &["eve@example.com", "bob@example.com", "new@example.com"])).await;
        let again = again.unwrap();
        assert_eq!((&again[0], again[1].id), (&first[1], first[0].id), "they stay invited as they are");
        assert_eq!(world.stored().len(), 3);
    }

    #[tokio::test]
    async fn who_has_declined_or_was_uninvited_can_be_invited_again() {
        let world = Invited::new();
        let invite = InviteToMeeting::new(&world.ports);
        let wanted = ["a@example.com", "b@example.com", "c@example.com"];
        let first = invite.execute(command(&world, &wanted)).await.unwrap();
        world.change(first[0].id, |invitation, now| {
            invitation.answer(InvitationAnswer::Declined, now).map(drop).unwrap()
        });
        world.change(first[1].id, |invitation, now| invitation.revoke(now));
        world.change(first[2].id, |invitation, now| {
            invitation.answer(InvitationAnswer::Accepted, now).map(drop).unwrap()
        });
        let second = invite.execute(command(&world, &wanted)).await.unwrap();
        assert!(second[0].id != first[0].id && second[1].id != first[1].id && second[2].id == first[2].id);
        assert_eq!(second[2].status, InvitationStatusKind::Accepted);
    }

    #[tokio::test]
    async fn everything_that_is_wrong_is_told_and_nobody_is_invited() {
        let world = Invited::new();
        world.know(person(HOST, "ann", true));
        let invite = InviteToMeeting::new(&world.ports);
        let long = "x".repeat(65);
        let bad = ["good@example.com", "a@b@c", "", long.as_str(), "a\u{7}b"];
        let told = problems(invite.execute(command(&world, &bad)).await);
        assert_eq!(
            told,
            [(Some(1), "malformed"), (Some(2), "required"), (Some(3), "malformed"), (Some(4), "malformed")]
        );
        let told =
            problems(invite.execute(command(&world, &["ann", "nobody", "ann@example.com", "x@example.com"])).await);
        assert_eq!(told, [(Some(0), "own_account"), (Some(1), "unknown_user"), (Some(2), "own_account")]);
        assert_eq!(problems(invite.execute(command(&world, &[])).await), [(None, "required")]);
        assert_eq!(problems(invite.execute(command(&world, &["x@example.com"; 51])).await), [(None, "too_many")]);
        assert!(world.stored().is_empty());
    }

    #[tokio::test]
    async fn only_the_host_invites_and_only_while_it_is_not_over() {
        let world = Invited::new();
        let invite = InviteToMeeting::new(&world.ports);
        let stranger = InviteToMeetingCommand { by: user(2), ..command(&world, &["x@example.com"]) };
        assert!(matches!(invite.execute(stranger).await, Err(InviteToMeetingError::Forbidden)));
        let meeting = MeetingRef::parse("zzz-zzzz-zzz").unwrap();
        let unknown = InviteToMeetingCommand { meeting, ..command(&world, &["x@example.com"]) };
        assert!(matches!(invite.execute(unknown).await, Err(InviteToMeetingError::NotFound)));
        world.end();
        let late = invite.execute(command(&world, &["x@example.com"])).await;
        assert!(matches!(late, Err(InviteToMeetingError::Ended)));
    }

    #[tokio::test]
    async fn a_meeting_has_a_thousand_invitations_at_most() {
        let world = Invited::new();
        let invite = InviteToMeeting::new(&world.ports);
        for part in 0..20 {
            let addresses: Vec<String> = (0..50).map(|n| format!("p{part}-{n}@example.com")).collect();
            let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
            invite.execute(command(&world, &addresses)).await.unwrap();
        }
        let more = invite.execute(command(&world, &["more@example.com"])).await;
        assert!(matches!(more, Err(InviteToMeetingError::TooMany)));
        assert_eq!(invite.execute(command(&world, &["p3-7@example.com"])).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn two_requests_at_once_invite_once_and_troubles_are_told() {
        let world = Invited::new();
        let invite = InviteToMeeting::new(&world.ports);
        world.store.conflicts.store(4, Ordering::SeqCst);
        assert_eq!(invite.execute(command(&world, &["x@example.com"])).await.unwrap().len(), 1);
        world.store.conflicts.store(5, Ordering::SeqCst);
        let given_up = invite.execute(command(&world, &["y@example.com"])).await;
        assert!(matches!(given_up, Err(InviteToMeetingError::Port(PortError::Conflict))));
        world.fail();
        let away = invite.execute(command(&world, &["x@example.com"])).await;
        assert!(matches!(away, Err(InviteToMeetingError::Port(PortError::Unavailable(_)))));
    }
}
