import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const open = (profile: string) => openWorkstation({ profile: findProfile(profile)!, seed: 'cluster-tools' });

const CERTIFICATES =
  '--cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key';

describe('tools around a cluster', () => {
  it.each([
    [
      'kubeadm',
      'sudo kubeadm init',
      0,
      /\nYour Kubernetes control-plane has initialized successfully!\n[^]*\nkubeadm join 172\.18\.0\.2:6443 --token [a-z0-9]{6}\.[a-z0-9]{16} \\\n\t--discovery-token-ca-cert-hash sha256:[0-9a-f]{64} \n$/,
    ],
    ['kubeadm', 'kubectl run web --image=nginx; sudo kubeadm init', 1, /\t\[ERROR Port-6443\]: Port 6443 is in use\n/],
    [
      'kubeadm',
      'sudo kubeadm init > init.log; ssh root@node2 "$(tail -2 init.log)"; ssh root@node2 kubeadm join 1:6443 --token abcdef.0123456789abcdef --discovery-token-unsafe-skip-ca-verification',
      1,
      /This node has joined the cluster:\n[^]*\[ERROR Port-10250\]: Port 10250 is in use\n/,
    ],
    [
      'kubeadm',
      'sudo kubeadm init > init.log; ssh root@node2 kubeadm join 172.18.0.2:6443 --token abcdef.0123456789abcdef --discovery-token-unsafe-skip-ca-verification',
      1,
      /could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef"\n/,
    ],
    [
      'kubeadm',
      'ssh root@node3 kubeadm reset -f > reset.log; sleep 50; kubectl get node node3 --no-headers',
      0,
      /^node3 +NotReady /,
    ],
    [
      'kubeadm',
      'kubectl -n kube-system get cm kubeadm-config -o jsonpath={.data.ClusterConfiguration}',
      0,
      /\nkind: ClusterConfiguration\nkubernetesVersion: v1\.35\.4\n/,
    ],
    [
      'kubeadm',
      'sudo kubeadm upgrade plan',
      0,
      /\[upgrade\/versions\] Latest version in the v1\.35 series: v1\.35\.4\n/,
    ],
    [
      'kubeadm',
      `kubectl run talk --image=busybox --overrides='{"spec":{"nodeName":"node1"}}' -- sh -c 'echo one; echo two; sleep 100' > f; sleep 10; sudo crictl logs --tail 1 $(sudo crictl ps -q --name talk); sudo crictl pull nginx:1.25`,
      0,
      /^two\nImage is up to date for sha256:[0-9a-f]{64}\n$/,
    ],
    ['kubeadm', 'sudo crictl logs nope', 1, /^FATA\[0000\] rpc error: code = NotFound desc = .*"nope": not found\n$/],
    ['kubeadm', 'sudo kubeadm certs renew apiserver', 0, /certificate for serving the Kubernetes API renewed\n$/],
    ['k3d', 'k3d cluster create', 0, /INFO\[00\d\d\] Cluster 'k3s-default' created successfully! {2}\n/],
    ['k3d', 'k3d cluster delete; k3d cluster list --no-headers', 0, /Successfully deleted cluster k3s-default! {4}\n$/],
    [
      'k3d',
      'k3d cluster stop; k3d cluster list --no-headers; k3d cluster start; sleep 20; kubectl get nodes --no-headers',
      0,
      /k3s-default +0\/1 +0\/2 +true\n[^]*k3d-k3s-default-server-0 +Ready/,
    ],
    ['eks', 'eksctl get cluster', 0, /^NAME\t\tREGION\t\tEKSCTL CREATED\nworkshop\tus-east-2\tTrue\n$/],
    ['eks', 'eksctl delete cluster --name workshop', 0, /\[✔\] {2}all cluster resources were deleted\n$/],
    ['kubeadm', 'kubeadm init', 1, /\[ERROR IsPrivilegedUser\]: user is not running as root\n/],
    ['kubeadm', 'kubeadm join', 1, /bootstrapToken or file must be set/],
    ['kubeadm', 'kubeadm version -o short', 0, /^v1\.35\.4\n/],
    ['kubeadm', 'systemctl is-active kubelet', 0, /^active\n/],
    ['kubeadm', 'systemctl status docker', 4, /Unit docker\.service could not be found\.\n/],
    ['minikube', 'systemctl is-active docker', 0, /^active\n/],
    ['kubeadm', 'ssh node2 hostname', 0, /^node2\n$/],
    ['kubeadm', 'ssh node9 hostname', 255, /Could not resolve hostname node9/],
    ['kubeadm', 'git clone https://git.invalid/a/b', 128, /Could not resolve host: git\.invalid\n/],
    ['kubeadm', 'sudo apt-get install -y curl', 0, /curl is already the newest version/],
    ['kubeadm', 'kind get clusters', 0, /No kind clusters found\.\n/],
    ['kind', 'kind get nodes', 0, /^kind-control-plane\nkind-worker\nkind-worker2\n/],
    [
      'kind',
      'kind create cluster',
      0,
      /You can now use your cluster with:\n\nkubectl cluster-info --context kind-kind\n/,
    ],
    [
      'kind',
      'kubectl run web --image=nginx; kind create cluster',
      1,
      /node\(s\) already exist for a cluster with the name "kind"\n/,
    ],
    ['kind', 'kind create cluster; kind create cluster', 1, /node\(s\) already exist/],
    [
      'kind',
      'kind delete cluster && kind get clusters; docker ps -q; kubectl config get-contexts -o name',
      0,
      /^Deleting cluster "kind" \.\.\.\nDeleted nodes: \["kind-control-plane" "kind-worker" "kind-worker2"\]\nNo kind clusters found\.\n$/,
    ],
    [
      'kind',
      "docker ps --format '{{.Names}} {{.Image}}' -f name=control",
      0,
      /^kind-control-plane kindest\/node:v1\.35\.4\n$/,
    ],
    ['kind', 'docker exec kind-worker crictl ps --name kube-proxy -q | wc -l', 0, /^1\n$/],
    [
      'kind',
      "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' kind-worker2",
      0,
      /^172\.18\.0\.4\n$/,
    ],
    ['kind', 'docker exec kind-worker nothing', 127, /exec: "nothing": executable file not found in \$PATH/],
    ['minikube', 'minikube profile list', 0, /│ minikube │ docker │ docker {2}│ 192\.168\.49\.2 │ v1\.35\.4 │ OK {5}│/],
    [
      'minikube',
      'minikube delete; minikube status',
      85,
      /Removed all traces of the "minikube" cluster\.\n[^]*Profile "minikube" not found/,
    ],
    [
      'minikube',
      'timeout 30 minikube dashboard --url; kubectl get deploy -n kubernetes-dashboard --no-headers',
      0,
      /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/namespaces\/kubernetes-dashboard\/services\/http:kubernetes-dashboard:\/proxy\/\n[^]*kubernetes-dashboard +1\/1/m,
    ],
    ['k3d', 'k3d cluster list', 0, /k3s-default {3}1\/1 {7}2\/2 {6}true\n/],
    ['kubeadm', 'minikube ip', 85, /Profile "minikube" not found/],
    ['kubeadm', 'aws sts assume-role', 252, /required: --role-arn, --role-session-name\n/],
    ['kubeadm', 'aws sts get-caller-identity', 253, /Unable to locate credentials/],
    ['eks', 'aws eks update-kubeconfig --name workshop', 0, /^Added new context arn:aws:eks:us-east-2:/],
    [
      'kubeadm',
      `sudo etcdctl --endpoints=https://127.0.0.1:2379 ${CERTIFICATES} get /registry/minions --prefix --keys-only`,
      0,
      /^\/registry\/minions\/node1\n\n\/registry\/minions\/node2\n\n/,
    ],
    ['kubeadm', 'frobnicate', 127, /command not found/],
  ] as const)('%s: %s', (profile, command, exit, text) => {
    const result = open(profile).run(command);
    expect({ ...result, text: result.stdout + result.stderr }).toMatchObject({
      exit,
      unsupported: [],
      text: expect.stringMatching(text) as string,
    });
  });

  it('says what is not simulated', () => {
    expect(open('minikube').run('minikube node add --control-plane')).toMatchObject({
      exit: 1,
      stderr: 'minikube: this is not simulated\n',
      unsupported: ['minikube node add --control-plane'],
    });
  });

  it('freezes a cluster: its API says nothing, what is not of the system goes on', () => {
    const workstation = open('minikube');
    const out = (script: string) => {
      const { stdout, stderr } = workstation.run(script, { timeoutMs: 90_000 });
      workstation.settle();
      return stdout + stderr;
    };
    out(
      'kubectl create deployment web --image=nginx; kubectl create service nodeport web --tcp=80:80 --node-port=30080; kubectl get pods',
    );
    expect(out('minikube pause')).toBe(
      '* Pausing node minikube ... \n* Paused 14 containers in: kube-system, kubernetes-dashboard, storage-gluster, istio-operator\n',
    );
    expect(out('minikube status --format "{{.Host}} {{.Kubelet}} {{.APIServer}}"; echo " $?"')).toBe(
      'Running Stopped Paused 2\n',
    );
    expect(out('kubectl get pods')).toBe('Unable to connect to the server: net/http: TLS handshake timeout\n');
    expect(out('curl -s 192.168.49.2:30080 | head -1')).toBe('<!DOCTYPE html>\n');
    expect(out('minikube service web')).toBe(
      '* The control-plane node minikube apiserver is paused\n  To start a cluster, run: "minikube unpause"\n',
    );
    expect(out('minikube unpause -A')).toBe('* Unpausing node minikube ... \n* Unpaused 14 containers\n');
    expect(out('kubectl get pods --no-headers')).toMatch(/^web-\S+ +1\/1 +Running +0 /);
    expect(out('minikube pause -A; curl -sm 3 192.168.49.2:30080; echo $?')).toMatch(/\* Paused 16 containers\n28\n$/);
  });

  it('stops and starts a cluster: what ran in it runs again', () => {
    const workstation = open('minikube');
    workstation.run(
      'minikube start; kubectl create deployment web --image=nginx; kubectl rollout status deployment web',
    );
    expect(workstation.run('minikube stop').stdout).toBe(
      '* Stopping node "minikube"  ...\n* Powering off "minikube" via SSH ...\n* 1 node stopped.\n',
    );
    expect(workstation.run('minikube status').exit).toBe(7);
    expect(workstation.run('kubectl get pods').stderr).toContain(
      'The connection to the server localhost:8080 was refused',
    );
    expect(workstation.run('minikube start').stdout).toContain('Restarting existing docker container for "minikube"');
    expect(workstation.run('sleep 20; kubectl get pods --no-headers').stdout).toMatch(/^web-\S+ +1\/1 +Running +1 /);
  });

  it.each([
    ['kind', 'docker build -q -t mine:1 . && kind load docker-image mine:1'],
    ['minikube', 'docker build -q -t mine:1 . && minikube image load mine:1'],
    ['minikube', 'eval $(minikube docker-env); docker build -q -t mine:1 .'],
  ])('%s: gives the nodes an image of one’s own: %s', (profile, load) => {
    const workstation = open(profile);
    workstation.run('printf \'FROM busybox\\nCMD ["sleep", "1d"]\\n\' > Dockerfile');
    expect(workstation.run(load)).toMatchObject({ exit: 0, unsupported: [] });
    workstation.run('kubectl run mine --image=mine:1 --image-pull-policy=Never');
    expect(workstation.run('kubectl wait pod mine --for=condition=Ready --timeout=30s').exit).toBe(0);
  });

  it('stops a kubelet, and the node is not ready until it runs again', () => {
    const workstation = open('kubeadm');
    workstation.run('sudo systemctl stop kubelet');
    expect(workstation.run('sleep 55; kubectl get node node1 --no-headers').stdout).toContain('NotReady');
    workstation.run('sudo systemctl start kubelet');
    expect(workstation.run('sleep 30; kubectl get node node1 --no-headers').stdout).not.toContain('NotReady');
  });

  it('makes bootstrap tokens that are Secrets', () => {
    const workstation = open('kubeadm');
    const joining = workstation.run('sudo kubeadm token create --print-join-command').stdout;
    const [, id] = /--token ([a-z0-9]{6})\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:[0-9a-f]{64} \n$/.exec(
      joining,
    )!;
    expect(workstation.run('kubectl -n kube-system get secrets -o name').stdout).toContain(
      `secret/bootstrap-token-${id}`,
    );
    expect(workstation.run(`sudo kubeadm token delete ${id}`).stdout).toBe(`bootstrap token "${id}" deleted\n`);
    expect(workstation.run('sudo kubeadm token list').stdout).toBe('');
  });

  it('lists the containers of a node', () => {
    const workstation = open('minikube');
    workstation.run('kubectl create deployment web --image=nginx');
    workstation.settle();
    expect(workstation.run('sudo crictl ps --name nginx').stdout).toMatch(/Running +nginx +0 +[0-9a-f]{13} +web-/);
    expect(workstation.run('sudo crictl images').stdout).toMatch(/docker.io\/library\/nginx +latest +[0-9a-f]{13} /);
  });

  it('acts on containers, sandboxes and images past the kubelet', () => {
    const workstation = open('kubeadm');
    const on = `--overrides='{"spec":{"nodeName":"node1"}}'`;
    const run = (script: string): string => {
      const { stdout, stderr, unsupported } = workstation.run(script);
      expect(unsupported).toEqual([]);
      return stdout + stderr;
    };
    run(
      `kubectl run web --image=nginx ${on}; kubectl run d --image=busybox --restart=Never ${on} -- sh -c 'exit 3'; sleep 10`,
    );
    run("C=$(sudo crictl ps --name '^web$' -q); P=$(sudo crictl pods --name web -q)");
    expect(run("sudo crictl exec -it $C sh -c 'hostname; exit 4'; echo $?")).toBe(
      'web\n1\nFATA[0000] execing command in container: command terminated with exit code 4\n',
    );
    expect(
      run(
        "sudo crictl inspect $C | jq -r '.status.state'; sudo crictl inspect -o go-template --template '{{.status.metadata.name}}' $C",
      ),
    ).toBe('CONTAINER_RUNNING\nweb\n');
    expect(
      run(
        "sudo crictl inspecti nginx | jq -r '.status.repoTags[]'; sudo crictl ps -o json --name web | jq -r '.containers[].id' | wc -c",
      ),
    ).toBe('docker.io/library/nginx:latest\n65\n');
    const address = run("sudo crictl inspectp $P | jq -r '.status.network.ip'");
    expect(run('kubectl get pod web -o jsonpath={.status.podIP}')).toBe(address.trim());
    expect(run('sudo crictl stats $C')).toMatch(
      /^CONTAINER +NAME +CPU % +MEM +DISK +INODES\n[0-9a-f]{13} +web +\d+\.\d\d +\S+ +\S+ +\d+\n$/,
    );
    expect(run('sudo crictl rm $C')).toMatch(
      /failed to set removing state for container "[0-9a-f]{64}": container is in running state\n$/,
    );
    run('sudo crictl stop $C >/dev/null; sleep 5');
    expect(run('kubectl get pod web --no-headers')).toMatch(/^web +1\/1 +Running +1 \(/);
    expect(run('sudo crictl stopp $P; sleep 30')).toMatch(/^Stopped sandbox [0-9a-f]{64}\n$/);
    expect(run('kubectl get pod web --no-headers')).toMatch(/^web +1\/1 +Running +2 \(/);
    expect(run('kubectl get pod web -o jsonpath={.status.podIP}')).not.toBe(address.trim());
    run('sudo crictl rm $(sudo crictl ps -a -q --name d$ --state Exited) >/dev/null');
    expect(run("sudo crictl ps -a --name '^d$' -q; sudo crictl rmi nginx; sudo crictl images | grep -c nginx")).toBe(
      'Deleted: docker.io/library/nginx:latest\n0\n',
    );
    expect(run('sudo crictl info | jq -r .status.conditions[1].type')).toBe('NetworkReady\n');
  });

  it('serves a node port at the address that minikube names, and metrics with its addon', () => {
    const workstation = open('minikube');
    workstation.run(
      'kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80 --type=NodePort',
    );
    workstation.settle();
    expect(workstation.run('curl -s $(minikube service web --url)').stdout).toContain('Welcome to nginx!');
    workstation.run('minikube addons enable metrics-server; sleep 60');
    expect(workstation.run('kubectl top node --no-headers').stdout).toMatch(/^minikube /);
  });
});
