import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import type { Draft, RequestScope } from '../request/request-scope.js';
import type { Reinvocation } from './reinvocation.js';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What a plugin is asked about. `object` is mutable while mutating; absent for DELETE. */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly scope: RequestScope;
  readonly object: Draft | undefined;
  readonly old: KubeObject | undefined;
  /** Set while mutating. */
  readonly reinvocation?: Reinvocation;
}

/** One plugin of the admission chain; it returns a Status to refuse, nothing to let pass. */
export interface AdmissionPlugin {
  /** As in kube-apiserver's --enable-admission-plugins. */
  readonly name: string;
  readonly operations: readonly AdmissionOperation[];
  /** All that it looks at, as `group/resource` or `group/resource/subresource`; anything where absent. */
  readonly resources?: readonly string[];
  readonly mutate?: (attributes: AdmissionAttributes) => Status | undefined;
  readonly validate?: (attributes: AdmissionAttributes) => Status | undefined;
}

export const defineAdmission = (plugin: AdmissionPlugin): AdmissionPlugin => plugin;

/** `resource` in group `group`, whatever the version; a subresource only when it is named. */
export function concerns(
  attributes: AdmissionAttributes,
  group: string,
  resource: string,
  subresource?: string,
): boolean {
  const { api } = attributes.scope.rest;
  return api.group === group && api.resource === resource && attributes.scope.subresource === subresource;
}

/** Turns the object on its way into another, in place. */
export function replaceObject(object: Draft, next: Draft): void {
  for (const key of Object.keys(object)) Reflect.deleteProperty(object, key);
  Object.assign(object, next);
}

/** The configuration of admission itself, which neither webhooks nor policies are asked about (predicates/rules). */
export const isAdmissionConfiguration = ({ group }: { readonly group: string }): boolean =>
  group === 'admissionregistration.k8s.io';

/** The name that refusals show: of the request, else of the object. */
export function attributesName({ scope, object, old }: AdmissionAttributes): string {
  if (scope.name !== '') return scope.name;
  const metadata = object?.metadata ?? old?.metadata;
  const name = metadata?.name ?? metadata?.generateName;
  return typeof name === 'string' && name !== '' ? name : 'Unknown';
}
