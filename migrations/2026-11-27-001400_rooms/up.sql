-- Rooms that other backends keep, and who was ever asked into them. People and channels are named as the other backend
-- names them.

CREATE TABLE rooms (
    id                  uuid        NOT NULL CONSTRAINT rooms_pkey PRIMARY KEY,
    room_name           text        NOT NULL CONSTRAINT rooms_name_form CHECK (room_name ~ '^[A-Za-z0-9._~-]{1,128}$'),
    call_type           text        NOT NULL CONSTRAINT rooms_call_type_known CHECK (call_type IN ('audio', 'video')),
    -- Only those come in who were invited.
    invite_on           boolean     NOT NULL,
    source_channel_id   text        CONSTRAINT rooms_source_channel_id_length CHECK (char_length(source_channel_id) BETWEEN 1 AND 128),
    source_channel_type smallint    CONSTRAINT rooms_source_channel_type_natural CHECK (source_channel_type >= 0),
    creator             text        NOT NULL CONSTRAINT rooms_creator_length CHECK (char_length(creator) BETWEEN 1 AND 128),
    status              text        NOT NULL CONSTRAINT rooms_status_known CHECK (status IN ('waiting', 'active', 'ended', 'cancelled')),
    max_participants    integer     NOT NULL CONSTRAINT rooms_max_participants_range CHECK (max_participants BETWEEN 2 AND 1000),
    metadata            text        CONSTRAINT rooms_metadata_length CHECK (octet_length(metadata) BETWEEN 1 AND 4096),
    locked              boolean     NOT NULL,
    started_at          timestamptz,
    ended_at            timestamptz,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    version             bigint      NOT NULL CONSTRAINT rooms_version_positive CHECK (version > 0),
    CONSTRAINT rooms_status_complete CHECK (
        CASE status
            WHEN 'waiting' THEN started_at IS NULL AND ended_at IS NULL
            WHEN 'active' THEN started_at IS NOT NULL AND ended_at IS NULL
            WHEN 'ended' THEN ended_at IS NOT NULL
            ELSE started_at IS NULL AND ended_at IS NOT NULL
        END
    )
);

-- A name belongs to one room that is not over, however many are created at once.
CREATE UNIQUE INDEX rooms_open_name_key ON rooms (room_name) WHERE ended_at IS NULL;
-- The last room of a name.
CREATE INDEX rooms_name_newest_idx ON rooms (room_name, created_at DESC, id DESC);
-- Lists, newest first.
CREATE INDEX rooms_newest_idx ON rooms (created_at DESC, id DESC);
CREATE INDEX rooms_status_newest_idx ON rooms (status, created_at DESC, id DESC);
CREATE INDEX rooms_source_channel_newest_idx ON rooms (source_channel_id, created_at DESC, id DESC)
    WHERE source_channel_id IS NOT NULL;

CREATE TABLE room_participants (
    room_id      uuid        NOT NULL CONSTRAINT room_participants_room_fkey REFERENCES rooms (id) ON DELETE CASCADE,
    uid          text        NOT NULL CONSTRAINT room_participants_uid_length CHECK (char_length(uid) BETWEEN 1 AND 128),
    -- Who they are for signalling.
    user_id      uuid        NOT NULL,
    -- The order in which they were asked for the first time.
    ordinal      integer     NOT NULL CONSTRAINT room_participants_ordinal_natural CHECK (ordinal >= 0),
    status       text        NOT NULL CONSTRAINT room_participants_status_known
                             CHECK (status IN ('invited', 'joined', 'left', 'declined', 'missed', 'kicked', 'banned')),
    role         text        NOT NULL CONSTRAINT room_participants_role_known CHECK (role IN ('host', 'co-host', 'participant', 'guest')),
    display_name text        NOT NULL CONSTRAINT room_participants_display_name_length CHECK (char_length(display_name) BETWEEN 1 AND 64),
    -- What their last token granted.
    grants       jsonb       NOT NULL,
    -- Tokens that name an earlier instant open nothing any more.
    tokens_since timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    joined_at    timestamptz,
    left_at      timestamptz,
    CONSTRAINT room_participants_pkey PRIMARY KEY (room_id, uid),
    CONSTRAINT room_participants_user_key UNIQUE (room_id, user_id),
    CONSTRAINT room_participants_stay_complete CHECK (joined_at IS NOT NULL OR left_at IS NULL),
    CONSTRAINT room_participants_joined_complete CHECK (status <> 'joined' OR (joined_at IS NOT NULL AND left_at IS NULL))
);

-- The list of a room, by the first time.
CREATE INDEX room_participants_first_idx ON room_participants (room_id, created_at, user_id);
