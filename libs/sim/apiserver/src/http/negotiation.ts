import type { HttpRequest, JsonObject } from '@seatrial/kernel';
import { isJsonObject, unescapeUrl } from '@seatrial/kernel';
import type { RequestOptions } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import { badRequest, failure } from '../status/status-errors.js';

/** Answers that come in other shapes than the object itself, by the version of meta.k8s.io that has them. */
const SHAPES: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const SHAPE_VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta1']);
const PRODUCED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAMED = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];

/** What a client accepts of an answer: a shape, or the reason why it cannot have any. */
export type Negotiated = { readonly shape: string | undefined } | { readonly refusal: Status };

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const clausesOf = (accept: string): readonly Clause[] =>
  accept.split(',').map((clause) => {
    const [type, ...parameters] = clause.split(';').map((part) => part.trim());
    const pairs = parameters.map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    });
    return { type, parameters: new Map(pairs) };
  });

const isServed = (type: string): boolean => type === '*/*' || type === 'application/*' || PRODUCED.includes(type);

function isShaped({ parameters }: Clause): boolean {
  const shape = parameters.get('as');
  if (shape === undefined) return true;
  return SHAPES.has(shape) && parameters.get('g') === 'meta.k8s.io' && SHAPE_VERSIONS.has(parameters.get('v') ?? '');
}

/** Reads the Accept header as go-restful's routes and then the endpoints do (endpoints/handlers/negotiation). */
export function negotiate({ headers }: HttpRequest, isList: boolean): Negotiated {
  const accept = headers.get('accept') ?? '';
  if (accept === '') return { shape: undefined };
  const clauses = clausesOf(accept);
  if (!clauses.some(({ type }) => type === '*/*' || PRODUCED.includes(type))) {
    const available = [...PRODUCED, ...(isList ? STREAMED : [])].join(', ');
    const text = `406: Not Acceptable\n\nAvailable representations: ${available}`;
    return { refusal: failure(406, 'NotAcceptable', text, {}) };
  }
  const chosen = clauses.find((clause) => isServed(clause.type) && isShaped(clause));
  if (chosen) return { shape: chosen.parameters.get('as') };
  const text = `only the following media types are accepted: ${PRODUCED.join(', ')}`;
  return { refusal: failure(406, 'NotAcceptable', text) };
}

/** What `includeObject` asks of a Table, or what is wrong with it. */
export function tableOptions(query: string): Pick<RequestOptions, 'asTable'> | { readonly refusal: Status } {
  const include = unescapeUrl(/(?:^|&)includeObject=([^&]*)/.exec(query)?.[1] ?? '');
  if (include === '') return { asTable: {} };
  if (include === 'None' || include === 'Metadata' || include === 'Object')
    return { asTable: { includeObject: include } };
  const text = `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`;
  return { refusal: badRequest(text) };
}

const partial = (object: JsonObject): JsonObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
});

/** An answer of which only the metadata is wanted. */
export function metadataOnly(body: JsonObject, shape: string | undefined): JsonObject {
  if (body.kind === 'Status') return body;
  if (shape === 'PartialObjectMetadata') return partial(body);
  if (shape !== 'PartialObjectMetadataList' || !Array.isArray(body.items)) return body;
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: body.metadata,
    items: body.items.filter(isJsonObject).map(partial),
  };
}

const INDENTED_FOR = ['curl', 'Wget', 'Mozilla/5.0'];

/** Whether an answer comes indented: as `pretty` says, else for browsers and the command line's clients (isPrettyPrint). */
export function isPretty({ path, headers }: HttpRequest): boolean {
  const query = path.split('?', 2)[1] ?? '';
  const asked = /(?:^|&)pretty=([^&]+)/.exec(query)?.[1];
  if (asked !== undefined) return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(asked);
  const agent = headers.get('user-agent') ?? 'curl';
  return INDENTED_FOR.some((name) => agent.startsWith(name));
}
