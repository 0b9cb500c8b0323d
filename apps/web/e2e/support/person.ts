// Somebody who uses the web client in a browser of their own.
import {
  expect,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from "@playwright/test";
import { inbound, watchPeerConnections } from "./stats.ts";

/** Where the program serves its pages. */
export function baseUrl(): string {
  const url = process.env["OPEN_MEETING_BASE_URL"];
  if (!url) throw new Error("the global setup has not run");
  return url;
}

/** Good enough for the rules, the same for everybody. */
export const PASSWORD = "correct horse battery";

let count = 0;

/** An account that nobody has yet. */
export function newAccount(nickname: string): {
  username: string;
  email: string;
  nickname: string;
  password: string;
} {
  count += 1;
  const username =
    `${nickname.toLowerCase().replaceAll(/[^a-z]/g, "")}.${process.pid}.${Date.now()}.${count}`.slice(-32);
  return { username, email: `${username}@example.org`, nickname, password: PASSWORD };
}

async function post(path: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${baseUrl()}/api/v1${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { data?: Record<string, unknown> };
  if (!response.ok || !answer.data) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer.data;
}

/** Signs in with the pages; whether it worked shows only afterwards. */
export async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.goto("/login");
  await page.locator("input[name=username]").fill(username);
  await page.locator("input[name=password]").fill(password);
  await page.locator("form button[type=submit]").click();
}

/** The administrator that the program makes for trying it out. */
export const DEMO = { username: "demo", password: "open-meeting-demo" };

/** Opens a meeting's link in a browser in which nobody is signed in. */
export async function openAsGuest(browser: Browser, code: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: baseUrl(), locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`/m/${code}`);
  return page;
}

/** One person with one page. */
export class Person {
  readonly name: string;
  readonly username: string;
  readonly email: string;
  readonly userId: string;
  readonly context: BrowserContext;
  readonly page: Page;
  private token: string | undefined;

  private constructor(
    name: string,
    account: { username: string; email: string },
    userId: string,
    context: BrowserContext,
    page: Page,
  ) {
    this.name = name;
    this.username = account.username;
    this.email = account.email;
    this.userId = userId;
    this.context = context;
    this.page = page;
  }

  /** Makes an account without the pages, and signs in with them. */
  static async signedIn(
    browser: Browser,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Person> {
    const account = newAccount(name);
    const { user } = (await post("/register", account)) as { user: { id: string } };
    const context = await browser.newContext({ baseURL: baseUrl(), locale: "en-GB", ...options });
    const page = await context.newPage();
    await watchPeerConnections(page);
    await signIn(page, account.username, PASSWORD);
    await expect(page.locator("main h1")).toBeVisible();
    await expect(page).toHaveURL(`${baseUrl()}/`);
    return new Person(name, account, user.id, context, page);
  }

  /** Makes a meeting without the pages; answers with its code. */
  async makeMeeting(title: string, options: object = {}): Promise<string> {
    const meeting = await post("/meetings", { title, ...options }, await this.accessToken());
    return String(meeting["code"]);
  }

  /** Invites people to a meeting without the pages, by e-mail address or user name. */
  async invite(code: string, ...invitees: string[]): Promise<void> {
    await post(`/meetings/${code}/invitations`, { invitees }, await this.accessToken());
  }

  /** Comes to a meeting of their own and ends it, without the pages. */
  async holdMeeting(code: string): Promise<void> {
    await post(`/meetings/${code}/join`, {}, await this.accessToken());
    await post(`/meetings/${code}/end`, {}, await this.accessToken());
  }

  private async accessToken(): Promise<string> {
    this.token ??= String(
      (await post("/login", { username: this.username, password: PASSWORD }))["access_token"],
    );
    return this.token;
  }

  /** Signs in with the pages in another browser of the same person. */
  async anotherBrowser(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ baseURL: baseUrl(), locale: "en-GB", ...options });
    const page = await context.newPage();
    await signIn(page, this.username, PASSWORD);
    await expect(page).toHaveURL(`${baseUrl()}/`);
    return page;
  }

  /** Goes through the door of a meeting. */
  async join(code: string): Promise<void> {
    await this.page.goto(`/m/${code}`);
    await this.page.locator("form button[type=submit]").click();
    await expect(this.controls).toBeVisible();
  }

  /** The bar of the call. */
  get controls(): Locator {
    return this.page.getByRole("toolbar");
  }

  /** The camera tile of somebody. */
  tileOf(other: Person): Locator {
    return this.page.locator(`[data-testid=tile][data-user="${other.userId}"]`);
  }

  /** The shared screen of somebody. */
  screenOf(other: Person): Locator {
    return this.page.locator(`[data-testid=screen-tile][data-user="${other.userId}"]`);
  }

  /** A button of the bar by the beginning of its name. */
  button(name: string | RegExp): Locator {
    return this.controls.getByRole("button", { name });
  }

  /** Statistics of the picture in a tile; null while there is none. */
  async pictureIn(tile: Locator): Promise<{ frames: number; width: number; height: number } | null> {
    const video = tile.locator("video");
    if ((await video.count()) === 0) return null;
    const trackId = await video.evaluate((element) => {
      const source = (element as HTMLVideoElement).srcObject;
      return source instanceof MediaStream ? (source.getVideoTracks()[0]?.id ?? null) : null;
    });
    const found = (await inbound(this.page)).find((each) => each.trackId === trackId);
    return found ? { frames: found.framesDecoded, width: found.frameWidth, height: found.frameHeight } : null;
  }

  /** Waits until the picture in a tile moves. */
  async expectPicture(tile: Locator): Promise<void> {
    await expect(tile).toBeVisible();
    await expect
      .poll(async () => (await this.pictureIn(tile))?.width ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(0);
    const before = (await this.pictureIn(tile))?.frames ?? 0;
    await expect
      .poll(async () => (await this.pictureIn(tile))?.frames ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(before + 5);
  }

  /** Waits until exactly so many voices are louder than silence, over a moment longer than a breath. */
  async expectVoices(voices: number): Promise<void> {
    let before = new Map<string, number>();
    const growing = async (): Promise<number> => {
      const now = new Map(
        (await inbound(this.page))
          .filter((each) => each.kind === "audio")
          .map((each) => [each.trackId, each.totalAudioEnergy]),
      );
      const count = [...now].filter(([id, energy]) => energy > (before.get(id) ?? energy)).length;
      before = now;
      return count;
    };
    await growing();
    await expect.poll(growing, { timeout: 30_000, intervals: [1_500] }).toBe(voices);
  }

  /** Closes the browser context: what a closed laptop looks like. */
  async vanish(): Promise<void> {
    await this.context.close();
  }
}
