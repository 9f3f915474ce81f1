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
  it.each([
    [
      'restricted',
      'latest',
      { volumes: [{ name: 'h', hostPath: { path: '/' } }] },
      'restricted volume types (volume "h" uses restricted volume type "hostPath")',
    ],
    [
      'baseline',
      'v1.28',
      {
        securityContext: {
          seccompProfile: { type: 'Unconfined' },
          sysctls: [{ name: 'net.ipv4.tcp_fin_timeout', value: '1' }],
        },
      },
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined"), forbidden sysctls (net.ipv4.tcp_fin_timeout)',
    ],
    ['baseline', 'v1.30', { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_fin_timeout', value: '1' }] } }, ''],
    [
      'baseline',
      'latest',
      { containers: [{ name: 'c', image: 'x', livenessProbe: { tcpSocket: { port: 1, host: '192.0.2.1' } } }] },
      'probe or lifecycle host (container "c" uses probe or lifecycle host "192.0.2.1")',
    ],
    [
      'baseline',
      'latest',
      { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } } },
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
    ],
  ])('%s %s', (level, version, spec, expected) => {
    const create = start({
      'pod-security.kubernetes.io/enforce': level,
      'pod-security.kubernetes.io/enforce-version': version,
    });
    const safe = { seccompProfile: { type: 'RuntimeDefault' }, runAsNonRoot: true };
    const container = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    const pod = { securityContext: safe, containers: [{ name: 'c', image: 'x', securityContext: container }], ...spec };
    const answer = create(pod).body as Partial<Status>;
    expect(answer.message?.replace(/^.*": /, '') ?? '').toBe(expected);
  });

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
