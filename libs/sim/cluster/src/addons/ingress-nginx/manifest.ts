import type { ManifestObject } from '../addon.js';
import { admissionService, certificateJob, webhook } from './admission-objects.js';
import { controllerService, deployment } from './controller-objects.js';
import { ADMISSION, NAME, NAMESPACE, Release, type IngressNginxProvider } from './release.js';
import { roleObjects } from './role-objects.js';

export const DEFAULT_VERSION = 'v1.14.0';

/** The manifest of a release of ingress-nginx, its objects in the published order. */
export function ingressNginxManifest(provider: IngressNginxProvider, version = DEFAULT_VERSION): ManifestObject[] {
  const release = new Release(version, provider);
  const account = (name: string, component: string): ManifestObject => ({
    apiVersion: 'v1',
    automountServiceAccountToken: true,
    kind: 'ServiceAccount',
    metadata: release.meta(name, component),
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { labels: { 'app.kubernetes.io/instance': NAME, 'app.kubernetes.io/name': NAME }, name: NAMESPACE },
    },
    account(NAME, 'controller'),
    account(ADMISSION, 'admission-webhook'),
    ...roleObjects(release),
    {
      apiVersion: 'v1',
      ...(provider === 'minikube' && { data: { hsts: 'false' } }),
      kind: 'ConfigMap',
      metadata: release.meta('ingress-nginx-controller', 'controller'),
    },
    controllerService(release),
    admissionService(release),
    deployment(release),
    certificateJob(release, 'create', [
      '--host=ingress-nginx-controller-admission,ingress-nginx-controller-admission.$(POD_NAMESPACE).svc',
      '--namespace=$(POD_NAMESPACE)',
      `--secret-name=${ADMISSION}`,
    ]),
    certificateJob(release, 'patch', [
      `--webhook-name=${ADMISSION}`,
      '--namespace=$(POD_NAMESPACE)',
      '--patch-mutating=false',
      `--secret-name=${ADMISSION}`,
      '--patch-failure-policy=Fail',
    ]),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: {
        ...(provider === 'minikube' && { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }),
        ...(release.meta('nginx', 'controller', false) as ManifestObject['metadata']),
      },
      spec: { controller: 'k8s.io/ingress-nginx' },
    },
    webhook(release),
  ];
}
