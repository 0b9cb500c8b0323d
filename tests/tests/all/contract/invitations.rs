//! The contracts of `InvitationRepository`, `InvitationReader` and `People`.

use application_meeting::{
    InvitationCursor, InvitationReader, InvitationRepository, MeetingRepository, People, Person,
};
use application_shared::PortError;
use application_user::UserRepository;
use chrono::TimeDelta;
use domain_meeting::{Invitation, InvitationAnswer, InvitationStatusKind, InvitationTokenHash, Invitee, NewInvitation};
use domain_shared::{Email, InvitationId, PageLimit, UserId};
use futures::future::join_all;
use infrastructure_postgres::{
    PgInvitationReader, PgInvitationRepository, PgMeetingRepository, PgPeople, PgUserRepository,
};
use open_meeting_tests::TestDatabase;
use uuid::Uuid;

use super::{at, meeting, meeting_id, outbox, user, user_id};

fn id(n: u128) -> InvitationId {
    InvitationId::from_uuid(Uuid::from_u128(n))
}

fn hash(n: u128) -> InvitationTokenHash {
    let mut bytes = [7; 32];
    bytes[..16].copy_from_slice(&n.to_be_bytes());
    InvitationTokenHash::from_bytes(bytes)
}

fn address(email: &str, user: Option<u128>) -> Invitee {
    Invitee::Address { email: Email::parse(email).unwrap(), user_id: user.map(user_id) }
}

/// An invitation to meeting 1, made at `n` seconds.
fn invitation(n: u128, invitee: Invitee) -> Invitation {
    let new = NewInvitation {
        id: id(n),
        meeting_id: meeting_id(1),
        meeting_version: 3,
        invitee,
        token_hash: hash(n),
        invited_by: user_id(1),
    };
    Invitation::create(new, at(i64::try_from(n).unwrap()))
}

/// With meetings 1 and 2.
async fn store() -> (TestDatabase, PgInvitationRepository) {
    let database = TestDatabase::new().await;
    let meetings = PgMeetingRepository::new(database.pool());
    for n in [1, 2] {
        meetings.insert(&mut meeting(n, at(0))).await.unwrap();
    }
    database.execute("DELETE FROM outbox").await;
    let invitations = PgInvitationRepository::new(database.pool());
    (database, invitations)
}

async fn insert(invitations: &PgInvitationRepository, invitation: Invitation) -> Invitation {
    let mut new = [invitation];
    invitations.insert(&mut new).await.unwrap();
    let [stored] = new;
    stored
}

#[tokio::test]
async fn invitations_come_back_as_they_were_stored_with_their_events() {
    let (database, invitations) = store().await;
    let mut new = [
        invitation(10, address("Bob@Example.com", None)),
        invitation(11, address("carol@example.com", Some(3))),
        invitation(12, Invitee::User(user_id(4))),
    ];
    invitations.insert(&mut new).await.unwrap();
    for stored in &new {
        assert_eq!((stored.version(), stored.pending_events().len()), (1, 0));
        assert_eq!(invitations.find(stored.id()).await.unwrap().as_ref(), Some(stored));
        assert_eq!(invitations.find_by_token(stored.token_hash()).await.unwrap().as_ref(), Some(stored));
    }
    assert_eq!(outbox(&database).await, ["meeting.invitation-created"; 3]);
    assert_eq!(invitations.find(id(99)).await.unwrap(), None);
    assert_eq!(invitations.find_by_token(&hash(99)).await.unwrap(), None);
}

#[tokio::test]
async fn every_state_is_kept() {
    let (database, invitations) = store().await;
    let changes: [fn(&mut Invitation); 5] = [
        |one| assert!(one.answer(InvitationAnswer::Accepted, at(50)).unwrap()),
        |one| assert!(one.answer(InvitationAnswer::Declined, at(50)).unwrap()),
        |one| assert!(one.revoke(at(60))),
        |one| {
            one.answer(InvitationAnswer::Accepted, at(50)).unwrap();
            one.revoke(at(60));
        },
        |one| assert!(one.meeting_changed(9, at(50))),
    ];
    for (n, change) in (10..).zip(changes) {
        let mut stored = insert(&invitations, invitation(n, address(&format!("p{n}@example.com"), None))).await;
        change(&mut stored);
        invitations.update(&mut stored).await.unwrap();
        assert_eq!((stored.version(), stored.pending_events().len()), (2, 0));
        assert_eq!(invitations.find(id(n)).await.unwrap(), Some(stored));
    }
    let active = invitations.active_of(meeting_id(1)).await.unwrap();
    assert_eq!(active.iter().map(|one| one.id().as_uuid().as_u128()).collect::<Vec<_>>(), [10, 14]);
    assert_eq!(invitations.active_of(meeting_id(2)).await.unwrap(), []);
    assert_eq!(outbox(&database).await.len(), 5 + 6);
}

#[tokio::test]
async fn nobody_is_invited_twice_who_may_come() {
    let (database, invitations) = store().await;
    let mut first = insert(&invitations, invitation(10, address("bob@example.com", Some(2)))).await;
    for (n, again) in [
        (11, address("bob@example.com", None)),
        (12, address("other@example.com", Some(2))),
        (13, Invitee::User(user_id(2))),
    ] {
        let mut both = [invitation(n + 100, address("new@example.com", None)), invitation(n, again)];
        let conflict = invitations.insert(&mut both).await;
        assert!(matches!(conflict, Err(PortError::Conflict)), "{n}: {conflict:?}");
        assert_eq!((both[0].version(), both[0].pending_events().len()), (0, 1), "what failed may be tried again");
    }
    assert_eq!(outbox(&database).await.len(), 1, "all or none");
    first.answer(InvitationAnswer::Declined, at(20)).unwrap();
    invitations.update(&mut first).await.unwrap();
    let mut second = insert(&invitations, invitation(14, address("bob@example.com", Some(2)))).await;
    second.revoke(at(30));
    invitations.update(&mut second).await.unwrap();
    insert(&invitations, invitation(15, Invitee::User(user_id(2)))).await;
    database.execute("UPDATE invitations SET meeting_id = (SELECT id FROM meetings WHERE id <> meeting_id)").await;
    insert(&invitations, invitation(16, Invitee::User(user_id(2)))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_invite_or_answer_at_once_one_conflicts() {
    let (_database, invitations) = store().await;
    let outcomes = join_all((10..14).map(|n| {
        let invitations = invitations.clone();
        tokio::spawn(async move { invitations.insert(&mut [invitation(n, Invitee::User(user_id(2)))]).await })
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|outcome| outcome.as_ref().unwrap().is_ok()).count(), 1);
    let [stored] = invitations.active_of(meeting_id(1)).await.unwrap().try_into().unwrap();
    let (mut accepting, mut declining) = (stored.clone(), stored);
    accepting.answer(InvitationAnswer::Accepted, at(50)).unwrap();
    declining.answer(InvitationAnswer::Declined, at(50)).unwrap();
    invitations.update(&mut accepting).await.unwrap();
    assert!(matches!(invitations.update(&mut declining).await, Err(PortError::Conflict)));
    assert_eq!(invitations.find(accepting.id()).await.unwrap(), Some(accepting));
}

#[tokio::test]
async fn what_belongs_to_a_user_or_a_meeting_goes_with_them() {
    let (database, invitations) = store().await;
    insert(&invitations, invitation(10, address("bob@example.com", Some(2)))).await;
    insert(&invitations, invitation(11, Invitee::User(user_id(3)))).await;
    assert_eq!(invitations.delete_of(user_id(2)).await.unwrap(), 1);
    assert_eq!(invitations.delete_of(user_id(2)).await.unwrap(), 0);
    assert_eq!(invitations.active_of(meeting_id(1)).await.unwrap().len(), 1);
    database.execute("DELETE FROM meetings").await;
    assert_eq!(invitations.find(id(11)).await.unwrap(), None);
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt() {
    let (database, invitations) = store().await;
    insert(&invitations, invitation(10, address("bob@example.com", None))).await;
    database
        .execute(
            "ALTER TABLE invitations DROP CONSTRAINT invitations_status_known, DROP CONSTRAINT invitations_status_complete, \
             DROP CONSTRAINT invitations_answer_known, DROP CONSTRAINT invitations_answer_complete, \
             DROP CONSTRAINT invitations_invitee_known, DROP CONSTRAINT invitations_email_length",
        )
        .await;
    for spoil in [
        "status = 'perhaps'",
        "status = 'accepted'",
        "status = 'revoked'",
        "status = 'pending', answer = 'perhaps', answered_at = now()",
        "answer = 'accepted', answered_at = NULL",
        "answer = NULL, email = 'nobody'",
        "email = NULL",
    ] {
        database.execute(&format!("UPDATE invitations SET {spoil}")).await;
        let found = invitations.find(id(10)).await;
        assert!(matches!(found, Err(PortError::Corrupt { what: "invitation", .. })), "{spoil}: {found:?}");
    }
}

#[tokio::test]
async fn the_list_of_a_meeting_is_paged_and_tells_names_only_of_who_was_invited_by_name() {
    let (database, invitations) = store().await;
    let users = PgUserRepository::new(database.pool());
    users.insert(&mut user(2, "Bob", "bob@example.com")).await.unwrap();
    users.insert(&mut user(3, "Carol", "carol@example.com")).await.unwrap();
    insert(&invitations, invitation(10, address("bob@example.com", Some(2)))).await;
    insert(&invitations, invitation(11, Invitee::User(user_id(3)))).await;
    insert(&invitations, invitation(12, Invitee::User(user_id(99)))).await;
    let reader = PgInvitationReader::new(database.pool());
    let two = PageLimit::parse(2).unwrap();
    let first = reader.list(meeting_id(1), None, two).await.unwrap();
    assert_eq!(first.next, Some(InvitationCursor { created_at: at(11), id: id(11) }));
    let rest = reader.list(meeting_id(1), first.next, two).await.unwrap();
    assert_eq!(rest.next, None);
    let shown: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|view| (view.email.as_deref(), view.username.as_deref(), view.name.as_deref(), view.status))
        .collect();
    let pending = InvitationStatusKind::Pending;
    assert_eq!(
        shown,
        [
            (None, None, None, pending),
            (None, Some("Carol"), Some("Ädä 王"), pending),
            (Some("bob@example.com"), None, None, pending)
        ]
    );
    assert_eq!(reader.list(meeting_id(2), None, two).await.unwrap().items, []);
}

#[tokio::test]
async fn people_are_found_by_what_others_call_them() {
    let database = TestDatabase::new().await;
    let users = PgUserRepository::new(database.pool());
    let mut bob = user(2, "Bob", "Bob@Example.com");
    bob.verify_email(at(1));
    users.insert(&mut bob).await.unwrap();
    users.insert(&mut user(3, "Carol", "carol@example.com")).await.unwrap();
    let mut gone = user(4, "Gone", "gone@example.com");
    gone.verify_email(at(1));
    gone.close(TimeDelta::days(1), at(1));
    assert!(gone.purge(at(100_000)));
    users.insert(&mut gone).await.unwrap();

    let people = PgPeople::new(database.pool());
    let expected = Person {
        user_id: user_id(2),
        username: "Bob".to_owned(),
        name: "Ädä 王".to_owned(),
        email: Email::parse("bob@example.com").unwrap(),
        email_verified: true,
        language: "en".to_owned(),
    };
    assert_eq!(people.find(user_id(2)).await.unwrap(), Some(expected.clone()));
    assert_eq!(people.find(user_id(4)).await.unwrap(), None, "deleted");
    assert_eq!(people.find(user_id(99)).await.unwrap(), None);
    let names = ["bob", "CAROL", "nobody", "b%", "Robert'); DROP TABLE users;--"].map(str::to_owned);
    let mut found: Vec<UserId> = people.by_usernames(&names).await.unwrap().iter().map(|one| one.user_id).collect();
    found.sort();
    assert_eq!(found, [user_id(2), user_id(3)]);
    let emails = ["bob@example.com", "carol@example.com", "x@example.com"].map(|text| Email::parse(text).unwrap());
    assert_eq!(people.by_emails(&emails).await.unwrap(), [expected], "Carol has not proved hers");
}

#[tokio::test]
async fn the_newest_invitation_of_somebody_is_found_by_account_or_address() {
    let (_database, invitations) = store().await;
    let (email, none) = (Email::parse("ann@example.com").unwrap(), None);
    let found = async |address| {
        let found = invitations.find_of(meeting_id(1), user_id(5), address).await.unwrap();
        found.map(|invitation| invitation.id().as_uuid().as_u128())
    };
    assert_eq!(found(Some(&email)).await, None);
    insert(&invitations, invitation(10, address("bob@example.com", None))).await;
    insert(&invitations, invitation(11, Invitee::User(user_id(6)))).await;
    // The address is another account's by now.
    insert(&invitations, invitation(12, address("ann@example.com", Some(7)))).await;
    assert_eq!(found(Some(&email)).await, None);
    let mut revoked = insert(&invitations, invitation(13, Invitee::User(user_id(5)))).await;
    assert_eq!((found(none).await, found(Some(&email)).await), (Some(13), Some(13)));
    revoked.revoke(at(50));
    invitations.update(&mut revoked).await.unwrap();
    assert_eq!(found(none).await, Some(13), "there is no other");
    let mut declined = insert(&invitations, invitation(14, Invitee::User(user_id(5)))).await;
    declined.answer(InvitationAnswer::Declined, at(50)).unwrap();
    invitations.update(&mut declined).await.unwrap();
    assert_eq!(found(none).await, Some(14));
    insert(&invitations, invitation(15, Invitee::User(user_id(5)))).await;
    assert_eq!(found(none).await, Some(15), "asked again");
    assert_eq!(invitations.find_of(meeting_id(2), user_id(5), Some(&email)).await.unwrap(), None);
}

#[tokio::test]
async fn an_address_counts_while_no_account_was_known_to_have_it() {
    let (_database, invitations) = store().await;
    insert(&invitations, invitation(10, address("ann@example.com", None))).await;
    let email = Email::parse("Ann@example.com").unwrap();
    let found = invitations.find_of(meeting_id(1), user_id(5), Some(&email)).await.unwrap();
    assert_eq!(found.map(|invitation| invitation.id()), Some(id(10)));
    assert_eq!(invitations.find_of(meeting_id(1), user_id(5), None).await.unwrap(), None);
}
