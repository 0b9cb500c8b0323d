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
  "/api/v1/meetings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the own meetings
     * @description Those that the user has created or ever joined, newest first.
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
     * @description Only its host may.
     */
    post: operations["endMeeting"];
    delete?: never;
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
     * @description Answers with what is needed to enter its room by signalling. The first to join makes the meeting live.
     */
    post: operations["joinMeeting"];
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
     * CreateMeetingRequest
     * @description A meeting to be created.
     * @example {
     *       "description": "What we do next week.",
     *       "end_time": "2026-09-21T16:13:20+00:00",
     *       "max_participants": 25,
     *       "start_time": "2026-09-21T15:13:20+00:00",
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
      /**
       * Format: date-time
       * @description When it is planned to start.
       */
      start_time?: string | null;
      /** @description What it is called. */
      title: string;
    };
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
     * Joined
     * @description What is needed to enter the room of a meeting.
     * @example {
     *       "participant": {
     *         "display_name": "Ann (kitchen)",
     *         "joined_at": "2026-09-21T15:13:20+00:00",
     *         "left_at": null,
     *         "role": "host",
     *         "user_id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01"
     *       },
     *       "room_id": "01995b1f-0c44-7d01-8a3b-5e6f70819202",
     *       "room_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJyb29tIjoiLi4uIn0.c2lnbmF0dXJl",
     *       "signaling_url": "wss://meet.example.org/ws/signaling"
     *     }
     */
    Joined: {
      /** @description What the user is in the meeting. */
      participant: components["schemas"]["Participant"] & unknown;
      /**
       * Format: uuid
       * @description The room.
       */
      room_id: string;
      /** @description Opens the room: send it in the first signalling message, within five minutes. A secret. */
      room_token: string;
      /** @description The address of the signalling WebSocket. */
      signaling_url: string;
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
     * JoinMeetingRequest
     * @description How to join.
     * @example {
     *       "display_name": "Ann (kitchen)"
     *     }
     */
    JoinMeetingRequest: {
      /** @description What to be called in the meeting; the nickname when absent. */
      display_name?: string | null;
    };
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
     * Meeting
     * @description A meeting.
     * @example {
     *       "code": "abc-defg-hij",
     *       "created_at": "2026-09-21T14:13:20+00:00",
     *       "creator_id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
     *       "description": "What we do next week.",
     *       "end_time": "2026-09-21T16:13:20+00:00",
     *       "ended_at": null,
     *       "id": "01995b1f-0c44-7d01-8a3b-5e6f70819202",
     *       "max_participants": 25,
     *       "start_time": "2026-09-21T15:13:20+00:00",
     *       "started_at": null,
     *       "status": "scheduled",
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
       * @description When it is planned to end.
       */
      end_time: string | null;
      /**
       * Format: date-time
       * @description When it was over.
       */
      ended_at: string | null;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      /**
       * Format: uint16
       * @description How many may be present at once.
       */
      max_participants: number;
      /**
       * Format: date-time
       * @description When it is planned to start.
       */
      start_time: string | null;
      /**
       * Format: date-time
       * @description When the first one joined.
       */
      started_at: string | null;
      /** @description Its state. */
      status: components["schemas"]["MeetingStatus"] & unknown;
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
     * @description The state of a meeting.
     * @enum {string}
     */
    MeetingStatus: "scheduled" | "live" | "ended" | "cancelled";
    /**
     * Participant
     * @description Somebody in a meeting.
     */
    Participant: {
      /** @description What they are called in the meeting. */
      display_name: string;
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
     * @description What somebody may do in a meeting.
     * @enum {string}
     */
    Role: "host" | "co-host" | "participant";
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
     * @description The state of the process.
     * @enum {string}
     */
    State: "up";
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
     * VerifyEmailRequest
     * @description The proof that an address is the owner's.
     */
    VerifyEmailRequest: {
      /** @description What stands behind `#token=` in the link. */
      token: string;
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
  listMeetings: {
    parameters: {
      query?: {
        /** @description Where to go on: `next_cursor` of the page before. */
        cursor?: string;
        /** @description How many at most. */
        limit?: number;
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
