// nodes.mjs FILE: makes the nodes of the file and keeps them alive as their kubelets would, for ever.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../api.mjs';

const EVERY_MS = 5000;
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const nodes = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function lease({ metadata: { name } }) {
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec };
}

for (const node of nodes) {
  await ask('POST', '/api/v1/nodes', node);
  await ask('POST', leases, lease(node));
  await sleep(500);
}
await sleep(3000);
console.log('ready');
for (;;) {
  for (const node of nodes) {
    const { metadata, spec } = lease(node);
    await ask('PATCH', `${leases}/${metadata.name}`, { spec }, 'application/merge-patch+json');
  }
  await sleep(EVERY_MS);
}
