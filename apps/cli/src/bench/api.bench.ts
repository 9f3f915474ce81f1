import { PODS, type ApiRequest, type ApiServer, type UserInfo } from '@seatrial/apiserver';
import { openWorkstation, type Workstation } from '@seatrial/workstation';
import { defineBench, type Row } from './bench-group.js';
import { NO_BUDGET, measureEach, profileOf } from './measure.js';

const WRITES = 3_000;
const READS = 200;
const COMMANDS = 30;
const MANY_PODS = 1_000;
const ADMIN: UserInfo = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

const IMAGES = ['nginx:1.27', 'nginx:1.28'] as const;

/** What students write: a Deployment with most of what they state. */
function deployment(name: string, index: number): object {
  const labels = { app: name, tier: 'front' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'web',
              image: IMAGES[index % IMAGES.length],
              ports: [{ containerPort: 80, name: 'http' }],
              env: [
                { name: 'MODE', value: 'production' },
                { name: 'LEVEL', value: String(index) },
              ],
              resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
              readinessProbe: { httpGet: { path: '/', port: 80 } },
            },
          ],
        },
      },
    },
  };
}

function send(apiServer: ApiServer, request: Pick<ApiRequest, 'verb'> & Partial<ApiRequest>): void {
  const target = { group: 'apps', version: 'v1', resource: 'deployments', namespace: 'default', user: ADMIN };
  const { code, body } = apiServer.handle({ ...target, ...request });
  if (code >= 400) throw new Error(JSON.stringify(body));
}

function writes({ cluster: { apiServer } }: Workstation): Row[] {
  const patch =
    (patchType: 'strategic' | 'apply', name: string, options = {}) =>
    (i: number) => {
      const body =
        patchType === 'apply'
          ? deployment(name, i)
          : { spec: { template: { spec: { containers: [{ name: 'web', image: IMAGES[i % IMAGES.length] }] } } } };
      send(apiServer, { verb: 'patch', name, patchType, body, options });
    };
  send(apiServer, { verb: 'create', body: deployment('patched', 0) });
  return [
    {
      what: '(f) create a Deployment',
      value: measureEach((i) => {
        send(apiServer, { verb: 'create', body: deployment(`made${String(i)}`, i) });
      }, WRITES),
    },
    { what: 'strategic merge patch of a Deployment', value: measureEach(patch('strategic', 'patched'), WRITES) },
    {
      what: 'server-side apply of a Deployment, changed each time',
      value: measureEach(patch('apply', 'applied', { fieldManager: 'bench', force: true }), WRITES),
      target: 'under 100 µs',
    },
  ];
}

/** Pods as a cluster runs them. */
function startMany(workstation: Workstation): void {
  const { exit, stderr } = workstation.run(
    `kubectl create deployment many --image=nginx --replicas=${String(MANY_PODS)}`,
  );
  if (exit !== 0) throw new Error(stderr);
  const { apiServer, simulation } = workstation.cluster;
  const running = (): boolean =>
    apiServer.store.list(PODS, 'default').filter(({ status }) => status?.phase === 'Running').length === MANY_PODS;
  for (let minute = 0; minute < 60 && !running(); minute++) simulation.runUntil(simulation.now() + 60_000);
  if (!running()) throw new Error('the pods do not run');
}

function reads(workstation: Workstation): Row[] {
  startMany(workstation);
  const { apiServer } = workstation.cluster;
  const pods = { verb: 'list', group: '', resource: 'pods' } as const;
  const command = (text: string) => () => {
    const { exit, stderr } = workstation.run(text);
    if (exit !== 0) throw new Error(stderr);
  };
  const [first] = apiServer.store.list(PODS, 'default');
  const many = MANY_PODS.toLocaleString('en');
  return [
    {
      what: `list ${many} pods`,
      value: measureEach(() => {
        send(apiServer, pods);
      }, READS),
    },
    {
      what: `list ${many} pods as a Table`,
      value: measureEach(() => {
        send(apiServer, { ...pods, options: { asTable: { includeObject: 'Metadata' } } });
      }, READS),
    },
    {
      what: `kubectl get pods of ${many} pods`,
      value: measureEach(command('kubectl get pods'), COMMANDS),
      target: 'under 10 ms',
    },
    {
      what: 'kubectl describe pod',
      value: measureEach(command(`kubectl describe pod ${first.metadata.name}`), COMMANDS),
    },
  ];
}

/** (f) Single requests and commands, warm. */
export const apiBench = defineBench({
  name: 'api',
  run: () => [
    ...writes(openWorkstation({ profile: profileOf(2), seed: 'bench', budget: NO_BUDGET })),
    ...reads(openWorkstation({ profile: profileOf(20), seed: 'bench', budget: NO_BUDGET })),
  ],
});
