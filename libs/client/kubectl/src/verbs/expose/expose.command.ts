import { withOverrides } from '../run/overrides.js';
import { RECORD_FLAG } from '../../command/record.js';
import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, visitErrors, type CommandError } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import {
  DRY_RUN_FLAG,
  PRINT_FLAGS,
  printGenerated,
  printTyped,
  requirePrinter,
} from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { listAt, objectAt, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { createObject, savedGenerated, writeOptions } from '../../resource/write-object.js';
import { asMapping } from '../create/create-generated.js';
import { FILENAME_FLAGS } from '../get/get-options.js';
import { parseLabels } from '../run/run-pod.js';

const SERVICE = asMapping({ group: '', version: 'v1', resource: 'services', kind: 'Service', namespaced: true });

const TEMPLATED = new Set(['ReplicationController', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);

/** The labels that a service of this object selects (polymorphichelpers mapBasedSelectorForObject). */
function selectorOf(info: ResourceInfo): Record<string, string> {
  const { object, mapping } = info;
  const introspect = (text: string): never =>
    failWith(`couldn't retrieve selectors via --selector flag or introspection: ${text}`);
  switch (mapping.kind) {
    case 'Pod': {
      const labels = stringMapAt(object, 'metadata', 'labels');
      return Object.keys(labels).length === 0 ? introspect('the pod has no labels and cannot be exposed') : labels;
    }
    case 'Service': {
      const selector = stringMapAt(object, 'spec', 'selector');
      return Object.keys(selector).length === 0 ? introspect('the service has no pod selector set') : selector;
    }
    case 'ReplicationController':
      return stringMapAt(object, 'spec', 'selector');
    default: {
      const selector = objectAt(object, 'spec', 'selector');
      const labels = stringMapAt(selector, 'matchLabels');
      if (Object.keys(labels).length === 0)
        introspect(`invalid ${mapping.kind.toLowerCase()}: no selectors, therefore cannot be exposed`);
      const expressions = listAt(selector, 'matchExpressions').filter(isJsonObject);
      if (expressions.length > 0) {
        const shown = expressions.map(
          (one) =>
            `{Key:${textOf(one.key)} Operator:${textOf(one.operator)} Values:[${listAt(one, 'values').map(String).join(' ')}]}`,
        );
        introspect(`couldn't convert expressions - "[${shown.join(' ')}]" to map-based selector format`);
      }
      return labels;
    }
  }
}

interface ExposedPort {
  readonly port: number;
  readonly protocol: string;
}

function containerPorts(spec: JsonObject | undefined): ExposedPort[] {
  return listAt(spec, 'containers')
    .flatMap((container) => listAt(container, 'ports'))
    .filter(isJsonObject)
    .map((port) => ({ port: Number(port.containerPort), protocol: textOf(port.protocol) || 'TCP' }));
}

function portsOf(info: ResourceInfo): ExposedPort[] {
  const { object, mapping } = info;
  if (mapping.kind === 'Pod') return containerPorts(objectAt(object, 'spec'));
  if (mapping.kind === 'Service')
    return listAt(object, 'spec', 'ports')
      .filter(isJsonObject)
      .map((port) => ({ port: Number(port.port), protocol: textOf(port.protocol) || 'TCP' }));
  return containerPorts(objectAt(object, 'spec', 'template', 'spec'));
}

const asTarget = (text: string): number | string => (/^-?\d+$/.test(text) ? Number(text) : text);

/** What the first object gave for want of flags; it holds for those after it too. */
interface Derived {
  selector?: Record<string, string>;
  labels?: Record<string, string>;
  port?: string;
}

function servicePorts(k: Invocation, info: ResourceInfo, derived: Derived): JsonObject[] {
  const { flags } = k;
  const found = portsOf(info);
  if (found.length === 1) derived.port ??= String(found[0].port);
  const typed = flags.string('port') || (derived.port ?? '');
  if (typed === '' && found.length === 0) {
    if (flags.string('cluster-ip') === 'None') return [];
    failWith("couldn't find port via --port flag or introspection");
  }
  const numbers = typed === '' ? [...new Set(found.map(({ port }) => String(port)))] : typed.split(',');
  const target = flags.string('target-port') || flags.string('container-port');
  return numbers.flatMap((text, index) => {
    if (!/^[+-]?\d+$/.test(text)) failWith(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    const port = Number(text);
    const targetPort = target === '' ? port : asTarget(target);
    const name = numbers.length > 1 ? { name: `port-${index + 1}` } : {};
    const asked = flags.string('protocol');
    const protocols =
      asked === '' ? found.filter((one) => String(one.port) === text).map((one) => one.protocol) : [asked];
    if (protocols.length < 2) return [{ ...name, protocol: protocols[0] ?? 'TCP', port, targetPort }];
    return protocols.map((protocol) => ({
      name: `port-${index + 1}-${protocol.toLowerCase()}`,
      protocol,
      port,
      targetPort,
    }));
  });
}

function serviceOf(k: Invocation, info: ResourceInfo, derived: Derived): JsonObject {
  const { flags } = k;
  const given = (flag: 'selector' | 'labels'): Record<string, string> | undefined =>
    flags.string(flag) === '' ? derived[flag] : parseLabels(flags.string(flag));
  const selector = given('selector') ?? selectorOf(info);
  derived.selector = selector;
  const ports = servicePorts(k, info, derived);
  const labels = given('labels') ?? stringMapAt(info.object, 'metadata', 'labels');
  if (Object.keys(labels).length > 0) derived.labels = labels;
  const type = flags.string('type');
  const externalIp = flags.string('external-ip');
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: {
      name: flags.string('name') || info.name.slice(0, 63),
      ...(k.namespace().enforced ? { namespace: info.namespace } : {}),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    },
    spec: {
      ...(ports.length > 0 ? { ports } : {}),
      selector,
      ...(type === '' ? {} : { type }),
      ...(flags.string('cluster-ip') === '' ? {} : { clusterIP: flags.string('cluster-ip') }),
      ...(externalIp === '' ? {} : { externalIPs: [externalIp] }),
      ...(flags.string('load-balancer-ip') === '' || type !== 'LoadBalancer'
        ? {}
        : { loadBalancerIP: flags.string('load-balancer-ip') }),
      ...(flags.string('session-affinity') === '' ? {} : { sessionAffinity: flags.string('session-affinity') }),
    },
    status: { loadBalancer: {} },
  };
}

function* exposeOne(k: Invocation, info: ResourceInfo, dryRun: DryRun, derived: Derived): Coroutine<void> {
  const { kind } = info.mapping;
  const exposable =
    (TEMPLATED.has(kind) && kind !== 'StatefulSet' && kind !== 'DaemonSet') || kind === 'Pod' || kind === 'Service';
  if (!exposable) failWith(`cannot expose a ${kind}${info.mapping.group === '' ? '' : `.${info.mapping.group}`}`);
  const affinity = k.flags.string('session-affinity');
  if (!['', 'None', 'ClientIP'].includes(affinity)) failWith(`unknown session affinity: ${affinity}`);
  const service = withOverrides(k, serviceOf(k, info, derived));
  const body = k.flags.bool('save-config') ? savedGenerated(service) : service;
  if (dryRun === 'client') {
    yield* printGenerated(k, body, 'exposed');
    return;
  }
  const created = yield* createObject(k, SERVICE, info.namespace, body, writeOptions(k, dryRun, 'kubectl-expose'));
  yield* printTyped(k, created, 'exposed', dryRun);
}

/** `kubectl expose`. */
export const exposeCommand = defineVerb({
  name: 'expose',
  usage:
    '(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  short: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    RECORD_FLAG,
    stringFlag('cluster-ip', 'ClusterIP to be assigned to the service.'),
    stringFlag('container-port', 'Synonym for --target-port', {
      deprecated: '--container-port will be removed in the future, please use --target-port instead',
    }),
    stringFlag('external-ip', 'Additional external IP address to accept for the service.'),
    stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-expose' }),
    stringFlag('labels', 'Labels to apply to the service created by this call.', { shorthand: 'l' }),
    stringFlag('load-balancer-ip', 'IP to assign to the LoadBalancer.'),
    stringFlag('name', 'The name for the newly created object.'),
    stringFlag('override-type', 'The method used to override the generated object.', { default: 'merge' }),
    stringFlag('overrides', 'An inline JSON override for the generated object.'),
    stringFlag('port', 'The port that the service should serve on.'),
    stringFlag('protocol', 'The network protocol for the service to be created.'),
    boolFlag('save-config', "Keep the object's configuration in its annotation."),
    stringFlag('selector', 'A label selector to use for this service.'),
    stringFlag('session-affinity', 'If non-empty, set the session affinity for the service to this.'),
    stringFlag(
      'target-port',
      'Name or number for the port on the container that the service should direct traffic to.',
    ),
    stringFlag('type', 'Type for this service.'),
  ],
  *run(k) {
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    const { infos, errors } = yield* resolveInfos(k, { args: k.args, asWritten: true, typed: true });
    const all: CommandError[] = [];
    const derived: Derived = {};
    for (const info of infos) {
      const done = yield* attempt(exposeOne(k, info, dryRun, derived));
      if ('failure' in done) all.push(...done.failure.errors);
    }
    failOnErrors(k.args.length === 0 ? visitErrors(all, errors) : [...all, ...errors]);
    return 0;
  },
});
