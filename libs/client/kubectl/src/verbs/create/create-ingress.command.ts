import type { JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringArrayFlag, stringFlag } from '../../command/flag.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';

/** The part of a rule that kubectl checks; what follows the port is not looked at. */
const RULE = /^[\w*.-]*\/.*=[\w-]+:[\w-]+/;

/** A port by number or name; 0 is no number. */
const port = (text: string): JsonObject =>
  !/^\d+$/.test(text) ? { name: text } : Number(text) === 0 ? {} : { number: Number(text) };

function backend(text: string): JsonObject {
  const [name, portText = ''] = text.split(':');
  return { service: { name, port: port(portText) } };
}

interface ParsedRule {
  readonly host: string;
  readonly path: JsonObject;
  readonly tlsSecret?: string;
}

function parseRule(text: string): ParsedRule {
  const [main, ...parts] = text.split(',');
  const equals = main.indexOf('=');
  const slash = main.indexOf('/');
  const path = main.slice(slash, equals);
  const prefix = path.endsWith('*');
  return {
    host: main.slice(0, slash),
    path: {
      path: prefix ? path.slice(0, -1) : path,
      pathType: prefix ? 'Prefix' : 'Exact',
      backend: backend(main.slice(equals + 1).split('=')[0]),
    },
    ...(parts.length === 1 ? { tlsSecret: parts[0].split('=')[1] ?? '' } : {}),
  };
}

/** One entry a secret; a host stands in the first that names it (create_ingress.go buildTLSRules). */
function tlsOf(rules: readonly ParsedRule[]): JsonObject[] {
  const seen = new Set<string>();
  const entries: { readonly hosts: string[]; readonly secretName: string }[] = [];
  for (const { host, tlsSecret } of rules) {
    if (tlsSecret === undefined || seen.has(host)) continue;
    seen.add(host);
    const known = entries.find(({ secretName }) => secretName === tlsSecret);
    if (known) known.hosts.push(host);
    else if (host !== '' || tlsSecret !== '') entries.push({ hosts: host === '' ? [] : [host], secretName: tlsSecret });
  }
  return entries.map(({ hosts, secretName }) => ({
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(secretName === '' ? {} : { secretName }),
  }));
}

function specOf(rules: readonly ParsedRule[], className: string, defaultBackend: string): JsonObject {
  const hosts = new Map<string, JsonObject[]>();
  for (const rule of rules) hosts.set(rule.host, [...(hosts.get(rule.host) ?? []), rule.path]);
  const tls = tlsOf(rules);
  return {
    ...(className === '' ? {} : { ingressClassName: className }),
    ...(defaultBackend === '' ? {} : { defaultBackend: backend(defaultBackend) }),
    ...(tls.length > 0 ? { tls } : {}),
    ...(hosts.size > 0
      ? { rules: [...hosts].map(([host, paths]) => ({ ...(host === '' ? {} : { host }), http: { paths } })) }
      : {}),
  };
}

/** `kubectl create ingress`. */
export const createIngressCommand = defineVerb({
  name: 'ingress',
  aliases: ['ing'],
  usage: 'NAME --rule=host/path=service:port[,tls[=secret]] ',
  short: 'Create an ingress with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    stringArrayFlag('annotation', 'Annotation to insert in the ingress object, in the format annotation=value'),
    stringFlag('class', 'Ingress Class to be used'),
    stringFlag('default-backend', 'Default service for backend, in format of svcname:port'),
    stringArrayFlag('rule', 'Rule in format host/path=service:port[,tls=secretname].'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    const rules = k.flags.list('rule');
    const fallback = k.flags.string('default-backend');
    if (rules.length === 0 && fallback === '')
      failWith(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    for (const rule of rules)
      if (!RULE.test(rule))
        failWith(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    const annotations = Object.fromEntries(
      k.flags.list('annotation').map((text) => {
        const equals = text.indexOf('=');
        if (equals < 0) failWith(`annotation ${text} is invalid and should be in format key=[value]`);
        return [text.slice(0, equals), text.slice(equals + 1)];
      }),
    );
    if (fallback !== '' && fallback.split(':').length !== 2)
      failWith('default-backend should be in format servicename:serviceport');
    yield* createGenerated(
      k,
      {
        group: 'networking.k8s.io',
        version: 'v1',
        resource: 'ingresses',
        kind: 'Ingress',
        namespaced: true,
        failure: 'ingress:',
      },
      {
        kind: 'Ingress',
        apiVersion: 'networking.k8s.io/v1',
        metadata: {
          ...generatedMetadata(k, name),
          ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
        },
        spec: specOf(rules.map(parseRule), k.flags.string('class'), fallback),
        status: { loadBalancer: {} },
      },
    );
    return 0;
  },
});
