import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const at = (path: string): string => `kubectl get --raw /api/v1/namespaces/default/${path}`;

describe("the API server's proxy", () => {
  let workstation: Workstation;

  beforeAll(() => {
    workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'proxy' });
    workstation.run('kubectl run web --image=nginx:1.25 && kubectl expose pod web --port=80 --name=web');
    workstation.run('kubectl create service clusterip two --tcp=80:80 --tcp=81:81');
    workstation.settle();
  });

  it.each([
    ['a service', at('services/web/proxy/'), /<title>Welcome to nginx!<\/title>/],
    ['a service without the slash', at('services/http:web:80/proxy'), /<title>Welcome to nginx!<\/title>/],
    ['a pod', at('pods/web/proxy/'), /<title>Welcome to nginx!<\/title>/],
    [
      'a closed port',
      at('pods/web:81/proxy/'),
      /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp 10\.244\.\d\.\d+:81: connect: connection refused\n$/,
    ],
    [
      'no TLS',
      at('services/https:web:80/proxy/'),
      /: error trying to reach service: tls: first record does not look like a TLS handshake\n$/,
    ],
    ['a port that is not', at('services/web:81/proxy/'), /no service port 81 found for service "web"\n$/],
    ['no endpoints', at('services/two/proxy/'), /no endpoints available for service "two"\n$/],
    ['no service', at('services/wed/proxy/'), /^Error from server \(NotFound\): services "wed" not found\n$/],
    [
      'no page',
      at('services/web/proxy/gone'),
      /^Error from server \(NotFound\): the server could not find the requested resource\n$/,
    ],
    [
      'nobody',
      `${at('services/web/proxy/')} --as=nobody`,
      /services "web" is forbidden: User "nobody" cannot get resource "services\/proxy" in API group "" in the namespace "default"\n$/,
    ],
  ])('leads to %s', (_, command, expected) => {
    const { stdout, stderr } = workstation.run(command);
    expect(stdout + stderr).toMatch(expected);
  });
});
