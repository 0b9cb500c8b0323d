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
    put: operations["changeRole"];
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
    delete: operations["removeAvatar"];
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
     *     `"token_delivery": "cookie"` the refresh token is handed over in the cookie `om_refresh` (HttpOnly, SameSite=Strict),
     *     which JavaScript cannot read.
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
     *     the header `X-Requested-With: open-meeting`), whichever are sent. Signing out twice is no error.
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
    get: operations["listSessions"];
    put?: never;
    post?: never;
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
     * @description What an account may do.
     * @enum {string}
     */
    AccountRole: "user" | "admin";
    /**
     * @description Whether an account may be used.
     * @enum {string}
     */
    AccountStatus: "active" | "banned" | "closing" | "deleted";
    /** @description An account. */
    AdminProfile: {
      user: components["schemas"]["AdminUser"];
    };
    /** @description Success. */
    AdminProfileEnvelope: {
      /**
       * Format: int64
       * @description Status.
       */
      code: number;
      data: components["schemas"]["AdminProfile"];
      message: string;
      /**
       * Format: int64
       * @description Unix time.
       */
      timestamp: number;
    };
    /** @description An account as administrators see it. */
    AdminUser: {
      /** @description Where the picture is. */
      avatar_url: string | null;
      /** @description The ban. */
      ban: components["schemas"]["Ban"] | null;
      /** @description That it is to be deleted. */
      closing: components["schemas"]["Closing"] | null;
      /**
       * Format: date-time
       * @description When it was opened.
       */
      created_at: string;
      /** @description The e-mail address. */
      email: string;
      /** @description Whether the owner has proved to read mail at the address. */
      email_verified: boolean;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      language: components["schemas"]["Language"];
      /**
       * Format: date-time
       * @description When a session was used last.
       */
      last_seen_at: string | null;
      /**
       * Format: int64
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
    /** @description Accounts. */
    AdminUserPage: {
      items: components["schemas"]["AdminUser"][];
      /** @description Next page. */
      next_cursor: string | null;
    };
    /** @description Success. */
    AdminUserPageEnvelope: {
      /**
       * Format: int64
       * @description Status.
       */
      code: number;
      data: components["schemas"]["AdminUserPage"];
      message: string;
      /**
       * Format: int64
       * @description Unix time.
       */
      timestamp: number;
    };
    /** @description Something that happened. */
    AuditEntry: {
      /** @description What. */
      action: string;
      actor: components["schemas"]["AuditPerson"] | null;
      /**
       * Format: date-time
       * @description When.
       */
      at: string;
      /** @description More. */
      details: Record<string, never>;
      /** @description Which. */
      id: string;
      subject: components["schemas"]["AuditPerson"] | null;
    };
    /** @description Entries. */
    AuditPage: {
      items: components["schemas"]["AuditEntry"][];
      /** @description Next page. */
      next_cursor: string | null;
    };
    /** @description Success. */
    AuditPageEnvelope: {
      /**
       * Format: int64
       * @description Status.
       */
      code: number;
      data: components["schemas"]["AuditPage"];
      message: string;
      /**
       * Format: int64
       * @description Unix time.
       */
      timestamp: number;
    };
    /** @description An account by name. */
    AuditPerson: {
      /** @description Which. */
      id: string;
      /** @description Its name now. */
      username: string | null;
    };
    /** @description A ban. */
    Ban: {
      /**
       * Format: date-time
       * @description Since when.
       */
      at: string;
      /** @description Why. */
      reason: string;
      /**
       * Format: date-time
       * @description Until when; null for ever.
       */
      until: string | null;
    };
    /** @description A closing account. */
    Closing: {
      /**
       * Format: date-time
       * @description Since when.
       */
      at: string;
      /**
       * Format: date-time
       * @description When it will be deleted.
       */
      purge_at: string;
    };
    /** @description An account that will be deleted. */
    ClosingAccount: {
      /**
       * Format: date-time
       * @description When.
       */
      purge_at: string;
    };
    /** @description Success. */
    ClosingAccountEnvelope: {
      /**
       * Format: int64
       * @description Status.
       */
      code: number;
      data: components["schemas"]["ClosingAccount"];
      message: string;
      /**
       * Format: int64
       * @description Unix time.
       */
      timestamp: number;
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
    /** @description How many sessions ended. */
    EndedSessions: {
      /**
       * Format: int64
       * @description How many.
       */
      ended: number;
    };
    /** @description Success. */
    EndedSessionsEnvelope: {
      /**
       * Format: int64
       * @description Status.
       */
      code: number;
      data: components["schemas"]["EndedSessions"];
      message: string;
      /**
       * Format: int64
       * @description Unix time.
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
     * @description A language of pages and mails.
     * @enum {string}
     */
    Language: "en" | "zh-CN";
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
    /** @description Which session to end. */
    LogOutRequest: {
      /** @description End all sessions. */
      everywhere?: boolean;
      /** @description The token. */
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
     * Profile
     * @description The account that was opened, read or changed.
     * @example {
     *       "user": {
     *         "avatar_url": null,
     *         "created_at": "2026-09-21T14:13:20+00:00",
     *         "email": "ann@example.org",
     *         "id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
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
    /** @description A device that is signed in. */
    Session: {
      /** @description The network address used last. */
      address: string | null;
      /**
       * Format: date-time
       * @description When it signed in.
       */
      created_at: string;
      /** @description Whether it makes this request. */
      current: boolean;
      /**
       * Format: date-time
       * @description When it ends unless used.
       */
      expires_at: string;
      /** @description Its identifier. */
      id: string;
      /**
       * Format: date-time
       * @description When it was used last.
       */
      last_used_at: string;
      /** @description What the device says of itself. */
      user_agent: string | null;
    };
    /** @description Devices. */
    SessionList: {
      /** @description The devices. */
      items: components["schemas"]["Session"][];
    };
    /** @description Success. */
    SessionListEnvelope: {
      /**
       * Format: int64
       * @description Status.
       */
      code: number;
      data: components["schemas"]["SessionList"];
      message: string;
      /**
       * Format: int64
       * @description Unix time.
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
     *       "expires_in": 900,
     *       "refresh_token": "dGhpcyBpcyBub3QgYSByZWFsIHRva2VuLCBzb3JyeQ",
     *       "token_type": "Bearer",
     *       "user": {
     *         "avatar_url": null,
     *         "created_at": "2026-09-21T14:13:20+00:00",
     *         "email": "ann@example.org",
     *         "id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
     *         "nickname": "Ann",
     *         "role": "user",
     *         "status": "active",
     *         "username": "ann.lee"
     *       }
     *     }
     */
    Tokens: {
      /** @description Send it as `Authorization: Bearer ...`. A secret. */
      access_token: string;
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
    /** @description What to change. */
    UpdateProfileRequest: {
      language?: components["schemas"]["Language"];
      nickname?: string;
    };
    /**
     * User
     * @description An account, as its owner sees it.
     * @example {
     *       "avatar_url": null,
     *       "created_at": "2026-09-21T14:13:20+00:00",
     *       "email": "ann@example.org",
     *       "id": "01995b1e-7a10-7c3e-9f52-0c2d8e4b1a01",
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
      /** @description Whether the owner has proved to read mail at the address. */
      email_verified: boolean;
      /**
       * Format: uuid
       * @description Its identifier (UUIDv7).
       */
      id: string;
      language: components["schemas"]["Language"];
      /** @description The name that others see. */
      nickname: string;
      /** @description What it may do. */
      role: components["schemas"]["AccountRole"] & unknown;
      /** @description Whether it may be used. */
      status: components["schemas"]["AccountStatus"] & unknown;
      /** @description The name to sign in with. */
      username: string;
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
        "application/json": {
          password: string;
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
          "application/json": components["schemas"]["ClosingAccountEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
        action?: string;
        cursor?: string;
        limit?: number;
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
          "application/json": components["schemas"]["AuditPageEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
        cursor?: string;
        limit?: number;
        query?: string;
        role?: components["schemas"]["AccountRole"];
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
      /** @description Failure. */
      default: {
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
          "application/json": components["schemas"]["AdminProfileEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          reason: string;
          /** Format: date-time */
          until?: string;
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
          "application/json": components["schemas"]["AdminProfileEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Failure"];
        };
      };
    };
  };
  changeRole: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          role: components["schemas"]["AccountRole"];
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
          "application/json": components["schemas"]["AdminProfileEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
          "application/json": components["schemas"]["AdminProfileEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
      /** @description Failure. */
      default: {
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
        "application/json": {
          new_password: string;
          old_password: string;
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
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
      /** @description `request.unsupported_media_type`: the body must be application/json. */
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
      /** @description `auth.csrf_header_required`: the header X-Requested-With: open-meeting is required with a cookie. */
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
      /** @description `request.unsupported_media_type`: the body must be application/json. */
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
       */
      401: {
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
      /** @description `request.unsupported_media_type`: the body must be application/json. */
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
      /** @description `request.unsupported_media_type`: the body must be application/json. */
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
      /** @description `conflict`: somebody else changed this at the same time, try again. */
      409: {
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
        "application/json": {
          email: string;
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
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
        "application/json": {
          new_password: string;
          token: string;
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
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
      /** @description `request.unsupported_media_type`: the body must be application/json. */
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
      /** @description `request.unsupported_media_type`: the body must be application/json. */
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
      /** @description `request.unsupported_media_type`: the body must be application/json. */
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
      /** @description Failure. */
      default: {
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
      /** @description Failure. */
      default: {
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
      /** @description Failure. */
      default: {
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
    requestBody: {
      content: {
        "multipart/form-data": {
          crop_size?: number;
          crop_x?: number;
          crop_y?: number;
          /** Format: binary */
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
      /** @description Failure. */
      default: {
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
        "application/json": {
          token: string;
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
          "application/json": components["schemas"]["EmptyEnvelope"];
        };
      };
      /** @description Failure. */
      default: {
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
      /** @description Failure. */
      default: {
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
