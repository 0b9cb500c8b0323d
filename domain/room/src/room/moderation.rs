//! What hosts and co-hosts change about those who are in, and what everybody changes about themselves.

use chrono::{DateTime, Utc};
use domain_shared::UserId;

use super::{AccessError, Room};
use crate::{DisplayName, Grants, ParticipantRole, Peer, PeerSessionId, RoomPolicy};

impl Room {
    fn peer_mut(&mut self, user_id: UserId) -> Option<&mut Peer> {
        let session = self.sessions.get(&user_id)?;
        self.peers.get_mut(session)
    }

    /// Somebody has another role now. Hosts and co-hosts may everything, others what `policy` says. Tells whose session
    /// that is, if it is news.
    pub fn set_role(&mut self, user_id: UserId, role: ParticipantRole, policy: RoomPolicy) -> Option<PeerSessionId> {
        let peer = self.peer_mut(user_id)?;
        // A guest stays a guest.
        let role = match (role, peer.role()) {
            (ParticipantRole::Participant, ParticipantRole::Guest) => ParticipantRole::Guest,
            (role, _) => role,
        };
        let grants = peer.grants().under(if role.moderates() { RoomPolicy::ALL } else { policy });
        if peer.role() == role && *peer.grants() == grants {
            return None;
        }
        peer.become_role(role, grants);
        Some(peer.session())
    }

    /// Participants may other things now. Tells for whom that is news.
    pub fn set_policy(&mut self, policy: RoomPolicy) -> Vec<PeerSessionId> {
        let mut changed = Vec::new();
        for peer in self.peers.values_mut().filter(|peer| !peer.role().moderates()) {
            let grants = peer.grants().under(policy);
            if *peer.grants() != grants {
                let role = peer.role();
                peer.become_role(role, grants);
                changed.push(peer.session());
            }
        }
        changed
    }

    /// Somebody is called something else now. Tells whose session that is, if it is news.
    pub fn rename(&mut self, user_id: UserId, name: DisplayName) -> Option<PeerSessionId> {
        let peer = self.peer_mut(user_id)?;
        if *peer.display_name() == name {
            return None;
        }
        peer.rename(name);
        Some(peer.session())
    }

    /// Somebody raises their hand, or lowers it. Observers have none. Tells whether that is news.
    ///
    /// # Errors
    /// [`AccessError`].
    pub fn raise_hand(
        &mut self,
        session: PeerSessionId,
        raised: bool,
        now: DateTime<Utc>,
    ) -> Result<bool, AccessError> {
        self.check_signal(session)?;
        let peer = self.peers.get_mut(&session).ok_or(AccessError::NotInRoom)?;
        if peer.hand_raised_at().is_some() == raised {
            return Ok(false);
        }
        peer.raise_hand(raised.then_some(now));
        Ok(true)
    }

    /// A host or co-host lowers the hand of somebody below them. Tells whether it was raised.
    ///
    /// # Errors
    /// [`AccessError`].
    pub fn lower_hand_of(&mut self, by: PeerSessionId, user_id: UserId) -> Result<bool, AccessError> {
        self.check_moderates(by)?;
        let Some(peer) = self.peer_mut(user_id) else { return Ok(false) };
        let raised = peer.hand_raised_at().is_some();
        peer.raise_hand(None);
        Ok(raised)
    }

    /// Shows somebody large to everybody, or nobody. Tells whether that is news.
    ///
    /// # Errors
    /// [`AccessError`].
    pub fn set_spotlight(&mut self, by: PeerSessionId, user_id: Option<UserId>) -> Result<bool, AccessError> {
        self.check_moderates(by)?;
        let there = |user_id: &UserId| self.peer_of(*user_id).is_some_and(Peer::is_visible);
        let wanted = user_id.filter(there);
        Ok(std::mem::replace(&mut self.spotlight, wanted) != wanted)
    }

    /// Who is shown large to everybody.
    #[must_use]
    pub const fn spotlight(&self) -> Option<UserId> {
        self.spotlight
    }

    /// Who is to be muted when `by` mutes `target`, or all below them.
    #[must_use]
    pub fn muted_by(&self, by: UserId, target: Option<UserId>) -> Vec<PeerSessionId> {
        if let Some(target) = target {
            return self.peer_of(target).map(Peer::session).into_iter().collect();
        }
        // Whoever is not in acts by other means, and has been found to be allowed to.
        let role = self.peer_of(by).map_or(ParticipantRole::Host, Peer::role);
        self.peers().filter(|peer| peer.user_id() != by && role.outranks(peer.role())).map(Peer::session).collect()
    }

    /// Somebody is muted: they need to be asked anew. Or they are asked, and may turn their microphone on. Tells their
    /// session.
    pub fn ask_to_unmute(&mut self, user_id: UserId, asked: bool) -> Option<PeerSessionId> {
        let peer = self.peer_mut(user_id)?;
        peer.ask_to_unmute(asked);
        Some(peer.session())
    }

    /// Whether somebody may turn their microphone on.
    ///
    /// # Errors
    /// [`AccessError`].
    pub fn check_unmute(&self, session: PeerSessionId) -> Result<(), AccessError> {
        self.check(session, Peer::may_unmute)
    }

    /// Whether somebody may moderate.
    ///
    /// # Errors
    /// [`AccessError`].
    pub fn check_moderates(&self, session: PeerSessionId) -> Result<(), AccessError> {
        self.check(session, |peer| peer.role().moderates())
    }

    /// What somebody may do.
    #[must_use]
    pub fn grants_of(&self, session: PeerSessionId) -> Option<&Grants> {
        self.peers.get(&session).map(Peer::grants)
    }
}
