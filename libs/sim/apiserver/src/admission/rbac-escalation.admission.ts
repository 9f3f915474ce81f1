import type { JsonObject } from '@seatrial/kernel';
import { refusesEscalation, type RbacWrite } from '../authorization/escalation.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission } from './admission.js';

const RESOURCES: ReadonlySet<string> = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings']);

/** Nobody grants more than they hold (pkg/registry/rbac/.../policybased: a check before the object's validation, not a plugin of its own). */
export const rbacEscalationAdmission = defineAdmission({
  name: 'policybased',
  operations: ['CREATE', 'UPDATE'],
  resources: [
    'rbac.authorization.k8s.io/clusterrolebindings',
    'rbac.authorization.k8s.io/clusterroles',
    'rbac.authorization.k8s.io/rolebindings',
    'rbac.authorization.k8s.io/roles',
  ],
  mutate: (attributes) => {
    const { scope, object, old } = attributes;
    const { api } = scope.rest;
    if (scope.trusted || api.group !== 'rbac.authorization.k8s.io' || !RESOURCES.has(api.resource) || !object)
      return undefined;
    const name = attributesName(attributes);
    const why = refusesEscalation(scope.server.store, scope.user, {
      resource: api.resource as RbacWrite['resource'],
      namespace: scope.namespace,
      name,
      object,
      old: old as unknown as JsonObject | undefined,
    });
    if (why === undefined) return undefined;
    if (typeof why !== 'string') return why;
    return forbidden(api, name, why);
  },
});
