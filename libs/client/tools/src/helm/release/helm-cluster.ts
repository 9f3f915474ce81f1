import type { KubeObject, Pod, ServedResource, Status } from '@seatrial/apiserver';
import { fail, isJsonObject, ok, readAll, sleep, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import { isFailure, metadataProblem, requestFor, type ApiConnection, type Invocation } from '@seatrial/kubectl';
import { readManifests } from '@seatrial/manifest';
import { debugLine, goDuration } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { changeOnClient, createOnClient, takeOverManager, type ObjectChange } from './client-side-objects.js';
import { hookStatus, kubeStatus, statusWithJobs, type KubeStatus } from './kube-status.js';

/** An object of a manifest and where it belongs. */
export interface Resource {
  readonly mapping: ServedResource;
  readonly namespace: string;
  readonly name: string;
  readonly object: JsonObject;
}

/** What `--debug` says of an object beside its name. */
interface Fields {
  /** By group, version and kind rather than by kind. */
  readonly gvk?: boolean;
  readonly fields?: Readonly<Record<string, string>>;
}

const APPLY_OPTIONS = { dryRun: false, fieldValidationDirective: 'Strict' } as const;
const ALL_DONE = 'all resources achieved desired status';
const POLL_MS = 500;
const MANAGED_BY = 'app.kubernetes.io/managed-by';
const RELEASE_NAME = 'meta.helm.sh/release-name';
const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace';

const objectAt = (object: JsonObject, field: string): JsonObject => {
  const value = object[field];
  return isJsonObject(value) ? value : {};
};
const textAt = (object: JsonObject, field: string): string => (typeof object[field] === 'string' ? object[field] : '');

/** Tells the objects of a cluster apart. */
export const resourceKey = ({ mapping, namespace, name }: Resource): string =>
  `${mapping.group}/${mapping.kind}/${namespace}/${name}`;

const found = ({ mapping, name, namespace }: Resource): string =>
  mapping.namespaced
    ? `${mapping.kind} "${name}" in namespace "${namespace}"`
    : `${mapping.kind} "${name}" in namespace ""`;

/** What helm does to a cluster (pkg/kube of Helm v4.1), with server-side apply as manager `helm`. */
export class HelmCluster {
  /** Objects are created and patched by the client, as older releases were (`--server-side=false`). */
  clientSide = false;

  private constructor(
    private readonly k: Invocation,
    readonly api: ApiConnection,
  ) {}

  static *connect(k: Invocation): Coroutine<HelmCluster> {
    return new HelmCluster(k, yield* k.api(0));
  }

  /** The objects of a manifest; kinds that are not served end the command. */
  build(manifest: string, namespace: string, which: string | undefined, validate = false): Resource[] {
    const read = readManifests(manifest, '');
    const before = which === undefined ? '' : `unable to build kubernetes objects from ${which}: `;
    if (read.error !== undefined) failHelm(before + read.error);
    return read.documents.flatMap(({ value }) => {
      if (!isJsonObject(value)) return [];
      if (validate && value.kind === 'List' && !Array.isArray(value.items))
        failHelm('error validating "": error validating data: invalid object to validate');
      const items = value.kind === 'List' && Array.isArray(value.items) ? value.items.filter(isJsonObject) : [value];
      return items.map((object) => {
        const unset = ['apiVersion', 'kind'].filter((field) => textAt(object, field) === '');
        const text = unset.map((field) => `${field} not set`).join(', ');
        if (validate && unset.length > 0)
          failHelm(`${before}error validating "": error validating data: ${unset.length > 1 ? `[${text}]` : text}`);
        return this.resource(object, namespace, before);
      });
    });
  }

  private resource(object: JsonObject, namespace: string, before: string): Resource {
    const [apiVersion, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
    const metadata = objectAt(object, 'metadata');
    const name = textAt(metadata, 'name');
    const wrong = metadataProblem(object);
    if (wrong !== undefined) failHelm(`${before}unable to decode "": ${wrong}`);
    const mapping =
      this.api.restMapper().forKind(apiVersion, kind) ?? this.api.resetRestMapper().forKind(apiVersion, kind);
    const own = textAt(metadata, 'namespace');
    if (!mapping)
      failHelm(
        `${before}resource mapping not found for name: "${name}" namespace: "${own}" from "": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
      );
    return { mapping, namespace: mapping.namespaced ? own || namespace : '', name, object };
  }

  /** Marks objects as a release's. */
  owned(resources: readonly Resource[], release: string, namespace: string): Resource[] {
    return resources.map((resource) => {
      const metadata = objectAt(resource.object, 'metadata');
      const labels = { ...objectAt(metadata, 'labels'), [MANAGED_BY]: 'Helm' };
      const annotations = {
        ...objectAt(metadata, 'annotations'),
        [RELEASE_NAME]: release,
        [RELEASE_NAMESPACE]: namespace,
      };
      const own = resource.mapping.namespaced ? { namespace: resource.namespace } : {};
      return { ...resource, object: { ...resource.object, metadata: { ...metadata, ...own, labels, annotations } } };
    });
  }

  *get(resource: Resource): Coroutine<KubeObject | undefined> {
    const response = yield* this.api.send(requestFor(resource.mapping, 'get', resource));
    if (!isFailure(response)) return response.body as KubeObject;
    if ((response.body as Status).reason === 'NotFound') return undefined;
    return failHelm((response.body as Status).message);
  }

  /** Those that exist and may be taken over; another owner's end the command with `before` in front. */
  *adoptable(
    resources: readonly Resource[],
    release: string,
    namespace: string,
    before: string,
  ): Coroutine<Resource[]> {
    const existing: Resource[] = [];
    for (const resource of resources) {
      // What is named by the server is always new.
      if (resource.name === '') continue;
      const object = yield* this.get(resource);
      if (!object) continue;
      const complaint = ownershipComplaint(object, release, namespace);
      if (complaint !== '')
        failHelm(`${before}${found(resource)} exists and cannot be imported into the current release: ${complaint}`);
      existing.push(resource);
    }
    return existing;
  }

  /** Those that exist, whoever owns them. */
  *present(resources: readonly Resource[]): Coroutine<Resource[]> {
    const found: Resource[] = [];
    for (const resource of resources) if (yield* this.get(resource)) found.push(resource);
    return found;
  }

  /** What `--debug` says of an object. */
  *debugObject(text: string, { namespace, name, mapping }: Resource, rest: Fields = {}): Coroutine<void> {
    const { group, version, kind } = mapping;
    yield* debugLine(this.k, text, {
      namespace,
      name,
      ...(rest.gvk ? { gvk: `${group}/${version}, Kind=${kind}` } : { kind }),
      ...rest.fields,
    });
  }

  /** Makes new objects, each, whatever becomes of the others (Client.Create); the errors' texts. */
  *create(resources: readonly Resource[], force = false): Coroutine<string | undefined> {
    yield* debugLine(this.k, 'creating resource(s)', { resources: resources.length });
    yield* this.debugApply('creation', force);
    const problems: string[] = [];
    for (const resource of resources) {
      const problem = yield* this.createOne(resource, force);
      if (problem !== undefined) problems.push(problem);
    }
    return problems.length === 0 ? undefined : problems.join('\n');
  }

  *createOne(resource: Resource, force: boolean): Coroutine<string | undefined> {
    const problem = this.clientSide ? yield* createOnClient(this.api, resource) : yield* this.apply(resource, force);
    const error = problem === undefined ? {} : { fields: { error: problem } };
    const text = problem === undefined ? 'Created resource via patch' : 'Error creating resource via patch';
    yield* this.debugObject(text, resource, { gvk: true, ...error });
    return problem;
  }

  /** What `--debug` says of the way objects are brought to the server. */
  *debugApply(
    what: 'creation' | 'update',
    forceConflicts: boolean,
    rest: Readonly<Record<string, boolean>> = {},
  ): Coroutine<void> {
    yield* debugLine(this.k, `using server-side apply for resource ${what}`, {
      forceConflicts,
      ...APPLY_OPTIONS,
      ...rest,
    });
  }

  /** Brings an object that is there to what it is to be; the error's text when the server refuses. */
  *update(resource: Resource, change: ObjectChange): Coroutine<string | undefined> {
    if (this.clientSide) return yield* changeOnClient(this.api, resource, change);
    if (change.takeOver) yield* takeOverManager(this.api, resource);
    return yield* this.apply(resource, change.force);
  }

  /** Applies an object; the error's text when the server refuses. */
  *apply(resource: Resource, force: boolean): Coroutine<string | undefined> {
    const response = yield* this.api.send({
      ...requestFor(resource.mapping, 'patch', resource),
      body: resource.object,
      patchType: 'apply',
      options: { fieldManager: 'helm', force, fieldValidation: 'Ignore' },
    });
    if (!isFailure(response)) return undefined;
    const { reason, message } = response.body as Status;
    if (reason !== 'Conflict') return message;
    const { group, version, kind } = resource.mapping;
    const gvk = `${group === '' ? '' : group}/${version}, Kind=${kind}`;
    const where = resource.namespace === '' ? resource.name : `${resource.namespace}/${resource.name}`;
    return `conflict occurred while applying object ${where} ${gvk}: ${message}`;
  }

  *remove(
    resource: Resource,
    propagation: 'Background' | 'Foreground' | 'Orphan' = 'Background',
  ): Coroutine<string | undefined> {
    yield* this.debugObject('starting delete resource', resource);
    const response = yield* this.api.send({
      ...requestFor(resource.mapping, 'delete', resource),
      options: { propagationPolicy: propagation },
    });
    if (!isFailure(response)) return undefined;
    const { message, reason } = response.body as Status;
    if (reason !== 'NotFound') return message;
    yield* this.debugObject('ignoring delete failure', resource, { fields: { error: message } });
    return undefined;
  }

  /** The pods of a job, or the pod itself. */
  podsOf({ mapping, namespace, name }: Resource): Pod[] {
    const pods = this.api.restMapper().forKind('v1', 'Pod');
    const all = pods ? (this.api.server.store.list(pods, namespace) as readonly Pod[]) : [];
    return all.filter(({ metadata }) =>
      mapping.kind === 'Job' ? metadata.labels?.['job-name'] === name : metadata.name === name,
    );
  }

  /** What a pod's container has written. */
  *podLogs(namespace: string, name: string, only?: string): Coroutine<Result<string, string>> {
    yield* this.api.roundTrip();
    const endpoint = this.api.server.connect({ subresource: 'log', namespace, name, user: this.api.user });
    const pods = this.api.restMapper().forKind('v1', 'Pod');
    const pod = pods && (this.api.server.store.get(pods, namespace, name) as Pod | undefined);
    const names = (pod?.spec.containers ?? []).map((container) => container.name);
    if (pod && names.length > 1 && only === undefined)
      return fail(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
    const input = endpoint.ok ? endpoint.value.logs(namespace, name, { container: only ?? names[0] ?? '' }) : endpoint;
    return input.ok ? ok(yield* readAll(input.value)) : fail(input.error.message);
  }

  /** Waits until all are current; at the end of the time, what was missing. */
  *wait(resources: readonly Resource[], timeoutMs: number, jobs = false): Coroutine<string | undefined> {
    const running = resources.filter(
      ({ mapping, object }) => mapping.kind !== 'Deployment' || objectAt(object, 'spec').paused !== true,
    );
    return yield* this.until(running, timeoutMs, jobs ? statusWithJobs : kubeStatus);
  }

  /** Waits until all are gone. */
  *waitForDelete(resources: readonly Resource[], timeoutMs: number): Coroutine<string | undefined> {
    const end = this.k.now() + timeoutMs;
    const told = { count: resources.length, timeout: goDuration(timeoutMs) };
    yield* debugLine(this.k, 'waiting for resources to be deleted', told);
    for (;;) {
      const left = resources.flatMap((resource) => {
        const object = this.api.server.store.get(resource.mapping, resource.namespace || undefined, resource.name);
        if (!object) return [];
        const { status, message } = kubeStatus(object);
        const shown = object.metadata.deletionTimestamp ? 'Terminating' : status;
        return [
          `resource ${resource.mapping.kind}/${resource.namespace}/${resource.name} still exists. status: ${shown}, message: ${message}`,
        ];
      });
      if (left.length === 0) {
        yield* debugLine(this.k, ALL_DONE, { desiredStatus: 'NotFound', resourceCount: 0 });
        return undefined;
      }
      if (this.k.now() >= end) return [...left, 'context deadline exceeded'].join('\n');
      yield* sleep(Math.min(POLL_MS, Math.max(1, end - this.k.now())));
    }
  }

  /** Waits until a hook has run through. */
  *waitForHook(resources: readonly Resource[], timeoutMs: number): Coroutine<string | undefined> {
    return yield* this.until(resources, timeoutMs, hookStatus);
  }

  private *until(
    resources: readonly Resource[],
    timeoutMs: number,
    statusOf: (object: KubeObject) => KubeStatus,
  ): Coroutine<string | undefined> {
    const end = this.k.now() + timeoutMs;
    const count = resources.length;
    yield* debugLine(this.k, 'waiting for resources', { count, timeout: goDuration(timeoutMs) });
    for (;;) {
      const missing = resources.flatMap((resource) => {
        const object = this.api.server.store.get(resource.mapping, resource.namespace || undefined, resource.name);
        const { status, message } = object
          ? statusOf(object)
          : ({ status: 'NotFound', message: 'Resource not found' } as const);
        const where = `${resource.mapping.kind}/${resource.namespace}/${resource.name}`;
        return status === 'Current'
          ? []
          : [{ status, text: `resource ${where} not ready. status: ${status}, message: ${message}` }];
      });
      if (missing.length === 0) {
        yield* debugLine(this.k, ALL_DONE, { desiredStatus: 'Current', resourceCount: count });
        return undefined;
      }
      const texts = missing.map(({ text }) => text).join('\n');
      // What has failed stays so; the others are waited for.
      if (missing.every(({ status }) => status === 'Failed')) return texts;
      if (this.k.now() >= end) return `${texts}\ncontext deadline exceeded`;
      yield* sleep(Math.min(POLL_MS, Math.max(1, end - this.k.now())));
    }
  }
}

function ownershipComplaint(object: KubeObject, release: string, namespace: string): string {
  const complaints: string[] = [];
  const demand = (
    what: string,
    map: Readonly<Record<string, string>> | undefined,
    key: string,
    value: string,
  ): void => {
    const actual = map?.[key];
    if (actual === undefined)
      complaints.push(`${what} validation error: missing key "${key}": must be set to "${value}"`);
    else if (actual !== value)
      complaints.push(`${what} validation error: key "${key}" must equal "${value}": current value is "${actual}"`);
  };
  demand('label', object.metadata.labels, MANAGED_BY, 'Helm');
  demand('annotation', object.metadata.annotations, RELEASE_NAME, release);
  demand('annotation', object.metadata.annotations, RELEASE_NAMESPACE, namespace);
  return complaints.length === 0 ? '' : `invalid ownership metadata; ${complaints.join('; ')}`;
}
