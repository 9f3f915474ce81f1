import { isJsonObject, decodeBase64, type JsonObject, type JsonValue } from '@seatrial/kernel';

/* The types of a kubeconfig as Go has them (client-go/tools/clientcmd/api/v1, v0.35): members in their order. */

/** How a member is read and printed. Members but the `required` ones are left out when empty. */
export interface MemberType {
  readonly name: string;
  readonly type: 'string' | 'bool' | 'bytes' | 'strings' | 'map' | 'any' | GoStruct;
  readonly required?: boolean;
  /** A list of the struct. */
  readonly list?: boolean;
}

/** A struct of Go: its name as errors give it, its members in their order. */
export interface GoStruct {
  readonly name: string;
  readonly members: readonly MemberType[];
}

const text = (name: string, required = false): MemberType => ({ name, type: 'string', required });
const EXTENSION: GoStruct = {
  name: 'NamedExtension',
  members: [text('name', true), { name: 'extension', type: 'any', required: true }],
};
const EXTENSIONS: MemberType = { name: 'extensions', type: EXTENSION, list: true };

export const CLUSTER: GoStruct = {
  name: 'Cluster',
  members: [
    text('server', true),
    text('tls-server-name'),
    { name: 'insecure-skip-tls-verify', type: 'bool' },
    text('certificate-authority'),
    { name: 'certificate-authority-data', type: 'bytes' },
    text('proxy-url'),
    { name: 'disable-compression', type: 'bool' },
    EXTENSIONS,
  ],
};

export const EXEC: GoStruct = {
  name: 'ExecConfig',
  members: [
    text('command', true),
    { name: 'args', type: 'strings', required: true },
    {
      name: 'env',
      type: { name: 'ExecEnvVar', members: [text('name', true), text('value', true)] },
      list: true,
      required: true,
    },
    text('apiVersion'),
    text('installHint'),
    { name: 'provideClusterInfo', type: 'bool', required: true },
    text('interactiveMode'),
  ],
};

export const USER: GoStruct = {
  name: 'AuthInfo',
  members: [
    text('client-certificate'),
    { name: 'client-certificate-data', type: 'bytes' },
    text('client-key'),
    { name: 'client-key-data', type: 'bytes' },
    text('token'),
    text('tokenFile'),
    text('as'),
    text('as-uid'),
    { name: 'as-groups', type: 'strings' },
    { name: 'as-user-extra', type: 'map' },
    text('username'),
    text('password'),
    {
      name: 'auth-provider',
      type: {
        name: 'AuthProviderConfig',
        members: [text('name', true), { name: 'config', type: 'map', required: true }],
      },
    },
    { name: 'exec', type: EXEC },
    EXTENSIONS,
  ],
};

const CONTEXT: GoStruct = {
  name: 'Context',
  members: [text('cluster', true), text('user', true), text('namespace'), EXTENSIONS],
};

const named = (name: string, member: string, type: GoStruct): GoStruct => ({
  name,
  members: [text('name', true), { name: member, type, required: true }],
});

/** v1.Config. */
export const CONFIG: GoStruct = {
  name: 'Config',
  members: [
    text('kind'),
    text('apiVersion'),
    { name: 'preferences', type: { name: 'Preferences', members: [{ name: 'colors', type: 'bool' }, EXTENSIONS] } },
    { name: 'clusters', type: named('NamedCluster', 'cluster', CLUSTER), list: true, required: true },
    { name: 'users', type: named('NamedAuthInfo', 'user', USER), list: true, required: true },
    { name: 'contexts', type: named('NamedContext', 'context', CONTEXT), list: true, required: true },
    text('current-context', true),
    EXTENSIONS,
  ],
};

/** A value that does not fit its type; the message is encoding/json's. */
export class KubeConfigTypeError extends Error {
  override readonly name = 'KubeConfigTypeError';
}

const jsonType = (value: JsonValue): string =>
  Array.isArray(value) ? 'array' : isJsonObject(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;

function mismatch(value: JsonValue, struct: GoStruct, path: string, type: string): never {
  throw new KubeConfigTypeError(
    `json: cannot unmarshal ${jsonType(value)} into Go struct field ${struct.name}.${path} of type ${type}`,
  );
}

const GO_TYPES = { string: 'string', bool: 'bool', bytes: '[]uint8', strings: '[]string', any: '' } as const;

function scalar(value: JsonValue, member: MemberType, struct: GoStruct, path: string): JsonValue {
  switch (member.type) {
    case 'string':
      return typeof value === 'string' ? value : mismatch(value, struct, path, GO_TYPES.string);
    case 'bool':
      return typeof value === 'boolean' ? value : mismatch(value, struct, path, GO_TYPES.bool);
    case 'bytes': {
      if (typeof value !== 'string') return mismatch(value, struct, path, GO_TYPES.bytes);
      const decoded = decodeBase64(value);
      if ('corruptAt' in decoded)
        throw new KubeConfigTypeError(`illegal base64 data at input byte ${decoded.corruptAt}`);
      return value;
    }
    case 'strings':
      if (!Array.isArray(value)) return mismatch(value, struct, path, GO_TYPES.strings);
      for (const item of value) if (typeof item !== 'string') mismatch(item, struct, path, GO_TYPES.string);
      return value;
    case 'map':
      return isJsonObject(value)
        ? value
        : mismatch(value, struct, path, member.name === 'config' ? 'map[string]string' : 'map[string][]string');
    default:
      return value;
  }
}

const emptyValue = (member: MemberType): JsonValue => {
  if (member.list || (typeof member.type === 'object' && !member.required)) return null;
  if (typeof member.type === 'object') return decodeStruct({}, member.type, '');
  return member.type === 'string' ? '' : member.type === 'bool' ? false : null;
};

const isEmpty = (value: JsonValue): boolean =>
  value === '' ||
  value === false ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isJsonObject(value) && Object.keys(value).length === 0);

function decodeMember(value: JsonValue, member: MemberType, struct: GoStruct, path: string): JsonValue {
  const { type } = member;
  if (typeof type !== 'object') return scalar(value, member, struct, path);
  if (!member.list)
    return isJsonObject(value) ? decodeStruct(value, type, path) : mismatch(value, struct, path, `v1.${type.name}`);
  if (!Array.isArray(value)) return mismatch(value, struct, path, `[]v1.${type.name}`);
  return value.map((item) =>
    isJsonObject(item) ? decodeStruct(item, type, path) : mismatch(item, struct, path, `v1.${type.name}`),
  );
}

/** An object with the struct's members only, in their order, the empty optional ones left out. */
export function decodeStruct(value: JsonObject, struct: GoStruct, path = ''): JsonObject {
  const decoded: JsonObject = {};
  for (const member of struct.members) {
    const given = value[member.name] ?? null;
    const at = path === '' ? member.name : `${path}.${member.name}`;
    const item = given === null ? emptyValue(member) : decodeMember(given, member, struct, at);
    const kept = typeof member.type === 'object' && !member.list && given !== null && member.name !== 'preferences';
    if (member.required || kept || !isEmpty(item)) decoded[member.name] = item;
  }
  if (
    struct === EXEC &&
    !decoded.interactiveMode &&
    decoded.apiVersion &&
    /\/v1(?:alpha|beta)1$/.test(decoded.apiVersion as string)
  )
    decoded.interactiveMode = 'IfAvailable'; // SetDefaults_ExecConfig
  return decoded;
}

/** The entries' types by the list they stand in. */
export const ENTRY_TYPES = { clusters: CLUSTER, users: USER, contexts: CONTEXT } as const;

/** A struct's value, or a list of them, as Go's %v prints it. */
export function structText(value: JsonValue | undefined, member: MemberType | undefined): string {
  if (!member) return '';
  const { type } = member;
  if (Array.isArray(value) || member.list || type === 'strings')
    return `[${(Array.isArray(value) ? value : []).map((item) => structText(item, { ...member, list: false, type: type === 'strings' ? 'string' : type })).join(' ')}]`;
  if (typeof type === 'object') {
    if (!isJsonObject(value)) return '<nil>';
    return `{${type.members.map((one) => structText(value[one.name], one)).join(' ')}}`;
  }
  if (type === 'bytes') {
    const decoded = decodeBase64(typeof value === 'string' ? value : '');
    return `[${'text' in decoded ? [...new TextEncoder().encode(decoded.text)].join(' ') : ''}]`;
  }
  if (type === 'map')
    return `map[${
      isJsonObject(value)
        ? Object.entries(value)
            .map(([key, item]) => `${key}:${typeof item === 'string' ? item : JSON.stringify(item)}`)
            .join(' ')
        : ''
    }]`;
  return type === 'bool' ? (value === true ? 'true' : 'false') : typeof value === 'string' ? value : '';
}

/** An entry's members in the struct's order, required ones filled in, empty ones left out. */
export const inMemberOrder = (entry: JsonObject, struct: GoStruct): JsonObject => {
  const ordered: JsonObject = {};
  for (const member of struct.members) {
    const value = entry[member.name] ?? null;
    if (member.required) ordered[member.name] = value ?? emptyValue(member);
    else if (!isEmpty(value)) ordered[member.name] = value;
  }
  return ordered;
};
