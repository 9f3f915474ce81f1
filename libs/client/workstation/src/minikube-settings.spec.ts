import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

function minikube(): Workstation {
  const profile = findProfile('minikube');
  if (!profile) throw new Error('minikube');
  return openWorkstation({ profile, seed: 'settings' });
}

it('starts with the addons and the network plugin that it is asked for', () => {
  const workstation = minikube();
  const started = workstation.run('minikube start --addons=ingress,metrics-server --cni=calico --cpus=4 --memory=4g');
  expect(started.stdout).toContain('* Creating docker container (CPUs=4, Memory=4096MB) ...\n');
  expect(started.stdout).toContain('* Configuring Calico (Container Networking Interface) ...\n');
  expect(started.stdout).toContain(
    '* Enabled addons: default-storageclass, ingress, metrics-server, storage-provisioner\n',
  );
  expect(started.unsupported).toEqual([]);
  workstation.settle();
  workstation.run(`kubectl run web --image=nginx:1.25 --port=80 --expose
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny}, spec: {podSelector: {}, policyTypes: [Ingress]}}
EOF`);
  workstation.settle();
  const asked = workstation.run('kubectl run t --rm -i --image=busybox --restart=Never -- wget -T2 -qO- web');
  expect(asked.stderr).toContain('wget: download timed out');
});

it('says what it is not made with, and what a running cluster keeps', () => {
  const workstation = minikube();
  const first = workstation.run('minikube start --container-runtime=containerd --cni=cilium --addons=olm');
  expect(first.unsupported).toEqual([
    'minikube start --cni=cilium',
    'minikube start --container-runtime=containerd',
    'minikube start --addons=olm',
  ]);
  const second = workstation.run('minikube start --nodes 2 --addons=ingress');
  expect(second.stderr).toContain(
    '! The cluster minikube already exists which means the --nodes parameter will be ignored.',
  );
  expect(second.stdout).toContain('Enabled addons: default-storageclass, ingress, storage-provisioner');
});
