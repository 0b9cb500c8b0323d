// The REST calls for administrators: accounts, and the record of what happened to them.
import type { Transport } from "./transport.ts";
import type { AdminUser, AdminUserPage, AuditPage, UserRole, UserStatus } from "./types.ts";

/** Which accounts are wanted. */
export interface UserQuery {
  /** A part of the user name, e-mail address or name. */
  query?: string;
  status?: UserStatus;
  role?: UserRole;
  /** At most so many on a page. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** Which entries of the audit log are wanted. */
export interface AuditQuery {
  /** Those in which this account acted or was acted upon. */
  user_id?: string;
  /** Those of this action, such as `user.banned`. */
  action?: string;
  limit?: number;
  cursor?: string;
}

/** Calls for administrators; for others each is `auth.forbidden`. */
export class AdminApi {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Accounts, newest first. */
  searchUsers(query: UserQuery): Promise<AdminUserPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/admin/users", { params: { query }, headers }),
    );
  }

  /** One account. */
  async readUser(id: string): Promise<AdminUser> {
    const { user } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/admin/users/{id}", { params: { path: { id } }, headers }),
    );
    return user;
  }

  /** Shuts an account out, for ever or until a time (RFC 3339). Administrators cannot be banned. */
  async banUser(id: string, body: { reason: string; until?: string }): Promise<AdminUser> {
    const { user } = await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/admin/users/{id}/ban", { params: { path: { id } }, body, headers }),
    );
    return user;
  }

  /** Lets an account in again. */
  async unbanUser(id: string): Promise<AdminUser> {
    const { user } = await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/admin/users/{id}/unban", { params: { path: { id } }, headers }),
    );
    return user;
  }

  /** Gives an account another role. The last administrator keeps it. */
  async changeRole(id: string, role: UserRole): Promise<AdminUser> {
    const { user } = await this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/admin/users/{id}/role", {
        params: { path: { id } },
        body: { role },
        headers,
      }),
    );
    return user;
  }

  /** What administrators did and what concerns the safety of accounts, newest first. */
  readAuditLog(query: AuditQuery): Promise<AuditPage> {
    return this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/admin/audit-log", { params: { query }, headers }),
    );
  }
}
