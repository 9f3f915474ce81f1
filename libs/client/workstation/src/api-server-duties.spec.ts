import { recordedProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './index.js';

describe('what the API server does itself', () => {
  let workstation: Workstation;

  beforeAll(() => {
    workstation = openWorkstation({ profile: recordedProfile, seed: 'api-server-duties' });
  });

  it('makes its Service again after it was deleted', () => {
    expect(workstation.run('kubectl delete service kubernetes').exit).toBe(0);
    expect(workstation.run('kubectl get service kubernetes').stderr).toBe(
      'Error from server (NotFound): services "kubernetes" not found\n',
    );
    workstation.run('sleep 15');
    expect(workstation.run('kubectl get service kubernetes -o jsonpath={.spec.clusterIP}').stdout).toBe('10.96.0.1');
  });

  it('binds a pod that a Binding names', () => {
    workstation.run(
      `kubectl run own --image=nginx --overrides='{"spec":{"schedulerName":"mine"}}'; node=$(kubectl get nodes -o name | tail -1 | cut -d/ -f2); printf '{"apiVersion":"v1","kind":"Binding","metadata":{"name":"own"},"target":{"kind":"Node","name":"%s"}}' $node > binding.json`,
    );
    workstation.run('kubectl create --raw /api/v1/namespaces/default/bindings -f binding.json');
    workstation.run('kubectl wait --for=condition=Ready pod/own --timeout=60s');
    expect(workstation.run('kubectl get pod own -o jsonpath={.status.phase}').stdout).toBe('Running');
  });
});
