// The design tokens: colour, type, radius and space, for the light and the dark scheme.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const brand: MantineColorsTuple = [
  "#eef6fb",
  "#d8e9f5",
  "#aed2ea",
  "#81badf",
  "#5ca6d6",
  "#4599d1",
  "#3189c6",
  "#2479b3",
  "#1b6a9e",
  "#0d5583",
];

/** Slate instead of pure grey, so that dark pages look calm next to video. */
const dark: MantineColorsTuple = [
  "#e3e8ee",
  "#c3cad4",
  "#a0aab8",
  "#76818f",
  "#4b5563",
  "#363f4c",
  "#28303b",
  "#191f27",
  "#12171d",
  "#0b0e12",
];

export const theme = createTheme({
  colors: { brand, dark },
  primaryColor: "brand",
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily:
    'Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Noto Sans", "PingFang SC", "Noto Sans SC", "Microsoft YaHei", sans-serif',
  headings: { fontWeight: "650" },
  components: {
    Tooltip: {
      defaultProps: { openDelay: 350, withArrow: true, events: { hover: true, focus: true, touch: false } },
    },
    Badge: { styles: { label: { textTransform: "none", fontWeight: 600, letterSpacing: 0 } } },
    Menu: { defaultProps: { shadow: "md", withinPortal: true, withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { centered: true } },
  },
});

/** What differs from the component library's own colours, mostly for contrast (WCAG 2.2 AA). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-text": "#1a2129",
    "--mantine-color-dimmed": "#556070",
    "--mantine-color-placeholder": "#6a7482",
    "--mantine-color-error": "#c3272b",
    "--mantine-color-anchor": "#0d5583",
    "--mantine-color-yellow-light": "#fff6dc",
    "--mantine-color-yellow-light-color": "#7a4d00",
    "--mantine-color-red-light": "#fdeceb",
    "--mantine-color-red-light-hover": "#fbdedc",
    "--mantine-color-red-light-color": "#b3262a",
    "--mantine-color-teal-light": "#def5ec",
    "--mantine-color-teal-light-color": "#0b6b4d",
    "--om-surface": "#ffffff",
    "--om-sunken": "#f4f6f8",
    "--om-border": "#dce1e7",
    "--om-hover": "#eef1f4",
  },
  dark: {
    "--mantine-color-text": "#e3e8ee",
    "--mantine-color-dimmed": "#a0aab8",
    "--mantine-color-placeholder": "#8b96a5",
    "--mantine-color-error": "#ff8f8f",
    "--mantine-color-anchor": "#81badf",
    // Tints over slate; the library's own are made for pure black.
    "--mantine-color-brand-light": "#203a4e",
    "--mantine-color-brand-light-hover": "#27475f",
    "--mantine-color-brand-light-color": "#aed2ea",
    "--mantine-color-yellow-light": "#35301f",
    "--mantine-color-yellow-light-color": "#f2cf6b",
    "--mantine-color-red-light": "#3a262a",
    "--mantine-color-red-light-hover": "#472c31",
    "--mantine-color-red-light-color": "#ff9c9c",
    "--mantine-color-teal-light": "#1b3a33",
    "--mantine-color-teal-light-color": "#6fdcb0",
    "--mantine-color-gray-light": "#2a323d",
    "--mantine-color-gray-light-color": "#c3cad4",
    "--om-surface": "#1f2630",
    "--om-sunken": "#12171d",
    "--om-border": "#323b47",
    "--om-hover": "#28303b",
  },
});
