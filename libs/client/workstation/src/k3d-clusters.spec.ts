import { describe, expect, it } from 'vitest';
import { contexts, openInstaller } from '../fixtures/installer-session.js';

describe('k3d', () => {
  it('has clusters of other names, with ports of the machine that lead into them', () => {
    const { out } = openInstaller('k3d');
    expect(out('k3d cluster create dev --agents 1 -p 8080:80@loadbalancer')).toMatch(
      /^kubectl cluster-info\nINFO\[0000\] portmapping '8080:80' targets the loadbalancer: defaulting to \[servers:\*:proxy agents:\*:proxy\] \n[^]*INFO\[0010\] Cluster 'dev' created successfully! /,
    );
    expect(out('k3d cluster list --no-headers; k3d node list --no-headers | grep -c dev')).toBe(
      'dev           1/1   1/1   true\nk3s-default   1/1   2/2   true\n3\n',
    );
    expect(out(contexts)).toBe('k3d-dev\nk3d-k3s-default\nk3d-dev\n');
    expect(out('kubectl cluster-info | head -1')).toMatch(/ https:\/\/0\.0\.0\.0:\d{5}\n$/);
    out('sleep 20; kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80');
    out('kubectl create ingress web --rule="/*=web:80"; sleep 5');
    expect(out('curl -s localhost:8080 | grep title; kubectl get nodes -o name')).toBe(
      '<title>Welcome to nginx!</title>\nnode/k3d-dev-agent-0\nnode/k3d-dev-server-0\n',
    );
    expect(out('kubectl --context k3d-k3s-default get deployments')).toBe('No resources found in default namespace.\n');
    expect(out('k3d node create more -c dev; sleep 9; kubectl get nodes -o name | wc -l')).toMatch(/\n3\n|^3\n/);
    out("printf 'FROM nginx\\n' > Dockerfile; docker build -q -t mine:1 .; k3d image import mine:1 -c dev");
    out('kubectl run mine --image=mine:1; sleep 5');
    expect(out('kubectl get pod mine --no-headers')).toMatch(/ Running /);
    expect(out('k3d cluster stop dev; k3d cluster list dev --no-headers; kubectl get nodes')).toMatch(
      /^dev +0\/1 +0\/2 +true\n[^]*The connection to the server 0\.0\.0\.0:\d+ was refused/,
    );
    out('k3d cluster start dev; sleep 30');
    expect(out('kubectl get pods --no-headers')).toMatch(/^mine +1\/1 +Running .*\nweb-\S+ +1\/1 +Running /);
    expect(
      out(`k3d cluster delete dev; k3d cluster list --no-headers; ${contexts}; curl -sm 3 localhost:8080`),
    ).toMatch(/^k3s-default .*\nk3d-k3s-default\n[^]*Successfully deleted cluster dev!/);
  });

  it.each([
    [
      'k3d',
      'k3d cluster create dev >/dev/null 2>&1; k3d cluster create dev',
      "FATA[0000] Failed to create cluster 'dev' because a cluster with that name already exists \n",
      [],
    ],
    [
      'k3d',
      'k3d cluster delete dev',
      "WARN[0000] No nodes found for cluster 'dev', nothing to delete. \nINFO[0000] No clusters found                            \n",
      [],
    ],
    [
      'k3d',
      'k3d cluster create dev --servers 3',
      'k3d: this is not simulated\n',
      ['k3d cluster create dev (--servers=3)'],
    ],
    [
      'kubeadm',
      'k3d cluster create slim --k3s-arg "--disable=traefik@server:0" >/dev/null 2>&1; sleep 20; kubectl get services -A -o name | wc -l',
      '3\n',
      [],
    ],
  ] as const)('%s: %s', (profile, script, last, unsupported) => {
    expect(openInstaller(profile).out(script, unsupported).endsWith(last)).toBe(true);
  });
});

it('has clusters of several installers on one machine', () => {
  const { out } = openInstaller('kubeadm');
  out('kind create cluster; minikube start; k3d cluster create');
  expect(out('for c in $(kubectl config get-contexts -o name); do kubectl --context $c get nodes -o name; done')).toBe(
    'node/k3d-k3s-default-server-0\nnode/kind-control-plane\nnode/node1\nnode/node2\nnode/node3\nnode/minikube\n',
  );
  expect(out('docker network ls --format "{{.Name}}"; docker ps -q | wc -l')).toBe(
    'bridge\nhost\nk3d-k3s-default\nkind\nminikube\nnone\n3\n',
  );
});
