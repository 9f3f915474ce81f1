import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { IdentityService } from '@seatrial/features';
import {
  QUERY_LIMITS,
  ServiceError,
  createErrorFormatter,
  limitQuerySize,
  type RequestContext,
  type ServiceConfig,
} from '@seatrial/platform';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

interface ConnectionInit {
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A header of a WebSocket's first message: clients send `{"authorization": "Bearer …"}`. */
function authorizationOf({ payload }: ConnectionInit): string | undefined {
  const found = Object.entries(payload ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return typeof found === 'string' ? found : undefined;
}

/** GraphQL over HTTP and over WebSocket (graphql-transport-ws), with limits and typed errors. */
export function graphqlOptions(
  identity: IdentityService,
  logger: Logger,
  config: ServiceConfig,
): MercuriusDriverConfig {
  return {
    driver: MercuriusDriver,
    autoSchemaFile: true,
    path: '/graphql',
    graphiql: false,
    jit: 1,
    queryDepth: QUERY_LIMITS.depth,
    allowBatchedQueries: false,
    validationRules: [limitQuerySize],
    errorFormatter: createErrorFormatter(logger, config.submission.maxBytes),
    context: (request: FastifyRequest): Promise<RequestContext> => identity.authenticate(request.headers.authorization),
    subscription: {
      onConnect: async (data: ConnectionInit): Promise<RequestContext> => {
        const context = await identity.authenticate(authorizationOf(data));
        if (!context.viewer)
          throw new ServiceError('UNAUTHENTICATED', 'a bearer token is needed in the connection_init payload');
        return context;
      },
    },
  } as MercuriusDriverConfig;
}
