import type {
  ApiRequest,
  ApiServer,
  CoreEvent,
  KubeObject,
  RequestOptions,
  ResourceType,
  Status,
  UserInfo,
} from '@seatrial/apiserver';
import { EVENTS } from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';

/** What a describer may ask for beyond the object itself, as the user who runs kubectl. */
export interface DescribeContext {
  /** Virtual ms since the epoch. */
  readonly now: number;
  /** False with `--show-events=false`: no events section. */
  readonly showEvents: boolean;
  get<T extends KubeObject>(resource: ResourceType<T>, namespace: string | undefined, name: string): Result<T, Status>;
  list<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string | undefined,
    options?: RequestOptions,
  ): Result<readonly T[], Status>;
}

/** A context that asks an API server. */
export function createDescribeContext(options: {
  readonly server: ApiServer;
  readonly user: UserInfo;
  readonly now: number;
  readonly showEvents: boolean;
}): DescribeContext {
  const { server, user, now, showEvents } = options;
  const send = <T>(request: Omit<ApiRequest, 'user'>): Result<T, Status> => {
    const response = server.handle({ ...request, user });
    return response.code < 400 ? ok(response.body as T) : fail(response.body as Status);
  };
  const target = ({ group, version, resource }: ResourceType): Pick<ApiRequest, 'group' | 'version' | 'resource'> => ({
    group,
    version,
    resource,
  });
  return {
    now,
    showEvents,
    get: (resource, namespace, name) =>
      send({ verb: 'get', ...target(resource), ...(resource.namespaced && { namespace }), name }),
    list: <T extends KubeObject>(resource: ResourceType<T>, namespace?: string, listOptions?: RequestOptions) => {
      const listed = send<{ readonly items: readonly T[] }>({
        verb: 'list',
        ...target(resource),
        ...(namespace !== undefined && namespace !== '' && { namespace }),
        ...(listOptions && { options: listOptions }),
      });
      return listed.ok ? ok(listed.value.items) : listed;
    },
  };
}

/** The answer to a request without which an object cannot be described; ends the description. */
export class DescribeFailure extends Error {
  constructor(readonly status: Status) {
    super(status.message);
  }
}

/** The value of an answer that a description needs. */
export function required<T>(result: Result<T, Status>): T {
  if (!result.ok) throw new DescribeFailure(result.error);
  return result.value;
}

/** Whose events are looked for: as their involvedObject must say. Without a kind any kind will do. */
export interface EventReference {
  readonly name: string;
  readonly namespace: string;
  readonly kind?: string;
  readonly uid: string;
}

export const referenceTo = (object: KubeObject): EventReference => ({
  name: object.metadata.name,
  namespace: object.metadata.namespace ?? '',
  kind: object.kind,
  uid: object.metadata.uid,
});

/** Core events about an object; none when they cannot be listed. */
export function searchEvents(context: DescribeContext, reference: EventReference): readonly CoreEvent[] {
  const listed = context.list(EVENTS, reference.namespace);
  if (!listed.ok) return [];
  return listed.value.filter(
    ({ involvedObject: about }) =>
      about.name === reference.name &&
      (about.namespace ?? '') === reference.namespace &&
      (about.uid ?? '') === reference.uid &&
      (reference.kind === undefined || about.kind === reference.kind),
  );
}

/** Core events about whatever has a name in a namespace; none when they cannot be listed. */
export function eventsNamed(context: DescribeContext, namespace: string, name: string): readonly CoreEvent[] {
  const fieldSelector = `involvedObject.name=${name},involvedObject.namespace=${namespace}`;
  const listed = context.list(EVENTS, namespace, { fieldSelector });
  return listed.ok ? listed.value : [];
}
