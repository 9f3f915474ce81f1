import { describe, expect, it } from 'vitest';
import { addressOf, openPublished } from '../../fixtures/published-session.js';

describe('luksa/kubia', () => {
  it.each([
    ['kubia', /^You've hit one\n$/],
    ['kubia:v1', /^This is v1 running in pod one\n$/],
    ['kubia:v2', /^This is v2 running in pod one\n$/],
  ])('%s answers', (image, answer) => {
    const { run, unsupported } = openPublished('kubia');
    run(`kubectl run one --image=luksa/${image} --port=8080 --expose`);
    expect(run(`curl -s ${addressOf('one')}:8080`)).toMatch(answer);
    expect(run('kubectl logs one')).toMatch(/^Kubia server starting\.\.\.\nReceived request from ::ffff:[\d.]+\n$/);
    expect(unsupported).toEqual([]);
  });

  it('v3 fails from its fifth request on, and stops only when killed', () => {
    const { run } = openPublished('kubia-v3');
    run('kubectl run one --image=luksa/kubia:v3 --port=8080 --expose');
    const script = `for i in 1 2 3 4 5; do curl -s -o /dev/null -w '%{http_code} ' ${addressOf('one')}:8080; done`;
    expect(run(script)).toBe('200 200 200 200 500 ');
    expect(run('time kubectl delete pod one')).toMatch(/real\t0m3\d\./);
  });

  it('is restarted by a probe once it is not well', () => {
    const { run, wait } = openPublished('kubia-unhealthy');
    run(`cat <<'E' | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata: {name: kubia-liveness}
spec:
  containers:
  - {name: kubia, image: luksa/kubia-unhealthy, livenessProbe: {httpGet: {path: /, port: 8080}}}
E`);
    wait(150);
    expect(run('kubectl get pod kubia-liveness --no-headers')).toMatch(/1\/1 +Running +1 \(/);
    expect(run('kubectl describe pod kubia-liveness')).toMatch(/Exit Code: +137\n/);
  });

  it('pet keeps what is posted', () => {
    const { run } = openPublished('kubia-pet');
    run(
      `kubectl run one --image=luksa/kubia-pet --port=8080 --expose --overrides='{"spec":{"volumes":[{"name":"data","emptyDir":{}}],"containers":[{"name":"one","image":"luksa/kubia-pet","volumeMounts":[{"name":"data","mountPath":"/var/data"}]}]}}'`,
    );
    expect(run(`curl -s ${addressOf('one')}:8080`)).toBe(
      "You've hit one\nData stored on this pod: No data posted yet\n",
    );
    expect(run(`curl -s -d hey ${addressOf('one')}:8080`)).toBe('Data stored on pod one\n');
    expect(run(`curl -s ${addressOf('one')}:8080`)).toBe("You've hit one\nData stored on this pod: hey\n");
  });
});

it('vish/stress uses what it is told to', () => {
  const { run, wait, unsupported } = openPublished('vish');
  run(
    `kubectl run one --image=vish/stress --restart=Never --overrides='{"spec":{"containers":[{"name":"one","image":"vish/stress","args":["-cpus","2","-mem-total","150Mi"],"resources":{"limits":{"memory":"100Mi"}}}]}}'`,
  );
  expect(run('kubectl logs one')).toMatch(
    /^I\d{4} .* 1 main\.go:26\] Allocating "150Mi" memory, in "4Ki" chunks, with a 1ms sleep between allocations\n(I.*\] Spawning a thread to consume CPU\n){2}$/,
  );
  wait(60);
  expect(run("kubectl get pod one -o jsonpath='{.status.containerStatuses[0].state.terminated.reason}'")).toBe(
    'OOMKilled',
  );
  expect(unsupported).toEqual([]);
});

describe('images of tools', () => {
  it.each([
    ['curlimages/curl', '-- -s http://web', /Welcome to nginx/],
    ['curlimages/curl:8.5.0', '-- sh -c "curl -s http://web | head -1"', /^<!DOCTYPE html>\n$/],
    ['radial/busyboxplus:curl', '-- curl -s http://web', /Welcome to nginx/],
    ['nicolaka/netshoot', '-- nslookup web', /^Name:\tweb\.default\.svc\.cluster\.local\n/m],
  ])('%s %s', (image, words, output) => {
    const { run, unsupported } = openPublished('tools');
    run('kubectl run web --image=nginx:1.20.1 --port=80 --expose');
    run(`kubectl run one --image=${image} --restart=Never ${words}`);
    expect(run('kubectl logs one')).toMatch(output);
    expect(unsupported).toEqual([]);
  });

  it('nginx says the version of its tag', () => {
    const { run } = openPublished('nginx-versions');
    run('kubectl run web --image=nginx:1.16 --port=80 --expose');
    expect(run(`curl -sI ${addressOf('web')}`)).toContain('Server: nginx/1.16.1\r\n');
  });
});
