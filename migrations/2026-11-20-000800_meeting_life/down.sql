DROP TABLE stays;
ALTER TABLE participants DROP COLUMN guest, DROP COLUMN standing;
ALTER TABLE meetings DROP COLUMN settings, DROP COLUMN passcode_hash, DROP COLUMN locked, DROP COLUMN lobby;
