import type { ManifestObject } from '../addon.js';

/** What the DaemonSets of installers have in common: on every node, on its own network. */
export interface NodeDaemon {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly container?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly more?: readonly Record<string, unknown>[];
  readonly initContainers?: readonly Record<string, unknown>[];
  readonly resources?: Record<string, unknown>;
  readonly serviceAccountName?: string;
}

/** A DaemonSet of host-network pods that tolerate everything. */
export function nodeDaemon(daemon: NodeDaemon): ManifestObject {
  const { name, namespace, labels, image, command, args, more = [], initContainers, resources } = daemon;
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate' },
      template: {
        metadata: { labels },
        spec: {
          ...(initContainers && { initContainers }),
          containers: [
            {
              name: daemon.container ?? name,
              image,
              imagePullPolicy: 'IfNotPresent',
              ...(command && { command }),
              ...(args && { args }),
              ...(resources && { resources }),
              env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
              securityContext: { privileged: true },
            },
            ...more,
          ],
          hostNetwork: true,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          priorityClassName: 'system-node-critical',
          serviceAccountName: daemon.serviceAccountName ?? name,
          tolerations: [{ operator: 'Exists' }],
        },
      },
    },
  };
}

export const serviceAccount = (name: string, namespace: string): ManifestObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
});

export const namespaceObject = (name: string, labels?: Readonly<Record<string, string>>): ManifestObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...(labels && { labels }) },
});

export const configMap = (name: string, namespace: string, data: Readonly<Record<string, string>>): ManifestObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

/** A role for all of the cluster with the binding of a service account to it. */
export function clusterRole(
  name: string,
  namespace: string,
  rules: readonly unknown[],
  account = name,
): ManifestObject[] {
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ];
}

/** A Deployment of one container. */
export function simpleDeployment(
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  container: Record<string, unknown>,
  pod: Record<string, unknown> = {},
): ManifestObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], ...pod } },
    },
  };
}
