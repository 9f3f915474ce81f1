import { CelNative, type CelValue } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';

/* Authorization checks (k8s.io/apiserver/pkg/cel/library authz.go). */

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

abstract class Opaque extends CelNative {
  equals(other: CelNative): boolean {
    return other === this;
  }
  toString(): string {
    return this.typeName;
  }
}

class Check extends Opaque {
  constructor(
    readonly typeName: string,
    readonly decide: CelAuthorize,
    readonly asked: Asked,
  ) {
    super();
  }
}

class Decision extends Opaque {
  readonly typeName = 'kubernetes.authorization.Decision';
  constructor(
    readonly allowed: boolean,
    readonly reason: string,
  ) {
    super();
  }
}

const PATH = 'kubernetes.authorization.PathCheck';
const GROUP = 'kubernetes.authorization.GroupCheck';
const RESOURCE = 'kubernetes.authorization.ResourceCheck';

/** The `authorizer` variable of admission expressions. */
export class CelAuthorizer extends Opaque {
  readonly typeName = 'kubernetes.authorization.Authorizer';
  constructor(
    readonly decide: CelAuthorize,
    /** The resource of the request itself. */
    readonly own: Asked,
    readonly user?: { readonly namespace: string; readonly name: string },
  ) {
    super();
  }

  get requestResource(): CelNative {
    return new Check(RESOURCE, this.decide, this.own);
  }

  override field(name: string): CelValue | undefined {
    return name === 'requestResource' ? this.requestResource : undefined;
  }
}

const ask = (type: string, { decide, user }: CelAuthorizer, asked: Asked): Check =>
  new Check(type, decide, { ...asked, ...(user && { user }) });

const check = implement(({ decide, asked }: Check, verb: string) => {
  const { allowed, reason } = decide({ ...asked, verb });
  return new Decision(allowed, reason);
});

const narrowed = (field: keyof Asked): ReturnType<typeof implement> =>
  implement(({ decide, asked }: Check, value: string) => new Check(RESOURCE, decide, { ...asked, [field]: value }));

export const authorizerLibrary: CelLibrary = {
  authorizer_fieldselector: narrowed('fieldSelector'),
  authorizer_group: implement((by: CelAuthorizer, group: string) => ask(GROUP, by, { group })),
  authorizer_labelselector: narrowed('labelSelector'),
  authorizer_path: implement((by: CelAuthorizer, path: string) => ask(PATH, by, { path })),
  authorizer_serviceaccount: implement(
    (by: CelAuthorizer, namespace: string, name: string) => new CelAuthorizer(by.decide, by.own, { namespace, name }),
  ),
  decision_allowed: implement(({ allowed }: Decision) => allowed),
  decision_error: implement(() => ''),
  decision_errored: implement(() => false),
  decision_reason: implement(({ reason }: Decision) => reason),
  groupcheck_resource: narrowed('resource'),
  pathcheck_check: check,
  resourcecheck_check: check,
  resourcecheck_name: narrowed('name'),
  resourcecheck_namespace: narrowed('namespace'),
  resourcecheck_subresource: narrowed('subresource'),
};
