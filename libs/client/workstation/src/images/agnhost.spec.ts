import { describe, expect, it } from 'vitest';
import { addressOf, openPublished } from '../../fixtures/published-session.js';

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const exitCode = (pod: string): string =>
  `kubectl get pod ${pod} -o jsonpath='{.status.containerStatuses[0].state.terminated.exitCode}'`;

describe('netexec', () => {
  it('answers and logs as in Hello Minikube', () => {
    const { run, unsupported } = openPublished('netexec');
    run(`kubectl create deployment hello-node --image=${IMAGE} -- /agnhost netexec --http-port=8080`);
    run('kubectl expose deployment hello-node --type=LoadBalancer --port=8080');
    const get = (path: string): string => run(`curl -s "http://${addressOf('hello-node')}:8080${path}"`);
    expect(get('/')).toMatch(/^NOW: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC m=\+\d+\.\d{9}$/);
    expect(get('/hostname')).toMatch(/^hello-node-[a-z0-9]+-[a-z0-9]{5}$/);
    expect(get('/echo?msg=hi+there')).toBe('hi there');
    expect(get('/header?key=user-agent')).toMatch(/^curl\//);
    expect(get('/healthz')).toBe('');
    expect(run('kubectl logs deployment/hello-node')).toMatch(
      /^I\d{4} [\d:.]+ {7}1 log\.go:245\] Started HTTP server on port 8080\nI\d{4} [\d:.]+ {7}1 log\.go:245\] Started UDP server on port {2}8081\nI.*\] GET \/\nI.*\] GET \/hostname\nI.*\] GET \/echo\?msg=hi there&code=\n/,
    );
    get('/exit?code=7');
    const last = '{.items[0].status.containerStatuses[0].lastState.terminated.exitCode}';
    expect(run(`kubectl get pods -o jsonpath=${last}`)).toBe('7');
    expect(unsupported).toEqual([]);
    expect(get('/shell?cmd=id')).toBe('');
    expect(unsupported).toEqual(['agnhost netexec /shell']);
  });

  it('ends with 0 on TERM, and redirects', () => {
    const { run } = openPublished('netexec-term');
    run(`kubectl run one --image=${IMAGE} --port=8080 --expose --restart=Never -- netexec --udp-port=-1`);
    expect(run(`curl -si "http://${addressOf('one')}:8080/redirect?location=/echo%3Fmsg=foobar&code=307"`)).toMatch(
      /^HTTP\/1\.1 307 Temporary Redirect\r\nContent-Type: text\/html; charset=utf-8\r\nLocation: \/echo\?msg=foobar\r\nDate: .*\r\nContent-Length: 52\r\n\r\n<a href="\/echo\?msg=foobar">Temporary Redirect<\/a>\.\n\n$/,
    );
    run('kubectl exec one -- kill -TERM 1');
    expect(run(exitCode('one'))).toBe('0');
  });

  it('asks others', () => {
    const { run } = openPublished('netexec-dial');
    run(`kubectl run back --image=${IMAGE} --port=8080 --expose -- netexec`);
    run(`kubectl run front --image=${IMAGE} --port=8080 --expose -- netexec`);
    const dial = (query: string): string => run(`curl -s "http://${addressOf('front')}:8080/dial?${query}"`);
    expect(dial('host=back&port=8080&request=hostname&tries=2')).toBe('{"responses":["back","back"]}');
    expect(dial('host=back&port=81&request=hostname')).toMatch(
      /^\{"errors":\["Get \\"http:\/\/[\d.]+:81\/hostname\\": (?:dial tcp [\d.]+:81: connect: connection refused|context deadline exceeded .*)"\]\}$/,
    );
    expect(dial('host=nobody&port=80&request=hostname')).toMatch(
      /^host and\/or port param are invalid\. lookup nobody on 10\.96\.0\.10:53: no such host\n$/,
    );
  });
});

it('liveness is well for ten seconds, so that a probe restarts it', () => {
  const { run, wait, unsupported } = openPublished('liveness');
  run(`cat <<'E' | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata: {name: liveness-http}
spec:
  containers:
  - name: liveness
    image: registry.k8s.io/e2e-test-images/agnhost:2.40
    args: [liveness]
    livenessProbe: {httpGet: {path: /healthz, port: 8080}, initialDelaySeconds: 3, periodSeconds: 3}
E`);
  wait(25);
  expect(run('kubectl describe pod liveness-http')).toMatch(
    /Unhealthy .* Liveness probe failed: HTTP probe failed with statuscode: 500\n/,
  );
  expect(Number(run("kubectl get pod liveness-http -o jsonpath='{.status.containerStatuses[0].restartCount}'"))).toBe(
    1,
  );
  expect(unsupported).toEqual([]);
});

describe('a command that ends', () => {
  it.each([
    ['connect nobody:80', 'DNS: lookup nobody on 10.96.0.10:53: no such host\n', '1'],
    ['connect 127.0.0.1:81', 'REFUSED\n', '1'],
    ['connect localhost', 'UNKNOWN: address localhost: missing port in address\n', '1'],
    ['connect kubernetes:443 --timeout=3s', '', '0'],
    ['dns-suffix', 'default.svc.cluster.local,svc.cluster.local,cluster.local\n', '0'],
    ['dns-server-list', '10.96.0.10\n', '0'],
    ['entrypoint-tester a b', '[/agnhost entrypoint-tester a b]\n', '0'],
    ['--version', 'app version 2.53\n', '0'],
  ])('%s prints %j', (words, output, code) => {
    const { run, unsupported } = openPublished('agnhost');
    run(`kubectl run once --image=${IMAGE} --restart=Never -- ${words}`);
    expect(run('kubectl logs once')).toBe(output);
    expect(run(exitCode('once'))).toBe(code);
    expect(unsupported).toEqual([]);
  });

  it('logs-generator writes its lines', () => {
    const { run, wait } = openPublished('logs-generator');
    run(`kubectl run once --image=${IMAGE} --restart=Never -- logs-generator --log-lines-total=3 --run-duration=3s`);
    wait(5);
    expect(run('kubectl logs once | wc -l')).toBe('3\n');
    expect(run(exitCode('once'))).toBe('0');
  });
});

it.each([
  ['pause', 'Paused\n', '2'],
  ['serve-hostname', 'Serving on port 9376.\n', undefined],
])('%s minds TERM', (words, output, code) => {
  const { run } = openPublished('agnhost-term');
  run(`kubectl run one --image=${IMAGE} --restart=Never -- ${words}`);
  expect(run('kubectl logs one')).toContain(output);
  run('kubectl exec one -- kill -TERM 1');
  if (code === undefined)
    expect(run('kubectl logs one')).toMatch(
      /Shutting down after receiving signal: terminated\.\n.*Awaiting pod deletion\.\n$/,
    );
  else expect(run(exitCode('one'))).toBe(code);
});

it('porter serves what its variables say', () => {
  const { run } = openPublished('porter');
  run(`kubectl run one --image=${IMAGE} --env=SERVE_PORT_9001=nine --port=9001 --expose -- porter`);
  expect(run(`curl -s ${addressOf('one')}:9001`)).toBe('nine');
});

it('says which subcommands are not simulated', () => {
  const { run, unsupported } = openPublished('webhook');
  run(`kubectl run one --image=${IMAGE} -- webhook --port=8443`);
  expect(unsupported).toEqual(['agnhost webhook --port=8443']);
});

it('docker runs it, too', () => {
  const { run, unsupported } = openPublished('agnhost-docker');
  run(`docker run -d --name web -p 8080:8080 ${IMAGE} netexec`);
  expect(run('curl -s "localhost:8080/echo?msg=ahoy"')).toBe('ahoy');
  expect(unsupported).toEqual([]);
});
