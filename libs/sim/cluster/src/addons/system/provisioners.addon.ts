import { defineAddon, type ManifestObject } from '../addon.js';
import { configMap, namespaceObject, serviceAccount, simpleDeployment } from './daemon-set.js';

const CONFIG = '{"nodePathMap":[{"node":"DEFAULT_PATH_FOR_NON_LISTED_NODES","paths":["/var/local-path-provisioner"]}]}';

function localPath(namespace: string, image: string, labels: Readonly<Record<string, string>>): ManifestObject[] {
  return [
    serviceAccount('local-path-provisioner-service-account', namespace),
    configMap('local-path-config', namespace, { 'config.json': CONFIG }),
    simpleDeployment(
      'local-path-provisioner',
      namespace,
      labels,
      { name: 'local-path-provisioner', image, imagePullPolicy: 'IfNotPresent' },
      {
        serviceAccountName: 'local-path-provisioner-service-account',
        tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
      },
    ),
  ];
}

/** kind's provisioner in its own namespace; the cluster's own controller makes the volumes. */
export const localPathStorageAddon = defineAddon({
  name: 'local-path-storage',
  objects: () => [
    namespaceObject('local-path-storage'),
    ...localPath('local-path-storage', 'docker.io/kindest/local-path-provisioner:v20250214-acbabc1a', {
      app: 'local-path-provisioner',
    }),
  ],
});

/** k3s' provisioner, in kube-system. */
export const k3sLocalPathAddon = defineAddon({
  name: 'k3s-local-path',
  objects: () => localPath('kube-system', 'rancher/local-path-provisioner:v0.0.32', { app: 'local-path-provisioner' }),
});

/** minikube's storage-provisioner: a pod of its own. */
export const storageProvisionerAddon = defineAddon({
  name: 'storage-provisioner',
  objects: () => [
    serviceAccount('storage-provisioner', 'kube-system'),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'storage-provisioner',
        namespace: 'kube-system',
        labels: { 'integration-test': 'storage-provisioner', 'addonmanager.kubernetes.io/mode': 'Reconcile' },
      },
      spec: {
        containers: [
          {
            name: 'storage-provisioner',
            image: 'gcr.io/k8s-minikube/storage-provisioner:v5',
            imagePullPolicy: 'IfNotPresent',
            command: ['/storage-provisioner'],
          },
        ],
        hostNetwork: true,
        serviceAccountName: 'storage-provisioner',
      },
    },
  ],
});
