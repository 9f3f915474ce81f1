import { describe, expect, it } from 'vitest';
import { addressOf, openPublished } from '../../fixtures/published-session.js';

const bare = (text: string): string => text.replace(/pod\/\S+ (?:created|deleted)\n/g, '');

describe('Learn Kubernetes Basics', () => {
  it('deploys, explores, exposes, updates and rolls back', () => {
    const { run, wait, unsupported } = openPublished('bootcamp');
    run('kubectl create deployment kubernetes-bootcamp --image=gcr.io/google-samples/kubernetes-bootcamp:v1');
    run('kubectl expose deployment/kubernetes-bootcamp --type=NodePort --port 8080');
    const get = (): string => run(`curl -s ${addressOf('kubernetes-bootcamp')}:8080`);
    expect(get()).toMatch(
      /^Hello Kubernetes bootcamp! \| Running on: kubernetes-bootcamp-[a-z0-9]+-[a-z0-9]+ \| v=1\n$/,
    );
    expect(run('kubectl logs deployment/kubernetes-bootcamp')).toMatch(
      /^Kubernetes Bootcamp App Started At: \S+Z \| Running On: {2}kubernetes-bootcamp-\S+ \n\nRunning On: \S+ \| Total Requests: 1 \| App Uptime: [\d.]+ seconds \| Log Time: \S+Z\n$/,
    );
    expect(run('kubectl exec deployment/kubernetes-bootcamp -- env | head -4')).toMatch(
      /^PATH=\S+\nHOSTNAME=kubernetes-bootcamp-\S+\nNPM_CONFIG_LOGLEVEL=info\nNODE_VERSION=6\.3\.1\n$/,
    );
    expect(
      run(
        "kubectl exec -t deployment/kubernetes-bootcamp -- bash -c 'grep -c v=1 server.js; curl -s http://localhost:8080'",
      ),
    ).toMatch(/^1\r?\nHello Kubernetes bootcamp!/);
    run(
      'kubectl set image deployments/kubernetes-bootcamp kubernetes-bootcamp=docker.io/jocatalin/kubernetes-bootcamp:v2',
    );
    wait(60);
    expect(get()).toContain('| v=2\n');
    run(
      'kubectl set image deployments/kubernetes-bootcamp kubernetes-bootcamp=gcr.io/google-samples/kubernetes-bootcamp:v10',
    );
    expect(run('kubectl get pods')).toMatch(/ErrImagePull|ImagePullBackOff/);
    run('kubectl rollout undo deployments/kubernetes-bootcamp');
    expect(get()).toContain('| v=2\n');
    expect(unsupported).toEqual([]);
  });

  it('ends a pod only when its grace period is over', () => {
    const { run } = openPublished('bootcamp-term');
    run('kubectl run one --image=gcr.io/google-samples/kubernetes-bootcamp:v1');
    expect(run('time kubectl delete pod one')).toMatch(/real\t0m3\d\./);
  });
});

it('node-hello says hello', () => {
  const { run, unsupported } = openPublished('node-hello');
  run('kubectl run hello --image=gcr.io/google-samples/node-hello:1.0 --port=8080 --expose');
  expect(run(`curl -s ${addressOf('hello')}:8080/a`)).toBe('Hello Kubernetes!');
  expect(run('kubectl logs hello')).toBe('Received request for URL: /a\n');
  expect(unsupported).toEqual([]);
});

it("minikube's echo server shows the request", () => {
  const { run } = openPublished('echo-server');
  run('kubectl create deployment hello-minikube --image=kicbase/echo-server:1.0');
  run('kubectl expose deployment hello-minikube --type=NodePort --port=8080');
  const answer = run(`curl -s -H 'B: 2' ${addressOf('hello-minikube')}:8080/x?a=1`);
  expect(answer).toMatch(
    /^Request served by hello-minikube-\S+\n\nHTTP\/1\.1 GET \/x\?a=1\n\nHost: [\d.]+:8080\nAccept: \*\/\*\nB: 2\nUser-Agent: curl\/\S+\n$/,
  );
  expect(run('kubectl logs deployment/hello-minikube')).toMatch(
    /^Echo server listening on port 8080\.\n[\d.]+:\d+ \| GET \/x\?a=1\n$/,
  );
  run('kubectl run other --image=jmalloc/echo-server --port=8080 --expose --env=SEND_SERVER_HOSTNAME=false');
  expect(run(`curl -s -d body ${addressOf('other')}:8080/`)).toMatch(/^POST \/ HTTP\/1\.1\n\nHost: .*\n\nbody$/s);
});

it.each([
  ['registry.k8s.io/busybox:1.27.2', 'sleep 1d', 'busybox | head -1', /^BusyBox v/],
  ['registry.k8s.io/e2e-test-images/busybox:1.29-4', 'sleep 1d', 'echo ok', /^ok\n$/],
  [
    'registry.k8s.io/e2e-test-images/jessie-dnsutils:1.3',
    'sleep infinity',
    'nslookup kubernetes.default',
    /^Name:\tkubernetes\.default\.svc\.cluster\.local$/m,
  ],
])('%s runs %s', (image, command, inside, output) => {
  const { run, unsupported } = openPublished('tools');
  run(`kubectl run one --image=${image} -- ${command}`);
  expect(bare(run(`kubectl exec one -- ${inside}`))).toMatch(output);
  expect(unsupported).toEqual([]);
});

it.each(['registry.k8s.io/e2e-test-images/nginx:1.14-4', 'registry.k8s.io/e2e-test-images/httpd:2.4.38-4'])(
  '%s serves its page',
  (image) => {
    const { run } = openPublished('servers');
    run(`kubectl run one --image=${image} --port=80 --expose`);
    expect(run(`curl -s ${addressOf('one')}`)).toMatch(/<h1>(?:Welcome to nginx|It works)!<\/h1>/);
  },
);
