-- 100,000 meetings, 10,000 users, 500,000 participants and what belongs to them, as the tests of query plans need them.
-- Identifiers are numbers. User 1 has created a fifth of all meetings, user 3 has joined another fifth, user 4 is invited
-- to 5,000; the others are ordinary users. Nothing here is checked: it is right by construction.
SET session_replication_role = replica;
SET maintenance_work_mem = '64MB';

CREATE FUNCTION number(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(to_hex(n), 32, '0')::uuid $$;

INSERT INTO users (id, username, email, password_hash, nickname, role, language, email_verified_at, created_at, updated_at,
                   version)
    SELECT number(n), 'user' || n, 'user' || n || '@example.org', '$argon2id$x', 'User ' || n,
           CASE WHEN n = 1 THEN 'admin' ELSE 'user' END, 'en', t, t, t, 1
    FROM generate_series(1, 10000) n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 minute' AS t) AS made;

INSERT INTO sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at, ended_at, end_reason, version)
    SELECT number(n), number(1 + n % 10000), sha256(n::text::bytea), t, t, t + interval '30 days',
           CASE WHEN n % 3 = 0 THEN t + interval '1 hour' END, CASE WHEN n % 3 = 0 THEN 'signed-out' END, 1
    FROM generate_series(1, 30000) n, LATERAL (SELECT timestamptz '2026-02-01' + n * interval '1 minute' AS t) AS made;

INSERT INTO meetings (id, code, title, description, creator_id, status, start_time, max_participants, started_at, ended_at,
                      created_at, updated_at, version)
    SELECT number(n),
           'aaa-aaa' || chr(97 + n / 17576 % 26) || '-' || chr(97 + n / 676 % 26) || chr(97 + n / 26 % 26) || chr(97 + n % 26),
           (ARRAY['Weekly planning', 'Budget review', '每周项目会议', 'Interview', 'Retrospective'])[1 + n % 5] || ' ' || n,
           CASE WHEN n % 5000 = 0 THEN 'About the zebra' ELSE 'What we talk about: agenda ' || n % 100 END,
           CASE WHEN n % 5 = 0 THEN number(1) ELSE number(5 + n % 9996) END,
           CASE WHEN n % 10 < 6 THEN 'ended' WHEN n % 10 < 8 THEN 'scheduled' WHEN n % 100 = 8 THEN 'live' ELSE 'cancelled' END,
           t + interval '1 day', 100,
           CASE WHEN n % 10 < 6 OR n % 100 = 8 THEN t END,
           CASE WHEN n % 10 < 6 OR n % 10 >= 8 AND n % 100 <> 8 THEN t + interval '1 hour' END,
           t, t, 3
    FROM generate_series(1, 100000) n, LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

-- Every hundredth recurs; for one in a thousand it is time to go on.
UPDATE meetings SET recurrence = 'FREQ=WEEKLY', series_start = start_time, time_zone = 'Europe/Berlin',
                    advance_at = CASE WHEN n % 1000 = 7 THEN timestamptz '2026-06-01' ELSE timestamptz '2027-01-01' END
    FROM generate_series(7, 100000, 100) n WHERE id = number(n);

INSERT INTO participants (meeting_id, user_id, ordinal, role, display_name, joined_at, left_at, meeting_created_at)
    SELECT number(n), CASE WHEN k = 4 AND n % 5 = 1 THEN number(3) ELSE number(5 + (n * 31 + k * 1777) % 9996) END, k,
           CASE WHEN k = 0 THEN 'host' ELSE 'participant' END, 'Somebody', t,
           CASE WHEN n % 100 <> 8 THEN t + interval '1 hour' END, t
    FROM generate_series(1, 100000) n, generate_series(0, 4) k,
         LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

INSERT INTO stays (meeting_id, user_id, joined_at, left_at)
    SELECT meeting_id, user_id, joined_at, left_at FROM participants WHERE ordinal < 2;

INSERT INTO meeting_sessions (meeting_id, started_at, ended_at)
    SELECT id, started_at, ended_at FROM meetings WHERE started_at IS NOT NULL;

INSERT INTO invitations (id, meeting_id, email, user_id, token_hash, status, answer, answered_at, invited_by, told_version,
                         created_at, version, meeting_created_at)
    SELECT number(n * 2 + k), number(n), CASE WHEN k = 1 THEN 'user' || n % 10000 || '@example.org' END,
           CASE WHEN k = 0 AND n % 20 = 7 THEN number(4) WHEN k = 0 THEN number(5 + n * 7 % 9996) END,
           sha256((n * 2 + k)::text::bytea), CASE WHEN n % 4 = 0 THEN 'declined' ELSE 'pending' END,
           CASE WHEN n % 4 = 0 THEN 'declined' END, CASE WHEN n % 4 = 0 THEN t END, number(1), 1, t, 1, t
    FROM generate_series(1, 100000) n, generate_series(0, 1) k,
         LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

INSERT INTO meeting_reminders (meeting_id, starts_at, remind_at)
    SELECT id, start_time, start_time - interval '10 minutes' FROM meetings WHERE status = 'scheduled';

INSERT INTO notifications (id, user_id, source, kind, data, created_at, read_at)
    SELECT number(n), number(1 + n % 10000), number(n), 'meeting-invitation', '{}', t,
           CASE WHEN n % 4 > 0 THEN t END
    FROM generate_series(1, 100000) n, LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

INSERT INTO outbox (name, aggregate_id, payload, occurred_at, delivered_at)
    SELECT 'meeting.created', number(n), '{}', t, CASE WHEN n <= 99000 THEN t END
    FROM generate_series(1, 100000) n, LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

INSERT INTO webhooks (id, url, events, secret, created_at, updated_at, version)
    SELECT number(n), 'https://example.org/' || n, '{*}', '\x00', t, t, 1
    FROM generate_series(1, 10) n, LATERAL (SELECT timestamptz '2026-03-01' AS t) AS made;

INSERT INTO webhook_deliveries (webhook_id, event_id, subject_id, kind, body, status, attempts, created_at, queued_at, due_at,
                                finished_at)
    SELECT number(1 + n % 10), number(n), number(n % 5000), 'meeting.ended', '{}',
           CASE WHEN n <= 99000 THEN 'delivered' ELSE 'pending' END, CASE WHEN n <= 99000 THEN 1 ELSE 0 END, t, t, t,
           CASE WHEN n <= 99000 THEN t END
    FROM generate_series(1, 100000) n, LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

-- What was written: in meetings, and in rooms that were over long ago.
INSERT INTO chat_messages (room_id, id, sender_id, sender_name, text, sent_at)
    SELECT number(1 + n / 100), number(n), number(1 + n % 5), 'x', 'x', t
    FROM generate_series(1, 100000) n, LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

-- Rooms of other backends: of each name the last is open; a third comes from one channel.
INSERT INTO rooms (id, room_name, call_type, invite_on, source_channel_id, creator, status, max_participants, empty_timeout_s,
                   departure_timeout_s, locked, started_at, ended_at, expires_at, created_at, updated_at, version,
                   chat_kept)
    SELECT number(n), 'room-' || n % 5000, 'video', false, CASE WHEN n % 3 = 0 THEN 'busy' ELSE 'channel-' || n % 9000 END,
           'creator', CASE WHEN n <= 95000 THEN 'ended' WHEN n % 2 = 0 THEN 'active' ELSE 'waiting' END, 100, 86400, 300,
           false, CASE WHEN n <= 95000 OR n % 2 = 0 THEN t END, CASE WHEN n <= 95000 THEN t + interval '1 hour' END,
           CASE WHEN n > 95000 AND n % 4 > 0 THEN t + interval '1 day' END, t, t, 2,
           n BETWEEN 901 AND 1000
    FROM generate_series(1, 100000) n, LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t) AS made;

INSERT INTO room_participants (room_id, uid, user_id, ordinal, status, role, display_name, grants, tokens_since, created_at,
                               joined_at, left_at)
    SELECT number(n), 'u' || k, number(n * 3 + k), k, CASE WHEN present THEN 'joined' ELSE 'left' END, 'participant', 'Somebody',
           grants, t, t, t, CASE WHEN NOT present THEN t END
    FROM generate_series(1, 100000) n, generate_series(0, 2) k,
         LATERAL (SELECT timestamptz '2026-03-01' + n * interval '1 minute' AS t, n > 95000 AND n % 4 = 0 AS present) AS made,
         (SELECT '{"can_publish": true, "can_publish_sources": [], "can_subscribe": true, "can_chat": true, "can_unmute": true,
                   "can_record": true, "hidden": false, "lobby": false, "audio_only": false}'::jsonb AS grants) AS full_grants;

ANALYZE;
