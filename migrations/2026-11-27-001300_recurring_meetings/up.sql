-- Meetings that recur, and each time that a meeting was held.

ALTER TABLE meetings
    ADD COLUMN time_zone    text          CONSTRAINT meetings_time_zone_length CHECK (char_length(time_zone) BETWEEN 1 AND 64),
    -- The rule (RFC 5545, 3.3.10), the first start, and the starts that were called off. start_time and end_time are those
    -- of the current or next time.
    ADD COLUMN recurrence   text          CONSTRAINT meetings_recurrence_length CHECK (char_length(recurrence) BETWEEN 1 AND 1000),
    ADD COLUMN series_start timestamptz,
    ADD COLUMN excluded     timestamptz[] NOT NULL DEFAULT '{}',
    -- When a worker has to look whether the meeting goes on to its next time.
    ADD COLUMN advance_at   timestamptz,
    ADD CONSTRAINT meetings_series_complete CHECK (
        CASE WHEN recurrence IS NULL
            THEN series_start IS NULL AND advance_at IS NULL AND cardinality(excluded) = 0
            ELSE series_start IS NOT NULL AND time_zone IS NOT NULL AND start_time IS NOT NULL
        END
    );

CREATE INDEX meetings_advance_idx ON meetings (advance_at) WHERE advance_at IS NOT NULL;

-- One row for each time that a meeting was held.
CREATE TABLE meeting_sessions (
    meeting_id uuid        NOT NULL CONSTRAINT meeting_sessions_meeting_fkey REFERENCES meetings (id) ON DELETE CASCADE,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT meeting_sessions_pkey PRIMARY KEY (meeting_id, started_at),
    CONSTRAINT meeting_sessions_order CHECK (ended_at >= started_at)
);

INSERT INTO meeting_sessions (meeting_id, started_at, ended_at)
    SELECT id, started_at, ended_at FROM meetings WHERE started_at IS NOT NULL;
