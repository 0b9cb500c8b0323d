//! The tables as diesel knows them: the same as `migrations/` makes them.

diesel::table! {
    users (id) {
        id -> Uuid,
        username -> Text,
        email -> Text,
        password_hash -> Text,
        nickname -> Text,
        avatar_url -> Nullable<Text>,
        role -> Text,
        banned_at -> Nullable<Timestamptz>,
        ban_reason -> Nullable<Text>,
        language -> Text,
        email_verified_at -> Nullable<Timestamptz>,
        banned_until -> Nullable<Timestamptz>,
        closing_at -> Nullable<Timestamptz>,
        purge_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        refresh_hash -> Binary,
        previous_hash -> Nullable<Binary>,
        rotated_at -> Nullable<Timestamptz>,
        user_agent -> Nullable<Text>,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    audit_log (id) {
        id -> Uuid,
        at -> Timestamptz,
        action -> Text,
        actor_id -> Nullable<Uuid>,
        subject_id -> Nullable<Uuid>,
        details -> Jsonb,
    }
}

diesel::table! {
    avatars (id, size) {
        id -> Uuid,
        size -> SmallInt,
        owner_id -> Uuid,
        media_type -> Text,
        bytes -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    files (id) {
        id -> Uuid,
        owner_id -> Uuid,
        meeting_id -> Nullable<Uuid>,
        name -> Text,
        status -> Text,
        bytes -> BigInt,
        media_type -> Nullable<Text>,
        checksum -> Nullable<Binary>,
        missing_since -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        version -> BigInt,
    }
}

// `meetings.search` is made by the database from title and description, and has a type that diesel does not know.
diesel::table! {
    meetings (id) {
        id -> Uuid,
        code -> Text,
        title -> Text,
        description -> Nullable<Text>,
        creator_id -> Uuid,
        status -> Text,
        start_time -> Nullable<Timestamptz>,
        end_time -> Nullable<Timestamptz>,
        max_participants -> Integer,
        started_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        settings -> Jsonb,
        passcode_hash -> Nullable<Text>,
        locked -> Bool,
        lobby -> Jsonb,
        time_zone -> Nullable<Text>,
        recurrence -> Nullable<Text>,
        series_start -> Nullable<Timestamptz>,
        excluded -> Array<Timestamptz>,
        advance_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    meeting_sessions (meeting_id, started_at) {
        meeting_id -> Uuid,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    participants (meeting_id, user_id) {
        meeting_id -> Uuid,
        user_id -> Uuid,
        ordinal -> Integer,
        role -> Text,
        display_name -> Text,
        joined_at -> Timestamptz,
        left_at -> Nullable<Timestamptz>,
        meeting_created_at -> Timestamptz,
        guest -> Bool,
        standing -> Text,
    }
}

// `invitations.meeting_created_at` is filled by the database.
diesel::table! {
    invitations (id) {
        id -> Uuid,
        meeting_id -> Uuid,
        email -> Nullable<Text>,
        user_id -> Nullable<Uuid>,
        token_hash -> Binary,
        status -> Text,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        invited_by -> Uuid,
        told_version -> BigInt,
        created_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    meeting_reminders (meeting_id) {
        meeting_id -> Uuid,
        starts_at -> Timestamptz,
        remind_at -> Timestamptz,
    }
}

diesel::table! {
    notifications (id) {
        id -> Uuid,
        user_id -> Uuid,
        source -> Uuid,
        kind -> Text,
        data -> Jsonb,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    notification_preferences (user_id, kind) {
        user_id -> Uuid,
        kind -> Text,
        in_app -> Bool,
        email -> Bool,
    }
}

diesel::table! {
    stays (meeting_id, user_id, joined_at) {
        meeting_id -> Uuid,
        user_id -> Uuid,
        joined_at -> Timestamptz,
        left_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    outbox (position) {
        position -> BigInt,
        id -> Uuid,
        name -> Text,
        aggregate_id -> Uuid,
        payload -> Jsonb,
        occurred_at -> Timestamptz,
        attempts -> Integer,
        retry_at -> Nullable<Timestamptz>,
        leased_until -> Nullable<Timestamptz>,
        delivered_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        handled_by -> Array<Text>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        name -> Text,
        prefix -> Text,
        hash -> Binary,
        scopes -> Array<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
        version -> BigInt,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        api_key_id -> Nullable<Uuid>,
        url -> Text,
        events -> Array<Text>,
        secret -> Binary,
        disabled_at -> Nullable<Timestamptz>,
        disabled_reason -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Uuid,
        position -> BigInt,
        webhook_id -> Uuid,
        event_id -> Uuid,
        subject_id -> Uuid,
        kind -> Text,
        body -> Text,
        status -> Text,
        attempts -> Integer,
        attempts_before -> Integer,
        created_at -> Timestamptz,
        queued_at -> Timestamptz,
        due_at -> Timestamptz,
        leased_until -> Nullable<Timestamptz>,
        last_attempt_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        response_status -> Nullable<SmallInt>,
        problem -> Nullable<Text>,
    }
}

diesel::table! {
    rooms (id) {
        id -> Uuid,
        room_name -> Text,
        call_type -> Text,
        invite_on -> Bool,
        source_channel_id -> Nullable<Text>,
        source_channel_type -> Nullable<SmallInt>,
        creator -> Text,
        status -> Text,
        max_participants -> Integer,
        empty_timeout_s -> Integer,
        departure_timeout_s -> Integer,
        metadata -> Nullable<Text>,
        locked -> Bool,
        started_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    room_participants (room_id, uid) {
        room_id -> Uuid,
        uid -> Text,
        user_id -> Uuid,
        ordinal -> Integer,
        status -> Text,
        role -> Text,
        display_name -> Text,
        grants -> Jsonb,
        tokens_since -> Timestamptz,
        created_at -> Timestamptz,
        joined_at -> Nullable<Timestamptz>,
        left_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(participants -> meetings (meeting_id));
diesel::allow_tables_to_appear_in_same_query!(invitations, users);
diesel::allow_tables_to_appear_in_same_query!(meetings, participants);
