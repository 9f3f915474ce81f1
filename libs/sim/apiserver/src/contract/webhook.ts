import type { HttpResponse, Result } from '@seatrial/kernel';

/** One POST of an AdmissionReview, as the API server's webhook client sends it. */
export interface WebhookCall {
  /** Address or name that is dialled: of a Service its cluster address. */
  readonly host: string;
  readonly port: number;
  /** The name that the server's certificate must be for. */
  readonly serverName: string;
  /** With the query: `/validate?timeout=10s`. */
  readonly path: string;
  /** PEM texts of the authorities that are trusted. */
  readonly certificateAuthorities: string;
  readonly timeoutMs: number;
  readonly body: string;
}

/** What came of a call. */
export interface WebhookReply {
  /** The error is what Go's HTTP client says after `Post "…": `. */
  readonly answer: Result<HttpResponse, string>;
  /** How long it took, ms, at most the call's timeout. */
  readonly tookMs: number;
}

/**
 * How the API server reaches its webhooks; the cluster gives it. Synchronous: the server decides at once, and whoever
 * asked it gets the answer when the calls would have been over ({@link ApiResponse.tookMs}).
 */
export interface WebhookTransport {
  post(call: WebhookCall): WebhookReply;
}
