import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const open = (profile: string, ...addons: string[]) => {
  const found = findProfile(profile)!;
  const workstation = openWorkstation({
    profile: { ...found, addons: [...found.addons, ...addons] },
    seed: 'ingress',
    files: {},
  });
  const run = (script: string) => {
    const result = workstation.run(script);
    workstation.settle();
    return result;
  };
  const wait = (seconds: number) =>
    workstation.cluster.simulation.runUntil(workstation.cluster.simulation.now() + seconds * 1000);
  run(
    'kubectl create deployment one --image=hashicorp/http-echo -- /http-echo -text=one;' +
      'kubectl create deployment two --image=hashicorp/http-echo -- /http-echo -text=two;' +
      'kubectl expose deployment one --port=80 --target-port=5678; kubectl expose deployment two --port=80 --target-port=5678;' +
      'kubectl create service clusterip idle --tcp=80',
  );
  return { ...workstation, run, wait };
};

const ingress = (
  name: string,
  paths: readonly (readonly [string, string, string])[],
  annotations = '',
  className = 'nginx',
) => `cat <<'E' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  annotations: {${annotations}}
spec:
  ingressClassName: ${className}
  rules:
  - host: a.example.com
    http:
      paths:
${paths.map(([path, type, service]) => `      - {path: "${path}", pathType: ${type}, backend: {service: {name: ${service}, port: {number: 80}}}}`).join('\n')}
E`;

describe('ingress-nginx', () => {
  const cluster = open('kind', 'ingress-nginx');
  const host = cluster.run(
    "kubectl get pods -n ingress-nginx -l app.kubernetes.io/component=controller -o jsonpath='{.items[0].status.hostIP}'",
  ).stdout;
  const get = (path: string, options = '') =>
    cluster.run(`curl -s ${options} -w '%{http_code}' --resolve a.example.com:80:${host} http://a.example.com${path}`)
      .stdout;
  cluster.run(
    ingress('paths', [
      ['/', 'Prefix', 'one'],
      ['/two', 'Prefix', 'two'],
      ['/exact', 'Exact', 'two'],
      ['/specific', 'ImplementationSpecific', 'two'],
      ['/idle', 'Prefix', 'idle'],
    ]),
  );

  it.each([
    ['/', 'one\n200'],
    ['/two', 'two\n200'],
    ['/two/deep', 'two\n200'],
    ['/twofold', 'one\n200'],
    ['/exact', 'two\n200'],
    ['/exact/', 'one\n200'],
    ['/specifically', 'two\n200'],
    ['/idle', expect.stringMatching(/<h1>503 Service Temporarily Unavailable<\/h1>[^]*nginx<\/center>\r\n[^]*503$/)],
  ] as const)('matches %s as nginx does', (path, answer) => {
    expect(get(path)).toEqual(answer);
  });

  it('has a page of its own for hosts that nobody asked for', () => {
    expect(cluster.run(`curl -si http://${host}`).stdout).toMatch(
      /^HTTP\/1\.1 404 Not Found\r\nDate: [^\r]*\r\nContent-Type: text\/html\r\nContent-Length: 146\r\nConnection: keep-alive\r\n\r\n<html>\r\n<head><title>404 Not Found/,
    );
  });

  it('publishes its address and says that it synchronizes', () => {
    cluster.wait(60);
    expect(cluster.run('kubectl get ingress paths --no-headers').stdout).toMatch(/a\.example\.com +localhost +80 /);
    expect(cluster.run('kubectl describe ingress paths').stdout).toMatch(
      /Normal {2}Sync {4}\S+ \(x2 over \S+\) {2}nginx-ingress-controller {2}Scheduled for sync\n/,
    );
  });

  it('rewrites, redirects and speaks TLS with the certificate of a Secret', () => {
    cluster.run('kubectl delete ingress paths');
    cluster.run(
      ingress(
        'r',
        [['/api(/|$)(.*)', 'ImplementationSpecific', 'one']],
        'nginx.ingress.kubernetes.io/rewrite-target: /$2',
      ),
    );
    expect(get('/api/x')).toBe('one\n200');
    expect(get('/other')).toMatch(/404$/);
    cluster.run(
      "openssl req -x509 -nodes -newkey rsa:2048 -keyout k.pem -out c.pem -subj /CN=a.example.com -addext 'subjectAltName = DNS:a.example.com'; kubectl create secret tls a --cert=c.pem --key=k.pem",
    );
    cluster.run('kubectl patch ingress r -p \'{"spec":{"tls":[{"hosts":["a.example.com"],"secretName":"a"}]}}\'');
    expect(get('/api', '-i')).toMatch(
      /^HTTP\/1\.1 308 Permanent Redirect\r\n[^]*Location: https:\/\/a\.example\.com\/api\r\n/,
    );
    const secure = (options: string) =>
      cluster.run(`curl -sS ${options} --resolve a.example.com:443:${host} https://a.example.com/api`);
    expect(secure('').stderr).toMatch(/^curl: \(60\) SSL certificate problem: self-signed certificate\n/);
    expect(secure('--cacert c.pem -i').stdout).toMatch(/^HTTP\/2 200 \r\n[^]*strict-transport-security: [^]*one\n$/);
  });
});

describe('traefik on k3s', () => {
  it('serves Ingresses of the default class on every node', () => {
    const cluster = open('k3d');
    cluster.run('kubectl create ingress web --rule="a.example.com/*=one:80"');
    expect(cluster.run('kubectl get ingress web --no-headers').stdout).toMatch(
      /^web +traefik +a\.example\.com +172\.19\.0\.2,172\.19\.0\.3,172\.19\.0\.4 +80 /,
    );
    expect(cluster.run('curl -s -H "Host: a.example.com" 172.19.0.3').stdout).toBe('one\n');
    expect(cluster.run('curl -s 172.19.0.4').stdout).toBe('404 page not found\n');
    expect(cluster.run('kubectl get pods -n kube-system').stdout).toMatch(
      /svclb-traefik-[0-9a-f]{8}-\w{5} +2\/2 +Running/,
    );
  });
});

describe('no ingress controller', () => {
  it('leaves an Ingress without address and its port closed', () => {
    const cluster = open('kubeadm');
    cluster.run('kubectl create ingress web --rule="a.example.com/*=one:80"');
    expect(cluster.run('kubectl get ingress web --no-headers').stdout).toMatch(/^web +<none> +a\.example\.com +80 /);
    expect(cluster.run('curl -s -H "Host: a.example.com" 172.18.0.2')).toMatchObject({ exit: 7 });
  });
});
