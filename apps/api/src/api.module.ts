import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import {
  CONFIG,
  CoursesModule,
  ExercisesModule,
  IdentityModule,
  IdentityService,
  LOGGER,
  ServiceModule,
  SubmissionsModule,
} from '@seatrial/features';
import { ServiceErrorFilter, TokenGuard, type ServiceConfig } from '@seatrial/platform';
import type { Logger } from 'pino';
import { graphqlOptions } from './graphql-options.js';
import { HealthController, MetricsController } from './health.controller.js';

/** An API process: GraphQL, health, metrics, the outbox relay. */
@Module({})
export class ApiModule {
  static forRoot(config: ServiceConfig, logger: Logger): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ServiceModule.forRoot(config, logger),
        IdentityModule,
        CoursesModule,
        ExercisesModule,
        SubmissionsModule,
        GraphQLModule.forRootAsync<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          imports: [IdentityModule],
          inject: [IdentityService, LOGGER, CONFIG],
          useFactory: graphqlOptions,
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: APP_GUARD, useClass: TokenGuard },
        { provide: APP_FILTER, useClass: ServiceErrorFilter },
      ],
    };
  }
}
