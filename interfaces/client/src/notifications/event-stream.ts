// Reads server-sent events (HTML Living Standard, 9.2) from the body of an answer.

/** One event. */
export interface ServerSentEvent {
  /** Its name; `message` when it has none. */
  name: string;
  /** Its data, lines joined. */
  data: string;
}

/** More than this in one event is no event of ours, in characters. */
const MAX_EVENT = 1_000_000;

/** Takes text apart into events, whatever pieces it comes in. */
export class EventStreamParser {
  private rest = "";
  private name = "";
  private data: string[] = [];

  /** The events that are complete with this text. */
  read(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    // A line break that is cut in two is read with the next piece.
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (this.data.length > 0) events.push({ name: this.name || "message", data: this.data.join("\n") });
        this.name = "";
        this.data = [];
        continue;
      }
      // A line without a colon is a field without a value, one that begins with a colon a comment.
      const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "event") this.name = value;
      if (field === "data") this.data.push(value);
    }
    if (this.rest.length + this.data.reduce((sum, line) => sum + line.length, 0) > MAX_EVENT)
      throw new Error("an event is too large");
    return events;
  }
}
