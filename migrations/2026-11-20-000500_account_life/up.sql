-- What happens to an account: its address is proved, it is shut out for a time, it is closed and deleted. And the record
-- of what concerns the safety of accounts.

ALTER TABLE users
    -- The language of mails.
    ADD COLUMN language          text NOT NULL DEFAULT 'en' CONSTRAINT users_language_length CHECK (char_length(language) BETWEEN 2 AND 16),
    ADD COLUMN email_verified_at timestamptz,
    -- Null with a ban: for ever.
    ADD COLUMN banned_until      timestamptz,
    ADD COLUMN closing_at        timestamptz,
    -- When everything personal is to be removed.
    ADD COLUMN purge_at          timestamptz,
    ADD COLUMN deleted_at        timestamptz,
    ADD CONSTRAINT users_ban_end CHECK (banned_until IS NULL OR banned_at IS NOT NULL),
    ADD CONSTRAINT users_closing_complete CHECK ((closing_at IS NULL) = (purge_at IS NULL));

ALTER TABLE users ALTER COLUMN language DROP DEFAULT;

-- The list of all accounts, newest first.
CREATE INDEX users_newest_idx ON users (created_at DESC, id DESC);
CREATE INDEX users_administrators_idx ON users (id) WHERE role = 'admin';
CREATE INDEX users_purge_idx ON users (purge_at) WHERE purge_at IS NOT NULL AND deleted_at IS NULL;

-- What may be deleted, and what nodes want to know that have missed it.
CREATE INDEX sessions_ended_idx ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_expires_idx ON sessions (expires_at);

-- Accounts are named without a foreign key: an entry outlives whom it names.
CREATE TABLE audit_log (
    -- The event that it records.
    id         uuid        NOT NULL CONSTRAINT audit_log_pkey PRIMARY KEY,
    at         timestamptz NOT NULL,
    action     text        NOT NULL CONSTRAINT audit_log_action_length CHECK (char_length(action) BETWEEN 1 AND 100),
    actor_id   uuid,
    subject_id uuid,
    details    jsonb       NOT NULL
);

CREATE INDEX audit_log_newest_idx ON audit_log (at DESC, id DESC);
CREATE INDEX audit_log_subject_idx ON audit_log (subject_id, at DESC, id DESC);
CREATE INDEX audit_log_actor_idx ON audit_log (actor_id, at DESC, id DESC);
