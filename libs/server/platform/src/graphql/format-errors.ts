import type { ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { codeOf, statusOf, type ErrorCode } from '../service-error.js';

interface FormattedAnswer {
  readonly statusCode: number;
  readonly response: FormattedExecutionResult;
}

/** Turns the errors of an execution into typed ones; what is ours is logged and shown without details. */
export function createErrorFormatter(logger: Logger, maxSubmissionBytes: number) {
  return (execution: ExecutionResult & { readonly errors: readonly GraphQLError[] }): FormattedAnswer => {
    const errors = execution.errors.flatMap(unwrap).map((error) => {
      const code = codeOf(error);
      if (code === 'INTERNAL') logger.error({ err: error.originalError ?? error }, 'a request failed');
      const shown = code === 'INTERNAL' ? 'an internal error; it has been logged' : error.message;
      if (code === 'SUBMISSION_TOO_LARGE' && !error.path) return bodyTooLarge(maxSubmissionBytes);
      return {
        message: shown,
        ...(error.locations && { locations: error.locations }),
        ...(error.path && { path: error.path }),
        extensions: code === 'INTERNAL' ? { code } : { ...error.extensions, code },
      };
    });
    const { data } = execution;
    const statusCode = data ? 200 : statusOf(errors[0]?.extensions.code ?? 'INTERNAL');
    return { statusCode, response: { data: data ?? null, errors } };
  };
}

/** Refused by the HTTP server before anything was read. */
function bodyTooLarge(limitBytes: number) {
  const code: ErrorCode = 'SUBMISSION_TOO_LARGE';
  const message = `the request is too large; a submission may have ${String(limitBytes)} bytes`;
  return { message, extensions: { code, limitBytes } };
}

/** Mercurius wraps validation errors into one with a list. */
function unwrap(error: GraphQLError): GraphQLError[] {
  const nested =
    (error as { errors?: unknown }).errors ?? (error.originalError as { errors?: unknown } | undefined)?.errors;
  return Array.isArray(nested) && nested.length > 0 ? (nested as GraphQLError[]) : [error];
}
