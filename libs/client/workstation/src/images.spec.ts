import { recordedProfile } from '@seatrial/cluster';
import { declareImage, type DeclaredImage } from '@seatrial/images';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const LOCK = { username: 'ana', password: 's3cret' };
const declared: readonly DeclaredImage[] = [
  {
    name: 'registry.example.com/team/app',
    tags: ['1'],
    private: LOCK,
    listens: [{ port: 80, routes: { '*': { body: 'app\n' } } }],
  },
  { name: 'acme/hub', tags: ['1'], private: LOCK, listens: [{ port: 80, routes: { '*': { body: 'hub\n' } } }] },
  { name: 'course/leak', tags: ['1'], memory: { bytes: 30_000_000, growBytesPerSecond: 10_000_000 } },
  {
    name: 'course/caller',
    tags: ['1'],
    calls: [{ url: 'http://$TARGET/x', everyMs: 5000, log: 'got $STATUS: $BODY' }],
  },
  {
    name: 'course/front',
    tags: ['1'],
    requires: [{ env: 'TARGET', message: 'TARGET is not set', exitCode: 2 }],
    startDelayMs: 8000,
    listens: [{ port: 80, routes: { '*': { proxies: 'http://$TARGET' } } }],
  },
];

function open() {
  const workstation = openWorkstation({
    profile: recordedProfile,
    seed: 'images',
    files: {},
    images: declared.map((image) => declareImage(image)!),
  });
  const { simulation } = workstation.cluster;
  return {
    run: (script: string) => {
      const { stdout, stderr } = workstation.run(script);
      workstation.settle();
      return stdout + stderr;
    },
    wait: (seconds: number) => {
      simulation.runUntil(simulation.now() + seconds * 1000);
    },
  };
}

const secret = (name: string, server: string, password: string) =>
  `kubectl create secret docker-registry ${name} ${server === '' ? '' : `--docker-server=${server}`} --docker-username=ana --docker-password=${password}`;
const pod = (name: string, image: string, pullSecret?: string) =>
  `kubectl run ${name} --image=${image} ${pullSecret === undefined ? '' : `--overrides='{"spec":{"imagePullSecrets":[{"name":"${pullSecret}"}]}}'`}`;

describe('private registries', () => {
  const { run } = open();
  run(secret('good', 'registry.example.com', LOCK.password));
  run(secret('bad', 'registry.example.com', 'wrong'));
  run(secret('hub', '', LOCK.password));
  run(secret('hub-bad', '', 'wrong'));

  it.each([
    [
      'registry.example.com/team/app:1',
      undefined,
      'pulling from host registry.example.com failed with status code [manifests 1]: 401 Unauthorized',
    ],
    [
      'registry.example.com/team/app:1',
      'bad',
      'pulling from host registry.example.com failed with status code [manifests 1]: 401 Unauthorized',
    ],
    [
      'acme/hub:1',
      undefined,
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    ['acme/hub:1', 'hub-bad', 'failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized'],
    [
      'acme/hub:1',
      'nosuch',
      'Unable to retrieve some image pull secrets (nosuch); attempting to pull the image may not succeed.',
    ],
  ] as const)('%s with the secret %s is refused', (image, pullSecret, message) => {
    const name = `refused-${pullSecret ?? 'none'}-${image.split('/').at(-1)!.split(':')[0]}`;
    run(pod(name, image, pullSecret));
    expect(run(`kubectl get pod ${name} --no-headers`)).toMatch(/0\/1 +(ImagePullBackOff|ErrImagePull) /);
    expect(run(`kubectl describe pod ${name}`)).toContain(message);
  });

  it.each([
    ['registry.example.com/team/app:1', 'good'],
    ['acme/hub:1', 'hub'],
  ])('%s with the secret %s runs', (image, pullSecret) => {
    run(pod(`runs-${pullSecret}`, image, pullSecret));
    expect(run(`kubectl get pod runs-${pullSecret} --no-headers`)).toMatch(/1\/1 +Running /);
  });

  it('docker says it in its own words', () => {
    expect(run('docker pull registry.example.com/team/app:1')).toMatch(
      /Error response from daemon: Head "https:\/\/registry\.example\.com\/v2\/team\/app\/manifests\/1": no basic auth credentials\n/,
    );
  });
});

describe('declared behaviour', () => {
  it('leaks memory until it is killed', () => {
    const { run, wait } = open();
    run(
      `kubectl run leak --image=course/leak:1 --overrides='{"spec":{"containers":[{"name":"leak","image":"course/leak:1","resources":{"limits":{"memory":"64Mi"}}}]}}'`,
    );
    wait(20);
    expect(
      run(
        "kubectl get pod leak -o jsonpath='{.status.containerStatuses[0].lastState.terminated.reason} {.status.containerStatuses[0].lastState.terminated.exitCode}'",
      ),
    ).toBe('OOMKilled 137');
  });

  it('calls other services, says why it cannot, and hands requests on', () => {
    const { run, wait } = open();
    run('kubectl run caller --image=course/caller:1 --env=TARGET=back');
    wait(6);
    expect(run('kubectl logs caller')).toMatch(
      /^Get "http:\/\/back\/x": dial tcp: lookup back on 10\.96\.0\.10:53: no such host\n/,
    );
    run(
      'kubectl create deployment back --image=hashicorp/http-echo -- /http-echo -text=hi; kubectl expose deployment back --port=80 --target-port=5678',
    );
    wait(6);
    expect(run('kubectl logs caller --tail=1')).toBe('got 200: hi\n');
    run('kubectl run front --image=course/front:1');
    expect(run('kubectl logs front')).toBe('TARGET is not set\n');
    run('kubectl run front2 --image=course/front:1 --env=TARGET=back; kubectl expose pod front2 --port=80');
    const get = () => run('curl -s $(kubectl get service front2 -o jsonpath={.spec.clusterIP})');
    wait(10);
    expect(get()).toBe('hi\n');
  });
});

describe('admission by registry', () => {
  it('refuses images of other registries with a ValidatingAdmissionPolicy', () => {
    const { run } = open();
    run(`cat <<'E' | kubectl apply -f -
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: registry}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations:
  - expression: object.spec.containers.all(c, c.image.startsWith('registry.example.com/'))
    message: only images of registry.example.com are allowed
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: registry}
spec: {policyName: registry, validationActions: [Deny]}
E`);
    expect(run('kubectl run bad --image=nginx')).toBe(
      "The pods \"bad\" is invalid: : ValidatingAdmissionPolicy 'registry' with binding 'registry' denied request: only images of registry.example.com are allowed\n",
    );
    expect(run('kubectl run good --image=registry.example.com/team/app:1')).toBe('pod/good created\n');
  });
});
