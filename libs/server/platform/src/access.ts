import { Injectable, SetMetadata, createParamDecorator, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { ServiceError } from './service-error.js';

/** Who a request is made by. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly admin: boolean;
}

/** What the GraphQL context holds: the viewer, or why there is none. */
export interface RequestContext {
  readonly viewer?: Viewer;
  readonly tokenProblem?: 'missing' | 'invalid';
}

const ANYONE = 'seatrial:anyone';

/** Declares that an operation needs no token. */
export const AllowAnyone = () => SetMetadata(ANYONE, true);

function contextOf(execution: ExecutionContext): RequestContext {
  return GqlExecutionContext.create(execution).getContext<RequestContext>();
}

/** The viewer of the request, for a resolver's parameter. */
export const CurrentViewer = createParamDecorator((_: unknown, execution: ExecutionContext): Viewer => {
  const { viewer } = contextOf(execution);
  if (!viewer) throw new ServiceError('UNAUTHENTICATED', 'a bearer token is needed');
  return viewer;
});

/** Lets nobody in without a valid token, unless the operation says {@link AllowAnyone}. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    if (execution.getType<string>() !== 'graphql') return true;
    if (this.reflector.getAllAndOverride<boolean>(ANYONE, [execution.getHandler(), execution.getClass()])) return true;
    const { viewer, tokenProblem } = contextOf(execution);
    if (viewer) return true;
    throw new ServiceError(
      'UNAUTHENTICATED',
      tokenProblem === 'invalid'
        ? 'the bearer token is not known, has expired or was revoked'
        : 'a bearer token is needed: send "Authorization: Bearer <token>"',
    );
  }
}
