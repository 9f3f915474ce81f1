import type { Environment } from '@marcbachmann/cel-js';

/** What an expression asks an authorizer: a verb on a resource, or on a path. */
export interface CelAuthorization {
  readonly user?: { readonly namespace: string; readonly name: string };
  readonly verb: string;
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export type CelAuthorize = (request: CelAuthorization) => { readonly allowed: boolean; readonly reason: string };

type Asked = Omit<CelAuthorization, 'verb'>;

class PathCheck {
  constructor(
    readonly decide: CelAuthorize,
    readonly asked: Asked,
  ) {}
}
class GroupCheck extends PathCheck {}
class ResourceCheck extends PathCheck {}

class Decision {
  constructor(
    readonly allowed: boolean,
    readonly reason: string,
  ) {}
}

/** The `authorizer` variable of admission expressions. */
export class CelAuthorizer {
  constructor(
    readonly decide: CelAuthorize,
    /** The resource of the request itself. */
    readonly own: Asked,
    readonly user?: { readonly namespace: string; readonly name: string },
  ) {}

  get requestResource(): ResourceCheck {
    return new ResourceCheck(this.decide, this.own);
  }
}

const check = ({ decide, asked }: PathCheck, verb: string): Decision => {
  const { allowed, reason } = decide({ ...asked, verb });
  return new Decision(allowed, reason);
};

const narrowed =
  (field: keyof Asked) =>
  ({ decide, asked }: ResourceCheck, value: string): ResourceCheck =>
    new ResourceCheck(decide, { ...asked, [field]: value });

/** Authorization checks (k8s.io/apiserver/pkg/cel/library authz.go). */
export function registerAuthorizerLibrary(env: Environment): void {
  const resource = 'kubernetes.authorization.ResourceCheck';
  env.registerType('kubernetes.authorization.Decision', Decision);
  env.registerType('kubernetes.authorization.PathCheck', PathCheck);
  env.registerType('kubernetes.authorization.GroupCheck', GroupCheck);
  env.registerType(resource, ResourceCheck);
  env.registerType('kubernetes.authorization.Authorizer', {
    ctor: CelAuthorizer,
    fields: { requestResource: resource },
  });
  const authorizer = 'kubernetes.authorization.Authorizer';
  env.registerFunction(
    `${authorizer}.path(string): kubernetes.authorization.PathCheck`,
    (by: CelAuthorizer, path: string) => {
      return new PathCheck(by.decide, { path, ...(by.user && { user: by.user }) });
    },
  );
  env.registerFunction(
    `${authorizer}.group(string): kubernetes.authorization.GroupCheck`,
    (by: CelAuthorizer, group: string) => {
      return new GroupCheck(by.decide, { group, ...(by.user && { user: by.user }) });
    },
  );
  env.registerFunction(
    `${authorizer}.serviceAccount(string, string): ${authorizer}`,
    (by: CelAuthorizer, namespace: string, name: string) => new CelAuthorizer(by.decide, by.own, { namespace, name }),
  );
  env.registerFunction(
    `kubernetes.authorization.GroupCheck.resource(string): ${resource}`,
    ({ decide, asked }: GroupCheck, name: string) => new ResourceCheck(decide, { ...asked, resource: name }),
  );
  for (const field of ['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'] as const)
    env.registerFunction(`${resource}.${field}(string): ${resource}`, narrowed(field));
  env.registerFunction(`${resource}.check(string): kubernetes.authorization.Decision`, check);
  env.registerFunction(`kubernetes.authorization.PathCheck.check(string): kubernetes.authorization.Decision`, check);
  env.registerFunction('kubernetes.authorization.Decision.allowed(): bool', ({ allowed }: Decision) => allowed);
  env.registerFunction('kubernetes.authorization.Decision.reason(): string', ({ reason }: Decision) => reason);
  env.registerFunction('kubernetes.authorization.Decision.errored(): bool', () => false);
  env.registerFunction('kubernetes.authorization.Decision.error(): string', () => '');
}
