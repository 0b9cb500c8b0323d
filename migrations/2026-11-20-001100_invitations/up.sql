-- Who is asked to come to a meeting, and the next reminder of each meeting. Users are named without a foreign key: modules
-- know each other by identifiers only.

CREATE TABLE invitations (
    id           uuid        NOT NULL CONSTRAINT invitations_pkey PRIMARY KEY,
    meeting_id   uuid        NOT NULL CONSTRAINT invitations_meeting_fkey REFERENCES meetings (id) ON DELETE CASCADE,
    -- The address that the host has given, in lower case.
    email        text        CONSTRAINT invitations_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    user_id      uuid,
    -- SHA-256 of the token, which is kept nowhere.
    token_hash   bytea       NOT NULL CONSTRAINT invitations_token_hash_length CHECK (octet_length(token_hash) = 32),
    status       text        NOT NULL CONSTRAINT invitations_status_known CHECK (status IN ('pending', 'accepted', 'declined', 'revoked')),
    answer       text        CONSTRAINT invitations_answer_known CHECK (answer IN ('accepted', 'declined')),
    answered_at  timestamptz,
    revoked_at   timestamptz,
    invited_by   uuid        NOT NULL,
    -- Of which version of the meeting whoever is invited was told.
    told_version bigint      NOT NULL,
    created_at   timestamptz NOT NULL,
    version      bigint      NOT NULL CONSTRAINT invitations_version_positive CHECK (version > 0),
    CONSTRAINT invitations_invitee_known CHECK (email IS NOT NULL OR user_id IS NOT NULL),
    CONSTRAINT invitations_answer_complete CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT invitations_status_complete CHECK (
        CASE status
            WHEN 'pending' THEN answer IS NULL AND revoked_at IS NULL
            WHEN 'revoked' THEN revoked_at IS NOT NULL
            ELSE answer = status AND revoked_at IS NULL
        END
    )
);

CREATE UNIQUE INDEX invitations_token_hash_key ON invitations (token_hash);
-- Nobody is asked twice who has not declined and was not uninvited.
CREATE UNIQUE INDEX invitations_email_key ON invitations (meeting_id, email) WHERE status IN ('pending', 'accepted');
CREATE UNIQUE INDEX invitations_user_key ON invitations (meeting_id, user_id) WHERE status IN ('pending', 'accepted');
-- The host's list, newest first.
CREATE INDEX invitations_newest_idx ON invitations (meeting_id, created_at DESC, id DESC);
-- What is deleted with an account.
CREATE INDEX invitations_user_idx ON invitations (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE meeting_reminders (
    meeting_id uuid        NOT NULL CONSTRAINT meeting_reminders_pkey PRIMARY KEY
                           CONSTRAINT meeting_reminders_meeting_fkey REFERENCES meetings (id) ON DELETE CASCADE,
    starts_at  timestamptz NOT NULL,
    remind_at  timestamptz NOT NULL
);

CREATE INDEX meeting_reminders_due_idx ON meeting_reminders (remind_at);

-- Meetings that were planned before there were reminders.
INSERT INTO meeting_reminders (meeting_id, starts_at, remind_at)
    SELECT id, start_time, start_time - interval '10 minutes' FROM meetings
    WHERE status IN ('scheduled', 'live') AND start_time > now() + interval '10 minutes';
