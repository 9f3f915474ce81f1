// What goes wrong while students write YAML: mistakes in the object, then in its text.

const KIND_MISTAKES = ['Deploy', 'deployment', 'Pods', 'Ingres', 'Services', ''];
const VERSION_MISTAKES = [
  'v1',
  'apps/v1',
  'apps/v1beta1',
  'extensions/v1beta1',
  'batch/v1beta1',
  'app/v1',
  'v2',
  '',
  'networking.k8s.io/v1beta1',
  'autoscaling/v1',
  'policy/v1beta1',
];
const UNKNOWN_FIELDS = [
  ['spec', 'replica', 2],
  ['spec', 'Replicas', 2],
  ['spec', 'selectors', { app: 'web' }],
  ['spec', 'image', 'nginx'],
  ['spec', 'containers', [{ name: 'x', image: 'nginx' }]],
  ['metadata', 'label', { app: 'web' }],
  ['metadata', 'Name', 'web'],
  ['metadata', 'lables', { app: 'web' }],
  ['', 'metdata', { name: 'web' }],
  ['', 'replicas', 3],
  ['', 'spce', {}],
  ['', 'data', { a: 'b' }],
];

/** Every [parent, key] below a value. */
function* places(value) {
  if (value === null || typeof value !== 'object') return;
  for (const key of Object.keys(value)) {
    yield [value, key];
    yield* places(value[key]);
  }
}

const misspell = (r, word) => {
  const at = r.int(0, Math.max(0, word.length - 2));
  return r.pick([
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
    word + 's',
    word.toLowerCase(),
    word.charAt(0).toUpperCase() + word.slice(1),
  ]);
};

/** The object with one mistake. */
export function mistaken(r, object) {
  const copy = structuredClone(object);
  const all = [...places(copy)];
  const [parent, key] = r.pick(all);
  const change = r.weighted({
    drop: 4,
    misspell: 4,
    type: 4,
    empty: 2,
    kind: 1,
    version: 2,
    unknown: 4,
    name: 2,
    space: 1,
  });
  if (change === 'drop') Reflect.deleteProperty(parent, key);
  else if (change === 'misspell' && !Array.isArray(parent)) {
    const value = parent[key];
    Reflect.deleteProperty(parent, key);
    parent[misspell(r, key)] = value;
  } else if (change === 'type') parent[key] = r.pick(['text', 7, true, null, [], {}, ['a'], { a: 'b' }, 1.5, '1']);
  else if (change === 'empty') parent[key] = r.pick(['', null, {}]);
  else if (change === 'kind') copy.kind = r.pick(KIND_MISTAKES);
  else if (change === 'version') copy.apiVersion = r.pick(VERSION_MISTAKES);
  else if (change === 'name')
    copy.metadata = {
      ...copy.metadata,
      name: r.pick(['My-App', 'my_app', '', 'web.', '-web', 'a'.repeat(70), 8080, undefined]),
    };
  else if (change === 'space')
    copy.metadata = { ...copy.metadata, namespace: r.pick(['nowhere', 'kube-system', 'Dev', 'default']) };
  else {
    const [where, name, value] = r.pick(UNKNOWN_FIELDS);
    if (where === '') copy[name] = value;
    else if (typeof copy[where] === 'object' && copy[where]) copy[where][name] = value;
  }
  return copy;
}

/** The text with one line gone wrong. */
export function brokenText(r, text) {
  const lines = text.trimEnd().split('\n');
  const at = r.int(0, lines.length - 1);
  const line = lines[at];
  const change = r.weighted({
    in: 4,
    out: 4,
    tab: 2,
    colon: 2,
    space: 2,
    quote: 1,
    dash: 2,
    copy: 2,
    cut: 1,
    brace: 1,
    comment: 1,
  });
  if (change === 'in') lines[at] = ` ${line}`;
  if (change === 'out') lines[at] = line.replace(/^ {1,2}/, r.pick(['', ' ']));
  if (change === 'tab') lines[at] = `\t${line.trimStart()}`;
  if (change === 'colon') lines[at] = line.replace(':', '');
  if (change === 'space') lines[at] = line.replace(': ', ':');
  if (change === 'quote') lines[at] = line.replace(/: (.*)$/, `: ${r.pick(['"', "'"])}$1`);
  if (change === 'dash')
    lines[at] = line.includes('- ') ? line.replace('- ', r.pick(['-', '  '])) : line.replace(/^( *)/, '$1- ');
  if (change === 'copy') lines.splice(at, 0, line);
  if (change === 'cut') lines.length = Math.max(1, at);
  if (change === 'brace') lines[at] = line.replace(/: (.*)$/, ': {$1');
  if (change === 'comment') lines[at] = `# ${line}`;
  return `${lines.join('\n')}\n`;
}
