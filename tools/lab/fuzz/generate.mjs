// generate.mjs FIRST COUNT OUT [MIX]: writes the sessions of the seeds FIRST … FIRST+COUNT-1 to OUT/<mix>/<seed>.json, in the form
// of recordings without answers. MIX (default `all`) is a mix of MIXES.
import fs from 'node:fs';
import path from 'node:path';
import { CHANGING } from './commands/change.mjs';
import { CREATING } from './commands/create.mjs';
import { CUSTOM } from './commands/custom.mjs';
import { FILING } from './commands/files.mjs';
import { PIPING } from './commands/pipes.mjs';
import { READING } from './commands/read.mjs';
import { slip } from './mistakes.mjs';
import { Random } from './random.mjs';
import { World } from './world.mjs';

const COMMANDS = { ...CREATING, ...CHANGING, ...FILING, ...READING, ...PIPING, ...CUSTOM };
const ALL = {
  create: 12,
  run: 4,
  expose: 3,
  autoscale: 1.5,
  token: 0.4,
  set: 7,
  label: 4,
  annotate: 2.5,
  patch: 7,
  scale: 3,
  taint: 1,
  cordon: 0.8,
  drain: 0.4,
  rollout: 5,
  edit: 4,
  delete: 6,
  apply: 12,
  'create -f': 3,
  replace: 3,
  diff: 2.5,
  'delete -f': 1.5,
  '-f': 2,
  kustomize: 2,
  get: 16,
  describe: 9,
  wait: 1,
  events: 0.7,
  explain: 1.5,
  auth: 3,
  config: 2,
  other: 2,
};
const MIXES = {
  all: ALL,
  files: { ...ALL, apply: 30, 'create -f': 8, replace: 10, diff: 8, '-f': 5, kustomize: 4, create: 5, config: 0 },
  changes: { ...ALL, set: 15, patch: 20, edit: 12, label: 6, scale: 5, rollout: 8, apply: 6, config: 0 },
  reads: { ...ALL, get: 40, describe: 25, explain: 4, auth: 6, events: 2 },
  pipes: { ...ALL, manifest: 25, again: 25, names: 12, config: 0 },
  custom: { define: 3, write: 20, touch: 30, 'edit boat': 5, drop: 2, get: 3 },
  kustomize: { kustomize: 20, apply: 3, get: 4, diff: 1, describe: 1 },
};
const BEGINNING = { create: 5, run: 2, apply: 4, 'create -f': 1 };
const SLIPS = 0.06;

/** A session of 20 to 40 commands. */
function session(seed, mix) {
  const r = new Random(seed);
  const world = new World(r);
  const length = r.int(20, 40);
  const steps = [];
  const add = (name) => {
    const command = COMMANDS[name](r, world).replace(/ {2,}/g, ' ').trim();
    steps.push({ run: r.chance(SLIPS) ? slip(r, command) : command });
  };
  for (let first = 0; first < 4; first++)
    add(first === 0 && mix.define ? 'define' : r.weighted(mix.create ? BEGINNING : mix));
  while (steps.length < length) add(r.weighted(mix));
  return { scenario: String(seed), title: `seed ${seed}`, files: world.files, steps };
}

const [first, count, out, name = 'all'] = process.argv.slice(2);
fs.mkdirSync(path.join(out, name), { recursive: true });
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const made = { area: name, ...session(seed, MIXES[name]) };
  fs.writeFileSync(path.join(out, name, `${seed}.json`), `${JSON.stringify(made, null, 1)}\n`);
}
