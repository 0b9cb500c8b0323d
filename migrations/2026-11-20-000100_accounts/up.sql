-- Accounts and their sessions.

CREATE TABLE users (
    id            uuid        NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
    username      text        NOT NULL CONSTRAINT users_username_length CHECK (char_length(username) BETWEEN 3 AND 32),
    email         text        NOT NULL CONSTRAINT users_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    password_hash text        NOT NULL CONSTRAINT users_password_hash_length CHECK (char_length(password_hash) BETWEEN 2 AND 512),
    nickname      text        NOT NULL CONSTRAINT users_nickname_length CHECK (char_length(nickname) BETWEEN 1 AND 64),
    avatar_url    text,
    role          text        NOT NULL CONSTRAINT users_role_known CHECK (role IN ('user', 'admin')),
    banned_at     timestamptz,
    ban_reason    text,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    version       bigint      NOT NULL CONSTRAINT users_version_positive CHECK (version > 0),
    CONSTRAINT users_ban_complete CHECK ((banned_at IS NULL) = (ban_reason IS NULL))
);

-- Names and addresses that differ only in case are the same.
CREATE UNIQUE INDEX users_username_key ON users (lower(username));
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE sessions (
    id            uuid        NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id       uuid        NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    refresh_hash  bytea       NOT NULL CONSTRAINT sessions_refresh_hash_length CHECK (octet_length(refresh_hash) = 32),
    previous_hash bytea       CONSTRAINT sessions_previous_hash_length CHECK (octet_length(previous_hash) = 32),
    rotated_at    timestamptz,
    user_agent    text        CONSTRAINT sessions_user_agent_length CHECK (char_length(user_agent) <= 256),
    address       text        CONSTRAINT sessions_address_length CHECK (char_length(address) <= 64),
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    end_reason    text        CONSTRAINT sessions_end_reason_length CHECK (char_length(end_reason) BETWEEN 1 AND 64),
    version       bigint      NOT NULL CONSTRAINT sessions_version_positive CHECK (version > 0),
    CONSTRAINT sessions_rotation_complete CHECK ((previous_hash IS NULL) = (rotated_at IS NULL)),
    CONSTRAINT sessions_end_complete CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE UNIQUE INDEX sessions_refresh_hash_key ON sessions (refresh_hash);
CREATE INDEX sessions_previous_hash_idx ON sessions (previous_hash) WHERE previous_hash IS NOT NULL;
CREATE INDEX sessions_user_idx ON sessions (user_id);
