import type { ServedResource } from '@seatrial/apiserver';
import { isJsonObject, setOwn, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import {
  decodeObject,
  goQuote,
  parseApiVersion,
  parseLabelSelector,
  schemaFor,
  unregisteredKind,
} from '@seatrial/schema';
import { aggregated, attempt, CommandFailure, failWith, textError, type CommandError } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { isPlainList, UNVALIDATED, validationProblem } from './document-validation.js';
import { manifestSources, type FilenameOptions } from './manifest-source.js';
import { readManifests, toCompactJson } from '@seatrial/manifest';
import { listAt, metadataOf, nameOf, namespaceOf, stringMapAt, textOf, type ResourceInfo } from './resource-info.js';

export interface ManifestOptions extends FilenameOptions {
  readonly labelSelector?: string;
  /** Complain of what the client can tell before decoding (the client's part of --validate). */
  readonly validate?: 'Ignore' | 'Strict' | 'Warn';
  /** Needs no server: kinds are taken as written (Builder.Local). */
  readonly local?: boolean;
  /** Only kinds that kubectl itself knows can be read (Builder.WithScheme). */
  readonly typed?: boolean;
  /** --namespace must agree with the objects' own (RequireNamespace against SetNamespace). */
  readonly requireNamespace?: boolean;
}

/** What files hold: the good objects, and what was wrong with the others. */
export interface ManifestObjects {
  readonly infos: readonly ResourceInfo[];
  readonly errors: readonly CommandError[];
  /** How many of the objects come before the first error. */
  readonly before: number;
}

function localMapping(object: JsonObject): ServedResource {
  const [first, second] = textOf(object.apiVersion).split('/');
  const kind = textOf(object.kind);
  const lower = kind.toLowerCase();
  return {
    group: second === undefined ? '' : first,
    version: second ?? first,
    resource: /(s|x|ch)$/.test(lower) ? `${lower}es` : lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`,
    kind,
    namespaced: true,
    singular: lower,
    shortNames: [],
    categories: [],
    verbs: [],
    subresources: [],
    preferred: true,
    custom: false,
  };
}

/** The builder's words for a document whose kind could not be looked up: there is no server. */
function failUnrecognized(k: Invocation, failure: CommandFailure, source: string): never {
  const [error] = failure.errors;
  if (error.type !== 'connection' || error.cause === undefined) throw failure;
  const text = `unable to recognize ${goQuote(source)}: Get "${error.server ?? ''}/api?timeout=32s": ${error.cause}`;
  const bare = k.path === 'kubectl get' || k.path === 'kubectl describe';
  throw new CommandFailure([{ type: 'text', text, bare }]);
}

/** The resource of an object's kind; an error as the builder words it when there is none. */
export function* mappingOfObject(
  k: Invocation,
  object: JsonObject,
  source: string,
): Coroutine<ServedResource | CommandError> {
  const kind = textOf(object.kind);
  const apiVersion = textOf(object.apiVersion);
  const reached = yield* attempt(k.api(1));
  if ('failure' in reached) return failUnrecognized(k, reached.failure, source);
  const api = reached.value;
  if (apiVersion === '') {
    // Without a version the kind is found, but not the server's path for it.
    const core = api.restMapper().forGroupKind('', kind);
    if (core) return { ...core, version: '' };
  }
  const mapping = api.restMapper().forKind(apiVersion, kind) ?? api.resetRestMapper().forKind(apiVersion, kind);
  return (
    mapping ??
    textError(
      `resource mapping not found for name: "${nameOf(object)}" namespace: "${namespaceOf(object)}" from "${source}": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
    )
  );
}

const isMapping = (found: ServedResource | CommandError): found is ServedResource => 'resource' in found;

function withNamespace(object: JsonObject, namespace: string): JsonObject {
  const metadata: JsonObject = { ...metadataOf(object) };
  setOwn(metadata, 'namespace', namespace);
  return { ...object, metadata };
}

/** The client reads metadata into its Go type, whatever the kind (metadataValidatingDecoder). */
export function metadataProblem({ metadata }: JsonObject): string | undefined {
  const schema = schemaFor({ group: '', version: 'v1', kind: 'ConfigMap' });
  if (schema === undefined || metadata === undefined || metadata === null) return undefined;
  const decoded = decodeObject({ metadata }, schema);
  return decoded.ok ? undefined : decoded.error.replace(' ConfigMap.metadata ', ' metadataOnlyObject.metadata ');
}

/** Items of a list of one kind (`ConfigMapList`) that say neither kind nor version are of that kind. */
function typedItems(list: JsonObject): readonly JsonValue[] {
  const kind = textOf(list.kind).slice(0, -'List'.length);
  return listAt(list, 'items').map((item) =>
    isJsonObject(item) && kind !== '' && textOf(item.kind) === '' && textOf(item.apiVersion) === ''
      ? { ...item, apiVersion: list.apiVersion, kind }
      : item,
  );
}

class ManifestReader {
  readonly infos: ResourceInfo[] = [];
  readonly errors: CommandError[] = [];

  constructor(
    private readonly k: Invocation,
    private readonly options: ManifestOptions,
  ) {}

  /** False when the rest of this source is not to be read. */
  *document(value: JsonValue, source: string): Coroutine<boolean> {
    const directive = this.options.validate ?? 'Ignore';
    if (directive !== 'Ignore') {
      if (directive === 'Warn' && isPlainList(value)) yield* this.k.klog('W', 'schema.go:145', UNVALIDATED);
      const problem = validationProblem(value, directive);
      if (problem !== undefined) {
        this.errors.push(
          textError(
            `error validating "${source}": error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false`,
          ),
        );
        return false;
      }
      yield* this.requireSchema(source);
    }
    const problem = decodeProblem(value);
    if (problem === undefined && isJsonObject(value)) yield* this.object(value, source);
    else this.errors.push(textError(`unable to decode "${source}": ${problem ?? ''}`));
    return true;
  }

  /** Validation asks the server for its schema first; without a server it fails, in words of its own. */
  private *requireSchema(source: string): Coroutine<void> {
    const reached = yield* attempt(this.k.api(0));
    if ('value' in reached) return;
    const [error] = reached.failure.errors;
    if (error.type !== 'connection' || error.cause === undefined) throw reached.failure;
    failWith(
      `error validating "${source}": error validating data: failed to download openapi: Get "${error.server ?? ''}/openapi/v2?timeout=32s": ${error.cause}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }

  private *object(value: JsonObject, source: string): Coroutine<void> {
    const kind = textOf(value.kind);
    if (kind.endsWith('List') && Array.isArray(value.items)) {
      yield* this.list(typedItems(value), source);
      return;
    }
    const problem = this.typeProblem(value) ?? metadataProblem(value);
    if (problem !== undefined) {
      this.errors.push(textError(`unable to decode "${source}": ${problem}`));
      return;
    }
    const mapping = this.options.local ? localMapping(value) : yield* mappingOfObject(this.k, value, source);
    const undecodable =
      this.options.typed && !(isMapping(mapping) && !mapping.custom)
        ? unregisteredKind(kind, textOf(value.apiVersion))
        : undefined;
    if (undecodable !== undefined) this.errors.push(textError(`unable to decode "${source}": ${undecodable}`));
    else if (isMapping(mapping)) this.placed(mapping, value, source);
    else this.errors.push(mapping);
  }

  /** What keeps an object out of its Go type. */
  private typeProblem(value: JsonObject): string | undefined {
    if (!this.options.typed) return undefined;
    const schema = schemaFor({ ...parseApiVersion(textOf(value.apiVersion)), kind: textOf(value.kind) });
    const decoded = schema && decodeObject(value, schema);
    return decoded === undefined || decoded.ok ? undefined : decoded.error;
  }

  /** Items are not looked into as documents are; what is wrong with some makes one error (FlattenListVisitor). */
  private *list(items: readonly JsonValue[], source: string): Coroutine<void> {
    const mistyped = items.filter(isJsonObject).flatMap((item) => this.typeProblem(item) ?? []);
    if (mistyped.length > 0) {
      this.errors.push({ type: 'text', text: aggregated(mistyped), bare: true });
      return;
    }
    const problems: string[] = [];
    for (const item of items) {
      if (!isJsonObject(item) || textOf(item.kind) === '') {
        problems.push(
          `unable to get type info from the object "*unstructured.Unstructured": Object 'Kind' is missing in 'object has no kind field '`,
        );
        continue;
      }
      const mapping = this.options.local ? localMapping(item) : yield* mappingOfObject(this.k, item, source);
      if (isMapping(mapping)) this.placed(mapping, item, source);
      else
        problems.push(
          `unable to recognize no matches for kind "${textOf(item.kind)}" in version "${textOf(item.apiVersion)}"`,
        );
    }
    if (problems.length > 0) this.errors.push({ type: 'text', text: aggregated(problems), bare: true });
  }

  private placed(mapping: ServedResource, value: JsonObject, source: string): void {
    const { namespace, enforced } = this.k.namespace();
    if (!mapping.namespaced) {
      this.infos.push({ mapping, namespace: '', name: nameOf(value), source, object: value });
      return;
    }
    const own = namespaceOf(value);
    if (this.options.local && own === '') {
      this.infos.push({ mapping, namespace: '', name: nameOf(value), source, object: value });
      return;
    }
    if (enforced && own !== '' && own !== namespace && this.options.requireNamespace !== false) {
      this.errors.push({
        type: 'text',
        plain: true,
        text: `the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`,
      });
      return;
    }
    const object = own === '' ? withNamespace(value, namespace) : value;
    this.infos.push({ mapping, namespace: own || namespace, name: nameOf(value), source, object });
  }
}

/** What is wrong with a document as an object: the decoder's words. */
export function decodeProblem(value: JsonValue): string | undefined {
  if (!isJsonObject(value)) {
    const kind = Array.isArray(value) ? 'array' : typeof value;
    return `json: cannot unmarshal ${kind === 'boolean' ? 'bool' : kind} into Go value of type unstructured.detector`;
  }
  if (textOf(value.kind) === '') return `Object 'Kind' is missing in '${toCompactJson(value)}'`;
  return undefined;
}

/** The objects in `-f`/`-k` files, lists taken apart (resource.Builder with ContinueOnError and Flatten). */
export function* manifestObjects(k: Invocation, options: ManifestOptions): Coroutine<ManifestObjects> {
  const reader = new ManifestReader(k, options);
  const sources = yield* manifestSources(k, options, reader.errors);
  let good = 0;
  for (const source of sources) {
    const { documents, error } = readManifests(source.text, source.name);
    let whole = true;
    for (const document of documents) {
      whole = yield* reader.document(document.value, source.name);
      if (reader.errors.length === 0) good = reader.infos.length;
      if (!whole) break;
    }
    if (whole && error !== undefined) reader.errors.push(textError(error));
  }
  const matches = labelMatcher(options.labelSelector ?? '');
  const selected = (infos: readonly ResourceInfo[]): ResourceInfo[] => infos.filter(({ object }) => matches(object));
  const before = selected(reader.infos.slice(0, good)).length;
  return { infos: selected(reader.infos), errors: reader.errors, before };
}

/** Whether objects of files are selected, by their labels; an empty selector takes all. */
export function labelMatcher(selector: string): (object: JsonObject) => boolean {
  if (selector === '') return () => true;
  const parsed = parseLabelSelector(selector);
  if (!parsed.ok) return failWith(`the provided selector ${goQuote(selector)} is not valid: ${parsed.error}`);
  return (object) => parsed.value.matches(stringMapAt(object, 'metadata', 'labels'));
}
