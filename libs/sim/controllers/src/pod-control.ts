import {
  PODS,
  type ControllerContext,
  type KubeObject,
  type OwnerReference,
  type Pod,
  type Status,
} from '@seatrial/apiserver';
import { fail, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { controllerReference } from './owner-reference.js';
import { isNamespaceTerminating } from './request-failed.js';

/** core/v1 PodTemplateSpec as workloads hold it. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: unknown;
}

/** What a controller adds to or changes in the pod of a template. */
export interface PodAdditions {
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly spec?: (spec: Pod['spec']) => Pod['spec'];
}

export type PodDraft = Omit<Pod, 'metadata' | 'apiVersion' | 'kind'> & { readonly metadata: Partial<Pod['metadata']> };

const owners = new WeakMap<KubeObject, readonly OwnerReference[]>();

/** The references of an owner's pods to it: one list for all of them. */
function ownersOf(owner: KubeObject): readonly OwnerReference[] {
  let references = owners.get(owner);
  if (!references) {
    references = Object.freeze([Object.freeze(controllerReference(owner))]);
    owners.set(owner, references);
  }
  return references;
}

/** pkg/controller GetPodFromTemplate. */
export function podFromTemplate(template: PodTemplate, owner: KubeObject, additions: PodAdditions = {}): PodDraft {
  const labels = additions.labels
    ? { ...template.metadata?.labels, ...additions.labels }
    : (template.metadata?.labels ?? {});
  const annotations = { ...template.metadata?.annotations, ...additions.annotations };
  const finalizers = [...(template.metadata?.finalizers ?? []), ...(additions.finalizers ?? [])];
  const { namespace } = owner.metadata;
  const spec = (template.spec ?? {}) as Pod['spec'];
  // Not spread: each pod's metadata would get a hidden class of its own.
  const metadata: { -readonly [K in keyof Pod['metadata']]?: Pod['metadata'][K] } =
    additions.name === undefined
      ? { generateName: additions.generateName ?? `${owner.metadata.name}-`, namespace, labels }
      : { name: additions.name, namespace, labels };
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  metadata.ownerReferences = ownersOf(owner);
  return { metadata, spec: additions.spec ? additions.spec(spec) : spec };
}

/** Creates a pod and says so in an event of its owner (pkg/controller RealPodControl). */
export function createPod(context: ControllerContext, owner: KubeObject, draft: PodDraft): Result<Pod, Status> {
  const created = context.client.create(PODS, draft);
  if (created.ok) {
    context.events.event(
      { object: owner },
      'Normal',
      'SuccessfulCreate',
      `Created pod: ${created.value.metadata.name}`,
    );
    return created;
  }
  if (!isNamespaceTerminating(created.error))
    context.events.event({ object: owner }, 'Warning', 'FailedCreate', `Error creating: ${created.error.message}`);
  return fail(created.error);
}

/** Deletes a pod and says so; a pod that is gone already counts as deleted, without an event. */
export function deletePod(context: ControllerContext, owner: KubeObject, pod: Pod): Result<undefined, Status> {
  const { namespace, name } = pod.metadata;
  const deleted = context.client.delete(PODS, namespace, name);
  if (deleted.ok) {
    context.events.event({ object: owner }, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    return deleted;
  }
  if (deleted.error.reason === 'NotFound') return ok(undefined);
  context.events.event({ object: owner }, 'Warning', 'FailedDelete', `Error deleting: ${deleted.error.message}`);
  return deleted;
}

/**
 * Calls `create` up to `count` times in batches of 1, 2, 4… and stops after a batch in which one failed, so that a
 * quota or a bad template is not hit by every replica (pkg/controller slowStartBatch). Gives the first error.
 */
export function slowStart(count: number, create: (index: number) => Result<unknown, Status>): Status | undefined {
  let done = 0;
  for (let batch = Math.min(count, 1); batch > 0; batch = Math.min(2 * batch, count - done)) {
    let error: Status | undefined;
    for (let i = 0; i < batch; i++) {
      const result = create(done + i);
      if (!result.ok) error ??= result.error;
    }
    if (error) return error;
    done += batch;
  }
  return undefined;
}

export const asJson = (value: unknown): JsonObject => value as JsonObject;
