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

describe('what the API server writes by itself', () => {
  let workstation: Workstation;
  const stdout = (command: string): string => workstation.run(command).stdout;

  beforeAll(() => {
    workstation = openWorkstation({ profile: recordedProfile, seed: 'server-writes' });
  });

  it('is in kube-system', () => {
    expect(
      stdout(
        "kubectl get cm -n kube-system extension-apiserver-authentication kube-apiserver-legacy-service-account-token-tracking --no-headers | awk '{print $1, $2}'",
      ),
    ).toBe('extension-apiserver-authentication 6\nkube-apiserver-legacy-service-account-token-tracking 1\n');
  });

  it('gives what nobody managed to before-first-apply once it is applied', () => {
    workstation.run('kubectl create cm e; kubectl label cm e a=b');
    const applied = workstation.run(
      "echo '{apiVersion: v1, kind: ConfigMap, metadata: {name: e, labels: {a: c}}}' | kubectl apply --server-side -f -",
    );
    expect(applied.stderr).toContain(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .metadata.labels.a\n',
    );
  });

  it('ends what a watch has from a list with a bookmark', () => {
    expect(
      stdout(
        `kubectl get --raw '/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&fieldSelector=metadata.name=e' | jq -c '[.type,.object.metadata.annotations]'`,
      ),
    ).toBe('["ADDED",null]\n["BOOKMARK",{"k8s.io/initial-events-end":"true"}]\n');
  });
});
