-- Pictures of people: a few small files for each, encoded by the server.

CREATE TABLE avatars (
    -- Names a picture in all its sizes, and never another one.
    id         uuid        NOT NULL,
    -- The edge, in pixels.
    size       smallint    NOT NULL CONSTRAINT avatars_size_range CHECK (size BETWEEN 1 AND 4096),
    owner_id   uuid        NOT NULL CONSTRAINT avatars_owner_fkey REFERENCES users (id) ON DELETE CASCADE,
    media_type text        NOT NULL CONSTRAINT avatars_media_type_length CHECK (char_length(media_type) BETWEEN 1 AND 64),
    bytes      bytea       NOT NULL CONSTRAINT avatars_bytes_length CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT avatars_pkey PRIMARY KEY (id, size)
);

-- What is compressed already is not compressed again.
ALTER TABLE avatars ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE INDEX avatars_owner_idx ON avatars (owner_id);
