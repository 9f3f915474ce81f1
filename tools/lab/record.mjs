// record.mjs SESSIONS OUT: runs every session (<area>/<name>.json: files, steps) on the lab's cluster, one after another, and
// writes what it answered as a recording (conformance/README.md). Runs on node1; lab.sh starts it.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './api.mjs';
import { finalEvents, finalObjects, giveBack } from './cluster-state.mjs';
import { follow, settle } from './quiet.mjs';
import { StudentShell } from './student-shell.mjs';

const [, , sessions, out] = process.argv;
const HOME = '/home/student';
async function clean() {
  await giveBack();
  for (let round = 0; round < 100; round++) {
    const pods = (await ask('GET', '/api/v1/pods')).body.items ?? [];
    const ready = ({ type, status }) => type === 'Ready' && status === 'True';
    if (pods.every((pod) => pod.metadata.namespace.startsWith('kube-') && pod.status.conditions?.some(ready))) break;
    await sleep(300);
  }
  await sleep(1500);
  await ask('DELETE', '/api/v1/namespaces/default/events');
  fs.rmSync(HOME, { recursive: true, force: true });
  for (const folder of ['work', '.kube']) fs.mkdirSync(path.join(HOME, folder), { recursive: true });
  fs.copyFileSync(path.join(process.env['SEATRIAL_LAB'], 'pki/admin.conf'), path.join(HOME, '.kube/config'));
}

async function record(session) {
  for (const [file, text] of Object.entries(session.files ?? {})) {
    const target = path.join(HOME, 'work', file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }
  const shell = new StudentShell();
  const steps = [];
  for (const { run, wait, settle: cap, compare } of session.steps) {
    if (run === undefined) {
      await sleep(Number.parseFloat(wait) * 1000);
      steps.push({ wait });
      continue;
    }
    steps.push({
      run,
      ...(cap === undefined ? {} : { settle: cap }),
      ...(compare ? { compare } : {}),
      ...(await shell.run(run)),
    });
    if (cap !== 'none') await settle(typeof cap === 'number' ? cap : undefined);
  }
  const result = { ...session, steps, objects: await finalObjects(), events: await finalEvents() };
  shell.end();
  return result;
}

follow();
for (const file of fs
  .readdirSync(sessions, { recursive: true })
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const begin = Date.now();
  await clean();
  const session = JSON.parse(fs.readFileSync(path.join(sessions, file), 'utf8'));
  const target = path.join(out, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, `${JSON.stringify(await record(session), null, 1)}\n`);
  console.log(`${file}: ${session.steps.length} steps, ${Math.round((Date.now() - begin) / 1000)} s`);
}
await clean();
process.exit();
