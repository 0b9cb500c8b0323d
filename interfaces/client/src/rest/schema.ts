// Generated from the published contract by `npm run generate`. Do not edit.
export interface paths {
  "/api/v1/login": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: {
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
            /** @enum {string} */
            token_delivery?: "body" | "cookie";
            username: string;
          };
        };
      };
      responses: {
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["SignedIn"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    post: {
      parameters: {
        query?: never;
        header?: {
          "X-Requested-With"?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": {
            refresh_token?: string;
          };
        };
      };
      responses: {
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: Record<string, never>;
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    get: {
      parameters: {
        query?: {
          cursor?: string;
          limit?: number;
          status?: "scheduled" | "live" | "ended" | "cancelled";
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["MeetingPage"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    put?: never;
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": {
            description?: string;
            /** Format: date-time */
            end_time?: string;
            max_participants?: number;
            /** Format: date-time */
            start_time?: string;
            title: string;
          };
        };
      };
      responses: {
        /** @description ok */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["Meeting"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    get: {
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
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["Meeting"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    post: {
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
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["Meeting"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    post: {
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
            display_name?: string;
          };
        };
      };
      responses: {
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["Joined"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    post: {
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
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: Record<string, never>;
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    get: {
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
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: {
                items: components["schemas"]["Participant"][];
              };
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    put?: never;
    post?: never;
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
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["User"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": {
            nickname: string;
          };
        };
      };
      responses: {
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["User"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    post: {
      parameters: {
        query?: never;
        header?: {
          "X-Requested-With"?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": {
            refresh_token?: string;
          };
        };
      };
      responses: {
        /** @description ok */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: components["schemas"]["SignedIn"];
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    post: {
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
            nickname?: string;
            password: string;
            username: string;
          };
        };
      };
      responses: {
        /** @description ok */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": {
              code: number;
              data: {
                user: components["schemas"]["User"];
              };
              message: string;
              timestamp: number;
            };
          };
        };
        /** @description error */
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
    Failure: {
      code: number;
      error: {
        details: {
          code: string;
          field: string;
          message: string;
        }[];
        type: string;
      };
      message: string;
      timestamp: number;
    };
    Joined: {
      participant: components["schemas"]["Participant"];
      room_id: string;
      room_token: string;
      signaling_url: string;
    };
    Meeting: {
      code: string;
      /** Format: date-time */
      created_at: string;
      creator_id: string;
      description?: string;
      /** Format: date-time */
      end_time?: string;
      /** Format: date-time */
      ended_at?: string;
      id: string;
      max_participants: number;
      /** Format: date-time */
      start_time?: string;
      /** Format: date-time */
      started_at?: string;
      /** @enum {string} */
      status: "scheduled" | "live" | "ended" | "cancelled";
      title: string;
      /** Format: date-time */
      updated_at: string;
    };
    MeetingPage: {
      items: components["schemas"]["Meeting"][];
      next_cursor?: string;
    };
    Participant: {
      display_name: string;
      /** Format: date-time */
      joined_at: string;
      role: string;
      user_id: string;
    };
    SignedIn: {
      access_token: string;
      expires_in: number;
      refresh_token?: string;
      token_type: string;
      user: components["schemas"]["User"];
    };
    User: {
      avatar_url?: string;
      /** Format: date-time */
      created_at: string;
      email: string;
      id: string;
      nickname: string;
      /** @enum {string} */
      role: "user" | "admin";
      status: string;
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
export type operations = Record<string, never>;
