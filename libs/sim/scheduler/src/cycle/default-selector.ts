import {
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  SERVICES,
  STATEFUL_SETS,
  type ObjectReader,
  type Pod,
  type Service,
} from '@seatrial/apiserver';
import { Attached, canonicalJson } from '@seatrial/kernel';
import { LabelSelector, labelSelectorOf, matchLabelsSelector, type Requirement } from '@seatrial/schema';

/** Of one namespace: its services, and which of them pick the pods with some labels. Kept until a service changes. */
interface KnownServices {
  readonly services: readonly Service[];
  readonly byLabels: Map<string, readonly Requirement[]>;
}

const known = new Attached<ObjectReader, Map<string, KnownServices>>();

/** Forgets the services of a namespace: one of them changed. */
export function forgetServices(store: ObjectReader, namespace: string): void {
  known.get(store)?.delete(namespace);
}

function servicesOf(store: ObjectReader, namespace: string): KnownServices {
  let byNamespace = known.get(store);
  if (!byNamespace) {
    byNamespace = new Map();
    known.set(store, byNamespace);
  }
  let entry = byNamespace.get(namespace);
  if (!entry) {
    entry = { services: store.list(SERVICES, namespace), byLabels: new Map() };
    byNamespace.set(namespace, entry);
  }
  return entry;
}

const signatures = new WeakMap<object, string>();

/** Labels as text; worked out once of those that the pods of a template share. */
function signatureOf(labels: Readonly<Record<string, string>>): string {
  let signature = signatures.get(labels);
  if (signature === undefined) {
    signature = canonicalJson(labels);
    signatures.set(labels, signature);
  }
  return signature;
}

function serviceRequirements(store: ObjectReader, namespace: string, pod: Pod): readonly Requirement[] {
  const { services, byLabels } = servicesOf(store, namespace);
  if (services.length === 0) return [];
  const signature = signatureOf(pod.metadata.labels ?? {});
  let requirements = byLabels.get(signature);
  if (!requirements) {
    requirements = services.flatMap(({ spec }) => {
      const labels = Object.entries(spec.selector ?? {});
      const picks = labels.length > 0 && labels.every(([key, value]) => pod.metadata.labels?.[key] === value);
      return picks ? matchLabelsSelector(spec.selector).requirements : [];
    });
    byLabels.set(signature, requirements);
  }
  return requirements;
}

type Owner = NonNullable<Pod['metadata']['ownerReferences']>[number];

const NO_OWNERS: readonly Owner[] = [];

function controllerOf({ metadata: { ownerReferences = NO_OWNERS } }: Pod): Owner | undefined {
  for (const reference of ownerReferences) if (reference.controller === true) return reference;
  return undefined;
}

/**
 * The labels by which pods like this one are known: of the services that pick it and of its controller
 * (plugins/helper DefaultSelector). Undefined when there are none.
 */
export function defaultSelector(store: ObjectReader, pod: Pod): LabelSelector | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const ofServices = serviceRequirements(store, namespace, pod);
  const owner = controllerOf(pod);
  if (!owner && ofServices.length === 0) return undefined;
  const requirements = ofServices.length > 0 ? [...ofServices] : [];
  if (owner?.kind === 'ReplicationController') {
    const object = store.get(REPLICATION_CONTROLLERS, namespace, owner.name);
    requirements.push(...matchLabelsSelector(object?.spec.selector).requirements);
  } else if (owner?.kind === 'ReplicaSet' || owner?.kind === 'StatefulSet') {
    const object = store.get(owner.kind === 'ReplicaSet' ? REPLICA_SETS : STATEFUL_SETS, namespace, owner.name);
    const selector = object ? labelSelectorOf(object.spec.selector) : undefined;
    if (ofServices.length === 0 && selector?.ok && selector.value.requirements.length > 0) return selector.value;
    if (selector?.ok) requirements.push(...selector.value.requirements);
  }
  return requirements.length > 0 ? new LabelSelector(requirements) : undefined;
}
