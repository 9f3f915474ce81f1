// What the answers of two API servers to one request have in common, and where they part.
const UNIQUE = new Set(['uid', 'creationTimestamp', 'resourceVersion', 'managedFields', 'lastPhaseTransitionTime']);
const MADE_BY_CONTROLLERS = [
  'deployment.kubernetes.io/revision',
  'node.alpha.kubernetes.io/ttl',
  'autoscaling.alpha.kubernetes.io/conditions',
  'endpoints.kubernetes.io/last-change-trigger-time',
];
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]{5}';

/** Without what is new in every object. */
function plain(value, key = '') {
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([name]) => !UNIQUE.has(name));
    return Object.fromEntries(
      entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, plain(inner, name)]),
    );
  }
  if (typeof value !== 'string' || key === 'generateName') return value;
  // A patch that cannot be decoded is shown with the whole object.
  if (/Invalid value: "\{\\?"apiVersion/.test(value)) return value.replace(/"\{.*\}"/s, 'OBJECT');
  return value
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replace(new RegExp(`kube-api-access-${SAFE}`, 'g'), 'TOKEN');
}

/** An answer without what is new in every object, or what controllers have made of it by then. */
export function readAnswer(text, { verb, object }) {
  const { status, body, warnings } = JSON.parse(text);
  // What controllers have made of the object by then.
  if (verb !== 'create' && typeof body === 'object') {
    delete body.status;
    for (const made of MADE_BY_CONTROLLERS) delete body.metadata?.annotations?.[made];
    if (body.kind === 'Deployment') delete body.metadata.generation;
    // Where it draws an address.
    if (body.kind === 'Service') for (const field of ['clusterIP', 'clusterIPs']) delete body.spec?.[field];
    if (Object.keys(body.metadata?.annotations ?? { no: 1 }).length === 0) delete body.metadata.annotations;
  }
  const prefix = object?.metadata?.generateName;
  const generated =
    typeof prefix === 'string' &&
    prefix !== '' &&
    new RegExp(`${prefix.slice(0, 58).replace(/[^\w]/g, '\\$&')}${SAFE}`, 'g');
  const named = generated ? JSON.parse(JSON.stringify(plain(body)).replace(generated, 'GENERATED')) : plain(body);
  return { status, warnings: warnings ?? [], body: named };
}

/** The paths at which two values part, with both. */
function differences(a, b, path, into) {
  if (JSON.stringify(a) === JSON.stringify(b)) return into;
  const open = (value) => value !== null && typeof value === 'object';
  if (!open(a) || !open(b) || Array.isArray(a) !== Array.isArray(b)) {
    into.push(`${path}: real ${JSON.stringify(a)} ours ${JSON.stringify(b)}`);
    return into;
  }
  const before = into.length;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
    differences(a[key], b[key], `${path}.${key}`, into);
  // The same members in another order.
  if (into.length === before && Array.isArray(a)) into.push(`${path}: order`);
  return into;
}

/** Each once, as kubectl prints them. */
export const causesOf = ({ details }) => [
  ...new Set((details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`)),
];

/** What two answers differ in, a line each; none when they are alike. */
export function explain(theirs, mine) {
  const found = differences(theirs.warnings, mine.warnings, 'warnings', []);
  if (theirs.status !== mine.status) {
    return [
      ...found,
      `status: real ${theirs.status} ${theirs.body.message ?? ''} ours ${mine.status} ${mine.body.message ?? ''}`,
    ];
  }
  if (theirs.status !== 422) return [...found, ...differences(theirs.body, mine.body, 'body', [])];
  const [a, b] = [causesOf(theirs.body), causesOf(mine.body)];
  found.push(...a.filter((cause) => !b.includes(cause)).map((cause) => `lacks ${cause}`));
  found.push(...b.filter((cause) => !a.includes(cause)).map((cause) => `wrong ${cause}`));
  if (found.length > 0) return found;
  return JSON.stringify(a) === JSON.stringify(b)
    ? differences(theirs.body.message, mine.body.message, 'message', [])
    : [`order: real ${a.join(' | ')} ours ${b.join(' | ')}`];
}
