import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const workstation = openWorkstation({
  profile: {
    ...findProfile('kind')!,
    addons: [...findProfile('kind')!.addons, 'envoy-gateway'],
    loadBalancer: { addressPrefix: '172.18.255.' },
  },
  seed: 'gateway-api',
});
const run = (script: string) => {
  const result = workstation.run(script);
  workstation.settle();
  return result.stdout + result.stderr;
};

const SETUP = `
kubectl create deployment one --image=hashicorp/http-echo -- /http-echo -text=one
kubectl create deployment who --image=traefik/whoami
kubectl expose deployment one --port=80 --target-port=5678; kubectl expose deployment who --port=80
kubectl create namespace other; kubectl create deployment far -n other --image=hashicorp/http-echo -- /http-echo -text=far
kubectl expose deployment far -n other --port=80 --target-port=5678
cat <<'E' | kubectl apply -f -
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: eg}
spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: eg}
spec:
  gatewayClassName: eg
  listeners:
  - {name: web, protocol: HTTP, port: 80, hostname: "*.example.com"}
  - {name: secure, protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: nosuch}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: eg, sectionName: web}]
  hostnames: [shop.example.com]
  rules:
  - matches: [{path: {value: /who}}]
    filters:
    - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}
    - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-Shop, value: open}]}}
    backendRefs: [{name: who, port: 80}]
  - matches: [{path: {type: Exact, value: /old}}]
    filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]
  - matches: [{method: POST}, {headers: [{name: X-Far, value: "1"}]}, {queryParams: [{name: far, value: "1"}]}]
    backendRefs: [{name: far, namespace: other, port: 80}]
  - backendRefs: [{name: one, port: 80}, {name: nosuch, port: 80, weight: 0}]
E`;

describe('the Gateway API with Envoy Gateway', () => {
  run(SETUP);
  const address = run("kubectl get gateway eg -o jsonpath='{.status.addresses[0].value}'");
  const get = (path: string, options = '') =>
    run(`curl -s -w '%{http_code}' -H 'Host: shop.example.com' ${options} 'http://${address}${path}'`);
  const message = (of: string, path: string) => run(`kubectl get ${of} -o jsonpath='{${path}}'`);

  it.each([
    ['/', '', /^one\n200$/],
    ['/who/am/i', '', /GET \/am\/i HTTP\/1\.1\n[^]*X-Shop: open\n[^]*200$/],
    ['/whoever', '', /^one\n200$/],
    ['/old', '-i', /^HTTP\/1\.1 301 Moved Permanently\r\nlocation: https:\/\/shop\.example\.com\/old\r\n/],
    ['/', '-X POST', /^500$/],
    ['/?far=1', '', /^500$/],
    ['/', '-H "Host: other.example.com"', /^one\n200$/],
  ] as const)('answers %s %s', (path, options, answer) => {
    if (options.includes('Host')) expect(run(`curl -s -w '%{http_code}' ${options} http://${address}/`)).toBe('404');
    else expect(get(path, options)).toMatch(answer);
  });

  it('says in conditions what is accepted, programmed and resolved', () => {
    expect(run('kubectl get gatewayclass,gateway')).toMatch(
      /\/eg +gateway\.envoyproxy\.io\/gatewayclass-controller +True [^]*\/eg +eg +172\.18\.255\.1 +True /,
    );
    expect(message('gateway eg', '.status.listeners[1].conditions[0].message')).toBe(
      'Secret default/nosuch does not exist.',
    );
    expect(message('httproute shop', '.status.parents[0].conditions[1].message')).toBe(
      'Failed to process route rule 2 backendRef 0: backend ref to Service other/far not permitted by any ReferenceGrant.',
    );
  });

  it('lets a ReferenceGrant open another namespace', () => {
    run(`cat <<'E' | kubectl apply -f -
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: other}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}]
  to: [{group: "", kind: Service}]
E`);
    expect(get('/?far=1')).toBe('far\n200');
    expect(message('httproute shop', '.status.parents[0].conditions[1].reason')).toBe('BackendNotFound');
  });

  it.each([
    ['sectionName: nosuch', '', 'NoMatchingParent'],
    ['sectionName: web', 'hostnames: [shop.example.org]', 'NoMatchingListenerHostname'],
    ['sectionName: web, namespace: default', 'namespace: other', 'NotAllowedByListeners'],
  ])('refuses a route with %s %s', (reference, more, reason) => {
    const namespace = more.startsWith('namespace') ? 'other' : 'default';
    run(`cat <<'E' | kubectl apply -f -
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: refused, namespace: ${namespace}}
spec:
  parentRefs: [{name: eg, ${reference}}]
  ${more.startsWith('hostnames') ? more : ''}
E`);
    expect(message(`httproute refused -n ${namespace}`, '.status.parents[0].conditions[0].reason')).toBe(reason);
  });

  it('serves 503 without endpoints, and cleans up behind a gateway', () => {
    run('kubectl scale deployment one --replicas=0');
    expect(get('/')).toBe('no healthy upstream503');
    run('kubectl delete gateway eg');
    expect(run('kubectl get deployment,service -n envoy-gateway-system -o name')).toBe(
      'deployment.apps/envoy-gateway\nservice/envoy-gateway\n',
    );
  });
});
