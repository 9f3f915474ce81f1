import { fail, isJsonObject, ok, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { goQuote } from '@seatrial/schema';
import { decodeGo, type GoType } from '../../helm/values/go-decoding.js';
import { CONFIGURATION_TYPES } from './configuration-types.js';

const COMPONENTS: Readonly<Record<string, string>> = {
  KubeletConfiguration: 'kubelet.config.k8s.io/v1beta1',
  KubeProxyConfiguration: 'kubeproxy.config.k8s.io/v1alpha1',
};
/** Versions that older releases read, with the last one that does. */
const OLD_VERSIONS: Readonly<Record<string, string>> = {
  'kubeadm.k8s.io/v1alpha1': 'v1.11',
  'kubeadm.k8s.io/v1alpha2': 'v1.12',
  'kubeadm.k8s.io/v1alpha3': 'v1.14',
  'kubeadm.k8s.io/v1beta1': 'v1.15',
  'kubeadm.k8s.io/v1beta2': 'v1.22',
};

/** One document of a configuration. */
export interface ConfigurationDocument {
  /** Group and version. */
  readonly version: string;
  readonly kind: string;
  readonly text: string;
}

/** A document read into its type. */
export interface DecodedDocument {
  /** What the strict reader finds: kubeadm goes on after it unless it only checks. */
  readonly complaint?: string;
  /** The document, or why it cannot be read at all. */
  readonly content: Result<JsonObject, string>;
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** `group/version, Kind=kind` as Go prints it. */
export const printedKind = ({ version, kind }: Pick<ConfigurationDocument, 'version' | 'kind'>): string =>
  `${version.includes('/') ? version : `/${version}`}, Kind=${kind}`;

/** The same by `%#v`. */
function goKind({ version, kind }: ConfigurationDocument): string {
  const [group, name] = version.split('/');
  return `schema.GroupVersionKind{Group:${goQuote(group)}, Version:${goQuote(name)}, Kind:${goQuote(kind)}}`;
}

/** Splits a file into its documents (cmd/kubeadm/app/util/marshal.go, v1.35.4). */
export function splitConfiguration(text: string): Result<readonly ConfigurationDocument[], string> {
  const documents: ConfigurationDocument[] = [];
  const twice: string[] = [];
  for (const part of text.split(/^---[ \t]*(?:#.*)?\n/m)) {
    if (part.trim() === '') continue;
    const read = yamlToJson(part);
    if (!read.ok)
      return fail(
        `could not interpret GroupVersionKind; unmarshal error: error converting YAML to JSON: ${read.error}`,
      );
    const head = isJsonObject(read.value) ? read.value : {};
    const document = { version: textOf(head.apiVersion), kind: textOf(head.kind), text: part };
    if (!/^[^/]+\/[^/]+$/.test(document.version) || document.kind === '')
      return fail(
        `invalid configuration for GroupVersionKind ${printedKind(document)}: kind and apiVersion is mandatory information that must be specified`,
      );
    if (documents.some(({ kind }) => kind === document.kind))
      twice.push(`invalid configuration: kind ${goQuote(document.kind)} is specified twice in YAML file`);
    else documents.push(document);
  }
  if (twice.length === 0) return ok(documents);
  return fail(twice.length === 1 ? twice[0] : `[${twice.join(', ')}]`);
}

/** The type of a document; undefined for kinds that kubeadm does not have. */
function typeOf({ version, kind }: ConfigurationDocument): GoType | undefined {
  if (!Object.hasOwn(CONFIGURATION_TYPES, version)) return undefined;
  const types: Readonly<Record<string, GoType | undefined>> = { ...CONFIGURATION_TYPES[version] };
  return Object.hasOwn(types, kind) ? types[kind] : undefined;
}

/** Which documents nobody has ever known. */
export function unknownKinds(documents: readonly ConfigurationDocument[]): string | undefined {
  const unknown = documents.filter(
    (document) =>
      !Object.hasOwn(OLD_VERSIONS, document.version) &&
      COMPONENTS[document.kind] !== document.version &&
      typeOf(document) === undefined,
  );
  if (unknown.length === 0) return undefined;
  return `unknown configuration APIs: []schema.GroupVersionKind{${unknown.map(goKind).join(', ')}}`;
}

/** Whether a document's version is read no more, or only for the time being. */
export function versionProblem({ version, kind }: ConfigurationDocument): { error?: string; warning?: string } {
  const api = `API spec: ${goQuote(version)} (kind: ${goQuote(kind)}). Please use`;
  const migrate =
    "'kubeadm config migrate --old-config old-config-file --new-config new-config-file', which will write the new, similar spec using a newer API version.";
  if (Object.hasOwn(OLD_VERSIONS, version))
    return {
      error: `your configuration file uses an old ${api} kubeadm ${OLD_VERSIONS[version]} instead and run ${migrate}`,
    };
  if (version === 'kubeadm.k8s.io/v1beta3')
    return { warning: `your configuration file uses a deprecated ${api} ${migrate}` };
  return {};
}

/** Members that a type does not have, by their paths, in the order of their names. */
function unknownFields(value: unknown, type: GoType, path: string): string[] {
  if (type.kind === 'list' && Array.isArray(value))
    return value.flatMap((each: unknown, index) => unknownFields(each, type.element, `${path}[${index}]`));
  if (type.kind !== 'struct' || !isJsonObject(value)) return [];
  return Object.keys(value)
    .sort()
    .flatMap((key) => {
      const at = path === '' ? key : `${path}.${key}`;
      return Object.hasOwn(type.fields, key)
        ? unknownFields(value[key], type.fields[key], at)
        : [`unknown field ${goQuote(at)}`];
    });
}

/** Reads a document into its type, with what the strict reader says of it (util/config/strict, v1.35.4). */
export function decodeDocument(document: ConfigurationDocument): DecodedDocument {
  const read = yamlToJson(document.text);
  const value = read.ok && isJsonObject(read.value) ? read.value : {};
  const type = typeOf(document);
  if (!type) {
    const isComponent = COMPONENTS[document.kind] === document.version;
    return { ...(!isComponent && { complaint: `unknown configuration ${goKind(document)}` }), content: ok(value) };
  }
  const complain = (text: string): string => `error unmarshaling configuration ${goKind(document)}: ${text}`;
  const decoded = decodeGo(value, type, { coerce: false });
  if (decoded.error !== undefined) return { complaint: complain(decoded.error), content: fail(decoded.error) };
  const strict = yamlToJson(document.text, { strict: true });
  const unknown = [...(strict.ok ? [] : [strict.error]), ...unknownFields(value, type, '')];
  const content = ok(isJsonObject(decoded.value) ? decoded.value : {});
  return unknown.length === 0
    ? { content }
    : { complaint: complain(`strict decoding error: ${unknown.join(', ')}`), content };
}
