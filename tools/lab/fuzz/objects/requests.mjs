// requests.mjs FIRST LAST SCHEMAS [PATH]: one request a seed, a line of JSON each: an object of some kind (whose path contains PATH)
// with one to three fields added, changed, damaged or taken away, which a dry run creates, or puts or patches into an object
// that is there (`base`). SCHEMAS is the schemas.json of the API server's OpenAPI.
import fs from 'node:fs';
import { Random } from '../random.mjs';
import { BASES, nameOfBase } from './bases.mjs';
import { resolve, valueOf, wrongValue } from './values.mjs';

const [first, last, file, only = ''] = process.argv.slice(2);
const schemas = JSON.parse(fs.readFileSync(file, 'utf8'));
const LEFT_OUT = new Set([
  'status',
  'managedFields',
  'apiVersion',
  'kind',
  'uid',
  'creationTimestamp',
  'selfLink',
  'resourceVersion',
]);

function schemaOf({ path, kind }) {
  const parts = path.split('/');
  const group = parts.length === 3 ? parts[0] : '';
  const version = parts.at(-2);
  return Object.values(schemas).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (gvk) => gvk.group === group && gvk.version === version && gvk.kind === kind,
    ),
  );
}

/** Walks down from `object` and changes one field there. */
function change(r, object, given, depth = 0) {
  const schema = resolve(schemas, given);
  const names = Object.keys(schema.properties ?? {}).filter((name) => depth > 0 || !LEFT_OUT.has(name));
  const present = names.filter((name) => object[name] !== undefined && typeof object[name] === 'object');
  // What is there leads further down most of the time: a pod's spec is deep.
  if (present.length > 0 && r.chance(depth === 0 ? 0.9 : 0.6)) {
    const name = r.pick(depth === 0 && present.includes('spec') && r.chance(0.8) ? ['spec'] : present);
    const inner = schema.properties[name];
    const value = object[name];
    if (Array.isArray(value)) {
      const items = resolve(schemas, inner).items;
      const element = value[0];
      if (element !== null && typeof element === 'object' && r.chance(0.8)) return change(r, element, items, depth + 1);
      return void value.push(valueOf(r, schemas, name.replace(/s$/, ''), items));
    }
    if (value !== null && resolve(schemas, inner).properties) return change(r, value, inner, depth + 1);
  }
  if (names.length === 0)
    return void (object[r.pick(['app', 'x', ''])] = valueOf(r, schemas, 'x', schema.additionalProperties ?? {}));
  const name = r.pick(names);
  const kind = r.weighted({ value: 20, wrong: 1.5, gone: 1.5, unknown: 0.7 });
  if (kind === 'value') object[name] = valueOf(r, schemas, name, schema.properties[name]);
  else if (kind === 'wrong') object[name] = wrongValue(r);
  else if (kind === 'gone') Reflect.deleteProperty(object, r.pick(Object.keys(object).concat(name)));
  else object[r.pick([`${name}s`, name.toLowerCase(), 'foo'])] = r.pick(['x', 1]);
}

const bases = Object.fromEntries(BASES.map((base) => [base.path, base]));
const weights = Object.fromEntries(
  BASES.filter(({ path }) => path.includes(only)).map(({ path, weight }) => [path, weight]),
);
for (let seed = Number(first); seed <= Number(last); seed++) {
  const r = new Random(seed);
  const base = bases[r.weighted(weights)];
  const [version, ...rest] = base.path.split('/').reverse().slice(1);
  const group = rest[0];
  const object = structuredClone({
    apiVersion: group ? `${group}/${version}` : version,
    kind: base.kind,
    metadata: { name: 'web', ...(r.chance(0.2) && { labels: { app: 'web' } }) },
    ...base.body,
  });
  const schema = schemaOf(base);
  for (let left = r.pick([1, 1, 2, 3]); left > 0; left--) change(r, object, schema);
  const validation = r.pick(['Strict', 'Strict', 'Warn', 'Ignore']);
  const verb = r.weighted({ create: 5, update: 3, strategic: 1, merge: 1, apply: 1 });
  if (verb !== 'create') object.metadata = { ...object.metadata, name: nameOfBase(base) };
  console.log(JSON.stringify({ seed, verb, path: base.path, namespaced: base.namespaced, object, validation }));
}
