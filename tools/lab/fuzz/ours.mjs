// ours.mjs ANSWERED OUT: types the sessions that real.mjs answered at the simulated cluster, each command at the same time since
// the first, and writes the answers in the same form. ours.mjs --nodes prints the simulated nodes, for the real side.
import fs from 'node:fs';
import path from 'node:path';
import { recordedProfile } from '@seatrial/cluster';
import { openWorkstation } from '@seatrial/workstation';

const LIMIT_MS = 15_000;
const TAINT = 'lab/no-kubelet=:NoSchedule';

function open(files) {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'fuzz', files, internet: false });
  workstation.run(`kubectl taint nodes --all ${TAINT}`);
  workstation.run('kubectl delete deployment coredns -n kube-system');
  workstation.settle();
  return workstation;
}

function printNodes() {
  const { items } = JSON.parse(open({}).run('kubectl get nodes -o json').stdout);
  const nodes = items.map((item) => {
    const { resourceVersion: _r, uid: _u, creationTimestamp: _c, managedFields: _m, ...metadata } = item.metadata;
    return { ...item, metadata };
  });
  console.log(JSON.stringify(nodes));
}

function type(session) {
  const workstation = open(session.files);
  const { simulation } = workstation.cluster;
  const begin = simulation.now();
  const steps = session.steps.map(({ run, at }) => {
    if (begin + at > simulation.now()) simulation.runUntil(begin + at);
    const { stdout, stderr, exit, unsupported } = workstation.run(run, { timeoutMs: LIMIT_MS });
    return { run, stdout, stderr, exit, ...(unsupported.length > 0 && { unsupported }) };
  });
  return { ...session, steps };
}

const [answered, out] = process.argv.slice(2);
if (answered === '--nodes') printNodes();
else {
  for (const file of fs
    .readdirSync(answered, { recursive: true })
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const session = JSON.parse(fs.readFileSync(path.join(answered, file), 'utf8'));
    const target = path.join(out, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, `${JSON.stringify(type(session), null, 1)}\n`);
  }
}
