import { goQuote, isDns1123Subdomain } from '@seatrial/schema';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { defineVerb, type VerbDefinition } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { intFlag, stringFlag, stringSliceFlag, type FlagDefinition } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';
import { requireFlags } from './required-flags.js';

const TCP_FLAG: FlagDefinition = stringSliceFlag('tcp', "Port pairs can be specified as '<port>:<targetPort>'.");

function portNumber(text: string): number {
  const parsing = `strconv.ParseUint: parsing ${goQuote(text)}:`;
  if (!/^\d+$/.test(text)) failWith(`${parsing} invalid syntax`);
  if (Number(text) > 65535) failWith(`${parsing} value out of range`);
  return Number(text);
}

/** validation.IsValidPortName; undefined for a name. */
function portNameProblem(text: string): string | undefined {
  const problems = [
    ...(text.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]+$/.test(text) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
    ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(text) ? ['must not begin or end with a hyphen'] : []),
  ];
  return problems.length === 0 ? undefined : problems.join(',');
}

/** `80`, `80:8080` or `80:http` as a service port (create_service.go parsePorts). */
function servicePort(text: string, nodePort: number): JsonObject {
  const [first, second] = text.split(':') as [string, string | undefined];
  const port = portNumber(first);
  let targetPort: number | string = port;
  if (second !== undefined) {
    targetPort = /^[+-]?\d+$/.test(second) ? Number(second) : second;
    const problem =
      typeof targetPort === 'string'
        ? portNameProblem(targetPort)
        : targetPort < 1 || targetPort > 65535
          ? 'must be between 1 and 65535, inclusive'
          : undefined;
    if (problem !== undefined) failWith(problem);
  }
  return {
    name: text.replaceAll(':', '-'),
    protocol: 'TCP',
    port,
    targetPort,
    ...(nodePort !== 0 ? { nodePort } : {}),
  };
}

function* createService(k: Invocation, label: string, spec: JsonObject): Coroutine<number> {
  const name = yield* completeGenerator(k);
  const nodePort = k.flags.has('node-port') ? k.flags.int('node-port') : 0;
  const pairs = k.flags.list('tcp');
  if (pairs.length === 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None')
    failWith('at least one tcp port specifier must be provided');
  if (typeof spec.externalName === 'string' && isDns1123Subdomain(spec.externalName).length > 0)
    failWith(`invalid service external name ${spec.externalName}`);
  const ports = pairs.map((text) => servicePort(text, nodePort));
  const labels = { app: name };
  yield* createGenerated(
    k,
    {
      group: '',
      version: 'v1',
      resource: 'services',
      kind: 'Service',
      namespaced: true,
      failure: `${label} service:`,
      unsaved: true,
    },
    {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { ...generatedMetadata(k, name), labels },
      spec: { ...(ports.length > 0 ? { ports } : {}), selector: labels, ...spec },
      status: { loadBalancer: {} },
    },
  );
  return 0;
}

const clusterip = defineVerb({
  name: 'clusterip',
  usage: 'NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]',
  short: 'Create a ClusterIP service',
  flags: [...GENERATOR_FLAGS, TCP_FLAG, stringFlag('clusterip', "Assign your own ClusterIP or set to 'None'.")],
  *run(k) {
    const ip = k.flags.string('clusterip');
    return yield* createService(k, 'ClusterIP', { ...(ip === '' ? {} : { clusterIP: ip }), type: 'ClusterIP' });
  },
});

const externalname = defineVerb({
  name: 'externalname',
  usage: 'NAME --external-name external.name [--dry-run=server|client|none]',
  short: 'Create an ExternalName service',
  flags: [...GENERATOR_FLAGS, TCP_FLAG, stringFlag('external-name', 'External name of service')],
  *run(k) {
    requireFlags(k, 'external-name');
    const externalName = k.flags.string('external-name');
    return yield* createService(k, 'ExternalName', { type: 'ExternalName', externalName });
  },
});

const loadbalancer = defineVerb({
  name: 'loadbalancer',
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  short: 'Create a LoadBalancer service',
  flags: [...GENERATOR_FLAGS, TCP_FLAG],
  *run(k) {
    return yield* createService(k, 'LoadBalancer', { type: 'LoadBalancer' });
  },
});

const nodeport = defineVerb({
  name: 'nodeport',
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  short: 'Create a NodePort service',
  flags: [...GENERATOR_FLAGS, TCP_FLAG, intFlag('node-port', 'Port used to expose the service on each node.')],
  *run(k) {
    return yield* createService(k, 'NodePort', { type: 'NodePort' });
  },
});

/** `kubectl create service`. */
export const createServiceCommand: VerbDefinition = defineVerb({
  name: 'service',
  aliases: ['svc'],
  short: 'Create a service using a specified subcommand',
  long: 'Create a service using a specified subcommand.',
  subcommands: [clusterip, externalname, loadbalancer, nodeport],
});
