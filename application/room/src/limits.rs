//! Bounds of live rooms: everything that could grow has one.

use std::time::Duration;

/// The bounds. [`RoomLimits::default`] has the documented values.
#[derive(Debug, Clone)]
pub struct RoomLimits {
    /// Rooms on this node.
    pub rooms: usize,
    /// Participants per room, observers included.
    pub peers_per_room: usize,
    /// WebRTC transports per participant.
    pub transports_per_peer: usize,
    /// Tracks that one participant sends at a time.
    pub producers_per_peer: usize,
    /// Tracks that one participant receives at a time.
    pub consumers_per_peer: usize,
    /// Commands that wait for a room's actor; a further one is refused as busy.
    pub mailbox: usize,
    /// Media events that wait for a room's actor.
    pub media_events: usize,
    /// Events that wait for one participant; whoever lets more pile up is disconnected.
    pub events_per_peer: usize,
    /// Room events that wait to be published.
    pub published_events: usize,
    /// How long the media engine may take for one operation.
    pub engine_timeout: Duration,
    /// How often a router is tried to be opened after its worker has died.
    pub router_attempts: u32,
    /// The pause before the second try; it doubles with each.
    pub router_retry: Duration,
    /// How long an ended room is remembered, so that a room token still valid does not open it again.
    pub ended_memory: Duration,
    /// How many ended rooms are remembered.
    pub ended_rooms: usize,
    /// How long an ended login session is remembered, so that a room token still valid lets nobody in by it.
    pub ended_session_memory: Duration,
    /// How many ended login sessions are remembered.
    pub ended_sessions: usize,
    /// How long somebody who waits in the lobby may be without a connection, such as when they load the page anew.
    pub lobby_grace: Duration,
    /// How long whoever decides about a room may take.
    pub moderation_timeout: Duration,
    /// Chat messages that wait to be stored, of all rooms of this node; a further one is refused.
    pub unsaved_messages: usize,
    /// What these may take in memory, in bytes.
    pub unsaved_bytes: usize,
    /// How many chat messages are stored by one statement, at most.
    pub chat_batch: usize,
    /// How many read at once, at most, what was written earlier; others wait for their turn.
    pub chat_reads: usize,
    /// How long the store of chat messages may take for one operation.
    pub chat_timeout: Duration,
    /// The pause before storing chat messages again when the store is away; it doubles each time, up to 50 times as much.
    pub chat_retry: Duration,
    /// The pause before subscribing again when the pub/sub service is away.
    pub subscribe_retry: Duration,
    /// How long rooms have to close when the server stops, after they were ended; and then, to be stored, what was written
    /// in them.
    pub close_timeout: Duration,
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self {
            rooms: 10_000,
            peers_per_room: 1000,
            transports_per_peer: 4,
            producers_per_peer: 8,
            consumers_per_peer: 200,
            mailbox: 1024,
            media_events: 4096,
            events_per_peer: 1024,
            published_events: 4096,
            engine_timeout: Duration::from_secs(10),
            router_attempts: 5,
            router_retry: Duration::from_millis(200),
            ended_memory: Duration::from_secs(15 * 60),
            ended_rooms: 10_000,
            ended_session_memory: Duration::from_secs(15 * 60),
            ended_sessions: 100_000,
            lobby_grace: Duration::from_secs(5),
            moderation_timeout: Duration::from_secs(10),
            unsaved_messages: 20_000,
            unsaved_bytes: 32 * 1024 * 1024,
            chat_batch: 500,
            chat_reads: 8,
            chat_timeout: Duration::from_secs(10),
            chat_retry: Duration::from_millis(100),
            subscribe_retry: Duration::from_secs(1),
            close_timeout: Duration::from_secs(5),
        }
    }
}
