-- What other backends use: keys that show who they are, and webhooks by which they are told what happens.

CREATE TABLE api_keys (
    id           uuid        NOT NULL CONSTRAINT api_keys_pkey PRIMARY KEY,
    name         text        NOT NULL CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    -- What finds a key; the rest of it is kept as a hash.
    prefix       text        NOT NULL CONSTRAINT api_keys_prefix_key UNIQUE
                             CONSTRAINT api_keys_prefix_form CHECK (prefix ~ '^[a-z0-9]{10}$'),
    hash         bytea       NOT NULL CONSTRAINT api_keys_hash_length CHECK (octet_length(hash) = 32),
    scopes       text[]      NOT NULL CONSTRAINT api_keys_scopes_some CHECK (cardinality(scopes) BETWEEN 1 AND 32),
    -- Accounts are named without a foreign key: modules know each other by identifiers only.
    created_by   uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    revoked_by   uuid,
    version      bigint      NOT NULL CONSTRAINT api_keys_version_positive CHECK (version > 0),
    CONSTRAINT api_keys_revocation_complete CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);

CREATE INDEX api_keys_newest_idx ON api_keys (created_at DESC, id DESC);

CREATE TABLE webhooks (
    id              uuid        NOT NULL CONSTRAINT webhooks_pkey PRIMARY KEY,
    -- Null: the administrators'.
    api_key_id      uuid        CONSTRAINT webhooks_api_key_fkey REFERENCES api_keys (id) ON DELETE CASCADE,
    url             text        NOT NULL CONSTRAINT webhooks_url_length CHECK (char_length(url) BETWEEN 1 AND 2048),
    -- Public event types, or only '*'.
    events          text[]      NOT NULL CONSTRAINT webhooks_events_some CHECK (cardinality(events) BETWEEN 1 AND 64),
    -- What signs, encrypted.
    secret          bytea       NOT NULL CONSTRAINT webhooks_secret_length CHECK (octet_length(secret) BETWEEN 1 AND 512),
    disabled_at     timestamptz,
    disabled_reason text        CONSTRAINT webhooks_disabled_reason_length CHECK (char_length(disabled_reason) BETWEEN 1 AND 64),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    version         bigint      NOT NULL CONSTRAINT webhooks_version_positive CHECK (version > 0),
    CONSTRAINT webhooks_disabled_complete CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);

CREATE INDEX webhooks_newest_idx ON webhooks (created_at DESC, id DESC);
CREATE INDEX webhooks_api_key_newest_idx ON webhooks (api_key_id, created_at DESC, id DESC);

CREATE TABLE webhook_deliveries (
    id              uuid        NOT NULL DEFAULT gen_random_uuid() CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
    -- The order in which they are sent; sending again gives another one.
    position        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    webhook_id      uuid        NOT NULL CONSTRAINT webhook_deliveries_webhook_fkey REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id        uuid        NOT NULL,
    -- The aggregate, such as a meeting and its room: what is told of one is told in order.
    subject_id      uuid        NOT NULL,
    kind            text        NOT NULL CONSTRAINT webhook_deliveries_kind_length CHECK (char_length(kind) BETWEEN 1 AND 100),
    body            text        NOT NULL,
    status          text        NOT NULL DEFAULT 'pending'
                                CONSTRAINT webhook_deliveries_status_known CHECK (status IN ('pending', 'delivered', 'failed')),
    -- Attempts that have begun, and those of them that had before it was queued for the last time.
    attempts        integer     NOT NULL DEFAULT 0 CONSTRAINT webhook_deliveries_attempts_natural CHECK (attempts >= 0),
    attempts_before integer     NOT NULL DEFAULT 0
                                CONSTRAINT webhook_deliveries_attempts_before_range CHECK (attempts_before BETWEEN 0 AND attempts),
    -- When it was queued for the first time, and for the last time.
    created_at      timestamptz NOT NULL,
    queued_at       timestamptz NOT NULL,
    -- Not to be claimed before.
    due_at          timestamptz NOT NULL,
    -- Claimed by a dispatcher until then.
    leased_until    timestamptz,
    last_attempt_at timestamptz,
    finished_at     timestamptz,
    response_status smallint,
    problem         text        CONSTRAINT webhook_deliveries_problem_length CHECK (char_length(problem) BETWEEN 1 AND 64),
    CONSTRAINT webhook_deliveries_end_complete CHECK ((status = 'pending') = (finished_at IS NULL))
);

-- Each webhook is told of an event once.
CREATE UNIQUE INDEX webhook_deliveries_event_key ON webhook_deliveries (webhook_id, event_id);
-- What is due, what a subject has before it, and what is on its way.
CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (webhook_id, due_at, position) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_subject_idx ON webhook_deliveries (webhook_id, subject_id, position) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_leased_idx ON webhook_deliveries (webhook_id, leased_until) WHERE leased_until IS NOT NULL;
-- The log, newest first, and what may be deleted of it.
CREATE INDEX webhook_deliveries_newest_idx ON webhook_deliveries (webhook_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_finished_idx ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;
