import { parseFieldSelector } from '@seatrial/schema';
import type { Pod } from '../contract/object.js';
import type { UserInfo } from '../contract/request.js';
import { CLUSTER_ROLES, PERSISTENT_VOLUME_CLAIMS, PODS, VOLUME_ATTACHMENTS } from '../contract/resource.js';
import type { ObjectReader } from '../contract/store.js';
import { nodeIdentity } from './node-identity.js';
import { podReferences, type PodReferences } from './pod-references.js';
import { ruleAllows, type ResourceAction } from './policy-rule.js';

/* The node authorizer (k8s.io/kubernetes/plugin/pkg/auth/authorizer/node, v1.35). */

const MIRROR = 'kubernetes.io/config.mirror';
const LEASES = 'kube-node-lease';

/** What a kubelet asks for. */
export interface NodeRequest extends ResourceAction {
  readonly namespace: string | undefined;
  readonly fieldSelector: string | undefined;
}

/** `''` allows; any other text is why it has no opinion; undefined is no opinion without a reason. */
type Decision = string | undefined;

const ALLOWED = '';

class NodeDecision {
  constructor(
    private readonly store: ObjectReader,
    private readonly node: string,
    private readonly request: NodeRequest,
  ) {}

  decide(): Decision {
    const { group, resource, subresource } = this.request;
    switch (group === '' ? resource : `${resource}.${group}`) {
      case 'secrets':
        return this.readNamespaced(({ secrets }) => secrets);
      case 'configmaps':
        return this.readNamespaced(({ configMaps }) => configMaps);
      case 'persistentvolumeclaims':
        return subresource === 'status' ? this.claimStatus() : this.getOne(() => this.hasClaim(this.name));
      case 'persistentvolumes':
        return this.getOne(() => this.hasVolume());
      case 'resourceclaims.resource.k8s.io':
        return this.getOne(() => false);
      case 'volumeattachments.storage.k8s.io':
        return this.getOne(() => this.store.get(VOLUME_ATTACHMENTS, undefined, this.name)?.spec.nodeName === this.node);
      case 'serviceaccounts':
        return this.serviceAccount();
      case 'leases.coordination.k8s.io':
        return this.lease();
      case 'csinodes.storage.k8s.io':
        return this.csiNode();
      case 'nodes':
        return this.nodeObject();
      case 'pods':
        return this.pod();
      default:
        return this.byRules();
    }
  }

  private get name(): string {
    return this.request.name ?? '';
  }

  private get pods(): readonly Pod[] {
    const own = this.store.list(PODS).filter(({ spec }) => spec.nodeName === this.node);
    return own.filter(({ metadata }) => metadata.annotations?.[MIRROR] === undefined);
  }

  private related(found: boolean): Decision {
    return found ? ALLOWED : `no relationship found between node '${this.node}' and this object`;
  }

  private named(found: () => boolean): Decision {
    return this.name === '' ? 'No Object name found' : this.related(found());
  }

  private getOne(found: () => boolean): Decision {
    if (this.request.verb !== 'get') return 'can only get individual resources of this type';
    if (this.request.subresource) return 'cannot get subresource';
    return this.named(found);
  }

  private readNamespaced(names: (references: PodReferences) => ReadonlySet<string>): Decision {
    const { verb, subresource, namespace } = this.request;
    if (!['get', 'list', 'watch'].includes(verb)) return 'can only read resources of this type';
    if (subresource) return 'cannot read subresource';
    if (!namespace) return 'can only read namespaced object of this type';
    return this.named(() =>
      this.pods.some((pod) => pod.metadata.namespace === namespace && names(podReferences(pod)).has(this.name)),
    );
  }

  private hasClaim(name: string): boolean {
    const { namespace } = this.request;
    return this.pods.some((pod) => pod.metadata.namespace === namespace && podReferences(pod).claims.has(name));
  }

  private hasVolume(): boolean {
    return this.pods.some((pod) => {
      const { namespace } = pod.metadata;
      return [...podReferences(pod).claims].some(
        (claim) => this.store.get(PERSISTENT_VOLUME_CLAIMS, namespace, claim)?.spec?.volumeName === this.name,
      );
    });
  }

  private claimStatus(): Decision {
    if (!['update', 'patch'].includes(this.request.verb)) return 'can only get/update/patch this type';
    return this.named(() => this.hasClaim(this.name));
  }

  private serviceAccount(): Decision {
    const { verb, subresource, namespace } = this.request;
    const uses = (): boolean =>
      this.pods.some((pod) => pod.metadata.namespace === namespace && pod.spec.serviceAccountName === this.name);
    if (verb === 'get' && !subresource) return this.named(uses);
    if (verb !== 'create' || this.name === '') return 'can only create tokens for individual service accounts';
    if (subresource !== 'token') return 'can only create token subresource of serviceaccount';
    return this.related(uses());
  }

  private lease(): Decision {
    const { verb, namespace } = this.request;
    if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb))
      return 'can only get, create, update, patch, or delete a node lease';
    if (namespace !== LEASES) return `can only access leases in the "${LEASES}" system namespace`;
    if (verb !== 'create' && this.name !== this.node)
      return 'can only access node lease with the same name as the requesting node';
    return ALLOWED;
  }

  private csiNode(): Decision {
    const { verb, subresource } = this.request;
    if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb))
      return 'can only get, create, update, patch, or delete a CSINode';
    if (subresource) return 'cannot authorize CSINode subresources';
    if (verb !== 'create' && this.name !== this.node)
      return 'can only access CSINode with the same name as the requesting node';
    return ALLOWED;
  }

  private nodeObject(): Decision {
    const { verb, subresource } = this.request;
    if (subresource === 'status') return ['update', 'patch'].includes(verb) ? ALLOWED : undefined;
    if (subresource) return undefined;
    if (['create', 'update', 'patch'].includes(verb)) return ALLOWED;
    if (!['get', 'list', 'watch'].includes(verb)) return undefined;
    if (this.name === this.node) return ALLOWED;
    return this.name === ''
      ? `node '${this.node}' cannot read all nodes, only its own Node object`
      : `node '${this.node}' cannot read '${this.name}', only its own Node object`;
  }

  private pod(): Decision {
    const { verb, subresource, namespace } = this.request;
    const bound = (): boolean => this.store.get(PODS, namespace, this.name)?.spec.nodeName === this.node;
    if (subresource === 'status') return ['update', 'patch'].includes(verb) ? ALLOWED : undefined;
    if (subresource === 'eviction') return verb === 'create' ? ALLOWED : undefined;
    if (subresource) return undefined;
    if (verb === 'get') return this.getOne(bound);
    if (verb === 'create' || verb === 'delete') return ALLOWED;
    if (verb !== 'list' && verb !== 'watch') return undefined;
    if (this.selects('spec.nodeName')) return ALLOWED;
    return this.name === '' ? 'can only list/watch pods with spec.nodeName field selector' : this.named(bound);
  }

  /** Whether the field selector narrows the request to what is this node's. */
  private selects(field: string): boolean {
    const selector = parseFieldSelector(this.request.fieldSelector ?? '');
    return (
      selector.ok &&
      selector.value.some(
        ({ field: name, operator, value }) => name === field && operator === '=' && value === this.node,
      )
    );
  }

  private byRules(): Decision {
    const rules = this.store.get(CLUSTER_ROLES, undefined, 'system:node')?.rules ?? [];
    return rules.some((rule) => ruleAllows(rule, this.request)) ? ALLOWED : undefined;
  }
}

/** Whether a kubelet may do what it asks for, and else why not; no opinion about other users. */
export function authorizeNode(
  store: ObjectReader,
  user: UserInfo,
  request: NodeRequest,
): { readonly allowed: boolean; readonly reason: string } {
  const node = nodeIdentity(user);
  if (node === undefined) return { allowed: false, reason: '' };
  if (node === '') return { allowed: false, reason: `unknown node for user ${JSON.stringify(user.username)}` };
  const decision = new NodeDecision(store, node, request).decide();
  return { allowed: decision === ALLOWED, reason: decision ?? '' };
}
