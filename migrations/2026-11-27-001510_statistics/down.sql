DROP INDEX sessions_last_used_idx;
DROP INDEX stays_joined_idx;
DROP INDEX meetings_held_idx;
DROP INDEX meetings_live_idx;
