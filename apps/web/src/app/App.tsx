// The providers around every page.
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { RouterProvider } from "react-router";
import { queryClient } from "./query.ts";
import { router } from "./routes.tsx";
import { ForcedSchemeContext, type ForcedScheme } from "./scheme.ts";
import { cssVariables, theme } from "./theme.ts";

export function App() {
  const [forced, setForced] = useState<ForcedScheme>(undefined);
  return (
    <ForcedSchemeContext value={setForced}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        {...(forced ? { forceColorScheme: forced } : {})}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </ForcedSchemeContext>
  );
}
