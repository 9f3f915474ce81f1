import { findProfile } from '@seatrial/cluster';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;
const typed = (command: string): ReturnType<Workstation['run']> => {
  const answer = workstation.run(command);
  workstation.settle();
  return answer;
};

const pod = (name: string, seconds: number): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: {app: pair}}, spec: {nodeName: node2, terminationGracePeriodSeconds: ${String(seconds)}, containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}]}}\n`;

beforeEach(() => {
  workstation = openWorkstation({
    profile: findProfile('kubeadm')!,
    seed: 'drain',
    files: { 'pair.yaml': [pod('left', 30), pod('right', 1)].join('---\n') },
  });
  typed('kubectl apply -f pair.yaml');
});

describe('a drain', () => {
  it('that deletes passes budgets by and says only what went', () => {
    typed('kubectl create pdb pair --selector=app=pair --min-available=2');
    const { stdout } = typed('kubectl drain node2 --pod-selector=app=pair --force --disable-eviction --grace-period=1');
    expect(stdout).toBe('node/node2 cordoned\npod/left deleted\npod/right deleted\nnode/node2 drained\n');
  });

  it('says in Go’s words that a pod took too long', () => {
    const evicting = 'kubectl drain node2 --pod-selector=app=pair --force --timeout=4s';
    const why = 'error when waiting for pod "left" in namespace "default" to terminate: context deadline exceeded';
    expect(typed(evicting).stderr).toContain(`error: unable to drain node "node2" due to error: ${why}, continuing`);
    const deleting = typed('kubectl drain node2 --force --disable-eviction --pod-selector=app=pair --timeout=2s');
    expect(deleting.stdout).toBe('node/node2 already cordoned\n');
    expect(deleting.stderr).toContain(
      'There are pending pods in node "node2" when an error occurred: context deadline exceeded\npod/left\n',
    );
    expect(deleting.stderr).toMatch(/\n node2\nerror: context deadline exceeded\n$/);
  });
});
