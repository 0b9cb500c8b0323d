// A list that is read page by page, each page with the cursor of the one before.
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

/** A page, and where the list goes on. */
interface Page {
  next_cursor?: string | null;
}

/** What a request needs for the page it asks for. */
export interface PageRequest {
  limit: number;
  cursor?: string;
}

/** Reads a list in pages of `limit`, again whenever a view of it opens. */
export function usePages<T extends Page>(
  queryKey: readonly unknown[],
  limit: number,
  read: (page: PageRequest) => Promise<T>,
  options: {
    /** What is shown stays while the list of another key is read, such as when somebody types into a filter. */
    keepPrevious?: boolean;
    /** How soon the list is read again by itself, in milliseconds, by what was read; false for never. */
    refetchInterval?: (pages: readonly T[]) => number | false;
  } = {},
) {
  const { refetchInterval } = options;
  return useInfiniteQuery({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => read({ limit, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    getNextPageParam: (page) => page.next_cursor ?? null,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(refetchInterval
      ? {
          refetchInterval: (query: { state: { data: InfiniteData<T> | undefined } }) =>
            refetchInterval(query.state.data?.pages ?? []),
        }
      : {}),
    refetchOnMount: "always",
  });
}
