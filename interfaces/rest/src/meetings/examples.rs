//! Examples of the meeting shapes, for the OpenAPI document.

use chrono::{DateTime, Utc};
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{
    participant_shapes::{JoinMeetingRequest, Joined, Participant, Role, Standing},
    settings_shapes::{ChangeSettings, LobbyMode},
    shapes::{CreateMeetingRequest, Meeting, MeetingStatus},
};

const MEETING: Uuid = Uuid::from_u128(0x0199_5b1f_0c44_7d01_8a3b_5e6f_7081_9202);
const USER: Uuid = Uuid::from_u128(0x0199_5b1e_7a10_7c3e_9f52_0c2d_8e4b_1a01);

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap_or_default()
}

impl Example for CreateMeetingRequest {
    fn example() -> Self {
        Self {
            title: "Weekly planning".into(),
            description: Some("What we do next week.".into()),
            start_time: Some(at(3_600)),
            end_time: Some(at(7_200)),
            time_zone: Some("Europe/Berlin".into()),
            recurrence: Some("FREQ=WEEKLY".into()),
            max_participants: Some(25),
            settings: Some(ChangeSettings { lobby: Some(LobbyMode::Guests), ..ChangeSettings::default() }),
            passcode: None,
        }
    }
}

impl Example for JoinMeetingRequest {
    fn example() -> Self {
        Self { display_name: Some("Ann (kitchen)".into()), passcode: None }
    }
}

impl Example for Meeting {
    fn example() -> Self {
        Self {
            id: MEETING,
            code: "abc-defg-hij".into(),
            title: "Weekly planning".into(),
            description: Some("What we do next week.".into()),
            creator_id: USER,
            status: MeetingStatus::Scheduled,
            start_time: Some(at(3_600)),
            end_time: Some(at(7_200)),
            time_zone: Some("Europe/Berlin".into()),
            recurrence: Some("FREQ=WEEKLY".into()),
            max_participants: 25,
            settings: domain_meeting::MeetingSettings::default().into(),
            has_passcode: false,
            locked: false,
            created_at: at(0),
            updated_at: at(0),
            started_at: None,
            ended_at: None,
        }
    }
}

impl Example for Joined {
    fn example() -> Self {
        Self {
            room_token: "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJyb29tIjoiLi4uIn0.c2lnbmF0dXJl".into(),
            signaling_url: "wss://meet.example.org/ws/signaling".into(),
            room_id: MEETING,
            participant: Some(Participant {
                user_id: USER,
                guest: false,
                role: Role::Host,
                display_name: "Ann (kitchen)".into(),
                joined_at: at(3_600),
                left_at: None,
                standing: Standing::Welcome,
            }),
            waiting: None,
            guest_pass: None,
            mute_on_entry: false,
        }
    }
}
