-- Bare rooms that nobody uses are ended, and those that are over are deleted some day.

ALTER TABLE rooms
    -- How long a room waits for the first to come, and for somebody to come back when all have left.
    ADD COLUMN empty_timeout_s     integer NOT NULL DEFAULT 86400
                                   CONSTRAINT rooms_empty_timeout_range CHECK (empty_timeout_s BETWEEN 10 AND 2592000),
    ADD COLUMN departure_timeout_s integer NOT NULL DEFAULT 300
                                   CONSTRAINT rooms_departure_timeout_range CHECK (departure_timeout_s BETWEEN 10 AND 2592000),
    -- When a worker has to look whether the room is over.
    ADD COLUMN expires_at          timestamptz,
    ADD CONSTRAINT rooms_expires_open CHECK (expires_at IS NULL OR ended_at IS NULL);

ALTER TABLE rooms
    ALTER COLUMN empty_timeout_s DROP DEFAULT,
    ALTER COLUMN departure_timeout_s DROP DEFAULT;

-- The same for rooms that are there: as they would have it by now.
UPDATE rooms r
    SET expires_at = COALESCE(
            (SELECT max(p.left_at) FROM room_participants p WHERE p.room_id = r.id) + interval '5 minutes',
            COALESCE(r.started_at, r.created_at) + interval '1 day'
        )
    WHERE r.ended_at IS NULL
      AND NOT EXISTS (SELECT FROM room_participants p WHERE p.room_id = r.id AND p.status = 'joined');

CREATE INDEX rooms_expires_idx ON rooms (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX rooms_ended_idx ON rooms (ended_at) WHERE ended_at IS NOT NULL;
-- Live rooms, newest first, and who is in them.
CREATE INDEX rooms_active_idx ON rooms (started_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX room_participants_present_idx ON room_participants (room_id) WHERE status = 'joined';
