import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { ServiceConfig } from './service-config.js';

/** A structured logger on stdout; credentials are never written. */
export function createLogger(config: Pick<ServiceConfig, 'logLevel'>, service: string): Logger {
  return pino({
    level: config.logLevel,
    base: { service },
    redact: ['req.headers.authorization', 'authorization', 'token', '*.token'],
    serializers: { err: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

/** Nest's own messages, in the service's log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...details: unknown[]): void {
    this.logger.debug({ details }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    this.logger.error({ details }, String(message));
  }

  warn(message: unknown, ...details: unknown[]): void {
    this.logger.warn({ details }, String(message));
  }

  debug(message: unknown, ...details: unknown[]): void {
    this.logger.trace({ details }, String(message));
  }

  verbose(message: unknown, ...details: unknown[]): void {
    this.logger.trace({ details }, String(message));
  }
}

/** What of an error is worth keeping; its other members may be whole connections. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, code } = error as Error & { readonly code?: unknown };
  return { type: name, message, stack, ...(typeof code === 'string' && { code }) };
}
