DROP TABLE meeting_reminders;
DROP TABLE invitations;
