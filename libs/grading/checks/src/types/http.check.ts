import type { KubeObject } from '@seatrial/apiserver';
import type { Evidence } from '@seatrial/contracts';
import { defineCheck, failed, passed, type CheckOutcome } from '../define-check.js';
import { isReady } from '../diagnosis/pods.js';
import { explainService } from '../diagnosis/services.js';
import type { FetchFailure, GradedWorld, Vantage } from '../graded-world.js';
import { hasLabels, noSuchObject, numberAt, objectEvidence, objectsAt, stringAt } from '../object-query.js';
import { valueText } from '../partial-match.js';
import { readPattern, type TextPattern } from '../text-pattern.js';

const WAYS = ['nodePort', 'clusterIP', 'dns'] as const;

interface HttpParameters {
  readonly service: string;
  readonly namespace: string;
  readonly via: (typeof WAYS)[number];
  /** Labels of the pod that asks; without them a node does. */
  readonly fromPod: Readonly<Record<string, string>> | undefined;
  readonly path: string;
  readonly status: number;
  readonly body: TextPattern | undefined;
  readonly requests: number;
}

const TIMEOUT_MS = 5000;
const MAX_REQUESTS = 100;

/** Requests to a service are answered: through a node's port, its cluster address or its name. */
export const httpCheck = defineCheck<HttpParameters>({
  type: 'http',
  description: 'a service answers HTTP requests, asked from a node or a pod',
  read: (node) => {
    node.mapping(['service', 'namespace', 'via', 'fromPod', 'path', 'status', 'contains', 'matches', 'requests']);
    const fromPod = node.member('fromPod');
    return {
      service: node.member('service').string(),
      namespace: node.member('namespace').optionalString() ?? 'default',
      via: node.member('via').choice(WAYS, 'clusterIP'),
      fromPod: fromPod.present
        ? Object.fromEntries([...fromPod.mapping()].map(([key, value]) => [key, value.string()]))
        : undefined,
      path: node.member('path').optionalString() ?? '/',
      status: node.member('status').integer(100, 200),
      body: readPattern(node),
      requests: Math.min(node.member('requests').integer(1, 1), MAX_REQUESTS),
    };
  },
  evaluate: (parameters, world) => {
    const { service: name, namespace } = parameters;
    const service = world.list('Service', namespace)?.find(({ metadata }) => metadata.name === name);
    if (!service) return noSuchObject(world, { kind: 'Service', namespace, name });
    const target = addressOf(service, parameters.via, world);
    if (!target) {
      const type = stringAt(service, 'spec.type') ?? 'ClusterIP';
      return failed(
        `service ${name} has no node port: its type is ${type}`,
        `el servicio ${name} no tiene puerto de nodo: su tipo es ${type}`,
        objectEvidence(world, service, `type ${type}`),
      );
    }
    const from = vantage(parameters, world);
    if (!from) return failed('there is no ready pod to ask from', 'no hay ningún pod listo desde el que preguntar');
    return ask(parameters, world, service, target, from);
  },
});

interface Target {
  readonly host: string;
  readonly port: number;
}

function addressOf(service: KubeObject, via: HttpParameters['via'], world: GradedWorld): Target | undefined {
  const [port] = objectsAt(service, 'spec.ports');
  if (via === 'nodePort') {
    const nodePort = numberAt(port, 'nodePort');
    const workers = (world.list('Node') ?? []).flatMap((node) =>
      objectsAt(node, 'status.addresses').filter(({ type }) => type === 'InternalIP'),
    );
    const address = workers.at(-1)?.address;
    return nodePort > 0 && typeof address === 'string' ? { host: address, port: nodePort } : undefined;
  }
  const { name, namespace = 'default' } = service.metadata;
  const clusterAddress = stringAt(service, 'spec.clusterIP');
  const host = via === 'dns' ? `${name}.${namespace}.svc.cluster.local` : clusterAddress;
  return host === undefined || clusterAddress === 'None' ? undefined : { host, port: numberAt(port, 'port', 80) };
}

function vantage({ fromPod, namespace }: HttpParameters, world: GradedWorld): Vantage | undefined {
  if (!fromPod) return { kind: 'node' };
  const pod = world.list('Pod', namespace)?.find((candidate) => hasLabels(candidate, fromPod) && isReady(candidate));
  return pod && { kind: 'pod', namespace, name: pod.metadata.name };
}

function ask(
  parameters: HttpParameters,
  world: GradedWorld,
  service: KubeObject,
  target: Target,
  from: Vantage,
): CheckOutcome {
  const url = `http://${target.host}:${String(target.port)}${parameters.path}`;
  const evidence = (found: string): Evidence => ({ kind: 'response', subject: url, found });
  let answered = '';
  for (let request = 0; request < parameters.requests; request++) {
    const { path } = parameters;
    const answer = world.fetch({ from, ...target, method: 'GET', path, timeoutMs: TIMEOUT_MS });
    if (!answer.ok) return explainFailure(world, service, url, answer.error);
    const { status, body } = answer.value;
    answered = `${String(status)} ${valueText(body.slice(0, 100))}`;
    if (status !== parameters.status) {
      return failed(
        `${url} answers ${String(status)}, expected ${String(parameters.status)}`,
        `${url} responde ${String(status)}, se esperaba ${String(parameters.status)}`,
        evidence(answered),
      );
    }
    if (parameters.body && !parameters.body.matches(body)) {
      return failed(
        `the answer of ${url} lacks “${parameters.body.source}”`,
        `la respuesta de ${url} no contiene «${parameters.body.source}»`,
        evidence(answered),
      );
    }
  }
  return passed(evidence(answered));
}

const FAILURE_TEXT: Readonly<Record<FetchFailure['failure'], readonly [en: string, es: string]>> = {
  refused: ['the connection is refused', 'la conexión es rechazada'],
  timeout: ['nobody answers', 'nadie responde'],
  'host-unreachable': ['the host is unreachable', 'no se llega al equipo'],
  'network-unreachable': ['the network is unreachable', 'no se llega a la red'],
  reset: ['the connection is reset', 'la conexión se corta'],
  'name-not-found': ['the name is not known', 'no se conoce el nombre'],
  'name-server-failure': ['the name server does not answer', 'el servidor de nombres no responde'],
  unsupported: ['this is not simulated', 'esto no se simula'],
};

function explainFailure(world: GradedWorld, service: KubeObject, url: string, error: FetchFailure): CheckOutcome {
  if (error.failure === 'unsupported') return { kind: 'unsupported', what: error.detail };
  const [en, es] = FAILURE_TEXT[error.failure];
  const why = explainService(world, service);
  const hops = error.hops.map(({ where, decision }): Evidence => ({ kind: 'hop', subject: where, found: decision }));
  const ports = objectsAt(service, 'spec.ports').map((port) => `${valueText(port.port)}→${valueText(port.targetPort)}`);
  const wrongPort = { en: `its ports are ${ports.join(', ')}`, es: `sus puertos son ${ports.join(', ')}` };
  return failed(
    `${url}: ${en}: ${(why ?? wrongPort).en}`,
    `${url}: ${es}: ${(why ?? wrongPort).es}`,
    { kind: 'response', subject: url, found: error.detail },
    objectEvidence(world, service, `ports ${ports.join(', ')}`),
    ...hops,
  );
}
