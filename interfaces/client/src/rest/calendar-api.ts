// The REST calls about when meetings take place: calendars, single times of a series, files for others.
import type { Transport } from "./transport.ts";
import type { Meeting, Occurrence } from "./types.ts";

/** Which times are wanted. */
export interface OccurrenceWindow {
  /** From when on, in RFC 3339. */
  from: string;
  /** Before when, at most 62 days later. */
  to: string;
  /** At most so many; 1,000 when left out. */
  limit?: number;
}

/** Calls about the times of meetings. */
export class CalendarApi {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Each time that my meetings take place in a window, by start: those I made, joined or am invited to. */
  async listOccurrences(query: OccurrenceWindow): Promise<Occurrence[]> {
    const { items } = await this.transport.authorised((headers) =>
      this.transport.http.GET("/api/v1/meetings/occurrences", { params: { query }, headers }),
    );
    return items;
  }

  /**
   * Calls one coming time off of a meeting that recurs, by its start. `meeting.occurrence_not_found` when there is none, or
   * it takes place now.
   */
  skipOccurrence(id: string, startTime: string): Promise<Meeting> {
    const body = { start_time: startTime };
    return this.transport.authorised((headers) =>
      this.transport.http.POST("/api/v1/meetings/{id}/occurrences/skip", {
        params: { path: { id } },
        body,
        headers,
      }),
    );
  }

  /** The meeting as a file for other calendars; `meeting.not_planned` when it has no start. */
  readCalendarFile(id: string): Promise<string> {
    return this.transport.authorised(async (headers) => {
      const { data, error, response } = await this.transport.http.GET("/api/v1/meetings/{id}/calendar.ics", {
        params: { path: { id } },
        headers,
        parseAs: "text",
      });
      return data === undefined ? { error, response } : { data: { data }, response };
    });
  }
}
