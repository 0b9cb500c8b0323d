DROP INDEX invitations_address_newest_idx;
DROP INDEX invitations_user_newest_idx;
DROP TRIGGER invitations_meeting_created_at ON invitations;
DROP FUNCTION invitation_of_meeting();
ALTER TABLE invitations DROP COLUMN meeting_created_at;
ALTER TABLE meetings DROP COLUMN search;
DROP FUNCTION search_query(text);
DROP FUNCTION search_words(text);
