import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { decodeBase64, encodeBase64 } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import type { KubeConfigData } from '../../client/kube-config.js';
import { ENTRY_TYPES, inMemberOrder } from '../../client/kube-config-types.js';
import { failWith } from '../../command/failure.js';

/* Dotted paths of `kubectl config set` and `unset` (navigation_step_parser.go, set.go); they go by the internal types. */

type FieldType = 'string' | 'bool' | 'bytes' | 'strings' | 'pointer' | 'map';
type EntryList = keyof typeof ENTRY_TYPES;

const CLUSTER_FIELDS: Readonly<Record<string, FieldType>> = {
  server: 'string',
  'tls-server-name': 'string',
  'insecure-skip-tls-verify': 'bool',
  'certificate-authority': 'string',
  'certificate-authority-data': 'bytes',
  'proxy-url': 'string',
  'disable-compression': 'bool',
  extensions: 'map',
};

const USER_FIELDS: Readonly<Record<string, FieldType>> = {
  'client-certificate': 'string',
  'client-certificate-data': 'bytes',
  'client-key': 'string',
  'client-key-data': 'bytes',
  token: 'string',
  tokenFile: 'string',
  'act-as': 'string',
  'act-as-uid': 'string',
  'act-as-groups': 'strings',
  'act-as-user-extra': 'map',
  username: 'string',
  password: 'string',
  'auth-provider': 'pointer',
  exec: 'pointer',
  extensions: 'map',
};

const CONTEXT_FIELDS: Readonly<Record<string, FieldType>> = {
  cluster: 'string',
  user: 'string',
  namespace: 'string',
  extensions: 'map',
};

const FIELDS = { clusters: CLUSTER_FIELDS, users: USER_FIELDS, contexts: CONTEXT_FIELDS } as const;

/** The members of api.AuthInfo that v1 calls otherwise. */
const EXTERNAL: Readonly<Record<string, string>> = {
  'act-as': 'as',
  'act-as-uid': 'as-uid',
  'act-as-groups': 'as-groups',
  'act-as-user-extra': 'as-user-extra',
};

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['', '0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A new value of a field from its text; `raw` bytes are not base64. */
function fieldValue(type: FieldType, value: string, raw: boolean): JsonValue {
  switch (type) {
    case 'string':
      return value;
    case 'bool':
      if (!TRUE.has(value) && !FALSE.has(value))
        return failWith(`strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`);
      return TRUE.has(value);
    case 'bytes': {
      if (raw) return encodeBase64(value);
      const decoded = decodeBase64(value);
      return 'text' in decoded
        ? value
        : failWith(`error decoding input value: illegal base64 data at input byte ${decoded.corruptAt}`);
    }
    case 'strings':
      return failWith('unrecognized slice type. string');
    default:
      return failWith("can't set a map to a value: map[]");
  }
}

/** A Go map of pointers as %v prints it; the addresses are stand-ins. */
function mapText(entries: ReadonlyMap<string, unknown>): string {
  const names = [...entries.keys()].sort();
  return `map[${names.map((name, i) => `${name}:0xc000${(0x1e6000 + i * 0x80).toString(16)}`).join(' ')}]`;
}

/** A dotted path below a map: the entry's name, which may have dots, and the fields after it. */
function splitName(parts: readonly string[], fields: Readonly<Record<string, FieldType>>): readonly [string, string[]] {
  const at = parts.slice(1).findIndex((part) => Object.hasOwn(fields, part));
  const length = at < 0 ? parts.length : at + 1;
  return [parts.slice(0, length).join('.'), parts.slice(length)];
}

function changeEntry(
  data: KubeConfigData,
  list: EntryList,
  path: string,
  value: string | undefined,
  raw: boolean,
): void {
  const entries = data[list] as Map<string, JsonObject>;
  const parts = path.split('.').slice(1);
  if (parts.length === 0) {
    if (value !== undefined) failWith(`can't set a map to a value: ${mapText(entries)}`);
    entries.clear();
    return;
  }
  const [name, [field, ...further]] = splitName(parts, FIELDS[list]);
  if (further.length > 0) failWith(`unable to parse one or more field values of ${path}`);
  if ((field as string | undefined) === undefined) {
    if (value !== undefined) failWith(`can't set a map to a value: ${mapText(entries)}`);
    entries.delete(name);
    return;
  }
  const known = entries.get(name);
  if (!known && value === undefined) failWith(`current map key \`${name}\` is invalid`);
  const changed: JsonObject = { ...known };
  const member = EXTERNAL[field] ?? field;
  changed[member] = value === undefined ? null : fieldValue(FIELDS[list][field], value, raw);
  entries.set(name, inMemberOrder(changed, ENTRY_TYPES[list]));
}

function changePreferences(data: KubeConfigData, path: string, value: string | undefined): void {
  const [field, ...further] = path.split('.').slice(1) as (string | undefined)[];
  if (field === undefined) {
    if (value !== undefined) failWith(`unable to locate path config.navigationStep{} under {false map[]}`);
    data.preferences = {};
    return;
  }
  if (field !== 'colors') failWith(`unable to parse ${path} after [{preferences 0x2e6f3c0}] at api.Preferences`);
  if (further.length > 0) failWith(`unable to parse one or more field values of ${path}`);
  const { colors: _, ...rest } = data.preferences;
  const on = value !== undefined && fieldValue('bool', value, false) === true;
  data.preferences = on ? { colors: true, ...rest } : rest;
}

/** Sets (or with undefined removes) the value at a dotted path. */
export function changeProperty(data: KubeConfigData, path: string, value: string | undefined, raw: boolean): void {
  const [head, ...rest] = path.split('.');
  switch (head) {
    case 'clusters':
    case 'users':
    case 'contexts':
      changeEntry(data, head, path, value, raw);
      return;
    case 'preferences':
      changePreferences(data, path, value);
      return;
    case 'current-context':
    case 'kind':
    case 'apiVersion':
      if (rest.length > 0) failWith(`unable to parse one or more field values of ${path}`);
      if (head === 'current-context') data.currentContext = value ?? '';
      return;
    case 'extensions':
      if (value === undefined && rest.length === 0) data.extensions.length = 0;
      return;
    default:
      failWith(`unable to parse ${path} after [] at api.Config`);
  }
}
