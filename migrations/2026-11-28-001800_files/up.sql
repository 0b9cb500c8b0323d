-- Files that people share: what is known of them. The files themselves are objects of the storage, named by the identifier.
-- Users and meetings are named without a foreign key: modules know each other by identifiers only.

CREATE TABLE files (
    id            uuid        NOT NULL CONSTRAINT files_pkey PRIMARY KEY,
    owner_id      uuid        NOT NULL,
    meeting_id    uuid,
    name          text        NOT NULL CONSTRAINT files_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    status        text        NOT NULL CONSTRAINT files_status_known CHECK (status IN ('uploading', 'ready', 'deleting')),
    -- What is set aside while it is on its way, and what it has afterwards.
    bytes         bigint      NOT NULL CONSTRAINT files_bytes_natural CHECK (bytes >= 0),
    media_type    text        CONSTRAINT files_media_type_length CHECK (char_length(media_type) BETWEEN 1 AND 100),
    checksum      bytea       CONSTRAINT files_checksum_length CHECK (octet_length(checksum) = 32),
    missing_since timestamptz,
    created_at    timestamptz NOT NULL,
    version       bigint      NOT NULL CONSTRAINT files_version_positive CHECK (version > 0),
    CONSTRAINT files_ready_complete CHECK (status <> 'ready' OR (media_type IS NOT NULL AND checksum IS NOT NULL)),
    CONSTRAINT files_missing_when_ready CHECK (missing_since IS NULL OR status = 'ready')
);

-- Lists, newest first, and what somebody has together.
CREATE INDEX files_owner_newest_idx ON files (owner_id, created_at DESC, id DESC) INCLUDE (status, bytes);
CREATE INDEX files_meeting_newest_idx ON files (meeting_id, created_at DESC, id DESC) WHERE meeting_id IS NOT NULL;
-- What is to be cleaned up.
CREATE INDEX files_unfinished_idx ON files (created_at) WHERE status = 'uploading';
CREATE INDEX files_deleting_idx ON files (id) WHERE status = 'deleting';

-- What was shared with a meeting goes with it: nobody can read it any more, and whoever cleans up deletes it.
CREATE FUNCTION delete_files_of_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE files SET status = 'deleting', missing_since = NULL, version = version + 1
    WHERE meeting_id = OLD.id AND status <> 'deleting';
    RETURN NULL;
END
$$;

CREATE TRIGGER meetings_delete_files AFTER DELETE ON meetings FOR EACH ROW EXECUTE FUNCTION delete_files_of_meeting();
