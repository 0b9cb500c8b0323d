//! What the operations of statistics answer with.

use application_integration::{HeldMeetings, LiveRoom as LiveRoomView, NodeStatistics, RoomTracks, Statistics};
use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::Serialize;
use uuid::Uuid;

/// Accounts, in numbers.
#[derive(Debug, Serialize, Object)]
pub struct UserStats {
    /// All that are not deleted.
    pub total: u64,
    /// Those of which a session was used within a quarter of an hour.
    pub active: u64,
}

/// Meetings by state.
#[derive(Debug, Serialize, Object)]
pub struct MeetingStats {
    /// Nobody has come yet.
    pub scheduled: u64,
    /// They take place.
    pub live: u64,
    /// They have taken place.
    pub ended: u64,
    /// They were called off.
    pub cancelled: u64,
}

/// Rooms of other backends, by state.
#[derive(Debug, Serialize, Object)]
pub struct RoomStats {
    /// Nobody has come yet.
    pub waiting: u64,
    /// They have begun.
    pub active: u64,
    /// They are over, and not deleted yet.
    pub ended: u64,
    /// They were called off, and are not deleted yet.
    pub cancelled: u64,
    /// People who are in them now.
    pub people: u64,
}

/// People in meetings, in numbers.
#[derive(Debug, Serialize, Object)]
pub struct PeopleStats {
    /// Who are there now.
    pub live: u64,
    /// The most who were there at once within 24 hours.
    pub peak_day: u64,
}

/// Meetings that ended within some time and that somebody had come to.
#[derive(Debug, Serialize, Object)]
pub struct Held {
    /// How many.
    pub meetings: u64,
    /// How long they took, all together, in whole minutes.
    pub minutes: u64,
}

impl From<HeldMeetings> for Held {
    fn from(held: HeldMeetings) -> Self {
        Self { meetings: held.meetings, minutes: held.minutes }
    }
}

/// Meetings held.
#[derive(Debug, Serialize, Object)]
pub struct HeldStats {
    /// Within 24 hours.
    pub day: Held,
    /// Within 7 days.
    pub week: Held,
    /// Within 30 days.
    pub month: Held,
}

/// What is live on the node that answers.
#[derive(Debug, Serialize, Object)]
pub struct NodeStats {
    /// Open signalling connections.
    pub connections: u64,
    /// Open rooms.
    pub rooms: u64,
    /// Participants in them.
    pub peers: u64,
    /// Tracks that they send.
    pub producers: u64,
    /// Tracks that they receive.
    pub consumers: u64,
}

/// What goes on, in numbers.
#[derive(Debug, Serialize, Object)]
pub struct Stats {
    /// Accounts.
    pub users: UserStats,
    /// Meetings by state.
    pub meetings: MeetingStats,
    /// People in meetings.
    pub people: PeopleStats,
    /// Rooms of other backends.
    pub rooms: RoomStats,
    /// Meetings held.
    pub held: HeldStats,
    /// What is live on the node that answers; null when it has no rooms.
    #[oai(nullable)]
    pub node: Option<NodeStats>,
}

impl Stats {
    /// Of all nodes, and of this one.
    pub fn new(all: Statistics, here: Option<NodeStatistics>) -> Self {
        Self {
            users: UserStats { total: all.users, active: all.active_users },
            meetings: MeetingStats {
                scheduled: all.meetings.scheduled,
                live: all.meetings.live,
                ended: all.meetings.ended,
                cancelled: all.meetings.cancelled,
            },
            people: PeopleStats { live: all.people, peak_day: all.peak_people },
            rooms: RoomStats {
                waiting: all.rooms.waiting,
                active: all.rooms.active,
                ended: all.rooms.ended,
                cancelled: all.rooms.cancelled,
                people: all.rooms.people,
            },
            held: HeldStats { day: all.held_day.into(), week: all.held_week.into(), month: all.held_month.into() },
            node: here.map(|here| NodeStats {
                connections: here.connections,
                rooms: here.rooms,
                peers: here.peers,
                producers: here.producers,
                consumers: here.consumers,
            }),
        }
    }
}

/// A room that is live.
#[derive(Debug, Serialize, Object)]
pub struct LiveRoom {
    /// The room; that of a meeting bears the meeting's identifier.
    pub room_id: Uuid,
    /// What it is called, if it is a room of another backend; null for that of a meeting.
    #[oai(nullable)]
    pub room_name: Option<String>,
    /// Since when it is live.
    pub since: DateTime<Utc>,
    /// How many are in it.
    pub people: u64,
    /// Tracks that participants send; null when the room is not open on the node that answers.
    #[oai(nullable)]
    pub producers: Option<u64>,
    /// Tracks that they receive; null likewise.
    #[oai(nullable)]
    pub consumers: Option<u64>,
}

/// Rooms that are live, the newest first.
#[derive(Debug, Serialize, Object)]
pub struct LiveRoomList {
    /// At most 1,000 of them.
    pub items: Vec<LiveRoom>,
    /// How many there are.
    pub total: u64,
}

impl LiveRoomList {
    /// These rooms of `total`.
    pub fn new(rooms: Vec<(LiveRoomView, Option<RoomTracks>)>, total: u64) -> Self {
        let item = |(room, tracks): (LiveRoomView, Option<RoomTracks>)| LiveRoom {
            room_id: room.room_id.as_uuid(),
            room_name: room.room_name,
            since: room.since,
            people: room.people,
            producers: tracks.map(|tracks| tracks.producers),
            consumers: tracks.map(|tracks| tracks.consumers),
        };
        Self { items: rooms.into_iter().map(item).collect(), total }
    }
}
