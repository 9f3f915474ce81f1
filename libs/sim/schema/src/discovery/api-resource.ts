/** A subresource (`scale`, `status`, `log`…) and what it answers with. */
export interface ApiSubresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** One resource of one group version, as discovery lists it. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  /** The plural name, as in URLs. */
  readonly resource: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly ApiSubresource[];
}

/** `deployments.apps`, or `pods` in the core group. */
export function groupResourceName(resource: { readonly group: string; readonly resource: string }): string {
  return resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`;
}

/** `Deployment.apps`, or `Pod` in the core group: how Status errors of a kind name it. */
export function groupKindName(kind: { readonly group: string; readonly kind: string }): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
}

/** A group's versions, the preferred one first. */
export interface ApiGroup {
  readonly name: string;
  readonly versions: readonly ApiGroupVersion[];
}

export interface ApiGroupVersion {
  readonly version: string;
  readonly resources: readonly ApiResource[];
}
