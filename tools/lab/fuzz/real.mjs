// real.mjs SESSIONS OUT: types every session (<mix>/<seed>.json) at the real control plane and writes what it answered to the same
// path below OUT: {…session, steps: [{run, at, stdout, stderr, exit, ms}], objects}; `at` is when, in ms since the first step.
import fs from 'node:fs';
import path from 'node:path';
import { ask } from '../api.mjs';
import { finalObjects, giveBack } from '../cluster-state.mjs';
import { follow, settle } from '../quiet.mjs';
import { StudentShell } from '../student-shell.mjs';

const [, , sessions, out] = process.argv;
const HOME = '/home/student';
const LIMIT_MS = 15_000;
const PACE = { atLeastMs: 150, quietMs: 500 };
/** What changes nothing for the controllers to do. */
const READS = /^kubectl (get|describe|explain|auth|config|api-|diff|kustomize|events|wait|logs|version)|--dry-run/;

async function clean() {
  await giveBack();
  await ask('DELETE', '/api/v1/namespaces/default/events');
  fs.rmSync(HOME, { recursive: true, force: true });
  for (const folder of ['work', '.kube']) fs.mkdirSync(path.join(HOME, folder), { recursive: true });
  fs.copyFileSync(path.join(process.env['SEATRIAL_LAB'], 'pki/admin.conf'), path.join(HOME, '.kube/config'));
}

async function type(session) {
  for (const [file, text] of Object.entries(session.files)) {
    const target = path.join(HOME, 'work', file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }
  const shell = new StudentShell(LIMIT_MS);
  const begin = Date.now();
  const steps = [];
  for (const { run } of session.steps) {
    const at = Date.now() - begin;
    steps.push({ run, at, ...(await shell.run(run)) });
    if (!READS.test(run)) await settle(5, PACE);
  }
  const answered = { ...session, steps, objects: await finalObjects() };
  shell.end();
  return answered;
}

follow();
const names = fs.readdirSync(sessions, { recursive: true }).filter((name) => name.endsWith('.json'));
for (const file of names.sort()) {
  const target = path.join(out, file);
  if (fs.existsSync(target)) continue;
  await clean();
  const begin = Date.now();
  const session = JSON.parse(fs.readFileSync(path.join(sessions, file), 'utf8'));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, `${JSON.stringify(await type(session), null, 1)}\n`);
  console.log(`${file}: ${session.steps.length} steps, ${Math.round((Date.now() - begin) / 1000)} s`);
}
await clean();
process.exit();
