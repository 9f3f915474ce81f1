import type { JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringArrayFlag, stringFlag } from '../../command/flag.js';
import { createGenerated, generatedMetadata, GENERATOR_FLAGS, requiredName } from './create-generated.js';

const RULE =
  /^(?:(?:(\*\.)?[-a-z0-9]+(?:\.[-a-z0-9]+)*\.?|\*)?\/[^=]*|\/[^=]*)=[^,:]+:[a-zA-Z0-9-]+(?:,tls(?:=[^,]+)?)?$/i;

const port = (text: string): JsonObject => (/^\d+$/.test(text) ? { number: Number(text) } : { name: text });

function backend(text: string): JsonObject {
  const parts = text.split(':');
  if (parts.length !== 2) failWith('backend service should be in the format servicename:serviceport');
  return { service: { name: parts[0], port: port(parts[1]) } };
}

interface ParsedRule {
  readonly host: string;
  readonly path: JsonObject;
  readonly tlsSecret?: string;
}

function parseRule(text: string): ParsedRule {
  if (!RULE.test(text))
    failWith(`rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  const [main, tls] = text.split(/,(.*)/s);
  const equals = main.indexOf('=');
  const slash = main.indexOf('/');
  const path = main.slice(slash, equals);
  const prefix = path.endsWith('*');
  return {
    host: main.slice(0, slash),
    path: {
      path: prefix ? path.slice(0, -1) : path,
      pathType: prefix ? 'Prefix' : 'Exact',
      backend: backend(main.slice(equals + 1)),
    },
    ...(tls === undefined ? {} : { tlsSecret: tls.startsWith('tls=') ? tls.slice(4) : '' }),
  };
}

function specOf(rules: readonly ParsedRule[], className: string, defaultBackend: string): JsonObject {
  const hosts = new Map<string, JsonObject[]>();
  const secrets = new Map<string, string[]>();
  for (const rule of rules) {
    hosts.set(rule.host, [...(hosts.get(rule.host) ?? []), rule.path]);
    if (rule.tlsSecret === undefined) continue;
    const known = secrets.get(rule.tlsSecret) ?? [];
    secrets.set(rule.tlsSecret, rule.host === '' || known.includes(rule.host) ? known : [...known, rule.host]);
  }
  return {
    ...(className === '' ? {} : { ingressClassName: className }),
    ...(defaultBackend === '' ? {} : { defaultBackend: backend(defaultBackend) }),
    ...(secrets.size > 0
      ? {
          tls: [...secrets].map(([secretName, names]) => ({
            ...(names.length > 0 ? { hosts: names } : {}),
            ...(secretName === '' ? {} : { secretName }),
          })),
        }
      : {}),
    ...(hosts.size > 0
      ? { rules: [...hosts].map(([host, paths]) => ({ ...(host === '' ? {} : { host }), http: { paths } })) }
      : {}),
  };
}

/** `kubectl create ingress`. */
export const createIngressCommand = defineVerb({
  name: 'ingress',
  aliases: ['ing'],
  usage: 'NAME --rule=host/path=service:port[,tls[=secret]]',
  short: 'Create an ingress with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    stringArrayFlag('annotation', 'Annotation to insert in the ingress object, in the format annotation=value'),
    stringFlag('class', 'Ingress Class to be used'),
    stringFlag('default-backend', 'Default service for backend, in format of svcname:port'),
    stringArrayFlag('rule', 'Rule in format host/path=service:port[,tls=secretname].'),
  ],
  *run(k) {
    const name = requiredName(k);
    const rules = k.flags.list('rule');
    const fallback = k.flags.string('default-backend');
    if (rules.length === 0 && fallback === '')
      failWith(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    const annotations = Object.fromEntries(
      k.flags.list('annotation').map((text) => {
        const equals = text.indexOf('=');
        if (equals < 0) failWith(`annotation ${text} is invalid and should be in format key=[value]`);
        return [text.slice(0, equals), text.slice(equals + 1)];
      }),
    );
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
