import type { ManifestObject } from '../addon.js';
import { ADMISSION, NAMESPACE, selector, type Release } from './release.js';

/** The release of kube-webhook-certgen. */
const CERTGEN = 'v1.6.4';

/** What the API server asks about ingresses. */
export function admissionService(release: Release): ManifestObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: release.meta('ingress-nginx-controller-admission', 'controller'),
    spec: {
      ports: [{ appProtocol: 'https', name: 'https-webhook', port: 443, targetPort: 'webhook' }],
      selector: selector('controller'),
      type: 'ClusterIP',
    },
  };
}

/** The job that makes the certificate of the webhook, and the one that tells the webhook of it. */
export function certificateJob(release: Release, what: 'create' | 'patch', args: readonly string[]): ManifestObject {
  const name = `${ADMISSION}-${what}`;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: release.meta(name, 'admission-webhook'),
    spec: {
      template: {
        metadata: { labels: release.labels('admission-webhook'), name },
        spec: {
          automountServiceAccountToken: true,
          containers: [
            {
              args: [what, ...args],
              env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
              image: release.image('kube-webhook-certgen', CERTGEN),
              imagePullPolicy: 'IfNotPresent',
              name: what,
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
                runAsGroup: 65532,
                runAsNonRoot: true,
                runAsUser: 65532,
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          restartPolicy: 'OnFailure',
          serviceAccountName: ADMISSION,
        },
      },
      ...(release.provider !== 'minikube' && { ttlSecondsAfterFinished: 0 }),
    },
  };
}

/** The webhook that looks at every ingress. */
export function webhook(release: Release): ManifestObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: release.meta(ADMISSION, 'admission-webhook', false),
    webhooks: [
      {
        admissionReviewVersions: ['v1'],
        clientConfig: {
          service: {
            name: 'ingress-nginx-controller-admission',
            namespace: NAMESPACE,
            path: '/networking/v1/ingresses',
            port: 443,
          },
        },
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        name: 'validate.nginx.ingress.kubernetes.io',
        rules: [
          {
            apiGroups: ['networking.k8s.io'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['ingresses'],
          },
        ],
        sideEffects: 'None',
      },
    ],
  };
}
