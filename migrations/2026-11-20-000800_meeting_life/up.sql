-- What hosts decide about their meetings, who waits in front of them, and when people were there.

-- Both are read and written with their meeting only, and never searched. The lobby is short and short-lived.
ALTER TABLE meetings
    ADD COLUMN settings      jsonb   NOT NULL DEFAULT '{"lobby":"off","guests_allowed":false,"mute_on_entry":false,"permissions":{"share_screen":true,"chat":true,"unmute":true,"record":false},"host_leaves":"hand-over"}',
    ADD COLUMN passcode_hash text,
    ADD COLUMN locked        boolean NOT NULL DEFAULT false,
    ADD COLUMN lobby         jsonb   NOT NULL DEFAULT '[]';

ALTER TABLE participants
    ADD COLUMN guest    boolean NOT NULL DEFAULT false,
    ADD COLUMN standing text    NOT NULL DEFAULT 'welcome';

-- One row for each time somebody was there.
CREATE TABLE stays (
    meeting_id uuid        NOT NULL CONSTRAINT stays_meeting_fkey REFERENCES meetings (id) ON DELETE CASCADE,
    user_id    uuid        NOT NULL,
    joined_at  timestamptz NOT NULL,
    left_at    timestamptz,
    CONSTRAINT stays_pkey PRIMARY KEY (meeting_id, user_id, joined_at)
);

INSERT INTO stays (meeting_id, user_id, joined_at, left_at) SELECT meeting_id, user_id, joined_at, left_at FROM participants;
