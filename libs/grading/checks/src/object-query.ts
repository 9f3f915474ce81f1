import type { KubeObject } from '@seatrial/apiserver';
import type { Evidence, StepRecord } from '@seatrial/contracts';
import type { SourceNode } from '@seatrial/exercise';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { failed, type CheckOutcome } from './define-check.js';
import type { GradedWorld } from './graded-world.js';

/** Which objects a check is about: by name, or by labels. */
export interface ObjectQuery {
  readonly kind: string;
  readonly namespace: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export const QUERY_KEYS = ['kind', 'name', 'namespace', 'labels'] as const;

export function readQuery(node: SourceNode, defaultKind?: string): ObjectQuery {
  const kind = node.member('kind');
  const name = node.member('name').optionalString();
  const labels = node.member('labels');
  if (name === undefined && !labels.present) node.error('needs a name or labels');
  return {
    kind: defaultKind !== undefined && !kind.present ? defaultKind : kind.string(),
    namespace: node.member('namespace').optionalString() ?? 'default',
    ...(name !== undefined && { name }),
    ...(labels.present && { labels: readLabels(labels) }),
  };
}

function readLabels(node: SourceNode): Record<string, string> {
  return Object.fromEntries([...node.mapping()].map(([key, value]) => [key, value.string()]));
}

/** `Deployment/web`, `pods with app=web`: how reasons name what a query asks for. */
export function queryText({ kind, name, labels }: ObjectQuery): string {
  if (name !== undefined) return `${kind} "${name}"`;
  return `${kind} [${Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',')}]`;
}

export function hasLabels(object: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value);
}

/** The objects asked for; undefined when the cluster knows no such kind. */
export function find(world: GradedWorld, query: ObjectQuery): readonly KubeObject[] | undefined {
  const all = world.list(query.kind, query.namespace);
  return all?.filter(
    (object) =>
      (query.name === undefined || object.metadata.name === query.name) &&
      (query.labels === undefined || hasLabels(object, query.labels)),
  );
}

/** A value below an object, by `spec.template.spec`; undefined where the way ends. */
export function valueAt(object: unknown, path: string): unknown {
  let value: unknown = object;
  for (const part of path.split('.')) {
    if (Array.isArray(value)) value = (value as unknown[])[Number(part)];
    else if (isJsonObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else return undefined;
  }
  return value;
}

export function numberAt(object: unknown, path: string, otherwise = 0): number {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : otherwise;
}

export function stringAt(object: unknown, path: string): string | undefined {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : undefined;
}

export function objectsAt(object: unknown, path: string): readonly JsonObject[] {
  const value = valueAt(object, path);
  return Array.isArray(value) ? (value as unknown[]).filter(isJsonObject) : [];
}

/** The command during or after which an instant fell. */
export function stepAt(world: GradedWorld, time: number): StepRecord | undefined {
  const ms = time - world.startTime;
  return world.steps.findLast((step) => step.startMs <= ms);
}

/** Evidence: an object as it is now. */
export function objectEvidence(world: GradedWorld, object: KubeObject, found: string): Evidence {
  const { namespace, name, uid } = object.metadata;
  // Events in history are put together when somebody looks at them.
  const last = world
    .history()
    .findLast((entry) => entry.resource.kind === object.kind && entry.object.metadata.uid === uid);
  const step = last && stepAt(world, last.time);
  return {
    kind: 'object',
    subject: `${object.kind}/${name}${namespace === undefined ? '' : ` in namespace ${namespace}`}`,
    found,
    ...(step && { step: step.step }),
    ...(last && { atMs: last.time - world.startTime }),
  };
}

/** Names of other objects of the kind, to say what was found in place of the one asked for. */
function otherNames(world: GradedWorld, query: ObjectQuery): string {
  const elsewhere = (world.list(query.kind) ?? []).filter(
    (object) => !(object.metadata.namespace ?? '').startsWith('kube-'),
  );
  return elsewhere
    .slice(0, 5)
    .map(({ metadata }) =>
      metadata.namespace === undefined || metadata.namespace === query.namespace
        ? metadata.name
        : `${metadata.namespace}/${metadata.name}`,
    )
    .join(', ');
}

/** The reason where what a check is about does not exist. */
export function noSuchObject(world: GradedWorld, query: ObjectQuery): CheckOutcome {
  const [what, others] = [queryText(query), otherNames(world, query)];
  return failed(
    `there is no ${what} in namespace ${query.namespace}${others === '' ? '' : ` (found: ${others})`}`,
    `no hay ${what} en el espacio de nombres ${query.namespace}${others === '' ? '' : ` (hay: ${others})`}`,
  );
}
