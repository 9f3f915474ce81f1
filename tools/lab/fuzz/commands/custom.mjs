// Custom resource definitions and their objects, some of which are wrong.
import { stringify } from 'yaml';
import { brokenText, mistaken } from '../yaml-mistakes.mjs';

const toYaml = (object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });

const properties = (r) => ({
  size: { type: 'integer', ...(r.chance(0.5) && { minimum: 1, maximum: 10 }), ...(r.chance(0.3) && { default: 3 }) },
  color: {
    type: 'string',
    ...(r.chance(0.5) && { enum: ['red', 'blue'] }),
    ...(r.chance(0.2) && { pattern: '^[a-z]+$' }),
  },
  tags: { type: 'array', items: { type: 'string' }, ...(r.chance(0.3) && { maxItems: 2 }) },
  crew: {
    type: 'object',
    properties: { captain: { type: 'string' }, sailors: { type: 'integer' } },
    ...(r.chance(0.3) && { required: ['captain'] }),
  },
  extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  port: { 'x-kubernetes-int-or-string': true },
});

function definition(r) {
  const spec = { type: 'object', properties: properties(r), ...(r.chance(0.4) && { required: ['size'] }) };
  if (r.chance(0.25))
    spec['x-kubernetes-validations'] = [
      {
        rule: r.mostly('self.size < 9', ['self.sizes < 9', 'self.size <']),
        ...(r.chance(0.6) && { message: 'too big' }),
      },
    ];
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: { spec, status: { type: 'object', properties: { state: { type: 'string' } } } },
      },
    },
    ...(r.chance(0.4) && {
      subresources: {
        status: {},
        ...(r.chance(0.5) && { scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } }),
      },
    }),
    ...(r.chance(0.6) && {
      additionalPrinterColumns: [
        { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
        { name: 'Color', type: 'string', jsonPath: '.spec.color', ...(r.chance(0.3) && { priority: 1 }) },
      ],
    }),
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: r.mostly('boats.sea.example.com', ['boat.sea.example.com', 'boats.example.com'], 0.06) },
    spec: {
      group: 'sea.example.com',
      scope: r.mostly('Namespaced', ['Cluster', 'namespaced'], 0.12),
      names: {
        plural: 'boats',
        singular: 'boat',
        kind: 'Boat',
        ...(r.chance(0.7) && { shortNames: ['bt'] }),
        ...(r.chance(0.3) && { categories: ['all'] }),
      },
      versions: [version],
    },
  };
}

const boat = (r, name) => ({
  apiVersion: r.mostly('sea.example.com/v1', ['sea.example.com/v2', 'sea.example.com']),
  kind: 'Boat',
  metadata: { name, ...(r.chance(0.3) && { labels: { app: 'web' } }) },
  spec: {
    size: r.mostly(r.int(1, 8), [0, 99, '3', null, 1.5], 0.15),
    ...(r.chance(0.7) && { color: r.mostly('red', ['green', 7, 'RED'], 0.15) }),
    ...(r.chance(0.4) && { tags: r.mostly(['a', 'b'], [['a', 1], 'a', ['a', 'b', 'c']], 0.2) }),
    ...(r.chance(0.4) && {
      crew: r.mostly({ captain: 'ana', sailors: 3 }, [{ sailors: 'x' }, { capitan: 'ana' }, 'ana'], 0.2),
    }),
    ...(r.chance(0.2) && { extra: { any: [1, { deep: true }] } }),
    ...(r.chance(0.2) && { port: r.mostly(80, ['http', true]) }),
    ...(r.chance(0.1) && { colour: 'red' }),
  },
});

function define(r, world) {
  const object = r.chance(0.15) ? mistaken(r, definition(r)) : definition(r);
  return `kubectl ${r.mostly('apply', ['create', 'apply --server-side', 'replace', 'diff'], 0.2)} -f ${world.file('yaml', toYaml(object))}; kubectl wait --for=condition=Established crd/boats.sea.example.com --timeout=3s`;
}

function write(r, world) {
  const objects = Array.from({ length: r.int(1, 2) }, () => boat(r, world.newName('boat')));
  for (const { metadata } of objects) world.add('boat', metadata.name);
  const texts = objects.map((object) => toYaml(r.chance(0.12) ? mistaken(r, object) : object)).join('---\n');
  const file = world.file('yaml', r.chance(0.04) ? brokenText(r, texts) : texts);
  world.boats = [...(world.boats ?? []), file];
  return `kubectl ${r.weighted({ apply: 10, create: 3, replace: 2, diff: 2, 'apply --server-side': 3, 'apply --dry-run=server': 1, 'apply --validate=false': 1, 'create --dry-run=client -o yaml': 1, 'replace --force': 0.5 })} -f ${file}`;
}

const word = (r) =>
  r.mostly(
    r.pick(['boats', 'boat', 'bt', 'boats.sea.example.com']),
    ['boatss', 'Boat', 'boats.v1.sea.example.com'],
    0.08,
  );

const touch = (r, world) => {
  const one = `${word(r)} ${world.name('boat')}`;
  return `kubectl ${r.pick([
    `get ${word(r)}`,
    `get ${one} -o yaml`,
    `get ${word(r)} -o wide`,
    `get ${word(r)} --sort-by=.spec.size`,
    `get ${word(r)} -o custom-columns=N:.metadata.name,S:.spec.size`,
    `describe ${one}`,
    `describe ${word(r)}`,
    `explain ${word(r)}${r.pick(['', '.spec', '.spec.crew', '.spec.nope', ' --recursive', '.status'])}`,
    `delete ${one}`,
    `label ${one} env=dev`,
    `annotate ${one} note=x`,
    `patch ${one} --type=merge -p '{"spec":{"size":${r.pick([5, 0, '"x"', 'null', 50])}}}'`,
    `patch ${one} -p '{"spec":{"size":5}}'`,
    `patch ${one} --type=json -p '[{"op":"replace","path":"/spec/color","value":"${r.pick(['blue', 'green'])}"}]'`,
    `patch ${one} --subresource=status --type=merge -p '{"status":{"state":"ok"}}'`,
    `scale ${one} --replicas=4`,
    `get crd`,
    `describe crd boats.sea.example.com`,
    `get crd boats.sea.example.com -o jsonpath='{.spec.names}'`,
    `api-resources --api-group=sea.example.com`,
    `set image ${one} a=b`,
    `wait --for=jsonpath='{.spec.size}'=3 ${one} --timeout=1s`,
    `auth can-i get ${word(r)} --as=ana`,
    `create role sailor --verb=get --resource=${word(r)}`,
    `get all`,
    `rollout restart ${one}`,
    `expose ${one} --port=80`,
  ])}`;
};
const edit = (r, world) =>
  `EDITOR="sed -i '${r.pick(['s/size: .*/size: 7/', 's/size: .*/size: big/', 's/color: .*/color: pink/', '/size:/d', 's/spec:/spce:/', 's/captain: .*/captain: eva/'])}'" kubectl edit ${word(r)} ${world.name('boat')}`;
const drop = (r, world) => (r.chance(0.1) ? 'kubectl delete crd boats.sea.example.com' : touch(r, world));

export const CUSTOM = { define, write, touch, 'edit boat': edit, drop };
