-- Events, written in the transaction of the aggregate that states them, and handed on afterwards.

CREATE TABLE outbox (
    position     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pkey PRIMARY KEY,
    id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    name         text        NOT NULL CONSTRAINT outbox_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    aggregate_id uuid        NOT NULL,
    payload      jsonb       NOT NULL,
    occurred_at  timestamptz NOT NULL,
    attempts     integer     NOT NULL DEFAULT 0 CONSTRAINT outbox_attempts_natural CHECK (attempts >= 0),
    -- Not to be claimed before; null: at once.
    retry_at     timestamptz,
    -- Claimed by a reader until then.
    leased_until timestamptz,
    delivered_at timestamptz,
    last_error   text        CONSTRAINT outbox_last_error_length CHECK (char_length(last_error) <= 1000)
);

CREATE UNIQUE INDEX outbox_id_key ON outbox (id);
-- What is due, oldest first, and what an aggregate has before it.
CREATE INDEX outbox_due_idx ON outbox (position) WHERE delivered_at IS NULL;
CREATE INDEX outbox_aggregate_idx ON outbox (aggregate_id, position) WHERE delivered_at IS NULL;
-- What may be deleted.
CREATE INDEX outbox_delivered_idx ON outbox (delivered_at) WHERE delivered_at IS NOT NULL;
