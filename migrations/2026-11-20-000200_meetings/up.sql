-- Meetings and who takes part. Users are named without a foreign key: modules know each other by identifiers only.

CREATE TABLE meetings (
    id               uuid        NOT NULL CONSTRAINT meetings_pkey PRIMARY KEY,
    code             text        NOT NULL CONSTRAINT meetings_code_key UNIQUE
                                 CONSTRAINT meetings_code_form CHECK (code ~ '^[a-z]{3}-[a-z]{4}-[a-z]{3}$'),
    title            text        NOT NULL CONSTRAINT meetings_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    description      text        CONSTRAINT meetings_description_length CHECK (char_length(description) <= 5000),
    creator_id       uuid        NOT NULL,
    status           text        NOT NULL,
    start_time       timestamptz,
    end_time         timestamptz,
    max_participants integer     NOT NULL CONSTRAINT meetings_max_participants_range CHECK (max_participants BETWEEN 2 AND 1000),
    started_at       timestamptz,
    ended_at         timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    version          bigint      NOT NULL CONSTRAINT meetings_version_positive CHECK (version > 0),
    CONSTRAINT meetings_schedule_order CHECK (end_time > start_time),
    CONSTRAINT meetings_status_complete CHECK (
        CASE status
            WHEN 'scheduled' THEN started_at IS NULL AND ended_at IS NULL
            WHEN 'live' THEN started_at IS NOT NULL AND ended_at IS NULL
            WHEN 'ended' THEN ended_at IS NOT NULL
            WHEN 'cancelled' THEN started_at IS NULL AND ended_at IS NOT NULL
            ELSE false
        END
    )
);

-- The list of what somebody created, newest first.
CREATE INDEX meetings_creator_newest_idx ON meetings (creator_id, created_at DESC, id DESC);

CREATE TABLE participants (
    meeting_id         uuid        NOT NULL CONSTRAINT participants_meeting_fkey REFERENCES meetings (id) ON DELETE CASCADE,
    user_id            uuid        NOT NULL,
    -- The place in the order of first coming, from 0.
    ordinal            integer     NOT NULL CONSTRAINT participants_ordinal_natural CHECK (ordinal >= 0),
    role               text        NOT NULL CONSTRAINT participants_role_known CHECK (role IN ('host', 'co-host', 'participant')),
    display_name       text        NOT NULL CONSTRAINT participants_display_name_length CHECK (char_length(display_name) BETWEEN 1 AND 64),
    joined_at          timestamptz NOT NULL,
    left_at            timestamptz,
    -- The meeting's, which never changes: so that an index gives what somebody joined in the order of the list.
    meeting_created_at timestamptz NOT NULL,
    CONSTRAINT participants_pkey PRIMARY KEY (meeting_id, user_id),
    CONSTRAINT participants_stay_order CHECK (left_at >= joined_at)
);

-- The list of what somebody joined, newest meeting first.
CREATE INDEX participants_user_newest_idx ON participants (user_id, meeting_created_at DESC, meeting_id DESC);
