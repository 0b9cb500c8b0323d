// How answers of the server are kept and when they are asked for again.
import { ApiError } from "@open-meeting/client";
import { QueryClient } from "@tanstack/react-query";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A failure that will not go away by itself is shown at once.
      retry: (count, error) =>
        count < 2 && error instanceof ApiError && error.retryable && error.status !== 429,
    },
  },
});
