//! Takes out of answers what differs from run to run, after looking whether it is what it should be.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

/// `body` with identifiers, times, tokens and meeting codes replaced by what kind of thing they are.
pub fn redacted(body: &Value) -> Value {
    match body {
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), member(key, value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(redacted).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

fn member(key: &str, value: &Value) -> Value {
    let Some(text) = value.as_str() else {
        return match (key, value) {
            ("timestamp", Value::Number(_)) => "[timestamp]".into(),
            _ => redacted(value),
        };
    };
    let kind = match key {
        "id" | "user_id" | "creator_id" | "room_id" if is_uuid_v7(text) => "[uuid]",
        "created_at" | "updated_at" | "started_at" | "ended_at" | "joined_at" | "left_at" | "invited_at"
            if is_utc(text) =>
        {
            "[time]"
        }
        "access_token" | "room_token" if text.split('.').count() == 3 => "[jwt]",
        "refresh_token" if text.len() >= 43 => "[refresh token]",
        "code" if is_meeting_code(text) => "[meeting code]",
        "next_cursor" => "[cursor]",
        _ => return value.clone(),
    };
    kind.into()
}

fn is_uuid_v7(text: &str) -> bool {
    Uuid::parse_str(text).is_ok_and(|id| id.get_version_num() == 7)
}

fn is_utc(text: &str) -> bool {
    text.ends_with('Z') && text.parse::<DateTime<Utc>>().is_ok()
}

fn is_meeting_code(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [3, 4, 3] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase())
}
