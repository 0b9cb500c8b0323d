-- What statistics are read from.

CREATE INDEX meetings_live_idx ON meetings (started_at DESC, id DESC) WHERE status = 'live';
CREATE INDEX meetings_held_idx ON meetings (ended_at) INCLUDE (started_at) WHERE ended_at IS NOT NULL;
-- Who was there lately. Stays come in the order of time, so that next to nothing is kept of them and written.
CREATE INDEX stays_joined_idx ON stays USING brin (joined_at);
-- Which accounts are used now.
CREATE INDEX sessions_last_used_idx ON sessions (last_used_at) WHERE ended_at IS NULL;
