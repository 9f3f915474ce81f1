// Values for a field of the API by its schema and its name: mostly what it is meant for, now and then what a student mistakes for it.
const NAMES = ['web', 'main', 'db', 'data', 'Web', 'a_b', '', 'web.example.com', '-web', 'x'.repeat(70), '1st', 'web '];
const QUANTITIES = [
  '1',
  '500m',
  '1Gi',
  '64Mi',
  '0',
  '-1',
  '1.5',
  '1GB',
  'x',
  '',
  '100Mi',
  '0.1m',
  '1e3',
  '9999999999999999999',
];
const PORTS = [80, 8080, 443, 0, -1, 65535, 65536, 30080];
const NUMBERS = [0, 1, 2, 3, 5, 10, 30, -1, 100, 86400, 2147483647];
const STRINGS = {
  image: ['nginx', 'redis:7', '', ' nginx', 'NGINX', 'registry.example.com/a/b:1'],
  path: ['/', '/data', 'data', '../x', '', '/a:b', 'a/../b', '/healthz?x=1'],
  mountPath: ['/data', '/etc/x', '', 'data', '/a:b', '/data/'],
  subPath: ['sub', '/sub', '../x', 'a/b', ''],
  key: ['app', 'disk', 'a b', '', 'example.com/role', 'A/B/C', 'kubernetes.io/hostname', 'password'],
  topologyKey: ['kubernetes.io/hostname', 'zone', '', 'a b'],
  operator: ['In', 'Exists', 'NotIn', 'DoesNotExist', 'Gt', 'Lt', 'in', 'Equal', '', 'Equals'],
  effect: ['NoSchedule', 'NoExecute', 'PreferNoSchedule', 'noschedule', ''],
  ip: ['10.1.2.3', '10.1.2', '127.0.0.1', 'fe80::1', '::1', 'x', '010.1.2.3', '169.254.1.1', '224.0.0.1'],
  cidr: ['10.0.0.0/8', '10.0.0.1/8', '10.0.0.0', 'x', '2001:db8::/32', '10.0.0.0/33'],
  host: ['example.com', '*.example.com', 'Example.com', '10.1.2.3', 'a_b', '', '*'],
  schedule: ['*/5 * * * *', '@daily', '* * * *', '60 * * * *', 'TZ=UTC * * * * *', '@every 5m', ''],
  timeZone: ['Europe/Madrid', 'UTC', 'Mars/Base', '', 'Local'],
  apiVersion: ['v1', 'apps/v1', 'apps/v9', ''],
  kind: ['Pod', 'Deployment', 'User', 'Group', 'ServiceAccount', 'Role', ''],
  fieldPath: ['metadata.name', 'status.podIP', 'metadata.labels', "metadata.labels['app']", 'spec.x', ''],
  resource: ['limits.cpu', 'requests.memory', 'cpu', 'pods', '', 'limits.nvidia.com/gpu'],
  namespace: ['default', 'kube-system', 'other', '', 'A'],
  clusterIP: ['None', '10.96.5.5', '10.1.2.3', 'none', '', 'x'],
  expression: [
    'true',
    'object.spec.replicas < 5',
    'object.x.y',
    '1',
    'object..x',
    '',
    'self.size() > 1',
    'request.userInfo.username == "ana"',
  ],
  medium: ['', 'Memory', 'memory', 'HugePages-2Mi'],
  signal: ['SIGTERM', 'SIGKILL', 'TERM'],
};
const WRONG_TYPES = ['x', 7, true, [], {}, null, ['a'], { a: 'b' }, '7', 1.5, -0.5, 'true'];

/** The schema that a reference (or an allOf of one) leads to. */
export function resolve(schemas, schema) {
  const reference = schema?.$ref ?? schema?.allOf?.[0]?.$ref;
  return reference ? resolve(schemas, schemas[reference.split('/').at(-1)]) : (schema ?? {});
}

function text(r, field, schema) {
  if (schema.enum) return r.mostly(r.pick(schema.enum), ['', 'Nothing', String(schema.enum[0]).toLowerCase()], 0.15);
  if (schema.format === 'date-time')
    return r.pick(['2026-01-02T03:04:05Z', '2026-01-02', 'x', '2026-01-02T03:04:05.123456Z']);
  if (schema.format === 'byte') return r.pick(['eA==', 'x', '', 'not base64!']);
  if (schema.format === 'int-or-string') return r.pick([...PORTS, 1, '25%', '150%', 'http', '80', '', 'x%', 'HTTP']);
  const known =
    STRINGS[field] ?? STRINGS[Object.keys(STRINGS).find((name) => field.toLowerCase().endsWith(name.toLowerCase()))];
  return r.pick(known ?? NAMES);
}

/** A value of the schema; objects with what they require and some of the rest, at most `depth` deep. */
export function valueOf(r, schemas, field, given, depth = 3) {
  const schema = resolve(schemas, given);
  if (r.chance(0.03)) return wrongValue(r);
  if (/Quantity/.test(given?.$ref ?? given?.allOf?.[0]?.$ref ?? '')) return r.pick(QUANTITIES);
  if (/IntOrString/.test(given?.$ref ?? given?.allOf?.[0]?.$ref ?? ''))
    return text(r, field, { format: 'int-or-string' });
  if (schema.type === 'boolean') return r.chance(0.5);
  if (schema.type === 'integer' || schema.type === 'number') return r.pick(/port/i.test(field) ? PORTS : NUMBERS);
  if (schema.type === 'string' || schema.oneOf) return text(r, field, schema);
  if (schema.type === 'array') {
    const length = r.pick([1, 1, 1, 2, 0]);
    return Array.from({ length }, () => valueOf(r, schemas, field.replace(/s$/, ''), schema.items, depth - 1));
  }
  if (schema.properties) return fields(r, schemas, schema, depth);
  if (schema.additionalProperties) {
    const key = r.pick(['app', 'cpu', 'memory', 'storage', 'a b', 'example.com/x', 'pods', 'MODE', 'a/b/c', '']);
    return { [key]: valueOf(r, schemas, key, schema.additionalProperties, depth - 1) };
  }
  return r.pick([{}, { a: 1 }, 'x']);
}

function fields(r, schemas, schema, depth) {
  const made = {};
  const names = Object.keys(schema.properties);
  const share = depth <= 0 ? 0 : Math.min(0.5, 2 / names.length);
  for (const name of names) {
    const required = schema.required?.includes(name);
    if (required ? r.chance(0.95) : r.chance(share))
      made[name] = valueOf(r, schemas, name, schema.properties[name], depth - 1);
  }
  return made;
}

/** A value that a field of any type may be given by mistake. */
export const wrongValue = (r) => structuredClone(r.pick(WRONG_TYPES));
