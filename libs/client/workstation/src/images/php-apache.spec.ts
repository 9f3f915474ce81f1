import { metricsServerManifest, findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { addressOf, openPublished } from '../../fixtures/published-session.js';
import { openWorkstation } from '../workstation.js';

const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: php-apache}
spec:
  selector: {matchLabels: {run: php-apache}}
  template:
    metadata: {labels: {run: php-apache}}
    spec:
      containers:
      - name: php-apache
        image: registry.k8s.io/hpa-example
        ports: [{containerPort: 80}]
        resources: {limits: {cpu: 500m}, requests: {cpu: 200m}}
---
apiVersion: v1
kind: Service
metadata: {name: php-apache, labels: {run: php-apache}}
spec: {ports: [{port: 80}], selector: {run: php-apache}}
`;

it('answers and logs as the original', () => {
  const { run, unsupported } = openPublished('php-apache');
  run(`kubectl apply -f - <<'E'\n${MANIFEST}E`);
  expect(run(`curl -si ${addressOf('php-apache')}`)).toMatch(
    /^HTTP\/1\.1 200 OK\r\nDate: .*\r\nServer: Apache\/2\.4\.10 \(Debian\) PHP\/5\.6\.14\r\nX-Powered-By: PHP\/5\.6\.14\r\nContent-Length: 3\r\nContent-Type: text\/html; charset=UTF-8\r\n\r\nOK!$/,
  );
  run('kubectl run client --image=busybox:1.28 --restart=Never -- wget -q -O- http://php-apache');
  expect(run('kubectl logs client')).toBe('OK!');
  expect(run('kubectl logs deployment/php-apache')).toMatch(
    /^(AH00558: apache2: Could not .*\n){2}\[.* 2026\] \[mpm_prefork:notice\] \[pid 1\] AH00163: Apache\/2\.4\.10 \(Debian\) PHP\/5\.6\.14 configured -- resuming normal operations\n\[.*\] \[core:notice\] \[pid 1\] AH00094: Command line: 'apache2 -D FOREGROUND'\n.*"GET \/ HTTP\/1\.1" 200 187 "-" "curl\/.*"\n.*"GET \/ HTTP\/1\.1" 200 206 "-" "Wget"\n$/,
  );
  run('kubectl exec deployment/php-apache -- kill -TERM 1');
  const last = '{.items[0].status.containerStatuses[0].lastState.terminated.exitCode}';
  expect(run(`kubectl get pods -l run=php-apache -o jsonpath=${last}`)).toBe('0');
  expect(run('kubectl logs --previous deployment/php-apache')).toMatch(/AH00169: caught SIGTERM, shutting down\n$/);
  expect(unsupported).toEqual([]);
});

it('keeps a HorizontalPodAutoscaler busy', () => {
  const manifest = metricsServerManifest(undefined, ['--kubelet-insecure-tls']).map((object) => JSON.stringify(object));
  const workstation = openWorkstation({
    profile: findProfile('kind')!,
    seed: 'hpa',
    files: { 'components.yaml': manifest.join('\n---\n') },
  });
  const run = (script: string): string => {
    const { stdout, stderr } = workstation.run(script, { timeoutMs: 900_000 });
    workstation.settle();
    return stdout + stderr;
  };
  run('kubectl apply -f components.yaml');
  run(`kubectl apply -f - <<'E'\n${MANIFEST}E`);
  run('kubectl autoscale deployment php-apache --cpu-percent=50 --min=1 --max=10; sleep 60');
  expect(run('kubectl get hpa php-apache --no-headers')).toMatch(/cpu: [01]%\/50% +1 +10 +1 /);
  run(
    'kubectl run load-generator --image=busybox:1.28 --restart=Never -- /bin/sh -c "while sleep 0.01; do wget -q -O- http://php-apache; done"',
  );
  run('sleep 240');
  expect(run('kubectl get hpa php-apache --no-headers')).toMatch(/cpu: [34]\d%\/50% +1 +10 +7 /);
  expect(run('kubectl top pods -l run=php-apache --no-headers | wc -l')).toBe('7\n');
  run('kubectl delete pod load-generator --now; sleep 420');
  expect(run('kubectl get hpa php-apache --no-headers')).toMatch(/cpu: [01]%\/50% +1 +10 +1 /);
});
