// Replays the recordings, prints compare.mjs's tables, and holds each area against baseline.json (shares from 0 to 1).
// `recorded` was given to the project; `lab` holds what it recorded itself, in the same way (tools/lab/README.md).
//   node conformance/run.mjs [--raise] [compare.mjs options]
// `--raise` writes what improved into baseline.json; nothing ever lowers it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const args = process.argv.slice(2);
const raise = args.includes('--raise');
const out = fs.mkdtempSync(path.join(os.tmpdir(), 'seatrial-conformance-'));
const run = (script, ...rest) => {
  const { status } = spawnSync(process.execPath, [script, ...rest], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
};

/** Replays one set of recordings and adds up each area's agreement: [what agrees, what was compared] by measure. */
function measure(set, prefix) {
  const recorded = path.join(here, set);
  const replayed = path.join(out, set);
  const report = path.join(out, `${set}.json`);
  console.log(`${set}:`);
  run(path.join(here, '../apps/cli/dist/main.js'), 'replay', recorded, '--out', replayed, '--quiet');
  run(path.join(here, 'compare.mjs'), recorded, replayed, '--json', report, ...args.filter((a) => a !== '--raise'));
  const areas = {};
  for (const scenario of JSON.parse(fs.readFileSync(report, 'utf8')).scenarios) {
    const area = `${prefix}${scenario.file.split(path.sep)[0]}`;
    const sum = (areas[area] ??= { steps: [0, 0], exit: [0, 0], state: [0, 0], events: [0, 0] });
    const add = (measure, part, whole) => ((sum[measure][0] += part), (sum[measure][1] += whole));
    add('steps', scenario.stepsOk, scenario.steps);
    add('exit', scenario.exitOk, scenario.steps);
    add('state', scenario.state.both, scenario.state.all);
    add('events', scenario.events.both, scenario.events.all);
  }
  return areas;
}

const sets = { recorded: '', lab: 'lab/' };
const present = Object.entries(sets).filter(([set]) => fs.existsSync(path.join(here, set)));
const areas = Object.assign({}, ...present.map(([set, prefix]) => measure(set, prefix)));
const baselineFile = path.join(here, 'baseline.json');
const baseline = JSON.parse(fs.readFileSync(baselineFile, 'utf8'));
for (const [area, sums] of Object.entries(areas)) {
  for (const [measure, [part, whole]] of Object.entries(sums)) {
    if (whole === 0) continue;
    const share = Math.floor((10_000 * part) / whole) / 10_000;
    const floor = baseline[area]?.[measure] ?? 0;
    if (share < floor) {
      console.log(`below the baseline: ${area} ${measure} ${share} < ${floor}`);
      process.exitCode = 1;
    } else if (raise && share > floor) {
      (baseline[area] ??= {})[measure] = share;
    }
  }
}
if (raise) fs.writeFileSync(baselineFile, `${JSON.stringify(baseline, null, 2)}\n`);
fs.rmSync(out, { recursive: true, force: true });
