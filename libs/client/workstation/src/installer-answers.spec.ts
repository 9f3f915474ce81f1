import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

interface Step {
  readonly run: string;
  readonly stdout?: RegExp;
  readonly exit?: number;
  readonly unsupported?: readonly string[];
}

const NOT_FOUND = /^\* Profile "other" not found\. .*\n {2}To start a cluster, run: "minikube start -p other"\n$/;
const ETCD =
  'sudo etcdctl --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key --endpoints=https://127.0.0.1:2379';

const SESSIONS: readonly (readonly [profile: string, what: string, steps: readonly Step[]])[] = [
  [
    'minikube',
    'profiles that are not there',
    [
      { run: 'minikube status -p other', exit: 85, stdout: NOT_FOUND },
      { run: 'minikube -p other ip', exit: 85, stdout: NOT_FOUND },
      { run: 'MINIKUBE_PROFILE=other minikube addons list', exit: 85, stdout: NOT_FOUND },
      {
        run: 'minikube delete -p other; minikube status -o json',
        stdout: /Removed all traces of the "other" cluster\.\n\{"Name":"minikube"/,
      },
      {
        run: 'minikube profile other 2>&1',
        stdout: /create a profile you can by this command: minikube start -p other\n$/,
      },
    ],
  ],
  [
    'minikube',
    'addons that are turned off again',
    [
      {
        run: 'minikube addons enable metrics-server; minikube addons list -o json | jq -c \'.["metrics-server"]\'',
        stdout: /\{"Profile":"minikube","Status":"enabled"\}\n$/,
      },
      { run: 'minikube addons disable metrics-server', stdout: /^\* "The 'metrics-server' addon is disabled\n$/ },
      { run: 'kubectl top nodes', exit: 1 },
      {
        run: 'minikube addons enable dashboard; minikube addons disable dashboard; sleep 20; kubectl get ns',
        stdout: /addon is disabled\n(?!.*kubernetes-dashboard)/s,
      },
      { run: 'minikube addons disable nope', exit: 10 },
    ],
  ],
  [
    'kind',
    'archives of images',
    [
      {
        run: 'docker pull -q alpine; docker tag alpine own/app:1; docker save -o app.tar own/app:1; kind load image-archive app.tar',
      },
      {
        run: 'kubectl run app --image=own/app:1 -- sleep 60; kubectl wait --for=condition=Ready pod/app',
        stdout: /condition met/,
      },
      { run: 'kind load image-archive', exit: 1 },
      { run: 'kind load image-archive nope.tar', exit: 1 },
      { run: 'kind load image-archive app.tar --name other', exit: 1 },
    ],
  ],
  [
    'minikube',
    'archives of images',
    [
      {
        run: 'docker pull -q alpine; docker tag alpine own/app:1; docker save own/app:1 > app.tar; minikube image load app.tar',
      },
      {
        run: 'kubectl run app --image=own/app:1 -- sleep 60; kubectl wait --for=condition=Ready pod/app',
        stdout: /condition met/,
      },
    ],
  ],
  [
    'eks',
    'the provider about the cluster that there is',
    [
      { run: 'aws eks describe-cluster --name workshop --query cluster.status --output text', stdout: /^ACTIVE\n$/ },
      { run: 'aws eks describe-cluster --name nope', exit: 254 },
      { run: 'aws eks describe-cluster --name workshop', stdout: /"cluster": \{\n +"name": "workshop",\n +"arn": / },
      {
        run: 'aws eks describe-cluster --name workshop --output table',
        exit: 1,
        unsupported: ['aws eks DescribeCluster --output table'],
      },
      { run: 'aws eks list-nodegroups --cluster-name workshop', stdout: /"nodegroups": \[\n +"workers"\n/ },
      {
        run: 'aws eks describe-nodegroup --cluster-name workshop --nodegroup-name workers --query nodegroup.scalingConfig.desiredSize',
        stdout: /^3\n$/,
      },
      { run: 'aws eks describe-nodegroup --cluster-name workshop --nodegroup-name nope', exit: 254 },
    ],
  ],
  [
    'kubeadm',
    'all that docker inspect says',
    [
      {
        run: 'docker run -d --name web --cap-add net_admin -m 64m nginx; docker inspect web | grep -i ipaddress',
        stdout: /"SecondaryIPAddresses": null,\n +"IPAddress": "172\.17\.0\.2",\n +"IPAddress": "172\.17\.0\.2",\n$/,
      },
      {
        run: `docker inspect -f '{{.HostConfig.CapAdd}} {{.HostConfig.MemorySwap}} {{.HostConfig.Privileged}} {{.Config.StopSignal}}' web`,
        stdout: /^\[CAP_NET_ADMIN\] 134217728 false SIGQUIT\n$/,
      },
      { run: 'timeout 2 docker stats | head -2', stdout: /^\u001b\[HCONTAINER ID .*\n[0-9a-f]{12} +web / },
    ],
  ],
  [
    'kubeadm',
    'etcd\u2019s health in other forms',
    [
      {
        run: `${ETCD} endpoint health -w table`,
        stdout: /\| +ENDPOINT +\| HEALTH \| +TOOK +\| ERROR \|\n(?:.*\n)\| https:\/\/127\.0\.0\.1:2379 \| +true \| /,
      },
      {
        run: `${ETCD} endpoint health -w json`,
        stdout: /^\[\{"endpoint":"https:\/\/127\.0\.0\.1:2379","health":true,"took":"[\d.]+ms"\}\]\n$/,
      },
    ],
  ],
];

describe('installers and providers', () => {
  it.each(SESSIONS)('%s: %s', (name, _, steps) => {
    const profile = findProfile(name);
    if (!profile) throw new Error('no profile');
    const workstation = openWorkstation({ profile, seed: 'installers' });
    for (const { run, stdout, exit = 0, unsupported = [] } of steps) {
      const result = workstation.run(run);
      expect({ run, exit: result.exit, unsupported: result.unsupported }).toEqual({ run, exit, unsupported });
      if (stdout) expect(result.stdout, run).toMatch(stdout);
    }
  });
});
