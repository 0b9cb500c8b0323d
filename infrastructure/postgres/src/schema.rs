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

diesel::joinable!(participants -> meetings (meeting_id));
diesel::allow_tables_to_appear_in_same_query!(meetings, participants);
