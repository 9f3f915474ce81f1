import {
  Global,
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { GRADING_QUEUE } from '@seatrial/contracts';
import { createPrismaClient } from '@seatrial/persistence';
import { QueueFactory } from '@seatrial/queue';
import { CONFIG, GRADING, LOGGER, PRISMA, QUEUES } from './service-tokens.js';
import type { GradingJob, JobQueue, Logger, PrismaClient, ServiceConfig } from './service-tokens.js';

/** Closes what the service holds open, after everything that uses it has stopped. */
@Injectable()
class Connections implements OnApplicationShutdown {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(QUEUES) private readonly queues: QueueFactory,
    @Inject(GRADING) private readonly grading: JobQueue<GradingJob>,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.grading.close();
    await this.queues.end();
    await this.prisma.$disconnect();
  }
}

/** Configuration, log, database and queue, for every feature. */
@Global()
@Module({})
export class ServiceModule {
  static forRoot(config: ServiceConfig, logger: Logger): DynamicModule {
    const { databaseUrl, redisUrl, jobLockMs } = config;
    const settings = { databaseUrl, lockMs: jobLockMs, ...(redisUrl !== undefined && { redisUrl }) };
    const queues = new QueueFactory(settings, (error) => {
      logger.error({ err: error }, 'the queue reports an error');
    });
    const providers: Provider[] = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: PRISMA, useFactory: () => createPrismaClient(databaseUrl) },
      { provide: QUEUES, useValue: queues },
      { provide: GRADING, useFactory: () => queues.openQueue<GradingJob>(GRADING_QUEUE) },
      Connections,
    ];
    return { module: ServiceModule, providers, exports: [CONFIG, LOGGER, PRISMA, QUEUES, GRADING] };
  }
}
