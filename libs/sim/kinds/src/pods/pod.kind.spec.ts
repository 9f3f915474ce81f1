import type { DraftObject, KindContext, KubeObject } from '@seatrial/apiserver';
import { fieldErrorText } from '@seatrial/schema';
import { describe, expect, it } from 'vitest';
import { podKind } from './pod.kind.js';

const context = { now: 0, user: { username: 'admin', groups: [] } } as unknown as KindContext;

const pod = (spec: object, status: object = {}): KubeObject => {
  const draft = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: structuredClone(spec) };
  podKind.defaults?.(draft as unknown as DraftObject);
  return { ...draft, status } as unknown as KubeObject;
};

const errors = (spec: object): string[] => (podKind.validate?.(pod(spec), context) ?? []).map(fieldErrorText);
const container = { name: 'web', image: 'nginx:1.25' };

describe('validation', () => {
  it.each([
    [{ containers: [container] }, []],
    [{ containers: [] }, ['spec.containers: Required value']],
    [{ containers: [{ name: 'web' }] }, ['spec.containers[0].image: Required value']],
    [{ containers: [container, container] }, ['spec.containers[1].name: Duplicate value: "web"']],
    [
      { containers: [{ ...container, livenessProbe: { successThreshold: 2, httpGet: { port: 0 } } }] },
      [
        'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      ],
    ],
    [
      { containers: [{ ...container, volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
      ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
    ],
    [
      { containers: [{ ...container, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] },
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      { containers: [container], restartPolicy: 'always' },
      ['spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"'],
    ],
  ] as [object, string[]][])('%j', (spec, expected) => {
    expect(errors(spec)).toEqual(expected);
  });

  it('takes underscores in search paths, and not too many of them', () => {
    const searches = [...new Array<string>(33).fill('_tcp.example.com.'), '.', 'bad!'];
    expect(errors({ containers: [container], dnsConfig: { searches } })).toEqual([
      expect.stringContaining('must not have more than 32 search paths'),
      expect.stringMatching(/^spec.dnsConfig.searches\[34\]: Invalid value: "bad!": .* characters, '_', '-' or '.'/),
    ]);
  });

  const required = (...nodeSelectorTerms: object[]) => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  });
  const disk = { key: 'disk', operator: 'Exists' };
  const rack = { key: 'rack', operator: 'Exists' };
  const TERMS = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

  it.each([
    [{ nodeSelector: { a: '1' } }, { nodeSelector: { a: '1', b: '2' } }, ''],
    [{ nodeSelector: { a: '1' } }, { nodeSelector: { a: '2' } }, 'only additions to spec.nodeSelector are allowed'],
    [{}, { affinity: required({ matchExpressions: [disk] }) }, ''],
    [
      { affinity: required({ matchExpressions: [disk] }) },
      { affinity: required({ matchExpressions: [disk, rack] }) },
      '',
    ],
    [
      { affinity: required({ matchExpressions: [disk] }) },
      { affinity: required({ matchExpressions: [rack] }) },
      `${TERMS}[0]: Invalid value: {"matchExpressions":[{"key":"rack","operator":"Exists"}]}: only additions are allowed`,
    ],
    [
      { affinity: required({ matchExpressions: [disk] }) },
      { affinity: required({ matchExpressions: [disk] }, { matchExpressions: [rack] }) },
      'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
    ],
  ])('lets a gated pod only get narrower: %j', (before, after, complaint) => {
    const gated = { containers: [container], schedulingGates: [{ name: 'example.com/wait' }] };
    const found = podKind.validateUpdate?.(pod({ ...gated, ...after }), pod({ ...gated, ...before }), context) ?? [];
    expect(found.map(fieldErrorText).join()).toContain(complaint);
    expect(found).toHaveLength(complaint === '' ? 0 : 1);
  });

  it('shows what an update may not change', () => {
    const before = pod({ containers: [container], terminationGracePeriodSeconds: 2 });
    const after = pod({
      containers: [{ ...container, image: 'nginx:1.26' }],
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 2,
    });
    const [error, ...more] = (podKind.validateUpdate?.(after, before, context) ?? []).map(fieldErrorText);
    expect(more).toEqual([]);
    expect(error).toContain('spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`');
    expect(error).toContain(
      ' "EphemeralContainers": null,\n- "RestartPolicy": "Always",\n+ "RestartPolicy": "Never",\n',
    );
    expect(error).not.toContain('nginx');
  });

  it('shows what changed of a container for debugging', () => {
    const withDebugger = (...ephemeralContainers: object[]): KubeObject =>
      pod({ containers: [container], ephemeralContainers });
    const before = withDebugger({ ...container, name: 'dbg', image: 'busybox:1.36' });
    const texts = (after: KubeObject): string[] =>
      (podKind.validateUpdate?.(after, before, { ...context, subresource: 'ephemeralcontainers' }) ?? []).map(
        fieldErrorText,
      );
    const existing = 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be';
    expect(texts(withDebugger())).toEqual([`${existing} removed\n`]);
    const [changed] = texts(withDebugger({ ...container, name: 'dbg', image: 'alpine:3.20' }));
    expect(changed).toContain(
      `${existing} changed\n@@ -1,6 +1,6 @@\n {\n  "Name": "dbg",\n- "Image": "busybox:1.36",\n+ "Image": "alpine:3.20",\n`,
    );
  });
});

describe('columns', () => {
  const status = (state: object, more: object = {}): object => ({
    phase: 'Running',
    containerStatuses: [{ name: 'web', restartCount: 0, ready: false, state, ...more }],
  });
  const terminated = { terminated: { exitCode: 0, finishedAt: '1970-01-01T00:00:47Z' } };
  const cases: [string, object, object, string[]][] = [
    ['running', {}, status({ running: {} }, { ready: true }), ['1/1', 'Running', '0']],
    ['waiting', {}, status({ waiting: { reason: 'CrashLoopBackOff' } }), ['0/1', 'CrashLoopBackOff', '0']],
    ['failed', {}, status({ terminated: { exitCode: 3 } }), ['0/1', 'ExitCode:3', '0']],
    ['killed', {}, status({ terminated: { exitCode: 137, reason: 'OOMKilled' } }), ['0/1', 'OOMKilled', '0']],
    [
      'restarted',
      {},
      status({ running: {} }, { ready: true, restartCount: 2, lastState: terminated }),
      ['1/1', 'Running', '2 (13s ago)'],
    ],
    [
      'initializing',
      { initContainers: [{ name: 'a' }, { name: 'b' }] },
      {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'a', restartCount: 0, state: { terminated: { exitCode: 0 } } },
          { name: 'b', restartCount: 0, state: { running: {} } },
        ],
      },
      ['0/1', 'Init:1/2', '0'],
    ],
  ];
  it.each(cases)('%s', (_title, spec, state, expected) => {
    const cells = podKind.table?.cells(pod({ containers: [container], ...spec }, state), 60_000);
    expect(cells?.slice(1, 4)).toEqual(expected);
  });
});

it('drops what only disabled features read', () => {
  const container = { name: 'web', image: 'nginx:1.25', lifecycle: { stopSignal: 'SIGUSR1' } };
  const projected = { sources: [{ podCertificate: {} }, { clusterTrustBundle: {} }] };
  const { spec } = pod({
    workloadRef: {},
    containers: [container],
    volumes: [{ name: 'v', projected }],
  }) as unknown as {
    spec: Record<string, unknown>;
  };
  expect(spec).not.toHaveProperty('workloadRef');
  expect(spec).not.toHaveProperty('containers.0.lifecycle');
  expect(spec).toHaveProperty('volumes.0.projected.sources', [{}, {}]);
});
