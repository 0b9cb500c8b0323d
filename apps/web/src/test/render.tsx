// Draws a component as it is drawn on a page: with the component library, a router, the texts and somebody signed in.
import { MantineProvider } from "@mantine/core";
import { ApiError, type FieldError, type Granted, type User } from "@open-meeting/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { useState, type ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { api } from "../app/api.ts";
import { CATALOGUE_NAMES } from "../app/catalogues.ts";
import { loadTexts, setLanguage, startLanguages } from "../app/i18n.ts";
import { theme } from "../app/theme.ts";

/** Who is signed in. */
export const ANN: User = {
  id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a02",
  username: "ann.lee",
  email: "ann@example.org",
  nickname: "Ann",
  avatar_url: null,
  role: "user",
  status: "active",
  email_verified: false,
  language: "en",
  created_at: "2026-01-01T00:00:00Z",
};

/** To be awaited before a component is drawn. */
export async function startPage(): Promise<void> {
  await startLanguages();
  await loadTexts(...CATALOGUE_NAMES);
  await setLanguage("en");
}

/** Draws a component for somebody who is signed in. */
export function renderSignedIn(content: ReactNode, user: User = ANN): HTMLElement {
  api.session.signedIn({ expiresIn: 900, user } as Granted);
  return renderPage(content);
}

/** Draws a component. */
export function renderPage(content: ReactNode): HTMLElement {
  return renderBare(<MemoryRouter>{content}</MemoryRouter>);
}

/** Draws a component that brings its own router. */
export function renderBare(content: ReactNode): HTMLElement {
  return render(<Surroundings>{content}</Surroundings>).container;
}

/** What is around every component, for those that are drawn more than once. */
export function Surroundings({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  return (
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </MantineProvider>
  );
}

/** What the server answers when it refuses something. */
export function refusal(status: number, type: string, details: Partial<FieldError>[] = []): ApiError {
  return new ApiError({
    status,
    type,
    message: "no",
    details: details.map((detail) => ({ field: "", code: "", message: "in English", ...detail })),
    requestId: "request-1",
  });
}
