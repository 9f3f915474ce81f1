import { isJsonObject, jsonEqual, compareStrings, type JsonValue } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { nodeIdentity } from '../authorization/node-identity.js';
import { podReferences } from '../authorization/pod-references.js';
import type { Node, Pod } from '../contract/object.js';
import { NODES, PODS } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { forbidden, notFound } from '../status/status-errors.js';
import { attributesName, defineAdmission, type AdmissionAttributes } from './admission.js';

/* What a kubelet may write (k8s.io/kubernetes/plugin/pkg/admission/noderestriction, v1.35). */

const MIRROR = 'kubernetes.io/config.mirror';
const LEASES = 'kube-node-lease';
const RESTRICTED = 'node-restriction.kubernetes.io';

/** k8s.io/kubelet/pkg/apis: the well-known labels that kubelets set. */
const KUBELET_LABELS: ReadonlySet<string> = new Set([
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);

const within = (namespace: string, domain: string): boolean => namespace === domain || namespace.endsWith(`.${domain}`);

function isForbiddenLabel(label: string): boolean {
  const namespace = label.includes('/') ? label.slice(0, label.indexOf('/')) : '';
  if (within(namespace, RESTRICTED)) return true;
  if (!within(namespace, 'kubernetes.io') && !within(namespace, 'k8s.io')) return false;
  return (
    !KUBELET_LABELS.has(label) &&
    !within(namespace, 'kubelet.kubernetes.io') &&
    !within(namespace, 'node.kubernetes.io')
  );
}

type Labels = Readonly<Record<string, string | undefined>>;

function forbiddenLabels(now: Labels = {}, before: Labels = {}): string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  return names.filter((name) => now[name] !== before[name] && isForbiddenLabel(name)).sort(compareStrings);
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** One request of one kubelet; each part answers why it may not be, or nothing. */
class NodeRequest {
  constructor(
    private readonly attributes: AdmissionAttributes,
    private readonly node: string,
  ) {}

  refusal(): string | Status | undefined {
    const { api } = this.attributes.scope.rest;
    const { subresource } = this.attributes.scope;
    switch (api.group === '' ? api.resource : `${api.resource}.${api.group}`) {
      case 'pods':
        if (subresource === undefined) return this.pod();
        if (subresource === 'status') return this.podStatus();
        if (subresource === 'eviction') return this.eviction();
        return `unexpected pod subresource ${goQuote(subresource)}, only 'status' and 'eviction' are allowed`;
      case 'nodes':
        return this.nodeObject();
      case 'persistentvolumeclaims':
        return subresource === 'status' ? undefined : 'may only update PVC status';
      case 'serviceaccounts':
        return subresource === 'token' ? this.token() : undefined;
      case 'leases.coordination.k8s.io':
        if (this.attributes.scope.namespace !== LEASES)
          return `can only access leases in the "${LEASES}" system namespace`;
        return this.ownName('can only access node lease with the same name as the requesting node');
      case 'csinodes.storage.k8s.io':
        return this.ownName('can only access CSINode with the same name as the requesting node');
      default:
        return undefined;
    }
  }

  private get quoted(): string {
    return goQuote(this.node);
  }

  private ownName(why: string): string | undefined {
    return attributesName(this.attributes) === this.node ? undefined : why;
  }

  private pod(): string | Status | undefined {
    const { operation, old } = this.attributes;
    if (operation === 'CREATE') return this.mirrorPod();
    if (operation !== 'DELETE')
      return `unexpected operation ${goQuote(operation)}, node ${this.quoted} can only create and delete mirror pods`;
    return (old as Pod | undefined)?.spec.nodeName === this.node
      ? undefined
      : `node ${this.quoted} can only delete pods with spec.nodeName set to itself`;
  }

  private mirrorPod(): string | Status | undefined {
    const pod = this.attributes.object as unknown as Pod;
    const can = (what: string): string => `node ${this.quoted} can only create pods with ${what} set to itself`;
    const references = (what: string): string => `node ${this.quoted} can not create pods that reference ${what}`;
    if (pod.metadata.annotations?.[MIRROR] === undefined)
      return `pod does not have "${MIRROR}" annotation, node ${this.quoted} can only create mirror pods`;
    if (pod.spec.nodeName !== this.node) return can('spec.nodeName');
    const owners = pod.metadata.ownerReferences ?? [];
    if (owners.length > 1) return can('a single owner reference');
    if (owners.length === 0) return can('an owner reference');
    const [owner] = owners;
    if (owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== this.node)
      return can('an owner reference');
    if (owner.controller !== true) return can('a controller owner reference');
    if (owner.blockOwnerDeletion === true)
      return `node ${this.quoted} must not set blockOwnerDeletion on an owner reference`;
    const node = this.attributes.scope.server.store.get(NODES, undefined, this.node);
    if (!node) return notFound(NODES, this.node);
    if (owner.uid !== node.metadata.uid)
      return `node ${this.node} UID mismatch: expected ${owner.uid} got ${node.metadata.uid}`;
    if (pod.spec.serviceAccountName) return references('a service account');
    const { secrets, configMaps, claims } = podReferences(pod);
    if (secrets.size > 0) return references('secrets');
    if (configMaps.size > 0) return references('configmaps');
    return claims.size > 0 ? references('persistentvolumeclaims') : undefined;
  }

  private podStatus(): string | undefined {
    const { operation, object, old } = this.attributes;
    if (operation !== 'UPDATE') return `unexpected operation ${goQuote(operation)}`;
    if ((old as Pod | undefined)?.spec.nodeName !== this.node)
      return `node ${this.quoted} can only update pod status for pods with spec.nodeName set to itself`;
    const labels = (from: unknown): JsonValue => (from as Pod | undefined)?.metadata.labels ?? {};
    return jsonEqual(labels(object), labels(old))
      ? undefined
      : `node ${this.quoted} cannot update labels through pod status`;
  }

  private eviction(): string | Status | undefined {
    const { scope, operation } = this.attributes;
    if (operation !== 'CREATE') return `unexpected operation ${operation}`;
    const pod = scope.server.store.get(PODS, scope.namespace, scope.name);
    if (!pod) return notFound(PODS, scope.name);
    return pod.spec.nodeName === this.node
      ? undefined
      : `node ${this.node} can only evict pods with spec.nodeName set to itself`;
  }

  private nodeObject(): string | undefined {
    const { operation, object, old } = this.attributes;
    const requested = attributesName(this.attributes);
    if (requested !== this.node) return `node ${this.quoted} is not allowed to modify node ${goQuote(requested)}`;
    const now = object as unknown as Node | undefined;
    const before = old as Node | undefined;
    if (operation === 'CREATE') {
      const labels = forbiddenLabels(now?.metadata.labels);
      if (labels.length > 0)
        return `node ${this.quoted} is not allowed to set the following labels: ${labels.join(', ')}`;
    }
    if (operation !== 'UPDATE') return undefined;
    const taints = (from: Node | undefined): JsonValue => (from?.spec?.taints ?? []) as unknown as JsonValue;
    if (!jsonEqual(taints(now), taints(before))) return `node ${this.quoted} is not allowed to modify taints`;
    const labels = forbiddenLabels(now?.metadata.labels, before?.metadata.labels);
    return labels.length > 0 ? `is not allowed to modify labels: ${labels.join(', ')}` : undefined;
  }

  private token(): string | Status | undefined {
    const { scope, object } = this.attributes;
    const spec = isJsonObject(object?.spec) ? object.spec : {};
    const reference = isJsonObject(spec.boundObjectRef) ? spec.boundObjectRef : {};
    const [name, uid] = [textOf(reference.name), textOf(reference.uid)];
    if (reference.apiVersion !== 'v1' || reference.kind !== 'Pod' || name === '')
      return 'node requested token not bound to a pod';
    if (uid === '') return 'node requested token with a pod binding without a uid';
    const pod = scope.server.store.get(PODS, scope.namespace, name);
    if (!pod) return notFound(PODS, name);
    if (uid !== pod.metadata.uid)
      return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    if (pod.spec.nodeName !== this.node) return 'node requested token bound to a pod scheduled on a different node';
    const audiences = Array.isArray(spec.audiences) ? spec.audiences : [];
    if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
    const audience = textOf(audiences[0]);
    return projectedAudiences(pod).includes(audience)
      ? undefined
      : `audience ${goQuote(audience)} not found in pod spec volume`;
  }
}

/** The audiences for which a pod's volumes ask tokens; '' is the API server's own. */
function projectedAudiences(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? [])
    .flatMap(({ projected }) => projected?.sources ?? [])
    .flatMap(({ serviceAccountToken }) => (serviceAccountToken ? [serviceAccountToken.audience ?? ''] : []));
}

/** Keeps a kubelet to its own node and pods. */
export const nodeRestrictionAdmission = defineAdmission({
  name: 'NodeRestriction',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  mutate: (attributes) => {
    const { scope } = attributes;
    const node = nodeIdentity(scope.user);
    if (node === undefined) return undefined;
    const why =
      node === ''
        ? `could not determine node from user ${goQuote(scope.user.username)}`
        : new NodeRequest(attributes, node).refusal();
    return typeof why === 'string' ? forbidden(scope.rest.api, attributesName(attributes), why) : why;
  },
});
