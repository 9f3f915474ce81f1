import { isJsonObject } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';

/** What lint says of an object that a template gives. */
export interface ObjectMessage {
  readonly severity: 'WARNING' | 'ERROR';
  readonly text: string;
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const OLD_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const SUBDOMAIN_TEXT = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"; // prettier-ignore
const LABEL_TEXT = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"; // prettier-ignore
const OLD_LABEL_TEXT = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"; // prettier-ignore

/** Kinds whose names may be any segment of a path. */
const PATH_SEGMENT = new Set(['role', 'clusterrole', 'rolebinding', 'clusterrolebinding']);

function nameProblems(kind: string, name: string): string[] {
  const lower = kind.toLowerCase();
  if (lower === 'certificatesigningrequest') return [];
  if (PATH_SEGMENT.has(lower)) {
    if (name === '.' || name === '..') return [`may not be '${name}'`];
    return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
  }
  if (lower === 'service')
    return [
      ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
      ...(OLD_LABEL.test(name) ? [] : [OLD_LABEL_TEXT]),
    ];
  if (lower === 'namespace')
    return [
      ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
      ...(LABEL.test(name) ? [] : [LABEL_TEXT]),
    ];
  return [
    ...(name.length > 253 ? ['must be no more than 253 characters'] : []),
    ...(SUBDOMAIN.test(name) ? [] : [SUBDOMAIN_TEXT]),
  ];
}

function nameMessage(kind: string, name: string): ObjectMessage | undefined {
  const problems = nameProblems(kind, name).map(
    (text) => `metadata.name: Invalid value: ${JSON.stringify(name)}: ${text}`,
  );
  if (problems.length === 0) return undefined;
  const all = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
  return {
    severity: 'WARNING',
    text: `object name does not conform to Kubernetes naming requirements: ${JSON.stringify(name)}: ${all}`,
  };
}

const WORKLOADS = new Set(['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet']);

/** Helm's rules on rendered objects (pkg/chart/v2/lint/rules/template.go). */
export function lintObjects(rendered: string): ObjectMessage[] {
  const messages: ObjectMessage[] = [];
  const first = rendered.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#'));
  if (first !== undefined && /^\s/.test(first))
    messages.push({ severity: 'WARNING', text: 'document starts with an illegal indent: "' + first + '", which may cause parsing problems' }); // prettier-ignore
  for (const document of rendered.split(/^---\s*$/m)) {
    const parsed = yamlToJson(document);
    if (!parsed.ok || !isJsonObject(parsed.value)) continue;
    const { kind, metadata } = parsed.value;
    const given = isJsonObject(metadata) ? metadata.name : undefined;
    const name =
      typeof given === 'string' || typeof given === 'boolean' || typeof given === 'number' ? String(given) : '';
    const kindText = typeof kind === 'string' ? kind : '';
    const message = nameMessage(kindText, name);
    if (message) messages.push(message);
    if (WORKLOADS.has(kindText) && !/matchLabels|matchExpressions/.test(rendered))
      messages.push({ severity: 'ERROR', text: `a ${kindText} must contain matchLabels or matchExpressions, and ${JSON.stringify(name)} does not` }); // prettier-ignore
  }
  return messages;
}
