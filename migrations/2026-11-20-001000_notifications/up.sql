-- What users are told, and how they want to be told. Users are named without a foreign key: modules know each other by
-- identifiers only.

CREATE TABLE notifications (
    id         uuid        NOT NULL CONSTRAINT notifications_pkey PRIMARY KEY,
    user_id    uuid        NOT NULL,
    -- The event that it tells of: each user is told of it once.
    source     uuid        NOT NULL,
    kind       text        NOT NULL,
    -- What it says, without the kind.
    data       jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    read_at    timestamptz,
    CONSTRAINT notifications_event_key UNIQUE (user_id, source)
);

-- The list of one user's, newest first, and what of it was not read.
CREATE INDEX notifications_newest_idx ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread_idx ON notifications (user_id, created_at DESC, id DESC) WHERE read_at IS NULL;
-- What may be deleted.
CREATE INDEX notifications_created_idx ON notifications (created_at);

-- What differs from being told in every way.
CREATE TABLE notification_preferences (
    user_id uuid    NOT NULL,
    kind    text    NOT NULL CONSTRAINT notification_preferences_kind_length CHECK (char_length(kind) BETWEEN 1 AND 64),
    in_app  boolean NOT NULL,
    email   boolean NOT NULL,
    CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id, kind)
);
