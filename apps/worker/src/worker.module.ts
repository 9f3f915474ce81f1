import { Module, type DynamicModule } from '@nestjs/common';
import { GradingModule, ServiceModule } from '@seatrial/features';
import type { ServiceConfig } from '@seatrial/platform';
import type { Logger } from 'pino';
import { ThreadReplayRunner } from './thread-replay-runner.js';

/** A worker process: takes runs from the queue and grades them. */
@Module({})
export class WorkerModule {
  static forRoot(config: ServiceConfig, logger: Logger): DynamicModule {
    const runner = new ThreadReplayRunner(config.workerThreads, config.replay, (error) => {
      logger.error({ err: error }, 'a replay thread died');
    });
    return { module: WorkerModule, imports: [ServiceModule.forRoot(config, logger), GradingModule.forRoot(runner)] };
  }
}
