import { findProfile } from '@seatrial/cluster';
import { declareImage, type DeclaredImage } from '@seatrial/images';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const IMAGE: DeclaredImage = {
  name: 'course/gatekeeper',
  tags: ['1.0'],
  listens: [
    {
      port: 8443,
      certificateFile: '/certs/tls.crt',
      routes: {
        '/validate': {
          admission: {
            deny: [
              {
                when: "object != null && object.spec.containers.exists(c, c.image.endsWith(':latest'))",
                messageExpression: "'pod ' + object.metadata.name + ' uses :latest'",
                code: 403,
              },
            ],
            warn: [{ when: 'object != null && !has(object.metadata.labels)', message: 'pods should have labels' }],
          },
        },
        '/mutate': {
          admission: {
            patch: [
              {
                when: "!has(object.metadata.labels) || !('team' in object.metadata.labels)",
                expression: "[{'op': 'add', 'path': '/metadata/labels/team', 'value': request.namespace}]",
              },
            ],
          },
        },
        '/slow': { admission: {}, delayMs: 4000 },
      },
    },
  ],
};

const DEPLOY = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: gatekeeper, namespace: hooks, labels: {app: gatekeeper}}
spec:
  replicas: 1
  selector: {matchLabels: {app: gatekeeper}}
  template:
    metadata: {labels: {app: gatekeeper}}
    spec:
      containers:
      - name: hook
        image: course/gatekeeper:1.0
        volumeMounts: [{name: certs, mountPath: /certs}]
      volumes: [{name: certs, secret: {secretName: hook-tls}}]
---
apiVersion: v1
kind: Service
metadata: {name: gatekeeper, namespace: hooks}
spec:
  selector: {app: gatekeeper}
  ports: [{port: 443, targetPort: 8443}]
`;

const hook = (kind: string, path: string, more = '') => `
apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}WebhookConfiguration
metadata: {name: ${path}}
webhooks:
- name: ${path}.example.com
  clientConfig:
    service: {name: gatekeeper, namespace: hooks, path: /${path}}
    caBundle: CA
  rules: [{apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"]}]
  namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [hooks, kube-system]}]}
  admissionReviewVersions: [v1]
  sideEffects: None
${more}`;

const CERTIFICATES = [
  'openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=course-ca -days 30 2>/dev/null',
  'openssl req -newkey rsa:2048 -nodes -keyout tls.key -out tls.csr -subj /CN=gatekeeper -addext subjectAltName=DNS:gatekeeper.hooks.svc 2>/dev/null',
  'openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -out tls.crt -days 30 2>/dev/null',
];

function start() {
  const image = declareImage(IMAGE);
  const profile = findProfile('kubeadm');
  if (!image || !profile) throw new Error('no image or profile');
  const files = {
    'deploy.yaml': DEPLOY,
    'validate.yaml': hook('Validating', 'validate'),
    'mutate.yaml': hook('Mutating', 'mutate'),
    'slow.yaml': hook('Validating', 'slow', '  timeoutSeconds: 3\n'),
    'ignored.yaml': hook('Validating', 'slow', '  timeoutSeconds: 3\n  failurePolicy: Ignore\n'),
    'later.yaml': hook(
      'Validating',
      'validate',
      '  matchConditions: [{name: app, expression: "object.metadata.name == \'chosen\'"}]\n',
    ),
  };
  const workstation = openWorkstation({ profile, seed: 'hooks', images: [image], files });
  const run = (script: string): string => {
    const { stdout, stderr } = workstation.run(script);
    workstation.settle();
    return stdout + stderr;
  };
  for (const script of CERTIFICATES) run(script);
  run('kubectl create namespace hooks; kubectl create namespace web');
  run('kubectl create secret tls hook-tls -n hooks --cert=tls.crt --key=tls.key; kubectl apply -f deploy.yaml');
  const apply = (file: string) => run(`sed "s/CA$/$(base64 -w0 < ca.crt)/" ${file} | kubectl apply -f -`);
  return { run, apply };
}

const POST = 'failed to call webhook: Post "https://gatekeeper.hooks.svc:443';
const internal = (name: string, why: string) =>
  `Error from server (InternalError): Internal error occurred: failed calling webhook "${name}.example.com": ${why}\n`;

describe('admission webhooks', () => {
  it('refuse, warn about and change objects, over the network and with TLS', () => {
    const { run, apply } = start();
    apply('validate.yaml');
    const denied = 'admission webhook "validate.example.com" denied the request: pod';
    expect(run('kubectl run web -n web --image=nginx:latest')).toBe(`Error from server: ${denied} web uses :latest\n`);
    expect(run('kubectl run web -n web --image=nginx:1.25 --dry-run=server')).toBe(
      'pod/web created (server dry run)\n',
    );
    run('kubectl create deployment bad -n web --image=nginx:latest');
    expect(run('kubectl events -n web --for rs/$(kubectl get rs -n web -o name | cut -d/ -f2)')).toContain(denied);
    apply('mutate.yaml');
    expect(run('kubectl run changed -n web --image=nginx:1.25')).toBe('pod/changed created\n');
    expect(run('kubectl get pod changed -n web --show-labels')).toContain('run=changed,team=web');
  });

  it('that cannot be asked follow their failure policy', () => {
    const { run, apply } = start();
    const create = (): string => run('kubectl run web -n web --image=nginx:1.25');
    apply('slow.yaml');
    const timed = 'a=$(date +%s); kubectl run web -n web --image=nginx:1.25; echo $(( $(date +%s) - a ))';
    expect(run(timed)).toBe(`3\n${internal('slow', `${POST}/slow?timeout=3s": context deadline exceeded`)}`);
    apply('ignored.yaml');
    expect(run(timed)).toBe('pod/web created\n3\n');
    apply('validate.yaml');
    run('kubectl delete pod web -n web --force --grace-period=0');
    run('kubectl scale deployment gatekeeper -n hooks --replicas=0');
    const address = run('kubectl get service gatekeeper -n hooks -o jsonpath={.spec.clusterIP}');
    const refused = `dial tcp ${address}:443: connect: connection refused`;
    expect(create()).toBe(internal('validate', `${POST}/validate?timeout=10s": ${refused}`));
    run('kubectl delete service gatekeeper -n hooks');
    expect(create()).toBe(internal('validate', `${POST}/validate?timeout=10s": service "gatekeeper" not found`));
    apply('later.yaml');
    expect(create()).toBe('pod/web created\n');
    expect(run('kubectl run chosen -n web --image=nginx:1.25')).toContain('service "gatekeeper" not found');
  });

  it('must show a certificate that their configuration trusts', () => {
    const { run } = start();
    run('sed s/CA$/$(base64 -w0 < tls.crt)/ validate.yaml | kubectl apply -f -');
    expect(run('kubectl run web -n web --image=nginx:1.25')).toContain(
      '/validate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    );
  });
});
