import { GraphQLError } from 'graphql';

/** Every code that an error of the GraphQL API carries in `extensions.code`. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_INPUT'
  | 'EMPTY_SUBMISSION'
  | 'SUBMISSION_TOO_LARGE'
  | 'ASSIGNMENT_CLOSED'
  | 'CONFLICT'
  | 'QUERY_TOO_LARGE'
  | 'INVALID_QUERY'
  | 'INTERNAL';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_INPUT: 400,
  EMPTY_SUBMISSION: 400,
  SUBMISSION_TOO_LARGE: 413,
  ASSIGNMENT_CLOSED: 409,
  CONFLICT: 409,
  QUERY_TOO_LARGE: 400,
  INVALID_QUERY: 400,
  INTERNAL: 500,
};

/** An expected failure of a request: its code and message are the client's to read. */
export class ServiceError extends GraphQLError {
  constructor(
    readonly code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message, { extensions: { code, ...details } });
  }
}

interface ThrownError {
  readonly name?: string;
  readonly extensions?: { readonly code?: unknown };
  readonly code?: unknown;
  readonly originalError?: ThrownError;
  readonly path?: unknown;
}

/** What is behind an error that is not GraphQL's own: one about a variable wraps the one about the value in it. */
function rootOf(error: ThrownError | undefined): ThrownError | undefined {
  let root = error;
  while (root?.name === 'GraphQLError') root = root.originalError;
  return root;
}

/** The code of any error that leaves a resolver; what is not ours to show is INTERNAL. */
export function codeOf(error: GraphQLError): ErrorCode {
  const thrown = error as ThrownError; // compiled queries raise errors that are not GraphQL's own
  const { originalError } = thrown;
  const code = thrown.extensions?.code ?? originalError?.extensions?.code ?? originalError?.code ?? thrown.code;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'SUBMISSION_TOO_LARGE';
  if (typeof code === 'string' && code.startsWith('FST_ERR_CTP_')) return 'INVALID_QUERY';
  if (typeof code === 'string' && Object.hasOwn(STATUS, code)) return code as ErrorCode;
  // No path: raised before execution, so by parsing, validation or variables, unless something of ours is behind it.
  return thrown.path === undefined && rootOf(originalError) === undefined ? 'INVALID_QUERY' : 'INTERNAL';
}

export function statusOf(code: ErrorCode): number {
  return STATUS[code];
}
