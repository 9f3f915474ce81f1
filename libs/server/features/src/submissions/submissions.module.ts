import { Module, type DynamicModule } from '@nestjs/common';
import { CoursesModule } from '../courses/courses.module.js';
import { ExercisesModule } from '../exercises/exercises.module.js';
import { ExerciseFiles } from './grading/exercise-files.js';
import { GradingMetrics } from './grading/grading.metrics.js';
import { GradingProcessor } from './grading/grading.processor.js';
import { REPLAY_RUNNER, type ReplayRunner } from './grading/replay-runner.js';
import { OutboxRelay } from './outbox.relay.js';
import { RunProgressHub } from './run-progress.hub.js';
import { SubmissionRepository } from './submission.repository.js';
import { SubmissionResolver } from './submission.resolver.js';
import { SubmissionService } from './submission.service.js';

/** Handing in, reading and watching: what an API process serves. */
@Module({
  imports: [CoursesModule, ExercisesModule],
  providers: [SubmissionRepository, SubmissionService, SubmissionResolver, OutboxRelay, RunProgressHub, GradingMetrics],
  exports: [GradingMetrics],
})
export class SubmissionsModule {}

/** Grading: what a worker process does. */
@Module({})
export class GradingModule {
  static forRoot(runner: ReplayRunner): DynamicModule {
    return {
      module: GradingModule,
      providers: [
        SubmissionRepository,
        ExerciseFiles,
        GradingMetrics,
        GradingProcessor,
        { provide: REPLAY_RUNNER, useValue: runner },
      ],
      exports: [GradingMetrics],
    };
  }
}
