import { isJsonObject, type JsonObject, type Result, fail, ok } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { GO_STRING, decodeGo, type GoType } from '../values/go-decoding.js';
import { deprecationWarning } from './deprecations.js';
import type { Severity } from './lint-message.js';

/** What lint says of an object that a template gives. */
interface ObjectMessage {
  readonly severity: Severity;
  readonly text: string;
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const OLD_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const OLD_LABEL_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

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

function nameMessage(kind: string, name: string): string | undefined {
  const problems = nameProblems(kind, name).map(
    (text) => `metadata.name: Invalid value: ${JSON.stringify(name)}: ${text}`,
  );
  if (problems.length === 0) return undefined;
  const all = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
  return `object name does not conform to Kubernetes naming requirements: ${JSON.stringify(name)}: ${all}`;
}

const WORKLOADS = new Set(['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet']);

const OBJECT: GoType = {
  kind: 'struct',
  own: 'k8sYamlStruct',
  name: 'rules.k8sYamlStruct',
  fields: {
    apiVersion: GO_STRING,
    kind: GO_STRING,
    metadata: {
      kind: 'struct',
      own: 'k8sYamlMetadata',
      name: 'rules.k8sYamlMetadata',
      fields: { name: GO_STRING, namespace: GO_STRING },
    },
  },
};

/** The head of an object, or undefined for an empty document; the error is Helm's text. */
function readObject(document: string): Result<JsonObject | undefined, string> {
  const before = 'unable to parse YAML: error ';
  const parsed = yamlToJson(document);
  if (!parsed.ok) return fail(`${before}converting YAML to JSON: ${parsed.error}`);
  const { value, error } = decodeGo(parsed.value, OBJECT, { coerce: false });
  if (error !== undefined) return fail(`${before}unmarshaling JSON: while decoding JSON: ${error}`);
  return ok(isJsonObject(value) ? value : undefined);
}

const textOf = (object: JsonObject, key: string): string => (typeof object[key] === 'string' ? object[key] : '');
const MINOR = 35;

function objectMessages(object: JsonObject, rendered: string): ObjectMessage[] {
  const kind = textOf(object, 'kind');
  const name = isJsonObject(object.metadata) ? textOf(object.metadata, 'name') : '';
  const warnings = [nameMessage(kind, name), deprecationWarning(textOf(object, 'apiVersion'), kind, MINOR)]
    .filter((text) => text !== undefined)
    .map((text) => ({ severity: 'WARNING', text }) as const);
  const errors: ObjectMessage[] = [];
  if (WORKLOADS.has(kind) && !/matchLabels|matchExpressions/.test(rendered))
    errors.push({
      severity: 'ERROR',
      text: `a ${kind} must contain matchLabels or matchExpressions, and ${JSON.stringify(name)} does not`,
    });
  if (kind === 'List' && keepsInList(rendered))
    errors.push({ severity: 'ERROR', text: "annotation 'helm.sh/resource-policy' within List objects are ignored" });
  return [...warnings, ...errors];
}

function keepsInList(rendered: string): boolean {
  const parsed = yamlToJson(rendered);
  const items = parsed.ok && isJsonObject(parsed.value) && Array.isArray(parsed.value.items) ? parsed.value.items : [];
  return items.some((item) => {
    const annotations = isJsonObject(item) && isJsonObject(item.metadata) ? item.metadata.annotations : undefined;
    return isJsonObject(annotations) && 'helm.sh/resource-policy' in annotations;
  });
}

/** Helm's rules on rendered objects (pkg/chart/v2/lint/rules/template.go); what cannot be read ends all templates. */
export function lintObjects(rendered: string): {
  readonly messages: readonly ObjectMessage[];
  readonly stopped: boolean;
} {
  const messages: ObjectMessage[] = [];
  const first = rendered.split('\n').find((line) => line.trim() !== '');
  if (first === undefined) return { messages, stopped: false };
  if (/^[ \t]/.test(first))
    messages.push({
      severity: 'WARNING',
      text: `document starts with an illegal indent: ${JSON.stringify(first)}, which may cause parsing problems`,
    });
  for (const document of rendered.split(/^---\s*$/m)) {
    const object = readObject(document);
    if (!object.ok) return { messages: [...messages, { severity: 'ERROR', text: object.error }], stopped: true };
    if (object.value) messages.push(...objectMessages(object.value, rendered));
  }
  return { messages, stopped: false };
}

/** Helm's rules on the files in crds/. */
export function crdProblems(text: string): { readonly problems: readonly string[]; readonly stopped: boolean } {
  const problems: string[] = [];
  for (const document of text.split(/^---\s*$/m)) {
    const object = readObject(document);
    if (!object.ok) return { problems: [...problems, object.error], stopped: true };
    if (!object.value) continue;
    if (!textOf(object.value, 'apiVersion').startsWith('apiextensions.k8s.io'))
      problems.push("apiVersion is not in 'apiextensions.k8s.io'");
    if (textOf(object.value, 'kind') !== 'CustomResourceDefinition')
      problems.push("object kind is not 'CustomResourceDefinition'");
  }
  return { problems, stopped: false };
}
