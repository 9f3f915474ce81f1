import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { GradingMetrics } from '@seatrial/features';
import { NestLogger, createLogger, type ServiceConfig } from '@seatrial/platform';
import { WorkerModule } from './worker.module.js';

export interface RunningWorker {
  /** Waits for the runs in hand. */
  close(): Promise<void>;
}

/** Starts a worker; with `workerPort` it offers /health/live, /health/ready and /metrics there. */
export async function startWorker(config: ServiceConfig): Promise<RunningWorker> {
  const logger = createLogger(config, 'worker');
  const application = await NestFactory.createApplicationContext(WorkerModule.forRoot(config, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const metrics = application.get(GradingMetrics);
  const server = config.workerPort === undefined ? undefined : serveMetrics(config.host, config.workerPort, metrics);
  logger.info({ threads: config.workerThreads }, 'the worker takes runs');
  return {
    async close() {
      server?.close();
      await application.close();
    },
  };
}

function serveMetrics(host: string, port: number, metrics: GradingMetrics): Server {
  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      metrics.registry.metrics().then(
        (text) => response.setHeader('content-type', metrics.registry.contentType).end(text),
        () => response.writeHead(500).end(),
      );
    } else if (request.url === '/health/live' || request.url === '/health/ready') response.end('{"status":"ok"}');
    else response.writeHead(404).end();
  });
  return server.listen(port, host);
}
