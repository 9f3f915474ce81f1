import type { ManifestObject } from '../addon.js';
import { ADMISSION, NAME, NAMESPACE, RBAC, type Release } from './release.js';

const rule = (apiGroups: string[], resources: string[], verbs: string[], resourceNames?: string[]) => ({
  apiGroups,
  ...(resourceNames && { resourceNames }),
  resources,
  verbs,
});
const WATCH = ['get', 'list', 'watch'];

/** What the controller and the certificate's jobs may do. */
export function roleObjects(release: Release): ManifestObject[] {
  const role = (kind: string, name: string, component: string | undefined, rules: unknown[]): ManifestObject => ({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: release.meta(name, component, kind === 'Role'),
    rules,
  });
  const binding = (kind: string, of: string, name: string, component?: string): ManifestObject => ({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: release.meta(name, component, kind === 'RoleBinding'),
    roleRef: { apiGroup: RBAC, kind: of, name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
  });
  const common = [
    rule(['networking.k8s.io'], ['ingresses'], WATCH),
    rule(['networking.k8s.io'], ['ingresses/status'], ['update']),
    rule(['networking.k8s.io'], ['ingressclasses'], WATCH),
  ];
  const slices = rule(['discovery.k8s.io'], ['endpointslices'], ['list', 'watch', 'get']);
  const webhook = 'admission-webhook';
  return [
    role('Role', NAME, 'controller', [
      rule([''], ['namespaces'], ['get']),
      rule([''], ['configmaps', 'pods', 'secrets', 'endpoints'], WATCH),
      rule([''], ['services'], WATCH),
      ...common,
      rule(['coordination.k8s.io'], ['leases'], ['get', 'update'], ['ingress-nginx-leader']),
      rule(['coordination.k8s.io'], ['leases'], ['create']),
      rule([''], ['events'], ['create', 'patch']),
      slices,
    ]),
    role('Role', ADMISSION, webhook, [rule([''], ['secrets'], ['get', 'create'])]),
    role('ClusterRole', NAME, undefined, [
      rule([''], ['configmaps', 'endpoints', 'nodes', 'pods', 'secrets', 'namespaces'], ['list', 'watch']),
      rule(['coordination.k8s.io'], ['leases'], ['list', 'watch']),
      rule([''], ['nodes'], ['get']),
      rule([''], ['services'], WATCH),
      common[0],
      rule([''], ['events'], ['create', 'patch']),
      common[1],
      common[2],
      slices,
    ]),
    role('ClusterRole', ADMISSION, webhook, [
      rule(['admissionregistration.k8s.io'], ['validatingwebhookconfigurations'], ['get', 'update']),
    ]),
    binding('RoleBinding', 'Role', NAME, 'controller'),
    binding('RoleBinding', 'Role', ADMISSION, webhook),
    binding('ClusterRoleBinding', 'ClusterRole', NAME),
    binding('ClusterRoleBinding', 'ClusterRole', ADMISSION, webhook),
  ];
}
