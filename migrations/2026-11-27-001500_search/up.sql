-- Finds meetings by words of their titles and descriptions, by the beginnings of words, and by parts of Chinese,
-- Japanese and Korean texts; and by who is invited.

-- The words of a text, in lower case, with one space between them. What separates words is not kept. Scripts that write
-- no spaces between words give one word for each character, so that any part of them is found as a phrase.
--
-- Lower case is ICU's where the server has it: the locale may know ASCII only, as C does.
DO $do$
BEGIN
    EXECUTE format(
        $function$
        CREATE FUNCTION search_words(content text) RETURNS text
            LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
            AS $$
            BEGIN
                RETURN regexp_replace(
                    regexp_replace(lower(content %s), '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+', ' ', 'g'),
                    '([\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g'
                );
            END
            $$
        $function$,
        CASE WHEN EXISTS (
            SELECT FROM pg_collation WHERE collname = 'und-x-icu' AND collnamespace = 'pg_catalog'::regnamespace
        ) THEN 'COLLATE pg_catalog."und-x-icu"' ELSE '' END
    );
END
$do$;

-- What finds the texts that have all these words, or words that begin so; null when there are none.
CREATE FUNCTION search_query(wanted text) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    BEGIN
        RETURN (
            SELECT string_agg(phrase || ':*', ' & ')
            FROM (
                SELECT phraseto_tsquery('simple', search_words(term))::text AS phrase
                FROM regexp_split_to_table(wanted, '\s+') AS term
                WHERE search_words(term) ~ '\S'
            ) AS terms
            WHERE phrase <> ''
        )::tsquery;
    END
    $$;

ALTER TABLE meetings
    ADD COLUMN search tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', search_words(title || ' ' || coalesce(description, '')))) STORED;

CREATE INDEX meetings_search_idx ON meetings USING gin (search);

-- The meeting's time of creation, which never changes: so that an index gives what somebody is invited to in the order of
-- the list.
ALTER TABLE invitations ADD COLUMN meeting_created_at timestamptz;

CREATE FUNCTION invitation_of_meeting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        NEW.meeting_created_at := (SELECT created_at FROM meetings WHERE id = NEW.meeting_id);
        RETURN NEW;
    END
    $$;

CREATE TRIGGER invitations_meeting_created_at BEFORE INSERT ON invitations
    FOR EACH ROW EXECUTE FUNCTION invitation_of_meeting();

UPDATE invitations SET meeting_created_at = meetings.created_at FROM meetings WHERE meetings.id = meeting_id;

-- The list of what somebody is invited to, newest meeting first: by the account, or by an address before an account had
-- proved it.
CREATE INDEX invitations_user_newest_idx ON invitations (user_id, meeting_created_at DESC, meeting_id DESC)
    WHERE status IN ('pending', 'accepted');
CREATE INDEX invitations_address_newest_idx ON invitations (email, meeting_created_at DESC, meeting_id DESC)
    WHERE user_id IS NULL AND status IN ('pending', 'accepted');
