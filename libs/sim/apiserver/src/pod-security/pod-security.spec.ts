import { Simulation } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { NAMESPACES, SERVICE_ACCOUNTS, createApiServer, type Status } from '../index.js';

const ADMIN = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

function start(labels: Record<string, string>) {
  const apiServer = createApiServer({
    simulation: new Simulation({ startTime: Date.UTC(2026, 0, 1), seed: 'spec' }),
    kinds: [],
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30000, 32767],
    version: 'v1.35.4',
  });
  const client = apiServer.client('setup');
  client.create(NAMESPACES, { metadata: { name: 'safe', labels } } as never);
  client.create(SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: 'safe' } });
  return (spec: object) =>
    apiServer.handle({
      verb: 'create',
      group: '',
      version: 'v1',
      resource: 'pods',
      namespace: 'safe',
      user: ADMIN,
      body: { metadata: { name: 'p' }, spec },
    });
}

describe('pod security', () => {
  it('refuses what the enforced level forbids', () => {
    const create = start({ 'pod-security.kubernetes.io/enforce': 'baseline' });
    const refused = create({ containers: [{ name: 'c', image: 'nginx', securityContext: { privileged: true } }] });
    expect((refused.body as Status).message).toBe(
      'pods "p" is forbidden: violates PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)',
    );
    expect(create({ containers: [{ name: 'c', image: 'nginx' }] }).code).toBe(201);
  });

  it('warns where it is asked to', () => {
    const create = start({ 'pod-security.kubernetes.io/warn': 'restricted' });
    const { code, warnings } = create({ containers: [{ name: 'c', image: 'nginx' }] });
    expect(code).toBe(201);
    expect(warnings).toEqual([
      'would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ]);
  });
});
