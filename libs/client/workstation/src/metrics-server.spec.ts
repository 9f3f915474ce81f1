import { findProfile, metricsServerManifest } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

const manifest = metricsServerManifest().map((object) => JSON.stringify(object));

function run(script: string): string {
  const { stdout, stderr } = workstation.run(script, { timeoutMs: 900_000 });
  workstation.settle();
  return stdout + stderr;
}

function open(files: Readonly<Record<string, string>>): void {
  const profile = findProfile('kind');
  invariant(profile, 'the profile exists');
  workstation = openWorkstation({ profile, seed: 'metrics', files });
}

const condition = (name: string): string =>
  run(`kubectl get apiservice ${name} -o jsonpath='{range .status.conditions[*]}{.status} {.reason}: {.message}{end}'`);

const PATCH = '[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--kubelet-insecure-tls"}]';
const UNAVAILABLE = 'Error from server (ServiceUnavailable): the server is currently unable to handle the request\n';

describe('metrics-server from its manifest', () => {
  beforeAll(() => {
    open({ 'components.yaml': manifest.join('\n---\n') });
    run('kubectl create deployment web --image=nginx');
    run('kubectl apply -f components.yaml; sleep 60');
  });

  it('does not trust the kubelets, and its API stays away', () => {
    expect(condition('v1beta1.metrics.k8s.io')).toBe(
      'False MissingEndpoints: endpointslices for service/metrics-server in "kube-system" have no addresses with port name "https"',
    );
    expect(run('kubectl top nodes')).toBe('error: Metrics API not available\n');
    expect(run('kubectl get --raw /apis/metrics.k8s.io/v1beta1')).toBe(UNAVAILABLE);
    expect(run('kubectl get nodes.metrics.k8s.io')).toBe('error: the server doesn\'t have a resource type "nodes"\n');
    expect(run('kubectl logs -n kube-system deploy/metrics-server | grep -c "any IP SANs"')).not.toBe('0\n');
  });

  it('measures once it is told not to ask for certificates', () => {
    run(`kubectl patch deployment metrics-server -n kube-system --type=json -p='${PATCH}'; sleep 60`);
    expect(condition('v1beta1.metrics.k8s.io')).toBe('True Passed: all checks passed');
    expect(run('kubectl top nodes --no-headers | wc -l').trim()).toBe(run('kubectl get nodes -o name | wc -l').trim());
    expect(run('kubectl top pods | head -1')).toBe('NAME                   CPU(cores)   MEMORY(bytes)   \n');
    expect(run('kubectl top pod nosuch')).toBe('Error from server (NotFound): pods "nosuch" not found\n');
    expect(run('kubectl get podmetrics -l app=web -o name')).toMatch(/^podmetrics.metrics.k8s.io\/web-/);
  });

  it('holds up the deletion of namespaces when it is gone', () => {
    run('kubectl scale deployment metrics-server -n kube-system --replicas=0; kubectl create ns demo');
    run('kubectl delete ns demo --timeout=5s');
    expect(run("kubectl get ns demo -o jsonpath='{.status.conditions[0].message}'")).toBe(
      'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: ' +
        'metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1',
    );
    run('kubectl delete apiservice v1beta1.metrics.k8s.io; sleep 60');
    expect(run('kubectl get ns demo')).toBe('Error from server (NotFound): namespaces "demo" not found\n');
  });
});

describe('an API service', () => {
  const apiService = (spec: string): string =>
    `{"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.shop.example.com"}, "spec": {"group": "shop.example.com", "version": "v1", ${spec}}}`;

  beforeAll(() => {
    open({
      'shop.json': apiService(
        '"groupPriorityMinimum": 1000, "versionPriority": 15, "insecureSkipTLSVerify": true, "service": {"name": "shop", "namespace": "default"}',
      ),
      'bad.json': apiService('"groupPriorityMinimum": 0, "versionPriority": 2000'),
    });
    run('kubectl apply -f shop.json');
  });

  it.each([
    ['true', 'ServiceNotFound: service/shop in "default" is not present'],
    [
      'kubectl create service clusterip shop --tcp=80:80',
      'ServicePortError: service/shop in "default" is not listening on port 443',
    ],
    [
      'kubectl delete service shop; kubectl create service clusterip shop --tcp=443:80',
      'MissingEndpoints: endpointslices for service/shop in "default" have no addresses with port name "443-80"',
    ],
  ])('says why it is not available: %s', (script, why) => {
    run(script);
    expect(condition('v1.shop.example.com')).toBe(`False ${why}`);
  });

  it('needs a service that speaks TLS', () => {
    run('kubectl create deployment shop --image=nginx');
    expect(condition('v1.shop.example.com')).toMatch(
      /^False FailedDiscoveryCheck: failing or missing response from (https:\/\/[\d.]+:443\/apis\/shop.example.com\/v1): Get "\1": http: server gave HTTP response to HTTPS client$/,
    );
  });

  it('is refused with priorities out of range', () => {
    expect(run('kubectl apply -f bad.json')).toBe(
      'The APIService "v1.shop.example.com" is invalid: \n' +
        '* spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000\n' +
        '* spec.versionPriority: Invalid value: 2000: must be positive and less than 1000\n',
    );
  });
});
