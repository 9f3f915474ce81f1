// The lab's cluster between sessions: what it had at first, giving it back, and what a session left.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, everything } from './api.mjs';

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
/** What a session may have changed; controllers annotate workloads. */
const content = ({ apiVersion, kind: _k, metadata, status: _s, ...rest }) =>
  JSON.stringify([rest, metadata.labels, apiVersion === 'v1' ? metadata.annotations : undefined]);

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
      if (object.apiVersion === 'v1') metadata.annotations = object.metadata.annotations;
      await ask('PUT', url, { ...wanted, metadata, status: current.status });
    }
  }
}

/** Removes what a session made and gives back what it changed. */
export async function giveBack() {
  await removeAll();
  await restore();
  for (const { path: url, object } of await everything()) versions.set(url, object.metadata.resourceVersion);
}

/** Objects that the session made or changed. */
export async function finalObjects() {
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

/** The session's events. */
export async function finalEvents() {
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
