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
  const application = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config, logger), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  await application.listen(config.port, config.host);
  const url = await application.getUrl();
  logger.info({ url }, 'the API listens');
  return { url, application, close: () => application.close() };
}
