// Generated from the published contract by `npm run generate`. Do not edit.
export interface paths {
  "/api/v1/account": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Have the account deleted
     * @description It is done after 14 days; whoever signs in before keeps the account. All sessions end.
     */
    delete: operations["closeAccount"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/api-keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List API keys
     * @description Newest first, with those that were revoked or have expired.
     */
    get: operations["listApiKeys"];
    put?: never;
    /**
     * Make an API key
     * @description For another backend. The answer tells the key once; it is not kept.
     */
    post: operations["createApiKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/api-keys/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke an API key
     * @description It is refused at once, on every node, and its webhooks are told nothing any more. Twice is no error.
     */
    delete: operations["revokeApiKey"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/audit-log": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the record
     * @description What administrators did and what concerns the safety of accounts, newest first.
     */
    get: operations["readAuditLog"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/users": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Search accounts
     * @description Newest first.
     */
    get: operations["searchUsers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/users/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an account */
    get: operations["readUser"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/users/{id}/ban": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Shut an account out
     * @description Its sessions and calls end at once. Banning again changes the reason and the end.
     */
    post: operations["banUser"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/users/{id}/role": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Change the role of an account */
    put: operations["changeUserRole"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/admin/users/{id}/unban": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let an account in again
     * @description One that is not shut out is no error.
     */
    post: operations["unbanUser"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/avatar": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Remove the own picture
     * @description Removing none is no error.
     */
    delete: operations["removeAvatar"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/avatars/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a picture
     * @description Where `avatar_url` of a user points. What an identifier names never changes, so that it may be cached for ever.
     */
    get: operations["readAvatar"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/change-password": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Change the password
     * @description All other sessions end.
     */
    post: operations["changePassword"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/health": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the process is up
     * @description The same as `/health`, for clients that know only the API's base path.
     */
    get: operations["apiHealth"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/invitations/{token}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read what one is invited to
     * @description Whoever has the token may, without an account.
     */
    get: operations["readInvitation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/invitations/{token}/accept": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept an invitation
     * @description Whoever has the token may, without an account, once. Accepting again is no error.
     */
    post: operations["acceptInvitation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/invitations/{token}/decline": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Decline an invitation
     * @description Whoever has the token may, without an account, once. Declining again is no error.
     */
    post: operations["declineInvitation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/login": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign in
     * @description With the user name or the e-mail address. A wrong password and an unknown name get the same answer. With
     *     `"token_delivery": "cookie"` the tokens are handed over in the cookies `om_access` and `om_refresh` (HttpOnly,
     *     SameSite=Strict), which JavaScript cannot read; every request that changes something then has to bring
     *     `csrf_token` in the header `X-CSRF-Token`.
     */
    post: operations["login"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/logout": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign out
     * @description Ends the session of the access token, of the refresh token in the body, and of the one in the cookie (together with
     *     the header `X-Requested-With: open-meeting`), whichever are sent; with `"everywhere": true` those of all devices.
     *     Signing out twice is no error.
     */
    post: operations["logout"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/media": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List files
     * @description One's own, or with `meeting_id` those that are shared with that meeting, newest first.
     */
    get: operations["listMedia"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/media/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a file
     * @description What is known of it, with an address under which its content is read for a while, also in ranges.
     */
    get: operations["readMedia"];
    put?: never;
    post?: never;
    /**
     * Delete a file
     * @description For its owner, and for whoever moderates the meeting that it is shared with. Addresses that were given out end with it.
     */
    delete: operations["deleteMedia"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/media/objects/{ticket}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the content of a file
     * @description Where `download_url` of a file points when this server hands files out itself. The address is good by itself, until
     *     its time is over. One range at a time is answered (RFC 9110, section 14).
     */
    get: operations["downloadMedia"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/media/upload": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Upload a file
     * @description With `meeting_id` it is shared with everybody who takes part in that meeting. What it is is found out from its
     *     content; what is of no kind that can be shared is answered with 422 and the detail `unsupported_format` for `file`.
     *     Nothing is left of an upload that was broken off. `Idempotency-Key` is not taken here.
     */
    post: operations["uploadMedia"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the own meetings
     * @description Those that the user has created, ever joined, or is invited to (by the account, or by an address that it has proved,
     *     and not declined), newest first.
     */
    get: operations["listMeetings"];
    put?: never;
    /** Create a meeting */
    post: operations["createMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a meeting
     * @description Whoever has its identifier or its code may.
     */
    get: operations["readMeeting"];
    /**
     * Change a meeting
     * @description Only its host may. What is absent stays. Another rule, time zone or start of a meeting that recurs makes a new series.
     */
    put: operations["updateMeeting"];
    post?: never;
    /**
     * Call a meeting off
     * @description Only its host may, and only before anybody has come. One that recurs is called off as a whole.
     */
    delete: operations["cancelMeeting"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/calendar.ics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a meeting as a file for calendars
     * @description Whoever has its identifier or its code may. All versions of it have the same `UID`.
     */
    get: operations["readMeetingCalendar"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/end": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * End a meeting for everybody
     * @description Only its host may. A meeting that recurs is scheduled for its next time then, if there is one.
     */
    post: operations["endMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/invitation": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the own invitation to a meeting
     * @description That of the account, or of an address that it has proved.
     */
    get: operations["readOwnInvitation"];
    /**
     * Answer the own invitation to a meeting
     * @description Once, as by the mailed link. The same answer again is no error.
     */
    put: operations["answerOwnInvitation"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/invitations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List who is invited to a meeting
     * @description Newest first, for its host.
     */
    get: operations["listInvitations"];
    put?: never;
    /**
     * Invite people to a meeting
     * @description All or none; only the host may. Whoever is invited already stays so and is in the answer as they are. They get a mail
     *     with a calendar file and links to answer, and users a notification. 200 people an hour may be invited.
     */
    post: operations["inviteToMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/invitations/{invitation_id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Take an invitation back
     * @description Only the host may. One that was taken back before is no error.
     */
    delete: operations["revokeInvitation"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/join": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Join a meeting
     * @description Answers with what is needed to enter its room by signalling, or its lobby. The first to join makes the meeting live.
     */
    post: operations["joinMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/join-as-guest": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Join a meeting without an account
     * @description Only where its host allows guests. Answers like `joinMeeting`, and with a pass by which the guest is known again.
     */
    post: operations["joinMeetingAsGuest"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/leave": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Leave a meeting
     * @description Leaving one that the user is not in is no error.
     */
    post: operations["leaveMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/lobby": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List who waits in the lobby of a meeting
     * @description Hosts and co-hosts may.
     */
    get: operations["readLobby"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/lobby/{uid}/admit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let somebody in who waits */
    post: operations["admitFromLobby"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/lobby/{uid}/deny": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send somebody away who waits
     * @description They may knock again.
     */
    post: operations["denyFromLobby"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/lobby/admit-all": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let all in who wait */
    post: operations["admitAllFromLobby"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/lobby/deny-all": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send all away who wait */
    post: operations["denyAllFromLobby"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/lock": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let nobody new into a meeting
     * @description Hosts and co-hosts may. They, and who was there, come in all the same.
     */
    post: operations["lockMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/messages": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read what was written in a meeting
     * @description Whoever created it may, and whoever has taken part and is not banned, while it goes on and when it is over. Private
     *     messages are seen by their two people only. Newest first.
     */
    get: operations["listMessages"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/messages/{message_id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Delete something that was written in a meeting
     * @description Its author may, and hosts and co-hosts as far as they see it, while the meeting goes on and when it is over. The text
     *     is gone for good; whoever is in the meeting is told at once. Deleting once more is no error.
     */
    delete: operations["deleteMessage"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/mute-all": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Turn the microphones of all off who have a lower role */
    post: operations["muteAllParticipants"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/occurrences/skip": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Call one time off of a meeting that recurs
     * @description Only its host may. It has to be one that is to come; the one that takes place now can be ended. Where it was the next
     *     one, the meeting goes on to the one after. Who is invited is told.
     */
    post: operations["skipOccurrence"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/participants": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List who takes part in a meeting */
    get: operations["listParticipants"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/participants/{uid}/allow-back": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let somebody come again who was banned from a meeting */
    post: operations["allowParticipantBack"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/participants/{uid}/ask-to-unmute": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask somebody to turn their microphone on
     * @description They may then, even where participants may not by themselves.
     */
    post: operations["askParticipantToUnmute"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/participants/{uid}/kick": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send somebody out of a meeting
     * @description Hosts may send out all but hosts, co-hosts participants. Their room token is useless at once.
     */
    post: operations["kickParticipant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/participants/{uid}/mute": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Turn somebody's microphone off
     * @description Hosts and co-hosts may, for those of a lower role.
     */
    post: operations["muteParticipant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/participants/{uid}/name": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Call somebody in a meeting something else
     * @description Oneself, or as host or co-host somebody of a lower role.
     */
    put: operations["renameParticipant"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/participants/{uid}/role": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Give somebody in a meeting another role
     * @description Only hosts may; whoever created the meeting stays its host.
     */
    put: operations["setParticipantRole"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/preview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tell what everybody may know who has the link of a meeting */
    get: operations["previewMeeting"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/report": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Tell who was in a meeting, when, and how long
     * @description Hosts and co-hosts may read it, while the meeting goes on and when it is over.
     */
    get: operations["readMeetingReport"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/start": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Start a meeting before anybody has come
     * @description Only its host may. The first to join starts it, too.
     */
    post: operations["startMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/{id}/unlock": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let new people into a meeting again */
    post: operations["unlockMeeting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/meetings/occurrences": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List when the own meetings take place
     * @description Those that the user has created, ever joined, or is invited to and has not declined; each time of a meeting that
     *     recurs by itself. A meeting without a planned start is told when it was held.
     */
    get: operations["listOccurrences"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/notifications": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what the user was told
     * @description Newest first. At most 1,000 are kept, for 90 days.
     */
    get: operations["listNotifications"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/notifications/{id}/read": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Note that a notification was read
     * @description Reading one again is no error.
     */
    post: operations["readNotification"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/notifications/preferences": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read how the user wants to be told */
    get: operations["readNotificationPreferences"];
    /**
     * Choose how to be told
     * @description In the place of all that was chosen before: of kinds that are left out, the user is told in every way. Mails that
     *     concern the safety of the account cannot be turned off.
     */
    put: operations["updateNotificationPreferences"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/notifications/read-all": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Note that all notifications were read */
    post: operations["readAllNotifications"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/notifications/stream": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Listen to notifications
     * @description Server-sent events. The first is `ready`: read the list then, also after each reconnection, for nothing is kept for
     *     those who do not listen. Then `notification` (a notification), `read` (`id`), `read-all`, and `refresh` (something may
     *     have been missed, read the list). A comment every 15 s keeps the connection. It ends with the session, and after an
     *     hour at the latest: come again then. At most 8 streams per user.
     */
    get: operations["streamNotifications"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/participants/join": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let somebody into a room
     * @description Takes a place for them and answers with what they need to enter by signalling. They may do what the room is for.
     */
    post: operations["joinRoom"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/participants/leave": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let somebody out of a room
     * @description Their tokens are useless from now on; a new one lets them in again. Who is not in is none the worse for it.
     */
    post: operations["leaveRoom"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/password-reset": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask for a mail to choose another password
     * @description The answer is the same whether or not there is such an account.
     */
    post: operations["requestPasswordReset"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/password-reset/confirm": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Choose another password by a mailed link
     * @description The link is good once, and for an hour. All sessions end.
     */
    post: operations["confirmPasswordReset"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/profile": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read the own profile */
    get: operations["readProfile"];
    /** Change the own profile */
    put: operations["updateProfile"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/refresh-token": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Exchange the refresh token for new tokens
     * @description A refresh token is good for one use; using it again ends the session, since then two have it. It comes in the
     *     body, or in the cookie together with the header `X-Requested-With: open-meeting`; the next one goes the same way.
     */
    post: operations["refreshToken"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/register": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Open an account */
    post: operations["register"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List rooms
     * @description All rooms of all backends, newest first, also those that are over.
     */
    get: operations["listRooms"];
    put?: never;
    /**
     * Create a room
     * @description Its name is its own until it is over: of several rooms of one name that are created at once, one is.
     */
    post: operations["createRoom"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/{room_name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a room
     * @description The room of that name that is not over, or else the last that was.
     */
    get: operations["readRoom"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/{room_name}/end": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * End a room for everybody
     * @description Its tokens are useless from now on, and its name is free.
     */
    post: operations["endRoom"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/{room_name}/invite": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Invite people to a room
     * @description At most 100, all or none. Who is in stays in, and who is banned stays banned: the answer tells.
     */
    post: operations["inviteToRoom"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/{room_name}/participants": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List who was asked into a room
     * @description One for each `uid`, by the first time that they were asked.
     */
    get: operations["listRoomParticipants"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/{room_name}/participants/{uid}/status": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Say how somebody stands in a room
     * @description `declined` and `missed` answer an invitation, `left` lets somebody out, `kicked` and `banned` make somebody leave and
     *     their tokens useless at once, `invited` invites again and lifts a ban. The same again is no error.
     */
    put: operations["setRoomParticipantStatus"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/{room_name}/status": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Change a room's status
     * @description `active` says that it has begun, `cancelled` calls it off before anybody came, `ended` ends it for everybody. The same
     *     again is no error.
     */
    put: operations["changeRoomStatus"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/{room_name}/token": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Issue a token for a room
     * @description With it a person enters the room by signalling, and takes a place then. It is an invitation, too. A place is not
     *     taken before.
     */
    post: operations["issueRoomToken"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rooms/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Tell which rooms are live
     * @description Those of live meetings, and the active ones of other backends. For administrators, and API keys with `stats:read`. The
     *     newest first, at most 1,000. The list may be ten seconds old.
     */
    get: operations["readRoomStatistics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sessions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the devices that are signed in */
    get: operations["listSessions"];
    put?: never;
    post?: never;
    /** Sign out on all other devices */
    delete: operations["endOtherSessions"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sessions/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Sign out on one device */
    delete: operations["endSession"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Tell what goes on, in numbers
     * @description For administrators, and API keys with `stats:read`. Numbers of all nodes may be ten seconds old.
     */
    get: operations["readStatistics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/upload-avatar": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Upload a picture of oneself
     * @description It takes the place of the one before. Of the file only the pixels are kept, upright and cut to a square: no name, no
     *     metadata, and of an animation the first picture. What cannot be shown is answered with 422 and a detail for `file`:
     *     `unsupported_format`, `damaged`, `too_small` or `too_many_pixels`.
     */
    post: operations["uploadAvatar"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/verify-email": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Prove the e-mail address by a mailed link */
    post: operations["verifyEmail"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/verify-email/request": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ask for the mail that proves the address once more */
    post: operations["requestEmailVerification"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/webhooks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List webhooks
     * @description Those of the API key, newest first; administrators see all.
     */
    get: operations["listWebhooks"];
    put?: never;
    /**
     * Register a webhook
     * @description It is told what happens from now on, by signed requests (Standard Webhooks). The answer tells the secret once. It
     *     belongs to the API key that registers it, or to the administrators.
     */
    post: operations["createWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/webhooks/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a webhook */
    get: operations["readWebhook"];
    /**
     * Change a webhook
     * @description What is absent stays. What waits to be told goes to the new address; when it is switched off, that is given up.
     */
    put: operations["changeWebhook"];
    post?: never;
    /**
     * Delete a webhook
     * @description With all that was, or is to be, told to it.
     */
    delete: operations["deleteWebhook"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/webhooks/{id}/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what was told to a webhook
     * @description Newest first. What was taken or given up is shown for 30 days.
     */
    get: operations["listWebhookDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Tell a webhook something again
     * @description A delivery that was taken or given up is sent again, behind all that waits, and keeps its `webhook-id`.
     */
    post: operations["redeliverWebhookDelivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/webhooks/{id}/test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try a webhook out
     * @description Sends `webhook.test`, whatever it is told of. The list of deliveries tells what became of it.
     */
    post: operations["testWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/health": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the process is up
     * @description For a supervisor: a process that does not answer should be restarted. It asks nothing else.
     */
    get: operations["health"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What the server has counted
     * @description In Prometheus' text format.
     */
    get: operations["metrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/ready": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the server can do its work
     * @description For a load balancer: asks the database, Redis and the media workers, each for a bounded time. When any of them is
     *     down, the answer is 503 and `error.details` names it.
     */
    get: operations["ready"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * AccountClosing
     * @description An account that will be deleted.
     */
    AccountClosing: {
      /**
       * Format: date-time
       * @description When, unless its owner signs in before.
       */
      purge_at: string;
    };
    /** @description What every request that was done is answered with. */
    AccountClosingEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["AccountClosing"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description The language of mails.
     * @enum {string}
     */
    AccountLanguage: "en" | "zh-CN";
    /**
     * @description What an account may do.
     * @enum {string}
     */
    AccountRole: "user" | "admin";
    /**
     * @description Whether an account may be used.
     * @enum {string}
     */
    AccountStatus: "active" | "banned" | "closing" | "deleted";
    /**
     * AdminUser
     * @description An account, as administrators see it.
     */
    AdminUser: {
      /** @description Where the picture is. */
      avatar_url: string | null;
      /** @description The last ban, unless it was taken back. */
      ban: (components["schemas"]["UserBan"] & unknown) | null;
      /** @description That it is to be deleted. */
      closing: (components["schemas"]["UserClosing"] & unknown) | null;
      /**
       * Format: date-time
       * @description When it was opened.
       */
      created_at: string;
      /** @description The e-mail address. */
      email: string;
      /** @description Whether the address was proved to be the owner's. */
      email_verified: boolean;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /** @description The language of mails. */
      language: components["schemas"]["AccountLanguage"] & unknown;
      /**
       * Format: date-time
       * @description When a session of it was last used.
       */
      last_seen_at: string | null;
      /**
       * Format: uint32
       * @description How many devices are signed in.
       */
      live_sessions: number;
      /** @description The name that others see. */
      nickname: string;
      /** @description What it may do. */
      role: components["schemas"]["AccountRole"] & unknown;
      /** @description Whether it may be used. */
      status: components["schemas"]["AccountStatus"] & unknown;
      /** @description The name to sign in with. */
      username: string;
    };
    /**
     * AdminUserAnswer
     * @description The account that was read or changed.
     */
    AdminUserAnswer: {
      /** @description The account. */
      user: components["schemas"]["AdminUser"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    AdminUserAnswerEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["AdminUserAnswer"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * AdminUserPage
     * @description A page of accounts, newest first.
     */
    AdminUserPage: {
      /** @description The accounts. */
      items: components["schemas"]["AdminUser"][];
      /** @description Where to go on; null at the end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    AdminUserPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["AdminUserPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * AllRead
     * @description How many were read at once.
     */
    AllRead: {
      /**
       * Format: uint64
       * @description How many were not read before.
       */
      read: number;
    };
    /** @description What every request that was done is answered with. */
    AllReadEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["AllRead"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * AnswerRequest
     * @description The answer to an invitation.
     */
    AnswerRequest: {
      /** @description Whether they come. */
      answer: components["schemas"]["InvitationAnswer"] & unknown;
    };
    /**
     * ApiKey
     * @description An API key.
     */
    ApiKey: {
      /**
       * Format: date-time
       * @description When it was made.
       */
      created_at: string;
      /**
       * Format: uuid
       * @description The administrator who made it.
       */
      created_by: string;
      /**
       * Format: date-time
       * @description Until when it is good; for ever when null.
       */
      expires_at: string | null;
      /**
       * Format: uuid
       * @description Its identifier.
       */
      id: string;
      /**
       * Format: date-time
       * @description When it was last used, give or take a minute.
       */
      last_used_at: string | null;
      /** @description What it is called. */
      name: string;
      /** @description How it begins: `om_` and ten characters. */
      prefix: string;
      /**
       * Format: date-time
       * @description When it was revoked.
       */
      revoked_at: string | null;
      /**
       * Format: uuid
       * @description The administrator who revoked it.
       */
      revoked_by: string | null;
      /** @description What it is good for. */
      scopes: string[];
    };
    /**
     * ApiKeyAnswer
     * @description The key that was revoked.
     */
    ApiKeyAnswer: {
      /** @description The key. */
      api_key: components["schemas"]["ApiKey"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    ApiKeyAnswerEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["ApiKeyAnswer"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * ApiKeyPage
     * @description A page of API keys, newest first.
     */
    ApiKeyPage: {
      /** @description The keys. */
      items: components["schemas"]["ApiKey"][];
      /** @description Where to go on; null at the end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    ApiKeyPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["ApiKeyPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * Attendance
     * @description Somebody who was in a meeting.
     */
    Attendance: {
      /**
       * Format: uint64
       * @description How long in all, in whole seconds; until now for who is present.
       */
      duration_s: number;
      /** @description Who, as they were there the last time. */
      participant: components["schemas"]["Participant"] & unknown;
      /** @description When, each time. */
      stays: components["schemas"]["Stay"][];
    };
    /**
     * AuditLogEntry
     * @description Something that happened.
     */
    AuditLogEntry: {
      /** @description What, such as `user.banned`. */
      action: string;
      /** @description Who did it; null when nobody in particular did. */
      actor: (components["schemas"]["AuditUser"] & unknown) | null;
      /**
       * Format: date-time
       * @description When.
       */
      at: string;
      /** @description More about it; which fields there are depends on the action. */
      details: unknown;
      /**
       * Format: uuid
       * @description Its identifier.
       */
      id: string;
      /** @description To whose account. */
      subject: (components["schemas"]["AuditUser"] & unknown) | null;
    };
    /**
     * AuditLogPage
     * @description A page of the record, newest first.
     */
    AuditLogPage: {
      /** @description The entries. */
      items: components["schemas"]["AuditLogEntry"][];
      /** @description Where to go on; null at the end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    AuditLogPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["AuditLogPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * AuditUser
     * @description Somebody who is named in the record.
     */
    AuditUser: {
      /**
       * Format: uuid
       * @description The account's identifier.
       */
      id: string;
      /** @description Its username, as it is now; null when there is no such account. */
      username: string | null;
    };
    /**
     * @description The edge of a picture, in pixels.
     * @enum {string}
     */
    AvatarSize: "64" | "128" | "512";
    /**
     * BanUserRequest
     * @description Who is to be shut out.
     */
    BanUserRequest: {
      /** @description Why, for administrators. */
      reason: string;
      /**
       * Format: date-time
       * @description Until when; for ever when absent.
       */
      until?: string | null;
    };
    /**
     * @description What a room is for.
     * @enum {string}
     */
    CallType: "audio" | "video";
    /**
     * ChangePasswordRequest
     * @description Another password.
     * @example {
     *       "new_password": "another long passphrase",
     *       "old_password": "correct horse battery staple"
     *     }
     */
    ChangePasswordRequest: {
      /** @description The password from now on, under the rules of registering. */
      new_password: string;
      /** @description The password until now. */
      old_password: string;
    };
    /**
     * ChangeRoleRequest
     * @description What an account is to be allowed.
     */
    ChangeRoleRequest: {
      /** @description The role. */
      role: components["schemas"]["AccountRole"] & unknown;
    };
    /**
     * ChangeRoomStatusRequest
     * @description What has become of a room.
     */
    ChangeRoomStatusRequest: {
      /** @description `active`, `ended`, or `cancelled`. */
      status: components["schemas"]["RoomStatus"] & unknown;
    };
    /**
     * ChangeSettings
     * @description Settings that are to be other ones; what is absent or null stays.
     */
    ChangeSettings: {
      /** @description Whether participants may write chat messages. */
      chat?: boolean | null;
      /** @description Whether people without an account may come by the link. */
      guests_allowed?: boolean | null;
      /** @description What happens when the host leaves. */
      host_leaves?: (components["schemas"]["HostLeaves"] & unknown) | null;
      /** @description Who waits in the lobby. */
      lobby?: (components["schemas"]["LobbyMode"] & unknown) | null;
      /** @description Whether all but hosts and co-hosts come in with the microphone off. */
      mute_on_entry?: boolean | null;
      /** @description Whether participants may record. */
      record?: boolean | null;
      /** @description Whether participants may share their screen. */
      share_screen?: boolean | null;
      /** @description Whether participants may turn their microphone on by themselves. */
      unmute?: boolean | null;
    };
    /**
     * ChangeWebhookRequest
     * @description What is to be another way about a webhook. What is absent stays.
     */
    ChangeWebhookRequest: {
      /** @description Whether it is told anything. */
      enabled?: boolean | null;
      /** @description The event types that it is told of; `*` alone stands for all. */
      events?: string[] | null;
      /** @description Where it is told. */
      url?: string | null;
    };
    /**
     * CloseAccountRequest
     * @description Whoever wants the account to be deleted.
     */
    CloseAccountRequest: {
      /** @description The password. */
      password: string;
    };
    /**
     * Component
     * @description One of the things that the server depends on.
     */
    Component: {
      /** @description Its name, such as `database`. */
      name: string;
      /** @description Whether it can do its work. */
      status: components["schemas"]["State"] & unknown;
    };
    /**
     * ConfirmPasswordResetRequest
     * @description Another password, by a mailed link.
     */
    ConfirmPasswordResetRequest: {
      /** @description The password from now on, under the rules of registering. */
      new_password: string;
      /** @description What stands behind `#token=` in the link. */
      token: string;
    };
    /**
     * Correspondent
     * @description Somebody whom a message concerns.
     */
    Correspondent: {
      /** @description What they were called when it was written. */
      display_name: string;
      /**
       * Format: uuid
       * @description Who.
       */
      user_id: string;
    };
    /**
     * CreateApiKeyRequest
     * @description An API key to be made.
     */
    CreateApiKeyRequest: {
      /**
       * Format: date-time
       * @description Until when it is good; for ever when absent.
       */
      expires_at?: string | null;
      /** @description What it is called. */
      name: string;
      /**
       * @description What it is good for: `rooms:read`, `rooms:write`, `tokens:issue`, `webhooks:manage`, `stats:read`. None includes
       *     another.
       */
      scopes: string[];
    };
    /**
     * CreatedApiKey
     * @description The key that was made.
     */
    CreatedApiKey: {
      /** @description What is known of it from now on. */
      api_key: components["schemas"]["ApiKey"] & unknown;
      /** @description All of it, to be sent as `Authorization: Bearer om_...`. A secret that is not told again. */
      key: string;
    };
    /** @description What every request that was done is answered with. */
    CreatedApiKeyEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["CreatedApiKey"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * CreatedWebhook
     * @description The webhook that was registered.
     */
    CreatedWebhook: {
      /** @description What signs its deliveries: `whsec_` and 32 bytes in base64 (Standard Webhooks). A secret that is not told again. */
      secret: string;
      /** @description What is known of it from now on. */
      webhook: components["schemas"]["Webhook"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    CreatedWebhookEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["CreatedWebhook"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * CreateMeetingRequest
     * @description A meeting to be created.
     * @example {
     *       "description": "What we do next week.",
     *       "end_time": "2026-09-21T16:13:20+00:00",
     *       "max_participants": 25,
     *       "passcode": null,
     *       "recurrence": "FREQ=WEEKLY",
     *       "settings": {
     *         "chat": null,
     *         "guests_allowed": null,
     *         "host_leaves": null,
     *         "lobby": "guests",
     *         "mute_on_entry": null,
     *         "record": null,
     *         "share_screen": null,
     *         "unmute": null
     *       },
     *       "start_time": "2026-09-21T15:13:20+00:00",
     *       "time_zone": "Europe/Berlin",
     *       "title": "Weekly planning"
     *     }
     */
    CreateMeetingRequest: {
      /** @description What it is about. */
      description?: string | null;
      /**
       * Format: date-time
       * @description When it is planned to end; after the start.
       */
      end_time?: string | null;
      /**
       * Format: int64
       * @description How many may be present at once; 100 when absent.
       */
      max_participants?: number | null;
      /** @description A passcode of 4 to 32 visible ASCII characters; none when absent or empty. */
      passcode?: string | null;
      /**
       * @description How it recurs, from its start on: a rule such as `FREQ=WEEKLY;BYDAY=MO,WE` (RFC 5545, 3.3.10). Needs `start_time` and
       *     `time_zone`, whose clocks it goes by. None when absent or empty.
       */
      recurrence?: string | null;
      /** @description What is to be different from the settings that meetings have. */
      settings?: (components["schemas"]["ChangeSettings"] & unknown) | null;
      /**
       * Format: date-time
       * @description When it is planned to start.
       */
      start_time?: string | null;
      /** @description The time zone in which it is planned: a name of the IANA database such as `Europe/Berlin`. */
      time_zone?: string | null;
      /** @description What it is called. */
      title: string;
    };
    /**
     * CreateRoomRequest
     * @description A room to be created.
     */
    CreateRoomRequest: {
      /** @description What it is for; `video` when absent. */
      call_type?: (components["schemas"]["CallType"] & unknown) | null;
      /** @description Who creates it, as the backend calls them: its host. */
      creator: string;
      /**
       * Format: int64
       * @description For how many seconds it waits for somebody to come back when all have left, and is over by itself then; five minutes
       *     when absent.
       */
      departure_timeout?: number | null;
      /**
       * Format: int64
       * @description For how many seconds it waits for the first to come, and is over by itself then; a day when absent.
       */
      empty_timeout?: number | null;
      /** @description Whether only those come in who were invited, and the creator; no when absent. A token is an invitation. */
      invite_on?: boolean | null;
      /**
       * Format: int64
       * @description How many may be in it at once; 100 when absent.
       */
      max_participants?: number | null;
      /** @description What the backend wants to remember of it: at most 4,096 bytes of text, such as JSON. */
      metadata?: string | null;
      /** @description What it is called: letters and digits of ASCII, `-`, `.`, `_`, `~`; not `.`, `..` or `stats`. */
      room_name: string;
      /** @description The channel that it comes from, as the backend calls it. */
      source_channel_id?: string | null;
      /**
       * Format: int64
       * @description The channel's kind, by the backend's number.
       */
      source_channel_type?: number | null;
    };
    /**
     * CreateWebhookRequest
     * @description A webhook to be registered.
     */
    CreateWebhookRequest: {
      /** @description The event types that it is told of, such as `meeting.ended`; `*` alone stands for all. */
      events: string[];
      /** @description Where it is told: `https://`, without a name or a password, and leading to a public address. */
      url: string;
    };
    /**
     * @description What has become of a delivery.
     * @enum {string}
     */
    DeliveryStatus: "pending" | "delivered" | "failed";
    /**
     * Empty
     * @description Nothing to tell but success.
     */
    Empty: Record<string, never>;
    /** @description What every request that was done is answered with. */
    EmptyEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Empty"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * EndedSessions
     * @description How many sessions were ended.
     */
    EndedSessions: {
      /**
       * Format: uint32
       * @description So many.
       */
      ended: number;
    };
    /** @description What every request that was done is answered with. */
    EndedSessionsEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["EndedSessions"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * Error
     * @description The machine-readable part of a failure.
     */
    Error: {
      /** @description The fields that are at fault; empty when no single field is. */
      details: components["schemas"]["FieldDetail"][];
      /** @description A stable code, such as `meeting.not_found`. */
      type: string;
    };
    /**
     * Failure
     * @description What every request that was not done is answered with.
     */
    Failure: {
      /**
       * Format: uint16
       * @description The HTTP status, again.
       */
      code: number;
      /** @description For programs. */
      error: components["schemas"]["Error"] & unknown;
      /** @description A sentence for people. */
      message: string;
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * FieldDetail
     * @description What is wrong with one field.
     */
    FieldDetail: {
      /** @description A stable code, such as `required` or `too_long`. */
      code: string;
      /** @description The field's name, as it stands in the request. */
      field: string;
      /** @description A sentence for people. */
      message: string;
    };
    /**
     * Health
     * @description That the process is up.
     */
    Health: {
      /** @description Always `up`: a process that is not up does not answer. */
      status: components["schemas"]["State"] & unknown;
      /** @description The version of the program. */
      version: string;
    };
    /** @description What every request that was done is answered with. */
    HealthEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Health"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * Held
     * @description Meetings that ended within some time and that somebody had come to.
     */
    Held: {
      /**
       * Format: uint64
       * @description How many.
       */
      meetings: number;
      /**
       * Format: uint64
       * @description How long they took, all together, in whole minutes.
       */
      minutes: number;
    };
    /**
     * HeldStats
     * @description Meetings held.
     */
    HeldStats: {
      /** @description Within 24 hours. */
      day: components["schemas"]["Held"] & unknown;
      /** @description Within 30 days. */
      month: components["schemas"]["Held"] & unknown;
      /** @description Within 7 days. */
      week: components["schemas"]["Held"] & unknown;
    };
    /**
     * @description What happens when the last host who is present leaves.
     * @enum {string}
     */
    HostLeaves: "hand-over" | "end";
    /**
     * Invitation
     * @description An invitation, as the host sees it.
     */
    Invitation: {
      /**
       * Format: date-time
       * @description When it was answered.
       */
      answered_at: string | null;
      /**
       * Format: date-time
       * @description When it was made.
       */
      created_at: string;
      /** @description The address, of who was invited by it. */
      email: string | null;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /** @description What that user is called. */
      name: string | null;
      /** @description Its state. */
      status: components["schemas"]["InvitationStatus"] & unknown;
      /** @description The username, of who was invited by it. */
      username: string | null;
    };
    /**
     * @description What somebody answers to an invitation.
     * @enum {string}
     */
    InvitationAnswer: "accept" | "decline";
    /**
     * InvitationList
     * @description Who is invited now, in the order of the request, each person once.
     */
    InvitationList: {
      /** @description The invitations. */
      items: components["schemas"]["Invitation"][];
    };
    /** @description What every request that was done is answered with. */
    InvitationListEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["InvitationList"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * InvitationPage
     * @description A page of invitations, newest first.
     */
    InvitationPage: {
      /** @description The invitations. */
      items: components["schemas"]["Invitation"][];
      /** @description Send it as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    InvitationPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["InvitationPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description The state of an invitation.
     * @enum {string}
     */
    InvitationStatus: "pending" | "accepted" | "declined" | "revoked";
    /**
     * InvitedTo
     * @description What somebody is invited to.
     */
    InvitedTo: {
      /** @description What it is about. */
      description: string | null;
      /**
       * Format: date-time
       * @description When it is planned to end.
       */
      end_time: string | null;
      /** @description What the host is called; empty when the account is gone. */
      host_name: string;
      /** @description The meeting's code. */
      meeting_code: string;
      /** @description The meeting's state. */
      meeting_status: components["schemas"]["MeetingStatus"] & unknown;
      /**
       * Format: date-time
       * @description When it is planned to start.
       */
      start_time: string | null;
      /** @description The state of the invitation. */
      status: components["schemas"]["InvitationStatus"] & unknown;
      /** @description What the meeting is called. */
      title: string;
    };
    /** @description What every request that was done is answered with. */
    InvitedToEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["InvitedTo"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * InvitedToRoomAnswer
     * @description What came of invitations.
     */
    InvitedToRoomAnswer: {
      /** @description Who is invited now. */
      invited: components["schemas"]["RoomParticipant"][];
      /** @description Who was not invited. */
      skipped: components["schemas"]["NotInvited"][];
    };
    /** @description What every request that was done is answered with. */
    InvitedToRoomAnswerEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["InvitedToRoomAnswer"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * InviteRequest
     * @description Who is to be invited.
     */
    InviteRequest: {
      /** @description E-mail addresses and usernames. */
      invitees: string[];
    };
    /**
     * InviteToRoomRequest
     * @description People to be asked.
     */
    InviteToRoomRequest: {
      /** @description Who, as the backend calls them. */
      uids: string[];
    };
    /**
     * IssueRoomTokenRequest
     * @description Somebody who is to have a token.
     */
    IssueRoomTokenRequest: {
      /** @description What they may do. */
      grants?: (components["schemas"]["RoomGrants"] & unknown) | null;
      /** @description The name that others see; what they were called before, or the `uid`, when absent. */
      name?: string | null;
      /** @description What they are to be. When absent, what they were; who is new is a participant, but the creator a host. */
      role?: (components["schemas"]["RoomRole"] & unknown) | null;
      /**
       * Format: int64
       * @description For how long it lets them in, in seconds; 600 when absent. Who is in by then stays.
       */
      ttl?: number | null;
      /** @description Who, as the backend calls them. */
      uid: string;
    };
    /**
     * JoinAsGuestRequest
     * @description How a guest joins.
     */
    JoinAsGuestRequest: {
      /** @description What to be called in the meeting. */
      display_name: string;
      /** @description What an earlier answer had as `guest_pass`: then the guest is known again. */
      guest_pass?: string | null;
      /** @description The meeting's passcode, if it has one. */
      passcode?: string | null;
    };
    /**
     * Joined
     * @description What is needed to enter the room of a meeting, or its lobby.
     * @example {
     *       "guest_pass": null,
     *       "mute_on_entry": false,
     *       "participant": {
     *         "display_name": "Ann (kitchen)",
     *         "guest": false,
     *         "joined_at": "2026-09-21T15:13:20+00:00",
     *         "left_at": null,
     *         "role": "host",
     *         "standing": "welcome",
     *         "user_id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01"
     *       },
     *       "room_id": "01995b1f-0c44-7d01-8a3b-5e6f70819202",
     *       "room_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJyb29tIjoiLi4uIn0.c2lnbmF0dXJl",
     *       "signaling_url": "wss://meet.example.org/ws/signaling",
     *       "waiting": null
     *     }
     */
    Joined: {
      /** @description With which a guest is known again; null for users with an account. A secret. */
      guest_pass: string | null;
      /** @description Whether to come in with the microphone off. */
      mute_on_entry: boolean;
      /** @description What the user is in the meeting; null while they wait in the lobby. */
      participant: (components["schemas"]["Participant"] & unknown) | null;
      /**
       * Format: uuid
       * @description The room.
       */
      room_id: string;
      /** @description Opens the room, or its lobby: send it in the first signalling message, within five minutes. A secret. */
      room_token: string;
      /** @description The address of the signalling WebSocket. */
      signaling_url: string;
      /**
       * @description What the user is in the lobby; null when they are in. By signalling they hear whether they may come in; then they
       *     join again.
       */
      waiting: (components["schemas"]["Waiting"] & unknown) | null;
    };
    /** @description What every request that was done is answered with. */
    JoinedEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Joined"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * JoinedRoomAnswer
     * @description What somebody needs to enter a room.
     */
    JoinedRoomAnswer: {
      /**
       * Format: date-time
       * @description Until when the token lets them in.
       */
      expires_at: string;
      /** @description What they are in the room. */
      participant: components["schemas"]["RoomParticipant"] & unknown;
      /**
       * Format: uuid
       * @description The room.
       */
      room_id: string;
      /** @description The token, for the first message of signalling. A secret of theirs. */
      room_token: string;
      /** @description The address of signalling. */
      signaling_url: string;
    };
    /** @description What every request that was done is answered with. */
    JoinedRoomAnswerEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["JoinedRoomAnswer"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * JoinMeetingRequest
     * @description How to join.
     * @example {
     *       "display_name": "Ann (kitchen)",
     *       "passcode": null
     *     }
     */
    JoinMeetingRequest: {
      /** @description What to be called in the meeting; the nickname when absent. */
      display_name?: string | null;
      /** @description The meeting's passcode, if it has one. */
      passcode?: string | null;
    };
    /**
     * JoinRoomRequest
     * @description Somebody who is to be let in.
     */
    JoinRoomRequest: {
      /** @description The name that others see; what they were called before, or the `uid`, when absent. */
      name?: string | null;
      /** @description What they are to be. When absent, what they were; who is new is a participant, but the creator a host. */
      role?: (components["schemas"]["RoomRole"] & unknown) | null;
      /** @description Into which room. */
      room_name: string;
      /** @description Who, as the backend calls them. */
      uid: string;
    };
    /**
     * KickRequest
     * @description How to send somebody out.
     */
    KickRequest: {
      /**
       * @description Whether they may not come back; no when absent.
       * @default false
       */
      ban: boolean;
    };
    /**
     * LeaveRoomRequest
     * @description Somebody who is to be let out.
     */
    LeaveRoomRequest: {
      /** @description Out of which room. */
      room_name: string;
      /** @description Who, as the backend calls them. */
      uid: string;
    };
    /**
     * @description What the user is in a meeting, as lists tell it apart.
     * @enum {string}
     */
    ListedRole: "host" | "participant" | "invited";
    /**
     * LiveRoom
     * @description A room that is live.
     */
    LiveRoom: {
      /**
       * Format: uint64
       * @description Tracks that they receive; null likewise.
       */
      consumers: number | null;
      /**
       * Format: uint64
       * @description How many are in it.
       */
      people: number;
      /**
       * Format: uint64
       * @description Tracks that participants send; null when the room is not open on the node that answers.
       */
      producers: number | null;
      /**
       * Format: uuid
       * @description The room; that of a meeting bears the meeting's identifier.
       */
      room_id: string;
      /** @description What it is called, if it is a room of another backend; null for that of a meeting. */
      room_name: string | null;
      /**
       * Format: date-time
       * @description Since when it is live.
       */
      since: string;
    };
    /**
     * LiveRoomList
     * @description Rooms that are live, the newest first.
     */
    LiveRoomList: {
      /** @description At most 1,000 of them. */
      items: components["schemas"]["LiveRoom"][];
      /**
       * Format: uint64
       * @description How many there are.
       */
      total: number;
    };
    /** @description What every request that was done is answered with. */
    LiveRoomListEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["LiveRoomList"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * Lobby
     * @description Who waits in front of a meeting, in the order of coming.
     */
    Lobby: {
      /** @description Who. */
      items: components["schemas"]["Waiting"][];
    };
    /**
     * LobbyAnswered
     * @description How many were let in, or sent away.
     */
    LobbyAnswered: {
      /**
       * Format: uint64
       * @description How many; 0 when somebody else was faster.
       */
      answered: number;
    };
    /** @description What every request that was done is answered with. */
    LobbyAnsweredEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["LobbyAnswered"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /** @description What every request that was done is answered with. */
    LobbyEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Lobby"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description Who waits until somebody lets them in. Hosts and co-hosts never do.
     * @enum {string}
     */
    LobbyMode: "off" | "guests" | "everyone";
    /**
     * LogInRequest
     * @description Who wants to sign in.
     * @example {
     *       "password": "correct horse battery staple",
     *       "token_delivery": "body",
     *       "username": "ann.lee"
     *     }
     */
    LogInRequest: {
      /** @description The password. */
      password: string;
      /**
       * @description Where to put the refresh token; `body` when absent.
       * @default body
       */
      token_delivery: components["schemas"]["TokenDelivery"] & unknown;
      /** @description The user name or the e-mail address. */
      username: string;
    };
    /**
     * LogOutRequest
     * @description Who signs out, and where.
     */
    LogOutRequest: {
      /**
       * @description Sign out on every device; for whoever shows an access token.
       * @default false
       */
      everywhere: boolean;
      /** @description The refresh token that was handed out last, unless it comes in the cookie. */
      refresh_token?: string | null;
    };
    /**
     * MediaFile
     * @description A file that somebody shares.
     */
    MediaFile: {
      /**
       * Format: date-time
       * @description When its upload began.
       */
      created_at: string;
      /**
       * Format: uuid
       * @description Its identifier.
       */
      id: string;
      /** @description What it is, found out from its content, such as `image/png`. */
      media_type: string;
      /**
       * Format: uuid
       * @description The meeting that it is shared with; only its owner has it when null.
       */
      meeting_id: string | null;
      /** @description What its owner calls it. It may hold anything that can be seen; it is no path. */
      name: string;
      /**
       * Format: uuid
       * @description Whose it is.
       */
      owner_id: string;
      /** @description The SHA-256 of its content, in hexadecimal. */
      sha256: string;
      /**
       * Format: uint64
       * @description In bytes.
       */
      size: number;
    };
    /**
     * MediaFileAnswer
     * @description A file, and where its content is read.
     */
    MediaFileAnswer: {
      /** @description Where its content is read, by whoever has the address: an absolute URL, or a path on this server. */
      download_url: string;
      /**
       * Format: date-time
       * @description Until when the address is good.
       */
      download_url_expires_at: string;
      /** @description The file. */
      file: components["schemas"]["MediaFile"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    MediaFileAnswerEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["MediaFileAnswer"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * MediaFilePage
     * @description A page of files.
     */
    MediaFilePage: {
      /** @description The files, newest first. */
      items: components["schemas"]["MediaFile"][];
      /** @description Where the list goes on; null at its end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    MediaFilePageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["MediaFilePage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description A source of media.
     * @enum {string}
     */
    MediaSourceName: "microphone" | "camera" | "screen" | "screen-audio";
    /**
     * Meeting
     * @description A meeting.
     * @example {
     *       "code": "abc-defg-hij",
     *       "created_at": "2026-09-21T14:13:20+00:00",
     *       "creator_id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
     *       "description": "What we do next week.",
     *       "end_time": "2026-09-21T16:13:20+00:00",
     *       "ended_at": null,
     *       "has_passcode": false,
     *       "id": "01995b1f-0c44-7d01-8a3b-5e6f70819202",
     *       "locked": false,
     *       "max_participants": 25,
     *       "recurrence": "FREQ=WEEKLY",
     *       "settings": {
     *         "chat": true,
     *         "guests_allowed": false,
     *         "host_leaves": "hand-over",
     *         "lobby": "off",
     *         "mute_on_entry": false,
     *         "record": false,
     *         "share_screen": true,
     *         "unmute": true
     *       },
     *       "start_time": "2026-09-21T15:13:20+00:00",
     *       "started_at": null,
     *       "status": "scheduled",
     *       "time_zone": "Europe/Berlin",
     *       "title": "Weekly planning",
     *       "updated_at": "2026-09-21T14:13:20+00:00"
     *     }
     */
    Meeting: {
      /** @description Its code, which people can type: `abc-defg-hij`. */
      code: string;
      /**
       * Format: date-time
       * @description When it was created.
       */
      created_at: string;
      /**
       * Format: uuid
       * @description Who created it, and hosts it.
       */
      creator_id: string;
      /** @description What it is about. */
      description: string | null;
      /**
       * Format: date-time
       * @description When it is planned to end; of one that recurs, the current or next time.
       */
      end_time: string | null;
      /**
       * Format: date-time
       * @description When it was over.
       */
      ended_at: string | null;
      /** @description Whether it has a passcode. */
      has_passcode: boolean;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /** @description Whether nobody new is let in. */
      locked: boolean;
      /**
       * Format: uint16
       * @description How many may be present at once.
       */
      max_participants: number;
      /** @description How it recurs (RFC 5545, 3.3.10); null when it takes place once. */
      recurrence: string | null;
      /** @description What the host has decided. */
      settings: components["schemas"]["MeetingSettings"] & unknown;
      /**
       * Format: date-time
       * @description When it is planned to start; of one that recurs, the current or next time.
       */
      start_time: string | null;
      /**
       * Format: date-time
       * @description When the first one joined.
       */
      started_at: string | null;
      /** @description Its state. */
      status: components["schemas"]["MeetingStatus"] & unknown;
      /** @description The time zone in which it is planned (IANA). */
      time_zone: string | null;
      /** @description What it is called. */
      title: string;
      /**
       * Format: date-time
       * @description When anything about it changed last.
       */
      updated_at: string;
    };
    /** @description What every request that was done is answered with. */
    MeetingEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Meeting"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * MeetingPage
     * @description A page of meetings, newest first.
     */
    MeetingPage: {
      /** @description The meetings. */
      items: components["schemas"]["Meeting"][];
      /** @description Send it as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    MeetingPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["MeetingPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * MeetingPreview
     * @description What everybody may know who has the link of a meeting.
     */
    MeetingPreview: {
      /** @description Its code. */
      code: string;
      /** @description Whether people without an account may come. */
      guests_allowed: boolean;
      /** @description Who waits in the lobby. */
      lobby: components["schemas"]["LobbyMode"] & unknown;
      /** @description Whether nobody new is let in. */
      locked: boolean;
      /** @description Whether a passcode is needed. */
      passcode_required: boolean;
      /**
       * Format: date-time
       * @description When it is planned to start.
       */
      start_time: string | null;
      /** @description Its state. */
      status: components["schemas"]["MeetingStatus"] & unknown;
      /** @description What it is called. */
      title: string;
    };
    /** @description What every request that was done is answered with. */
    MeetingPreviewEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["MeetingPreview"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * MeetingReport
     * @description Who was in a meeting, when, and how long.
     */
    MeetingReport: {
      /** @description Who was there, by first coming; in `session`, if one was asked for. */
      attendances: components["schemas"]["Attendance"][];
      /** @description The meeting. */
      meeting: components["schemas"]["Meeting"] & unknown;
      /**
       * Format: uint64
       * @description How many were there at once, at most; in `session`, if one was asked for.
       */
      peak_participants: number;
      /** @description Each time that it was held, the latest first, at most 1,000. One that recurs is held many times. */
      sessions: components["schemas"]["MeetingSession"][];
    };
    /** @description What every request that was done is answered with. */
    MeetingReportEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["MeetingReport"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * MeetingSession
     * @description One time that a meeting was held.
     */
    MeetingSession: {
      /**
       * Format: date-time
       * @description Until when; null while it goes on.
       */
      ended_at: string | null;
      /**
       * Format: uint64
       * @description How many were there at once, at most.
       */
      peak: number;
      /**
       * Format: date-time
       * @description From when: when the first one came.
       */
      started_at: string;
    };
    /**
     * MeetingSettings
     * @description What the host has decided about a meeting.
     */
    MeetingSettings: {
      /** @description Whether participants may write chat messages. */
      chat: boolean;
      /** @description Whether people without an account may come by the link. */
      guests_allowed: boolean;
      /** @description What happens when the host leaves. */
      host_leaves: components["schemas"]["HostLeaves"] & unknown;
      /** @description Who waits in the lobby. */
      lobby: components["schemas"]["LobbyMode"] & unknown;
      /** @description Whether all but hosts and co-hosts come in with the microphone off. */
      mute_on_entry: boolean;
      /** @description Whether participants may record. */
      record: boolean;
      /** @description Whether participants may share their screen. */
      share_screen: boolean;
      /** @description Whether participants may turn their microphone on by themselves. */
      unmute: boolean;
    };
    /**
     * MeetingStats
     * @description Meetings by state.
     */
    MeetingStats: {
      /**
       * Format: uint64
       * @description They were called off.
       */
      cancelled: number;
      /**
       * Format: uint64
       * @description They have taken place.
       */
      ended: number;
      /**
       * Format: uint64
       * @description They take place.
       */
      live: number;
      /**
       * Format: uint64
       * @description Nobody has come yet.
       */
      scheduled: number;
    };
    /**
     * @description The state of a meeting.
     * @enum {string}
     */
    MeetingStatus: "scheduled" | "live" | "ended" | "cancelled";
    /**
     * Message
     * @description Something that was written in a meeting.
     */
    Message: {
      /**
       * Format: date-time
       * @description When it was deleted.
       */
      deleted_at: string | null;
      /**
       * Format: uuid
       * @description By whom.
       */
      deleted_by: string | null;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /** @description Who a private one is for; null when it is for everybody. */
      recipient: (components["schemas"]["Correspondent"] & unknown) | null;
      /** @description Who wrote it. */
      sender: components["schemas"]["Correspondent"] & unknown;
      /**
       * Format: date-time
       * @description When it was written.
       */
      sent_at: string;
      /** @description What it says; null when it was deleted. */
      text: string | null;
    };
    /** @description What every request that was done is answered with. */
    MessageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Message"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * MessagePage
     * @description A page of messages, newest first.
     */
    MessagePage: {
      /** @description The messages. */
      items: components["schemas"]["Message"][];
      /** @description Send it as `cursor` for what was written before; null on the last page. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    MessagePageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["MessagePage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * NodeStats
     * @description What is live on the node that answers.
     */
    NodeStats: {
      /**
       * Format: uint64
       * @description Open signalling connections.
       */
      connections: number;
      /**
       * Format: uint64
       * @description Tracks that they receive.
       */
      consumers: number;
      /**
       * Format: uint64
       * @description Participants in them.
       */
      peers: number;
      /**
       * Format: uint64
       * @description Tracks that they send.
       */
      producers: number;
      /**
       * Format: uint64
       * @description Open rooms.
       */
      rooms: number;
    };
    /**
     * Notification
     * @description Something that the user was told.
     */
    Notification: {
      /**
       * Format: date-time
       * @description When it was made.
       */
      created_at: string;
      /**
       * @description What it says. Every kind has `meeting_id`, `meeting_code`, `title` and `starts_at`; an invitation also `host_name` and
       *     `invitation_id`, an answer `invitation_id`, `who` and `answer` (`accepted` or `declined`).
       */
      data: unknown;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /** @description What kind of thing it is. */
      kind: components["schemas"]["NotificationKind"] & unknown;
      /**
       * Format: date-time
       * @description When it was read; null when it was not.
       */
      read_at: string | null;
    };
    /**
     * NotificationChoice
     * @description How to be told of one kind of things.
     */
    NotificationChoice: {
      /** @description Whether by e-mail; yes when absent. */
      email?: boolean | null;
      /** @description Whether in the web client; yes when absent. */
      in_app?: boolean | null;
      /** @description The kind. */
      kind: components["schemas"]["NotificationKind"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    NotificationEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Notification"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description A kind of things that users are told.
     * @enum {string}
     */
    NotificationKind:
      | "meeting-invitation"
      | "meeting-reminder"
      | "meeting-cancelled"
      | "meeting-changed"
      | "invitation-answered";
    /**
     * NotificationPage
     * @description A page of notifications, newest first.
     */
    NotificationPage: {
      /** @description The notifications. */
      items: components["schemas"]["Notification"][];
      /** @description Send it as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
      /**
       * Format: uint32
       * @description How many of all were not read.
       */
      unread_count: number;
    };
    /** @description What every request that was done is answered with. */
    NotificationPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["NotificationPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * NotificationPreference
     * @description How the user is told of one kind of things.
     */
    NotificationPreference: {
      /** @description Whether by e-mail. */
      email: boolean;
      /** @description Whether in the web client. */
      in_app: boolean;
      /** @description The kind. */
      kind: components["schemas"]["NotificationKind"] & unknown;
    };
    /**
     * NotificationPreferenceList
     * @description How the user is told of each kind of things.
     */
    NotificationPreferenceList: {
      /** @description Every kind, in a fixed order. */
      items: components["schemas"]["NotificationPreference"][];
    };
    /** @description What every request that was done is answered with. */
    NotificationPreferenceListEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["NotificationPreferenceList"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * NotificationPreferencesRequest
     * @description How to be told, in the place of all that was chosen before.
     */
    NotificationPreferencesRequest: {
      /** @description The kinds that are not to be told in every way. Of one that stands twice, the last counts. */
      items: components["schemas"]["NotificationChoice"][];
    };
    /**
     * NotInvited
     * @description Somebody who was not invited.
     */
    NotInvited: {
      /** @description Why: they are `joined`, or `banned`. */
      status: components["schemas"]["RoomParticipantStatus"] & unknown;
      /** @description Who, as the backend calls them. */
      uid: string;
    };
    /**
     * Occurrence
     * @description One time that a meeting takes place, or was to.
     */
    Occurrence: {
      /** @description Its code. */
      code: string;
      /**
       * Format: date-time
       * @description When it ends, as far as is known.
       */
      end_time: string | null;
      /** @description Whether the user hosts it. */
      is_host: boolean;
      /**
       * Format: uuid
       * @description The meeting.
       */
      meeting_id: string;
      /** @description Whether the meeting recurs. */
      recurring: boolean;
      /**
       * Format: date-time
       * @description When it starts; when the first one came, where no start was planned.
       */
      start_time: string;
      /** @description The state of this time. */
      status: components["schemas"]["MeetingStatus"] & unknown;
      /** @description What it is called. */
      title: string;
    };
    /**
     * OccurrenceList
     * @description When meetings take place, by their start.
     */
    OccurrenceList: {
      /** @description The occurrences. */
      items: components["schemas"]["Occurrence"][];
    };
    /** @description What every request that was done is answered with. */
    OccurrenceListEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["OccurrenceList"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * OwnInvitation
     * @description The own invitation to a meeting.
     */
    OwnInvitation: {
      /** @description What was answered; null while nothing was. */
      answer: (components["schemas"]["InvitationAnswer"] & unknown) | null;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /**
       * Format: date-time
       * @description When it was made.
       */
      invited_at: string;
      /** @description Its state. */
      status: components["schemas"]["InvitationStatus"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    OwnInvitationEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["OwnInvitation"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * Participant
     * @description Somebody in a meeting.
     */
    Participant: {
      /** @description What they are called in the meeting. */
      display_name: string;
      /** @description Whether they have no account. */
      guest: boolean;
      /**
       * Format: date-time
       * @description When they came, the last time.
       */
      joined_at: string;
      /**
       * Format: date-time
       * @description When they left; null while they are present.
       */
      left_at: string | null;
      /** @description What they may do. */
      role: components["schemas"]["Role"] & unknown;
      /** @description Whether they may come back. */
      standing: components["schemas"]["Standing"] & unknown;
      /**
       * Format: uuid
       * @description The user.
       */
      user_id: string;
    };
    /**
     * ParticipantList
     * @description Who takes part in a meeting: those present first, then by first coming.
     */
    ParticipantList: {
      /** @description The participants. */
      items: components["schemas"]["Participant"][];
    };
    /** @description What every request that was done is answered with. */
    ParticipantListEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["ParticipantList"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * PasswordResetRequest
     * @description Whose password is forgotten.
     */
    PasswordResetRequest: {
      /** @description The e-mail address of the account. */
      email: string;
    };
    /**
     * PeopleStats
     * @description People in meetings, in numbers.
     */
    PeopleStats: {
      /**
       * Format: uint64
       * @description Who are there now.
       */
      live: number;
      /**
       * Format: uint64
       * @description The most who were there at once within 24 hours.
       */
      peak_day: number;
    };
    /**
     * Profile
     * @description The account that was opened, read or changed.
     * @example {
     *       "user": {
     *         "avatar_url": null,
     *         "created_at": "2026-09-21T14:13:20+00:00",
     *         "email": "ann@example.org",
     *         "email_verified": true,
     *         "id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
     *         "language": "en",
     *         "nickname": "Ann",
     *         "role": "user",
     *         "status": "active",
     *         "username": "ann.lee"
     *       }
     *     }
     */
    Profile: {
      /** @description The account. */
      user: components["schemas"]["User"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    ProfileEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Profile"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * Ready
     * @description That everything the server depends on can do its work.
     */
    Ready: {
      /** @description What was asked. */
      components: components["schemas"]["Component"][];
      /** @description Always `up`: otherwise the answer is 503 with the components that are down in `error.details`. */
      status: components["schemas"]["State"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    ReadyEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Ready"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * RefreshTokenRequest
     * @description The refresh token, unless it comes in the cookie.
     */
    RefreshTokenRequest: {
      /** @description The refresh token that was handed out last. */
      refresh_token?: string | null;
    };
    /**
     * RegisterRequest
     * @description A new account.
     * @example {
     *       "email": "ann@example.org",
     *       "nickname": "Ann",
     *       "password": "correct horse battery staple",
     *       "username": "ann.lee"
     *     }
     */
    RegisterRequest: {
      /** @description The e-mail address. */
      email: string;
      /** @description The name that others see; the username when absent. */
      nickname?: string | null;
      /** @description The password: not a common one, and neither the name nor the address. */
      password: string;
      /** @description The name to sign in with; case does not matter. */
      username: string;
    };
    /**
     * RenameRequest
     * @description Another name.
     */
    RenameRequest: {
      /** @description What to be called in the meeting. */
      display_name: string;
    };
    /**
     * @description What somebody may do in a meeting.
     * @enum {string}
     */
    Role: "host" | "co-host" | "participant";
    /**
     * Room
     * @description A room of another backend.
     */
    Room: {
      /** @description What it is for. */
      call_type: components["schemas"]["CallType"] & unknown;
      /**
       * Format: date-time
       * @description When it was created.
       */
      created_at: string;
      /** @description Who created it, as the backend calls them. */
      creator: string;
      /**
       * Format: uint32
       * @description For how many seconds it waits for somebody to come back when all have left.
       */
      departure_timeout: number;
      /**
       * Format: uint32
       * @description For how many seconds it waits for the first to come.
       */
      empty_timeout: number;
      /**
       * Format: date-time
       * @description Since when it is over.
       */
      ended_at: string | null;
      /**
       * Format: uuid
       * @description Its identifier, which room tokens and webhooks name.
       */
      id: string;
      /** @description Whether only those come in who were invited. */
      invite_on: boolean;
      /** @description Whether a host lets nobody new in. */
      locked: boolean;
      /**
       * Format: uint16
       * @description How many may be in it at once.
       */
      max_participants: number;
      /** @description What the backend wants to remember of it. */
      metadata: string | null;
      /** @description What it is called. */
      room_name: string;
      /** @description The channel that it comes from. */
      source_channel_id: string | null;
      /**
       * Format: int16
       * @description The channel's kind.
       */
      source_channel_type: number | null;
      /**
       * Format: date-time
       * @description When it began.
       */
      started_at: string | null;
      /** @description Where it is in its life. */
      status: components["schemas"]["RoomStatus"] & unknown;
      /**
       * Format: date-time
       * @description When anything about it changed last.
       */
      updated_at: string;
    };
    /** @description What every request that was done is answered with. */
    RoomEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Room"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * RoomGrants
     * @description What somebody may do in a room. What is absent is allowed, as far as the room is for it, but being hidden.
     */
    RoomGrants: {
      /** @description May write chat messages. */
      can_chat?: boolean | null;
      /** @description May send media. */
      can_publish?: boolean | null;
      /** @description From which sources. In an audio room only `microphone` and `screen-audio` can be granted. */
      can_publish_sources?: components["schemas"]["MediaSourceName"][] | null;
      /** @description May receive media. */
      can_subscribe?: boolean | null;
      /** @description Is not shown to others, and can neither send media nor write: an observer. */
      hidden?: boolean | null;
    };
    /**
     * RoomPage
     * @description A page of rooms, newest first.
     */
    RoomPage: {
      /** @description The rooms. */
      items: components["schemas"]["Room"][];
      /** @description Where to go on; null at the end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    RoomPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["RoomPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * RoomParticipant
     * @description Somebody who was asked into a room.
     */
    RoomParticipant: {
      /**
       * Format: date-time
       * @description When they were asked for the first time.
       */
      created_at: string;
      /**
       * Format: uuid
       * @description Who, as signalling calls them (`user_id` there); the same as long as the room is there.
       */
      id: string;
      /**
       * Format: date-time
       * @description When they came, the last time.
       */
      joined_at: string | null;
      /**
       * Format: date-time
       * @description When they left, the last time; null while they are there.
       */
      left_at: string | null;
      /** @description The name that others see. */
      name: string;
      /** @description What they are in the room. */
      role: components["schemas"]["RoomRole"] & unknown;
      /** @description Where they stand. */
      status: components["schemas"]["RoomParticipantStatus"] & unknown;
      /** @description Who, as the backend calls them. */
      uid: string;
    };
    /** @description What every request that was done is answered with. */
    RoomParticipantEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["RoomParticipant"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * RoomParticipantPage
     * @description A page of participants, by the first time that they were asked.
     */
    RoomParticipantPage: {
      /** @description The participants. */
      items: components["schemas"]["RoomParticipant"][];
      /** @description Where to go on; null at the end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    RoomParticipantPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["RoomParticipantPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description Where somebody stands in a room.
     * @enum {string}
     */
    RoomParticipantStatus: "invited" | "joined" | "left" | "declined" | "missed" | "kicked" | "banned";
    /**
     * @description What somebody is in a room. Hosts and co-hosts may moderate it from within.
     * @enum {string}
     */
    RoomRole: "host" | "co-host" | "participant";
    /**
     * RoomStats
     * @description Rooms of other backends, by state.
     */
    RoomStats: {
      /**
       * Format: uint64
       * @description They have begun.
       */
      active: number;
      /**
       * Format: uint64
       * @description They were called off, and are not deleted yet.
       */
      cancelled: number;
      /**
       * Format: uint64
       * @description They are over, and not deleted yet.
       */
      ended: number;
      /**
       * Format: uint64
       * @description People who are in them now.
       */
      people: number;
      /**
       * Format: uint64
       * @description Nobody has come yet.
       */
      waiting: number;
    };
    /**
     * @description Where a room is in its life.
     * @enum {string}
     */
    RoomStatus: "waiting" | "active" | "ended" | "cancelled";
    /**
     * Session
     * @description A device that is signed in.
     */
    Session: {
      /** @description The address that it signed in from. */
      address: string | null;
      /**
       * Format: date-time
       * @description When it signed in.
       */
      created_at: string;
      /** @description Whether it is the one that asks. */
      current: boolean;
      /**
       * Format: date-time
       * @description When it is signed out unless it is used.
       */
      expires_at: string;
      /**
       * Format: uuid
       * @description The session's identifier (UUIDv7).
       */
      id: string;
      /**
       * Format: date-time
       * @description When it last refreshed its tokens.
       */
      last_used_at: string;
      /** @description What the device says that it is. */
      user_agent: string | null;
    };
    /**
     * SessionList
     * @description Every device that is signed in, the last used first.
     */
    SessionList: {
      /** @description The devices. */
      items: components["schemas"]["Session"][];
    };
    /** @description What every request that was done is answered with. */
    SessionListEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["SessionList"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * SetRoleRequest
     * @description Another role.
     */
    SetRoleRequest: {
      /** @description The role. */
      role: components["schemas"]["Role"] & unknown;
    };
    /**
     * SetRoomParticipantStatusRequest
     * @description How somebody stands.
     */
    SetRoomParticipantStatusRequest: {
      /** @description `invited`, `left`, `declined`, `missed`, `kicked` or `banned`; who is to be `joined` joins. */
      status: components["schemas"]["RoomParticipantStatus"] & unknown;
    };
    /**
     * SkipOccurrenceRequest
     * @description A time of a meeting that is not to take place.
     */
    SkipOccurrenceRequest: {
      /**
       * Format: date-time
       * @description When it would start.
       */
      start_time: string;
    };
    /**
     * @description Whether somebody who was in a meeting may come back.
     * @enum {string}
     */
    Standing: "welcome" | "removed" | "banned";
    /**
     * @description The state of the process.
     * @enum {string}
     */
    State: "up";
    /**
     * Stats
     * @description What goes on, in numbers.
     */
    Stats: {
      /** @description Meetings held. */
      held: components["schemas"]["HeldStats"] & unknown;
      /** @description Meetings by state. */
      meetings: components["schemas"]["MeetingStats"] & unknown;
      /** @description What is live on the node that answers; null when it has no rooms. */
      node: (components["schemas"]["NodeStats"] & unknown) | null;
      /** @description People in meetings. */
      people: components["schemas"]["PeopleStats"] & unknown;
      /** @description Rooms of other backends. */
      rooms: components["schemas"]["RoomStats"] & unknown;
      /** @description Accounts. */
      users: components["schemas"]["UserStats"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    StatsEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Stats"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * Stay
     * @description One time that somebody was in a meeting.
     */
    Stay: {
      /**
       * Format: date-time
       * @description From when.
       */
      joined_at: string;
      /**
       * Format: date-time
       * @description Until when; null while they are present.
       */
      left_at: string | null;
    };
    /**
     * @description How refresh tokens are handed over.
     * @enum {string}
     */
    TokenDelivery: "body" | "cookie";
    /**
     * Tokens
     * @description What somebody gets who has signed in, or refreshed.
     * @example {
     *       "access_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
     *       "csrf_token": null,
     *       "expires_in": 900,
     *       "refresh_token": "dGhpcyBpcyBub3QgYSByZWFsIHRva2VuLCBzb3JyeQ",
     *       "token_type": "Bearer",
     *       "user": {
     *         "avatar_url": null,
     *         "created_at": "2026-09-21T14:13:20+00:00",
     *         "email": "ann@example.org",
     *         "email_verified": true,
     *         "id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
     *         "language": "en",
     *         "nickname": "Ann",
     *         "role": "user",
     *         "status": "active",
     *         "username": "ann.lee"
     *       }
     *     }
     */
    Tokens: {
      /** @description Send it as `Authorization: Bearer ...`. Null when it was handed over in a cookie. A secret. */
      access_token: string | null;
      /**
       * @description Send it as `X-CSRF-Token` with every request that changes something, beside the cookies; any of this session is
       *     good. Null when the tokens are not in cookies. A secret.
       */
      csrf_token: string | null;
      /**
       * Format: int64
       * @description For how many seconds the access token is good.
       */
      expires_in: number;
      /** @description Exchanges for new tokens, once. Null when it was handed over in a cookie. A secret. */
      refresh_token: string | null;
      /** @description Always `Bearer`. */
      token_type: components["schemas"]["TokenType"] & unknown;
      /** @description Who has signed in. */
      user: components["schemas"]["User"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    TokensEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["Tokens"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description The kind of an access token.
     * @enum {string}
     */
    TokenType: "Bearer";
    /**
     * UpdateMeetingRequest
     * @description What is to be different about a meeting; what is absent stays.
     */
    UpdateMeetingRequest: {
      /** @description What it is about; none when empty. */
      description?: string | null;
      /**
       * Format: date-time
       * @description When it is planned to end; null for no plan.
       */
      end_time?: string | null;
      /**
       * Format: int64
       * @description How many may be present at once. Who is present stays, even if they are more.
       */
      max_participants?: number | null;
      /** @description Another passcode; none when empty. */
      passcode?: string | null;
      /** @description How it recurs; null or empty for once. Another rule, time zone or start makes a new series from that start on. */
      recurrence?: string | null;
      /** @description Settings that are to be other ones. */
      settings?: (components["schemas"]["ChangeSettings"] & unknown) | null;
      /**
       * Format: date-time
       * @description When it is planned to start; null for no plan.
       */
      start_time?: string | null;
      /** @description The time zone in which it is planned; null or empty for none. */
      time_zone?: string | null;
      /** @description What it is called. */
      title?: string | null;
    };
    /**
     * UpdateProfileRequest
     * @description What to change in the profile. What is absent stays.
     * @example {
     *       "language": "en",
     *       "nickname": "Ann Lee"
     *     }
     */
    UpdateProfileRequest: {
      /** @description The language of mails: `en` or `zh-CN`. */
      language?: string | null;
      /** @description The name that others see. */
      nickname?: string | null;
    };
    /**
     * User
     * @description An account, as its owner sees it.
     * @example {
     *       "avatar_url": null,
     *       "created_at": "2026-09-21T14:13:20+00:00",
     *       "email": "ann@example.org",
     *       "email_verified": true,
     *       "id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
     *       "language": "en",
     *       "nickname": "Ann",
     *       "role": "user",
     *       "status": "active",
     *       "username": "ann.lee"
     *     }
     */
    User: {
      /** @description Where the picture is. */
      avatar_url: string | null;
      /**
       * Format: date-time
       * @description When it was opened.
       */
      created_at: string;
      /** @description The e-mail address. */
      email: string;
      /** @description Whether the address was proved to be the owner's. */
      email_verified: boolean;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /** @description The language of mails. */
      language: components["schemas"]["AccountLanguage"] & unknown;
      /** @description The name that others see. */
      nickname: string;
      /** @description What it may do. */
      role: components["schemas"]["AccountRole"] & unknown;
      /** @description Whether it may be used. */
      status: components["schemas"]["AccountStatus"] & unknown;
      /** @description The name to sign in with. */
      username: string;
    };
    /**
     * UserBan
     * @description That an account is, or was, shut out.
     */
    UserBan: {
      /**
       * Format: date-time
       * @description Since when.
       */
      at: string;
      /** @description Why. */
      reason: string;
      /**
       * Format: date-time
       * @description Until when; for ever when null.
       */
      until: string | null;
    };
    /**
     * UserClosing
     * @description That an account is to be deleted.
     */
    UserClosing: {
      /**
       * Format: date-time
       * @description Since when.
       */
      at: string;
      /**
       * Format: date-time
       * @description When.
       */
      purge_at: string;
    };
    /**
     * UserStats
     * @description Accounts, in numbers.
     */
    UserStats: {
      /**
       * Format: uint64
       * @description Those of which a session was used within a quarter of an hour.
       */
      active: number;
      /**
       * Format: uint64
       * @description All that are not deleted.
       */
      total: number;
    };
    /**
     * VerifyEmailRequest
     * @description The proof that an address is the owner's.
     */
    VerifyEmailRequest: {
      /** @description What stands behind `#token=` in the link. */
      token: string;
    };
    /**
     * Waiting
     * @description Somebody in the lobby.
     */
    Waiting: {
      /** @description What they are called. */
      display_name: string;
      /** @description Whether they have no account. */
      guest: boolean;
      /**
       * Format: date-time
       * @description Since when they wait.
       */
      since: string;
      /**
       * Format: uuid
       * @description Who.
       */
      user_id: string;
    };
    /**
     * Webhook
     * @description A webhook.
     */
    Webhook: {
      /**
       * Format: uuid
       * @description The API key whose it is; null when it is the administrators'.
       */
      api_key_id: string | null;
      /**
       * Format: date-time
       * @description When it was registered.
       */
      created_at: string;
      /**
       * Format: date-time
       * @description Since when not.
       */
      disabled_at: string | null;
      /** @description Why not. */
      disabled_reason: (components["schemas"]["WebhookDisabledReason"] & unknown) | null;
      /** @description Whether it is told anything. */
      enabled: boolean;
      /** @description The event types that it is told of. */
      events: string[];
      /**
       * Format: uuid
       * @description Its identifier.
       */
      id: string;
      /**
       * Format: date-time
       * @description When anything about it changed last.
       */
      updated_at: string;
      /** @description Where it is told. */
      url: string;
    };
    /**
     * WebhookAnswer
     * @description The webhook that was read or changed.
     */
    WebhookAnswer: {
      /** @description The webhook. */
      webhook: components["schemas"]["Webhook"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    WebhookAnswerEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["WebhookAnswer"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * WebhookDelivery
     * @description What was, or is to be, told to a webhook.
     */
    WebhookDelivery: {
      /**
       * Format: uint32
       * @description How many attempts have begun.
       */
      attempts: number;
      /**
       * Format: date-time
       * @description When it was queued.
       */
      created_at: string;
      /**
       * @description What went wrong last: `target_refused`, `unresolved`, `unreachable`, `tls`, `timeout`, `protocol`, `status`,
       *     `disabled` or `secret_unreadable`.
       */
      error: string | null;
      /**
       * Format: uuid
       * @description Of which event.
       */
      event_id: string;
      /**
       * Format: date-time
       * @description When it was taken or given up.
       */
      finished_at: string | null;
      /**
       * Format: uuid
       * @description Names it; the receiver gets it as `webhook-id`.
       */
      id: string;
      /**
       * Format: date-time
       * @description When an attempt began last.
       */
      last_attempt_at: string | null;
      /**
       * Format: date-time
       * @description When the next one begins at the earliest; null unless it is pending.
       */
      next_attempt_at: string | null;
      /**
       * Format: uint16
       * @description The HTTP status that was answered last.
       */
      response_status: number | null;
      /** @description What has become of it. */
      status: components["schemas"]["DeliveryStatus"] & unknown;
      /** @description The event type. */
      type: string;
      /**
       * Format: uuid
       * @description To which webhook.
       */
      webhook_id: string;
    };
    /**
     * WebhookDeliveryAnswer
     * @description The delivery that was queued.
     */
    WebhookDeliveryAnswer: {
      /** @description The delivery. */
      delivery: components["schemas"]["WebhookDelivery"] & unknown;
    };
    /** @description What every request that was done is answered with. */
    WebhookDeliveryAnswerEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["WebhookDeliveryAnswer"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * WebhookDeliveryPage
     * @description A page of deliveries, newest first.
     */
    WebhookDeliveryPage: {
      /** @description The deliveries. */
      items: components["schemas"]["WebhookDelivery"][];
      /** @description Where to go on; null at the end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    WebhookDeliveryPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["WebhookDeliveryPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
    /**
     * @description Why a webhook is told nothing.
     * @enum {string}
     */
    WebhookDisabledReason: "manual" | "gone";
    /**
     * WebhookPage
     * @description A page of webhooks, newest first.
     */
    WebhookPage: {
      /** @description The webhooks. */
      items: components["schemas"]["Webhook"][];
      /** @description Where to go on; null at the end. */
      next_cursor: string | null;
    };
    /** @description What every request that was done is answered with. */
    WebhookPageEnvelope: {
      /**
       * Format: int32
       * @description The HTTP status, again.
       */
      code: number;
      data: components["schemas"]["WebhookPage"];
      /**
       * @description Always `success`.
       * @enum {string}
       */
      message: "success";
      /**
       * Format: int64
       * @description When it was answered, in seconds since 1970 (UTC).
       */
      timestamp: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  closeAccount: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CloseAccountRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AccountClosingEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `account.wrong_password`: the password is wrong.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `user.last_administrator`: the last administrator must stay one.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listApiKeys: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ApiKeyPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.forbidden`: you may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  createApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CreateApiKeyRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CreatedApiKeyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `api_key.limit_reached`: there are too many API keys.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  revokeApiKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The key's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ApiKeyAnswerEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `api_key.not_found`: API key not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readAuditLog: {
    parameters: {
      query?: {
        /** @description Only entries of this action, such as `user.banned`. */
        action?: string;
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /** @description Only entries in which this account acted or was acted upon. */
        user_id?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditLogPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.forbidden`: you may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  searchUsers: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /** @description A part of the user name, the e-mail address or the nickname; case does not matter. */
        query?: string;
        /** @description Only those with this role. */
        role?: components["schemas"]["AccountRole"];
        /** @description Only those in this state. */
        status?: components["schemas"]["AccountStatus"];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AdminUserPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.forbidden`: you may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The account's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AdminUserAnswerEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.forbidden`: you may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `user.not_found`: user not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  banUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The account's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["BanUserRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AdminUserAnswerEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `user.not_found`: user not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `user.administrator`: an administrator cannot be banned.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  changeUserRole: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The account's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeRoleRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AdminUserAnswerEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `user.not_found`: user not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `user.last_administrator`: the last administrator must stay one.
       *
       *     `user.not_active`: the account is not active.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  unbanUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The account's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AdminUserAnswerEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `user.not_found`: user not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  removeAvatar: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProfileEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readAvatar: {
    parameters: {
      query?: {
        /** @description The edge of the square, in pixels. */
        size?: components["schemas"]["AvatarSize"] & unknown;
      };
      header?: never;
      path: {
        /** @description The picture's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          /** @description It may be kept for a year. */
          "Cache-Control": string;
          /** @description Names the file. */
          ETag: string;
          [name: string]: unknown;
        };
        content: {
          "image/jpeg": string;
        };
      };
      /** @description The file that `If-None-Match` names. */
      304: {
        headers: {
          /** @description It may be kept for a year. */
          "Cache-Control": string;
          /** @description Names the file. */
          ETag: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `avatar.not_found`: picture not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  changePassword: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangePasswordRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `account.wrong_password`: the password is wrong.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  apiHealth: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HealthEnvelope"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The token in the link of the mail. */
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InvitedToEnvelope"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `invitation.not_found`: invitation not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `invitation.revoked`: the invitation was taken back. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  acceptInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The token in the link of the mail. */
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InvitedToEnvelope"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `invitation.not_found`: invitation not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `invitation.revoked`: the invitation was taken back.
       *
       *     `invitation.answered`: the invitation was answered already.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  declineInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The token in the link of the mail. */
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InvitedToEnvelope"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `invitation.not_found`: invitation not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `invitation.revoked`: the invitation was taken back.
       *
       *     `invitation.answered`: the invitation was answered already.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["LogInRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TokensEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.invalid_credentials`: the user name or the password is wrong. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.banned`: the account has been banned. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  logout: {
    parameters: {
      query?: never;
      header?: {
        /** @description Must be sent when the refresh token comes in the cookie. */
        "X-Requested-With"?: "open-meeting";
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["LogOutRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf_header_required`: the header X-Requested-With: open-meeting is required with a cookie.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listMedia: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /** @description The identifier of the meeting. */
        meeting_id?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MediaFilePageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `file.participants_only`: only who takes part in the meeting may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `meeting.not_found`: meeting not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readMedia: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The file's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MediaFileAnswerEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `file.not_found`: file not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  deleteMedia: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The file's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `file.forbidden`: only the owner or whoever moderates the meeting may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `file.not_found`: file not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  downloadMedia: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description What makes the address good. */
        ticket: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file, as what it is. */
      200: {
        headers: {
          /** @description Names the content. */
          etag: string;
          [name: string]: unknown;
        };
        content: {
          "application/octet-stream": string;
        };
      };
      /** @description The bytes that `Range` names. */
      206: {
        headers: {
          /** @description Which bytes, and of how many. */
          "content-range": string;
          /** @description Names the content. */
          etag: string;
          [name: string]: unknown;
        };
        content: {
          "application/octet-stream": string;
        };
      };
      /** @description The file that `If-None-Match` names. */
      304: {
        headers: {
          /** @description Names the content. */
          etag: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `file.not_found`: file not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `file.link_expired`: the address has expired. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.precondition_failed`: the file is another one by now. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.range_not_satisfiable`: nothing of this range is there. */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  uploadMedia: {
    parameters: {
      query?: {
        /** @description The identifier of the meeting that it is shared with. */
        meeting_id?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description One file. It is taken as it comes; send its length, so that only so much is set aside. */
    requestBody: {
      content: {
        "multipart/form-data": {
          /**
           * Format: binary
           * @description The file. What it is called stands in its `filename`.
           */
          file: string;
        };
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MediaFileAnswerEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `file.participants_only`: only who takes part in the meeting may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.not_found`: meeting not found.
       *
       *     `file.not_found`: file not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `file.quota_exceeded`: there is no room for the file.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listMeetings: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /**
         * @description Only those whose title and description have all these words, or words that begin so; of Chinese, Japanese and
         *     Korean any part of a text. At most 200 characters.
         */
        q?: string;
        /** @description Only those in which the user is this. */
        role?: components["schemas"]["ListedRole"];
        /** @description Only those in this state. */
        status?: components["schemas"]["MeetingStatus"];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  createMeeting: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CreateMeetingRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  updateMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UpdateMeetingRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  cancelMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `meeting.already_started`: the meeting has begun.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readMeetingCalendar: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file (RFC 5545). */
      200: {
        headers: {
          /** @description It may be kept, and is to be asked for each time. */
          "Cache-Control": string;
          /** @description Names this version of the file. */
          ETag: string;
          [name: string]: unknown;
        };
        content: {
          "text/calendar": string;
        };
      };
      /** @description The file that `If-None-Match` names. */
      304: {
        headers: {
          /** @description It may be kept, and is to be asked for each time. */
          "Cache-Control": string;
          /** @description Names this version of the file. */
          ETag: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `meeting.not_planned`: the meeting has no planned start. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  endMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readOwnInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["OwnInvitationEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `invitation.not_found`: invitation not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  answerOwnInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AnswerRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["OwnInvitationEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `invitation.not_found`: invitation not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `invitation.revoked`: the invitation was taken back.
       *
       *     `invitation.answered`: the invitation was answered already.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listInvitations: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
      };
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InvitationPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `meeting.forbidden`: only the host may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  inviteToMeeting: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["InviteRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InvitationListEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `meeting.ended`: the meeting has ended.
       *
       *     `invitation.too_many`: too many are invited to this meeting.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  revokeInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The invitation's identifier. */
        invitation_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `invitation.not_found`: invitation not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  joinMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["JoinMeetingRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JoinedEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.locked`: the meeting is locked.
       *
       *     `meeting.banned`: you may not come to this meeting.
       *
       *     `meeting.guests_not_allowed`: sign in to come to this meeting.
       *
       *     `meeting.passcode_required`: this meeting has a passcode.
       *
       *     `meeting.passcode_wrong`: the passcode is wrong.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `meeting.full`: the meeting is full.
       *
       *     `meeting.lobby_full`: too many people are waiting.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  joinMeetingAsGuest: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["JoinAsGuestRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JoinedEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.locked`: the meeting is locked.
       *
       *     `meeting.banned`: you may not come to this meeting.
       *
       *     `meeting.guests_not_allowed`: sign in to come to this meeting.
       *
       *     `meeting.passcode_required`: this meeting has a passcode.
       *
       *     `meeting.passcode_wrong`: the passcode is wrong.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `meeting.full`: the meeting is full.
       *
       *     `meeting.lobby_full`: too many people are waiting.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  leaveMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readLobby: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LobbyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `meeting.moderators_only`: only the host or a co-host may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  admitFromLobby: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description Who waits. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LobbyAnsweredEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `lobby.not_waiting`: nobody of this identity is waiting.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  denyFromLobby: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description Who waits. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LobbyAnsweredEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `lobby.not_waiting`: nobody of this identity is waiting.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  admitAllFromLobby: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LobbyAnsweredEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  denyAllFromLobby: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LobbyAnsweredEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  lockMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listMessages: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
      };
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MessagePageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.participants_only`: only those who have taken part may do this.
       *
       *     `meeting.banned`: you may not come to this meeting.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  deleteMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The message's identifier. */
        message_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MessageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.participants_only`: only those who have taken part may do this.
       *
       *     `meeting.banned`: you may not come to this meeting.
       *
       *     `message.forbidden`: only its author, a host or a co-host may delete a message.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `message.not_found`: message not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  muteAllParticipants: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  skipOccurrence: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SkipOccurrenceRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `meeting.occurrence_not_found`: no coming time of the meeting starts then.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `meeting.not_recurring`: the meeting does not recur.
       *
       *     `meeting.too_many_skipped`: too many times of this meeting were called off.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listParticipants: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ParticipantListEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  allowParticipantBack: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The participant's identifier. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       *
       *     `meeting.outranked`: you may not do this to that person.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `participant.not_found`: participant not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  askParticipantToUnmute: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The participant's identifier. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       *
       *     `meeting.outranked`: you may not do this to that person.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `participant.not_found`: participant not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  kickParticipant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The participant's identifier. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["KickRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       *
       *     `meeting.outranked`: you may not do this to that person.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `participant.not_found`: participant not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  muteParticipant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The participant's identifier. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       *
       *     `meeting.outranked`: you may not do this to that person.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `participant.not_found`: participant not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  renameParticipant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The participant's identifier. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RenameRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       *
       *     `meeting.outranked`: you may not do this to that person.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `participant.not_found`: participant not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  setParticipantRole: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
        /** @description The participant's identifier. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SetRoleRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       *
       *     `meeting.outranked`: you may not do this to that person.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       *
       *     `participant.not_found`: participant not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `meeting.guest_role`: a guest cannot have this role.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  previewMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingPreviewEnvelope"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readMeetingReport: {
    parameters: {
      query?: {
        /** @description Only one of the times that it was held: its `started_at`. */
        session?: string;
      };
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingReportEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `meeting.moderators_only`: only the host or a co-host may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  startMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.forbidden`: only the host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  unlockMeeting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The meeting's identifier or code. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MeetingEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `meeting.moderators_only`: only the host or a co-host may do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `meeting.not_found`: meeting not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `meeting.ended`: the meeting has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listOccurrences: {
    parameters: {
      query: {
        /** @description From when on. */
        from: string;
        /** @description How many at most. */
        limit?: number;
        /** @description Before when; at most 62 days later. */
        to: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["OccurrenceListEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listNotifications: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /** @description Only those that were not read. */
        unread_only?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NotificationPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readNotification: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The notification's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NotificationEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `notification.not_found`: notification not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readNotificationPreferences: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NotificationPreferenceListEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  updateNotificationPreferences: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NotificationPreferencesRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NotificationPreferenceListEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readAllNotifications: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AllReadEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  streamNotifications: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events, for as long as the client listens. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": string;
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `rate.limited`: too many requests, try again later.
       *
       *     `notification.too_many_streams`: too many streams of notifications are open.
       */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  joinRoom: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["JoinRoomRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JoinedRoomAnswerEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.scope_missing`: the API key may not do this.
       *
       *     `room.locked`: the room is locked.
       *
       *     `room.not_invited`: this person was not invited to the room.
       *
       *     `room.banned`: this person may not come to the room.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `room.not_found`: room not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `room.ended`: the room has ended.
       *
       *     `room.full`: the room is full.
       *
       *     `room.too_many_participants`: too many people were asked into the room.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  leaveRoom: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["LeaveRoomRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `participant.not_found`: participant not found.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `room.ended`: the room has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  requestPasswordReset: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PasswordResetRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  confirmPasswordReset: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ConfirmPasswordResetRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `request.malformed`: the request could not be read.
       *
       *     `account.bad_link`: the link is not good any more, ask for another.
       */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readProfile: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProfileEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  updateProfile: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UpdateProfileRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProfileEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  refreshToken: {
    parameters: {
      query?: never;
      header?: {
        /** @description Must be sent when the refresh token comes in the cookie. */
        "X-Requested-With"?: "open-meeting";
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["RefreshTokenRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TokensEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `auth.token_reused`: the session was ended because its refresh token was used twice, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.banned`: the account has been banned.
       *
       *     `auth.csrf_header_required`: the header X-Requested-With: open-meeting is required with a cookie.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  register: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RegisterRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProfileEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `user.username_taken`: the user name is taken.
       *
       *     `user.email_taken`: the e-mail address is taken.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listRooms: {
    parameters: {
      query?: {
        /** @description Only those for this. */
        call_type?: components["schemas"]["CallType"];
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /** @description Only those of this name: the present one, and those before it. */
        room_name?: string;
        /** @description Only those from this channel. */
        source_channel_id?: string;
        /** @description Only those in this state. */
        status?: components["schemas"]["RoomStatus"];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoomPageEnvelope"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  createRoom: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CreateRoomRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoomEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `room.name_taken`: the room name is taken.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readRoom: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The room's name. */
        room_name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoomEnvelope"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  endRoom: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The room's name. */
        room_name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoomEnvelope"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `room.ended`: the room has ended.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  inviteToRoom: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The room's name. */
        room_name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["InviteToRoomRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InvitedToRoomAnswerEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `room.ended`: the room has ended.
       *
       *     `room.too_many_participants`: too many people were asked into the room.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listRoomParticipants: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /** @description Only those who stand so. */
        status?: components["schemas"]["RoomParticipantStatus"];
      };
      header?: never;
      path: {
        /** @description The room's name. */
        room_name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoomParticipantPageEnvelope"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  setRoomParticipantStatus: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The room's name. */
        room_name: string;
        /** @description Who, as the backend calls them. */
        uid: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SetRoomParticipantStatusRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoomParticipantEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `participant.not_found`: participant not found.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `room.ended`: the room has ended.
       *
       *     `participant.wrong_status`: the participant cannot become that.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  changeRoomStatus: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The room's name. */
        room_name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeRoomStatusRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RoomEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `api_key.scope_missing`: the API key may not do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `room.ended`: the room has ended.
       *
       *     `room.already_started`: the room has begun.
       *
       *     `room.wrong_status`: the room cannot become that.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  issueRoomToken: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The room's name. */
        room_name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["IssueRoomTokenRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JoinedRoomAnswerEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.required`: an API key is required here.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `api_key.scope_missing`: the API key may not do this.
       *
       *     `room.banned`: this person may not come to the room.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `room.not_found`: room not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `room.ended`: the room has ended.
       *
       *     `room.too_many_participants`: too many people were asked into the room.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readRoomStatistics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LiveRoomListEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listSessions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SessionListEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  endOtherSessions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EndedSessionsEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  endSession: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The session's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `session.not_found`: session not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readStatistics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StatsEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  uploadAvatar: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description Without a crop, the square in the middle is shown. Its three numbers come together. */
    requestBody: {
      content: {
        "multipart/form-data": {
          /**
           * Format: int32
           * @description The edge of the square.
           */
          crop_size?: number;
          /**
           * Format: int32
           * @description From the left.
           */
          crop_x?: number;
          /**
           * Format: int32
           * @description From the top.
           */
          crop_y?: number;
          /**
           * Format: binary
           * @description A JPEG, PNG or WebP of at most 5 MiB, with edges of 32 to 8,192 pixels and at most 40 megapixels.
           */
          file: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProfileEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  verifyEmail: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["VerifyEmailRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `request.malformed`: the request could not be read.
       *
       *     `account.bad_link`: the link is not good any more, ask for another.
       */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  requestEmailVerification: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `account.email_verified`: the e-mail address is verified already.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listWebhooks: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CreateWebhookRequest"];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CreatedWebhookEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `webhook.limit_reached`: there are too many webhooks.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  readWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The webhook's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookAnswerEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `webhook.not_found`: webhook not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  changeWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The webhook's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeWebhookRequest"];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookAnswerEnvelope"];
        };
      };
      /** @description `request.malformed`: the request could not be read. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `webhook.not_found`: webhook not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.timeout`: the request took too long to arrive. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.too_large`: the request is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.unsupported_media_type`: the body is not of a media type that is taken here. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The webhook's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `webhook.not_found`: webhook not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  listWebhookDeliveries: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
        /** @description Only those of which this has become. */
        status?: components["schemas"]["DeliveryStatus"];
      };
      header?: never;
      path: {
        /** @description The webhook's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookDeliveryPageEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `webhook.not_found`: webhook not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  redeliverWebhookDelivery: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The delivery's identifier. */
        delivery_id: string;
        /** @description The webhook's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookDeliveryAnswerEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `webhook.not_found`: webhook not found.
       *
       *     `webhook.delivery_not_found`: delivery not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `webhook.disabled`: the webhook is disabled.
       *
       *     `webhook.delivery_pending`: the delivery is pending.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  testWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description A name for this request, such as a random UUID. For 24 hours, the same request with the same key is answered as the first time (with `Idempotency-Replayed: true`) and done only once. */
        "Idempotency-Key"?: string;
      };
      path: {
        /** @description The webhook's identifier. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Created. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookDeliveryAnswerEnvelope"];
        };
      };
      /**
       * @description `auth.required`: sign in first.
       *
       *     `auth.token_expired`: the access token has expired.
       *
       *     `auth.session_ended`: the session has ended, sign in again.
       *
       *     `api_key.invalid`: the API key is not valid.
       */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `auth.forbidden`: you may not do this.
       *
       *     `auth.csrf`: the header X-CSRF-Token is required with a cookie, and must hold the token of its session.
       *
       *     `api_key.scope_missing`: the API key may not do this.
       */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.not_found`: there is nothing at this address.
       *
       *     `webhook.not_found`: webhook not found.
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /**
       * @description `request.idempotency_mismatch`: the Idempotency-Key has been used for another request.
       *
       *     `webhook.disabled`: the webhook is disabled.
       *
       *     `conflict`: somebody else changed this at the same time, try again.
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `request.invalid`: a value in the request is not acceptable. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `rate.limited`: too many requests, try again later. */
      429: {
        headers: {
          /** @description How many may come at once. */
          "RateLimit-Limit"?: number;
          /** @description How many more may come now. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until as many as ever may come again. */
          "RateLimit-Reset"?: number;
          /** @description Seconds until it may be tried again. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HealthEnvelope"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The counters. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/plain; version=0.0.4; charset=utf-8": string;
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  ready: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ReadyEnvelope"];
        };
      };
      /** @description `internal`: something went wrong on the server. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
      /** @description `service.unavailable`: the service is not available, try again later. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
}
