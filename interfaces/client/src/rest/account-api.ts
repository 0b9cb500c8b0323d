// The REST calls about the own account: password, e-mail, picture, sessions, and its end.
import type { AuthSession } from "./auth-session.ts";
import type { Transport } from "./transport.ts";
import type { AvatarCrop, ProfileChange, Session, User } from "./types.ts";

/** Calls about the own account. */
export class AccountApi {
  private readonly transport: Transport;
  private readonly session: AuthSession;

  constructor(transport: Transport, session: AuthSession) {
    this.transport = transport;
    this.session = session;
  }

  /** Reads the account anew, for what may have changed elsewhere. */
  async readProfile(): Promise<User> {
    const { user } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/profile", { headers }),
    );
    return this.changed(user);
  }

  /** Changes the name that others see, or the language of mails. */
  async updateProfile(body: ProfileChange): Promise<User> {
    const { user } = await this.transport.authorised((headers) =>
      this.transport.http.PUT("/api/v1/profile", { body, headers }),
    );
    return this.changed(user);
  }

  /** Sets a picture: a JPEG, PNG or WebP; of it the square `crop`, or the middle when left out. */
  async uploadAvatar(file: Blob, crop?: AvatarCrop): Promise<User> {
    const form = new FormData();
    form.set("file", file);
    if (crop) {
      form.set("crop_x", String(crop.x));
      form.set("crop_y", String(crop.y));
      form.set("crop_size", String(crop.size));
    }
    const { user } = await this.transport.authorised((headers) =>
      // The types of the contract describe the parts; only a form can hold the file.
      this.transport.http.POST("/api/v1/upload-avatar", {
        body: { file: "" },
        bodySerializer: () => form,
        headers,
      }),
    );
    return this.changed(user);
  }

  /** Removes the picture. */
  async removeAvatar(): Promise<User> {
    const { user } = await this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/avatar", { headers }),
    );
    return this.changed(user);
  }

  /** Changes the password; all other sessions end. A wrong old one is `account.wrong_password`. */
  async changePassword(oldPassword: string, newPassword: string): Promise<void> {
    const body = { old_password: oldPassword, new_password: newPassword };
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/change-password", { body, headers }),
    );
  }

  /** Has a link mailed with which a new password can be set. The answer is the same whether the address is known. */
  async requestPasswordReset(email: string): Promise<void> {
    await this.transport.send(() => this.transport.http.POST("/api/v1/password-reset", { body: { email } }));
  }

  /** Sets a new password with the token of a mailed link. A used or old one is `account.bad_link`. */
  async confirmPasswordReset(token: string, newPassword: string): Promise<void> {
    const body = { token, new_password: newPassword };
    await this.transport.send(() => this.transport.http.POST("/api/v1/password-reset/confirm", { body }));
  }

  /** Proves the e-mail address with the token of a mailed link. A used or old one is `account.bad_link`. */
  async verifyEmail(token: string): Promise<void> {
    await this.transport.send(() => this.transport.http.POST("/api/v1/verify-email", { body: { token } }));
  }

  /** Has the link mailed again that proves the address; `account.email_verified` when it is proved already. */
  async requestEmailVerification(): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/verify-email/request", { headers }),
    );
  }

  /** The devices that are signed in. */
  async listSessions(): Promise<Session[]> {
    const { items } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/sessions", { headers }),
    );
    return items;
  }

  /** Signs a device out; `session.not_found` when it is none of mine or was signed out before. */
  async endSession(id: string): Promise<void> {
    await this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/sessions/{id}", { params: { path: { id } }, headers }),
    );
  }

  /** Signs all other devices out; answers how many they were. */
  async endOtherSessions(): Promise<number> {
    const { ended } = await this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/sessions", { headers }),
    );
    return ended;
  }

  /**
   * Has the account deleted after a time of grace, and signs out everywhere. Answers when (RFC 3339); signing in before
   * keeps the account.
   */
  async close(password: string): Promise<string> {
    const answer = await this.transport.authorised((headers) =>
      this.transport.http.DELETE("/api/v1/account", { body: { password }, headers }),
    );
    this.session.closed(answer.purge_at);
    return answer.purge_at;
  }

  private changed(user: User): User {
    this.session.profileChanged(user);
    return user;
  }
}
