DROP INDEX invitations_address_idx;
ALTER TABLE meetings DROP COLUMN search;
DROP FUNCTION search_query(text);
DROP FUNCTION search_words(text);
