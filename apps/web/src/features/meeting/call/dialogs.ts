// The dialogs of a call, and its panel. They come after the call itself, so that nobody waits for them at the door.
import { lazy, type ComponentType } from "react";
import { withTexts } from "../../../app/i18n.ts";
import type { EndDialogProps } from "./EndDialog.tsx";
import type { ShortcutsHelpProps } from "./ShortcutsHelp.tsx";
import type { SidePanelProps } from "./SidePanel.tsx";

/** A dialog that cannot be fetched is missed when it is wanted; the call goes on. */
const nothing = () => null;

export const EndDialog = lazy<ComponentType<EndDialogProps>>(() =>
  withTexts(import("./EndDialog.tsx"), "panel").then(
    (module) => ({ default: module.EndDialog }),
    () => ({ default: nothing }),
  ),
);

export const ShortcutsHelp = lazy<ComponentType<ShortcutsHelpProps>>(() =>
  withTexts(import("./ShortcutsHelp.tsx"), "panel").then(
    (module) => ({ default: module.ShortcutsHelp }),
    () => ({ default: nothing }),
  ),
);

export const SidePanel = lazy<ComponentType<SidePanelProps>>(() =>
  withTexts(import("./SidePanel.tsx"), "panel").then(
    (module) => ({ default: module.SidePanel }),
    () => ({ default: nothing }),
  ),
);
