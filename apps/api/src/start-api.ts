import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger, createLogger, type ServiceConfig } from '@seatrial/platform';
import { ApiModule } from './api.module.js';

export interface RunningApi {
  /** The base URL: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly application: NestFastifyApplication;
  close(): Promise<void>;
}

/** A submission's text may double when it is quoted as JSON; queries come on top. */
const BODY_FACTOR = 2;
const BODY_REST = 1024 * 1024;

/** Starts the API on the configured host and port. */
export async function startApi(config: ServiceConfig): Promise<RunningApi> {
  const logger = createLogger(config, 'api');
  const { maxBytes } = config.submission;
  const adapter = new FastifyAdapter({ bodyLimit: maxBytes * BODY_FACTOR + BODY_REST, forceCloseConnections: true });
  adapter.getInstance().setErrorHandler((error, request, reply) => {
    const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string };
    const status = statusCode ?? 500;
    if (status >= 500) logger.error({ err: error, url: request.url }, 'a request failed');
    const tooLarge = code === 'FST_ERR_CTP_BODY_TOO_LARGE';
    const text = tooLarge ? `the request is too large; a submission may have ${String(maxBytes)} bytes` : message;
    const extensions = tooLarge
      ? { code: 'SUBMISSION_TOO_LARGE', limitBytes: maxBytes }
      : { code: status >= 500 ? 'INTERNAL' : 'INVALID_QUERY' };
    const shown = status >= 500 ? 'an internal error; it has been logged' : text;
    void reply.status(status).send({ data: null, errors: [{ message: shown, extensions }] });
  });
  const application = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config, logger), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  await application.listen(config.port, config.host);
  const url = await application.getUrl();
  logger.info({ url }, 'the API listens');
  return { url, application, close: () => application.close() };
}
