// The texts that few visits need: one catalogue for each group of pages, loaded with the first of its pages.

/**
 * The catalogues by name, each in every language. To add one, add its files to `locales` and an entry here; its pages name
 * it in `withTexts` of the routes. No key may stand in two catalogues.
 */
export const CATALOGUES = {
  /** Every page but that of a call: signing in, the frame of pages, and the list of meetings. */
  home: {
    en: () => import("../locales/home.en.json"),
    "zh-CN": () => import("../locales/home.zh-CN.json"),
  },
  /** What a call opens beside the stage: people, chat, dialogs. Pages about a meeting show the same. */
  panel: {
    en: () => import("../locales/panel.en.json"),
    "zh-CN": () => import("../locales/panel.zh-CN.json"),
  },
  /** Settings, administration, mailed links to accounts, and the form of a meeting. */
  account: {
    en: () => import("../locales/account.en.json"),
    "zh-CN": () => import("../locales/account.zh-CN.json"),
  },
  /** API keys and webhooks, in administration. */
  integration: {
    en: () => import("../locales/integration.en.json"),
    "zh-CN": () => import("../locales/integration.zh-CN.json"),
  },
  /** Meetings in detail, invitations to them, and reports. */
  details: {
    en: () => import("../locales/details.en.json"),
    "zh-CN": () => import("../locales/details.zh-CN.json"),
  },
  /** What the bell opens, all notifications, and how to be told. */
  notifications: {
    en: () => import("../locales/notifications.en.json"),
    "zh-CN": () => import("../locales/notifications.zh-CN.json"),
  },
  /** When meetings take place: the form's time zone and repetition, and the calendar. */
  calendar: {
    en: () => import("../locales/calendar.en.json"),
    "zh-CN": () => import("../locales/calendar.zh-CN.json"),
  },
} as const;

export type CatalogueName = keyof typeof CATALOGUES;

/** All names, for tests. */
export const CATALOGUE_NAMES = Object.keys(CATALOGUES) as CatalogueName[];

type Texts<Name extends CatalogueName> = Awaited<ReturnType<(typeof CATALOGUES)[Name]["en"]>>["default"];
type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** The texts of all catalogues together, for the check of keys. */
export type LazyTexts = Intersection<{ [Name in CatalogueName]: Texts<Name> }[CatalogueName]>;
