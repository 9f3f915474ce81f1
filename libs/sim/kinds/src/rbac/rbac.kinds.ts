import { defineKind, type KindDefinition, type KubeObject } from '@seatrial/apiserver';
import type * as rbac from 'kubernetes-types/rbac/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { RBAC_GROUP, defaultBinding, validateBinding, validateBindingUpdate, validateRole } from './role.validation.js';

function roleKind(resource: string, kind: string, namespaced: boolean): KindDefinition {
  return defineKind({
    group: RBAC_GROUP,
    version: 'v1',
    resource,
    kind,
    generation: false,
    nameRule: 'path-segment',
    defaults: (draft) => {
      draft.rules ??= null;
    },
    validate: (object) => validateRole(object, namespaced),
    validateUpdate: (object) => validateRole(object, namespaced),
    table: {
      columns: columnsOf(`${RBAC_GROUP}/v1`, resource),
      cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
    },
  });
}

const names = (binding: rbac.RoleBinding, kind: string): string =>
  (binding.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map((subject) => (kind === 'ServiceAccount' ? `${subject.namespace ?? ''}/${subject.name}` : subject.name))
    .join(', ');

function bindingCells(object: KubeObject, now: number): readonly unknown[] {
  const binding = draftAs<rbac.RoleBinding>(object);
  return [
    binding.metadata?.name,
    `${binding.roleRef.kind}/${binding.roleRef.name}`,
    ageCell(binding.metadata?.creationTimestamp, now),
    names(binding, 'User'),
    names(binding, 'Group'),
    names(binding, 'ServiceAccount'),
  ];
}

function bindingKind(resource: string, kind: string, namespaced: boolean): KindDefinition {
  return defineKind({
    group: RBAC_GROUP,
    version: 'v1',
    resource,
    kind,
    generation: false,
    nameRule: 'path-segment',
    defaults: (draft) => defaultBinding(draftAs<rbac.RoleBinding>(draft)),
    validate: (object) => validateBinding(object, namespaced),
    validateUpdate: (object, old) => validateBindingUpdate(object, old, namespaced),
    table: { columns: columnsOf(`${RBAC_GROUP}/v1`, resource), cells: bindingCells },
  });
}

/** Roles and their bindings (k8s.io/kubernetes/pkg/registry/rbac, v1.35). */
export const roleKinds: readonly KindDefinition[] = [
  roleKind('roles', 'Role', true),
  roleKind('clusterroles', 'ClusterRole', false),
  bindingKind('rolebindings', 'RoleBinding', true),
  bindingKind('clusterrolebindings', 'ClusterRoleBinding', false),
];
