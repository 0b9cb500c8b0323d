// The one error that REST calls throw.
import type { FieldError } from "./types.ts";

/** A REST call that failed, with the server's stable error type. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status, 0 when the server could not be reached. */
  readonly status: number;
  /** Stable type such as `meeting.not_found`; `network.unreachable` when there was no answer. */
  readonly type: string;
  /** The offending fields, if any. */
  readonly details: readonly FieldError[];
  /** `X-Request-Id` of the answer, to find it in the server's logs. */
  readonly requestId: string | null;
  /** Seconds to wait before the next try, from `Retry-After`. */
  readonly retryAfter: number | null;

  constructor(init: {
    status: number;
    type: string;
    message: string;
    details?: readonly FieldError[];
    requestId?: string | null;
    retryAfter?: number | null;
    cause?: unknown;
  }) {
    super(init.message, { cause: init.cause });
    this.status = init.status;
    this.type = init.type;
    this.details = init.details ?? [];
    this.requestId = init.requestId ?? null;
    this.retryAfter = init.retryAfter ?? null;
  }

  /** Whether the same call may succeed later: no answer, overload or a failure of the server. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The error for a call that got no answer. */
  static unreachable(cause: unknown): ApiError {
    return new ApiError({
      status: 0,
      type: "network.unreachable",
      message: "The server cannot be reached.",
      cause,
    });
  }

  /** Reads an answer that is not a success; a body in another shape (from a proxy, say) is tolerated. */
  static fromResponse(response: Response, body: unknown): ApiError {
    const failure = isRecord(body) ? body : {};
    const error = isRecord(failure["error"]) ? failure["error"] : {};
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    return new ApiError({
      status: response.status,
      type: typeof error["type"] === "string" ? error["type"] : "internal",
      message: typeof failure["message"] === "string" ? failure["message"] : response.statusText,
      details: Array.isArray(error["details"]) ? error["details"].filter(isFieldError) : [],
      requestId: response.headers.get("x-request-id"),
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : null,
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && ["field", "code", "message"].every((key) => typeof value[key] === "string");
}
