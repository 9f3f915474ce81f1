import { celFunctionsJson } from '../../reference/cel-functions.gen.js';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  UINT,
  listType,
  mapType,
  opaqueType,
  parameterType,
  parseType,
  typeType,
  type CelType,
} from './cel-type.js';

/*
 * The functions of Kubernetes' CEL environment, in the order in which cel-go tries their overloads (read off
 * k8s.io/apiserver/pkg/cel/environment MustBaseEnvSet(1.34), the compatibility version of 1.35).
 */

export interface Overload {
  readonly id: string;
  readonly member: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** The type parameters it has. */
  readonly parameters: readonly string[];
}

type Row = readonly [id: string, style: 'member' | 'global', args: readonly string[], result: string];

function parameterNames(type: CelType, found: Set<string>): void {
  if (type.kind === 'parameter') found.add(type.name);
  for (const parameter of type.parameters) parameterNames(parameter, found);
}

function readOverload([id, style, args, result]: Row): Overload {
  const types = args.map(parseType);
  const found = new Set<string>();
  for (const type of [...types, parseType(result)]) parameterNames(type, found);
  return { id, member: style === 'member', args: types, result: parseType(result), parameters: [...found] };
}

let rows: Readonly<Record<string, readonly Row[]>> | undefined;
const read = new Map<string, readonly Overload[]>();

/** The overloads of a function; undefined when there is none of the name. */
export function findFunction(name: string): readonly Overload[] | undefined {
  const known = read.get(name);
  if (known) return known;
  rows ??= JSON.parse(celFunctionsJson) as Readonly<Record<string, readonly Row[]>>;
  if (!Object.hasOwn(rows, name)) return undefined;
  const overloads = rows[name].map(readOverload);
  read.set(name, overloads);
  return overloads;
}

const A = parameterType('A');
const B = parameterType('B');

/** Names of types that expressions can use as values. */
export const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map([
  ['bool', typeType(BOOL)],
  ['bytes', typeType(BYTES)],
  ['double', typeType(DOUBLE)],
  ['google.protobuf.Duration', typeType(DURATION)],
  ['google.protobuf.Timestamp', typeType(TIMESTAMP)],
  ['int', typeType(INT)],
  ['list', typeType(listType(A))],
  ['map', typeType(mapType(A, B))],
  ['null_type', typeType(NULL)],
  ['optional_type', typeType(opaqueType('optional_type'))],
  ['string', typeType(STRING)],
  ['type', typeType(typeType())],
  ['uint', typeType(UINT)],
  ...['net.IP', 'net.CIDR'].map((name): [string, CelType] => [name, typeType(parseType(name))]),
]);
