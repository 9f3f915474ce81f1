// record.mjs SESSIONS OUT: runs every session (<area>/<name>.json: files, steps) on the lab's cluster, one after another, and
// writes what it answered as a recording (conformance/README.md). Runs on node1; lab.sh starts it.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, everything } from './api.mjs';
import { follow, settle } from './quiet.mjs';
import { StudentShell } from './student-shell.mjs';

const [, , sessions, out] = process.argv;
const HOME = '/home/student';
/** What the cluster makes and removes by itself. */
const OWN = new Set([
  'endpoints',
  'endpointslices',
  'leases',
  'ipaddresses',
  'csinodes',
  'servicecidrs',
  'apiservices',
]);
const RECORDED_SPECS = new Set(['flowschemas', 'prioritylevelconfigurations']);
const baselineFile = '/run/lab-baseline.json';
const spaceOf = (object) => object.metadata.namespace ?? '';
const content = ({ apiVersion: _a, kind: _k, metadata, status: _s, ...rest }) =>
  JSON.stringify([rest, metadata.labels]);

if (!fs.existsSync(baselineFile)) fs.writeFileSync(baselineFile, JSON.stringify(await everything()));
const baseline = new Map(JSON.parse(fs.readFileSync(baselineFile, 'utf8')).map((each) => [each.path, each]));

async function removeAll() {
  for (let round = 0; round < 40; round++) {
    let left = 0;
    const found = await everything();
    const first = ({ resource }) => (/webhook|admissionpolic/.test(resource) ? 0 : 1);
    for (const { resource, path: url, object } of found.sort((a, b) => first(a) - first(b))) {
      const { name, finalizers, deletionTimestamp } = object.metadata;
      if (OWN.has(resource) || resource === 'nodes' || baseline.has(url) || name === 'kube-root-ca.crt') continue;
      if (spaceOf(object).startsWith('kube-') && ['pods', 'replicasets'].includes(resource)) continue;
      left++;
      if (finalizers && deletionTimestamp && round > 2)
        await ask('PATCH', url, { metadata: { finalizers: null } }, 'application/merge-patch+json');
      if (deletionTimestamp && !(resource === 'pods' && round > 1)) continue;
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
      await ask('DELETE', url, resource === 'pods' ? { ...options, gracePeriodSeconds: 0 } : options);
    }
    if (left === 0) return;
    await sleep(400);
  }
}

/** Versions of the cluster's own objects before the session, once what earlier ones changed is restored. */
const versions = new Map();

/** Gives the cluster's own objects back what a session changed of them. */
async function restore() {
  const now = new Map((await everything()).map((each) => [each.path, each.object]));
  for (const { resource, folder, path: url, object } of baseline.values()) {
    if (OWN.has(resource) || ['pods', 'replicasets'].includes(resource)) continue;
    const { status: _status, ...wanted } = object;
    const current = now.get(url);
    if (!current) {
      const { resourceVersion: _r, uid: _u, creationTimestamp: _c, managedFields: _m, ...metadata } = wanted.metadata;
      await ask('POST', folder, { ...wanted, metadata });
    } else if (resource === 'nodes' || content(current) !== content(object)) {
      const metadata = { ...current.metadata, labels: object.metadata.labels };
      if (resource === 'nodes') metadata.annotations = object.metadata.annotations;
      await ask('PUT', url, { ...wanted, metadata, status: current.status });
    }
  }
}

async function clean() {
  await removeAll();
  await restore();
  for (const { path: url, object } of await everything()) versions.set(url, object.metadata.resourceVersion);
  for (let round = 0; round < 100; round++) {
    const pods = (await ask('GET', '/api/v1/pods')).body.items ?? [];
    const ready = ({ type, status }) => type === 'Ready' && status === 'True';
    if (pods.every((pod) => spaceOf(pod).startsWith('kube-') && pod.status.conditions?.some(ready))) break;
    await sleep(300);
  }
  await sleep(1500);
  await ask('DELETE', '/api/v1/namespaces/default/events');
  fs.rmSync(HOME, { recursive: true, force: true });
  for (const folder of ['work', '.kube']) fs.mkdirSync(path.join(HOME, folder), { recursive: true });
  fs.copyFileSync(path.join(process.env['SEATRIAL_LAB'], 'pki/admin.conf'), path.join(HOME, '.kube/config'));
}

async function finalObjects() {
  const objects = [];
  for (const { resource, path: url, object } of await everything()) {
    if (spaceOf(object).startsWith('kube-') || resource === 'ipaddresses') continue;
    if (baseline.has(url) && (OWN.has(resource) || RECORDED_SPECS.has(resource))) continue;
    const same = baseline.has(url) && versions.get(url) === object.metadata.resourceVersion;
    if (resource === 'nodes') {
      const { name, labels } = object.metadata;
      objects.push({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: object.spec });
    } else if (!same || resource === 'namespaces') {
      const { managedFields: _managed, ...metadata } = object.metadata;
      objects.push({ ...object, metadata });
    }
  }
  return objects;
}

async function finalEvents() {
  const { items } = (await ask('GET', '/api/v1/events?limit=5000')).body;
  return items
    .filter(({ metadata }) => !metadata.namespace.startsWith('kube-'))
    .map(
      ({
        metadata,
        involvedObject: about,
        type,
        reason,
        message = '',
        source,
        reportingComponent = '',
        count = 1,
        ...when
      }) => ({
        namespace: metadata.namespace,
        kind: about.kind,
        name: about.name,
        fieldPath: about.fieldPath ?? '',
        type,
        reason,
        message,
        source: source?.component ?? reportingComponent,
        count,
        first: when.firstTimestamp ?? when.eventTime,
      }),
    );
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
