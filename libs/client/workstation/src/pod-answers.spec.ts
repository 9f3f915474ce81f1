import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;
const typed = (command: string): ReturnType<Workstation['run']> => workstation.run(command);

beforeAll(() => {
  workstation = openWorkstation({
    profile: findProfile('kubeadm')!,
    seed: 'pod-answers',
    files: {
      'box.yaml':
        '{apiVersion: v1, kind: Pod, metadata: {name: box}, spec: {terminationGracePeriodSeconds: 0, securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000]}, containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}]}}\n',
    },
  });
  typed('kubectl apply -f box.yaml; kubectl create cm map --from-literal=a=b');
  workstation.settle();
});

describe('a pod', () => {
  it('has its groups in the order of their numbers', () => {
    expect(typed('kubectl exec box -- grep Groups /proc/1/status').stdout).toBe('Groups:\t2000 3000 4000 \n');
  });

  it('is not named with two slashes', () => {
    expect(typed('kubectl exec pod/box/c -- ls').stderr).toBe(
      'error: arguments in resource/name form may not have more than one slash\n',
    );
  });

  it('is the answer to its deletion, where others leave a Status', () => {
    const raw = (path: string): { readonly kind: string; readonly metadata: Record<string, unknown> } =>
      JSON.parse(typed(`kubectl delete --raw /api/v1/namespaces/default/${path}`).stdout) as never;
    expect(raw('pods/box')).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 0 } });
    expect(raw('configmaps/map').kind).toBe('Status');
  });
});
