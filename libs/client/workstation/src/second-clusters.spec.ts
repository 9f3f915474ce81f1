import { sha256Hex } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { contexts, openInstaller } from '../fixtures/installer-session.js';

describe('kind', () => {
  it('has one more cluster, to be worked in beside the first, and deletes it', () => {
    const { out } = openInstaller('kind');
    expect(out('kind create cluster --name x')).toBe(
      `Creating cluster "x" ...\n${[
        'Ensuring node image (kindest/node:v1.35.4) 🖼',
        'Preparing nodes 📦 ',
        'Writing configuration 📜',
        'Starting control-plane 🕹️',
        'Installing CNI 🔌',
        'Installing StorageClass 💾',
      ]
        .map((step) => ` • ${step}  ...\n ✓ ${step}\n`)
        .join(
          '',
        )}Set kubectl context to "kind-x"\nYou can now use your cluster with:\n\nkubectl cluster-info --context kind-x\n\nHave a nice day! 👋\n`,
    );
    expect(out('kind get clusters; kind get nodes --name x')).toBe('kind\nx\nx-control-plane\n');
    expect(out(contexts)).toBe('kind-kind\nkind-x\nkind-x\n');
    expect(out('kubectl cluster-info | head -1')).toMatch(/ https:\/\/127\.0\.0\.1:\d{5}\n$/);
    out('kubectl create deployment web --image=nginx; kubectl expose deployment web --type=NodePort --port=80');
    expect(out('kubectl get pods --no-headers')).toMatch(/^web-\S+ +1\/1 +Running +0 /);
    expect(out('kubectl get storageclass,nodes -o name')).toBe(
      'storageclass.storage.k8s.io/standard\nnode/x-control-plane\n',
    );
    const port = '$(kubectl --context kind-x get service web -o jsonpath={.spec.ports[0].nodePort})';
    expect(out(`curl -s 172.18.0.5:${port} | grep title`)).toBe('<title>Welcome to nginx!</title>\n');
    expect(out(`docker exec kind-worker curl -s 172.18.0.5:${port} | grep title`)).toContain('Welcome');
    expect(out('kubectl --context kind-kind get all -o name')).toBe('service/kubernetes\n');
    expect(out('kubectl config use-context kind-kind; kubectl get nodes -o name | wc -l')).toBe(
      'Switched to context "kind-kind".\n3\n',
    );
    expect(out('docker ps -f name=x- --format "{{.Names}} {{.Networks}} {{.Ports}}"')).toMatch(
      /^x-control-plane kind 127\.0\.0\.1:\d{5}->6443\/tcp\n$/,
    );
    expect(out('docker exec x-control-plane crictl ps --name nginx -q | wc -l')).toBe('1\n');
    expect(out('docker exec x-control-plane kubectl get deployments -o name')).toBe('deployment.apps/web\n');
    expect(out('kind delete cluster --name x')).toBe('Deleting cluster "x" ...\nDeleted nodes: ["x-control-plane"]\n');
    expect(out(`kind get clusters; docker ps -q | wc -l; ${contexts}`)).toBe('kind\n3\nkind-kind\nkind-kind\n');
    expect(out('kubectl --context kind-x get pods')).toContain('context was not found for specified context: kind-x\n');
    out('kind create cluster --name x');
    expect(out('kubectl get deployments')).toBe('No resources found in default namespace.\n');
  });

  it('follows a configuration where the machine’s own cluster is no kind cluster', () => {
    const { out } = openInstaller('kubeadm');
    const nodes =
      'nodes:\\n- role: control-plane\\n  extraPortMappings:\\n  - {containerPort: 30080, hostPort: 8080}\\n- role: worker\\n  labels: {tier: front}';
    out(
      `printf 'kind: Cluster\\napiVersion: kind.x-k8s.io/v1alpha4\\nname: dev\\nnetworking: {apiServerPort: 6550}\\n${nodes}\\n' > kind.yaml`,
    );
    expect(out('kind create cluster --config kind.yaml --wait 1m')).toMatch(
      /Joining worker nodes 🚜\n[^]* • Ready after \d+s 💚\nSet kubectl context to "kind-dev"/,
    );
    expect(out('kubectl get nodes -l tier=front -o name; kubectl config view --minify -o jsonpath={..server}')).toBe(
      'node/dev-worker\nhttps://127.0.0.1:6550',
    );
    expect(out("kubectl get nodes -o jsonpath='{.items[*].status.addresses[0].address}'")).toBe(
      '172.19.0.2 172.19.0.3',
    );
    out('kubectl create deployment web --image=nginx; kubectl create service nodeport web --tcp=80 --node-port=30080');
    expect(out('curl -s localhost:8080 | grep title')).toContain('Welcome to nginx!');
    expect(out('ssh node2 curl -sm 2 172.19.0.2:30080; echo $?')).toMatch(/28\n$/);
    expect(out('docker stop dev-control-plane; kubectl get pods')).toBe(
      'dev-control-plane\nThe connection to the server 127.0.0.1:6550 was refused - did you specify the right host or port?\n',
    );
    out('docker start dev-control-plane; sleep 30');
    expect(out('kubectl get pods --no-headers')).toMatch(/^web-\S+ +1\/1 +Running /);
  });

  it('has the network that a configuration asks for, and no plugin until one is applied', () => {
    const { out } = openInstaller('kind');
    const networking = '{disableDefaultCNI: true, podSubnet: 192.168.0.0/16, serviceSubnet: 10.100.0.0/16}';
    out(`printf 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking: ${networking}\n' > kind.yaml`);
    expect(out('kind create cluster --name calico --config kind.yaml')).not.toContain('Installing CNI');
    expect(out('sleep 20; kubectl get nodes --no-headers')).toMatch(/^calico-control-plane +NotReady /);
    out(
      'kubectl apply -f https://raw.githubusercontent.com/projectcalico/calico/v3.30.3/manifests/calico.yaml; sleep 40',
    );
    expect(out('kubectl get nodes --no-headers')).toMatch(/^calico-control-plane +Ready /);
    expect(
      out(
        "kubectl get pods -n kube-system -l k8s-app=kube-dns -o jsonpath='{.items[0].status.podIP} '; kubectl get service -n kube-system kube-dns -o jsonpath={.spec.clusterIP}",
      ),
    ).toMatch(/^192\.168\.0\.\d+ 10\.100\.0\.10$/);
  });

  it('writes the kubeconfig that is asked for', () => {
    const { out } = openInstaller('kind');
    out('kind create cluster --name x --kubeconfig own.yaml');
    expect(out(contexts)).toBe('kind-kind\nkind-kind\n');
    expect(out('kubectl --kubeconfig own.yaml get nodes -o name')).toBe('node/x-control-plane\n');
    expect(out('kind get kubeconfig --name x --internal | grep server')).toBe(
      '    server: https://x-control-plane:6443\n',
    );
    out('kind export kubeconfig --name x');
    expect(out(contexts)).toBe('kind-kind\nkind-x\nkind-x\n');
    expect(out('docker rm -f x-control-plane', ['docker with the node x-control-plane of a cluster'])).toContain(
      'No such container',
    );
  });

  it('keeps the clusters’ authorities, administrators and images apart', () => {
    const { out } = openInstaller('kind');
    out('kind create cluster --name x');
    const mixed = (cluster: string, user: string): string =>
      out(`kubectl --cluster=kind-${cluster} --user=kind-${user} get pods`);
    expect(mixed('x', 'kind')).toContain('the server has asked for the client to provide credentials');
    expect(mixed('kind', 'x')).toContain('the server has asked for the client to provide credentials');
    expect(mixed('x', 'x')).toBe('No resources found in default namespace.\n');
    expect(out('kubectl --cluster=kind-x --server=https://172.18.0.2:6443 get pods | tail -1')).toContain(
      'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kubernetes")\n',
    );
    out("printf 'FROM nginx\\n' > Dockerfile; docker build -q -t mine:1 .; kind load docker-image mine:1 --name x");
    out('for c in kind-x kind-kind; do kubectl --context $c run mine --image=mine:1; done; sleep 5');
    expect(out('kubectl --context kind-x get pod mine --no-headers')).toMatch(/ Running /);
    expect(out('kubectl --context kind-kind get pod mine --no-headers')).toMatch(/ (?:ErrImagePull|ImagePullBackOff) /);
  });

  it('deletes and makes the first one anew without a word about the others', () => {
    const { out } = openInstaller('kind');
    out('kind create cluster --name x; kind delete cluster');
    expect(out(`kind get clusters; ${contexts}`)).toBe('x\nkind-x\nkind-x\n');
    out('kind create cluster');
    expect(out(`kind get clusters; ${contexts}`)).toBe('kind\nx\nkind-kind\nkind-x\nkind-kind\n');
    expect(out('kubectl get nodes -o name | wc -l; kubectl --context kind-x get nodes -o name')).toBe(
      '3\nnode/x-control-plane\n',
    );
    expect(out('kind delete clusters --all; kind get clusters')).toBe(
      'Deleting cluster "kind" ...\nDeleting cluster "x" ...\nDeleted clusters: ["kind" "x"]\nNo kind clusters found.\n',
    );
  });

  it.each([
    [
      'kind create cluster --name x; kind create cluster --name x',
      'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "x"\n',
      [],
    ],
    [
      'kind create cluster --name Big',
      "ERROR: failed to create cluster: 'Big' is not a valid cluster name, cluster names must match `^[a-z0-9.-]+$`\n",
      [],
    ],
    ['kind load docker-image nginx --name y', 'ERROR: image: "nginx" not present locally\n', []],
    [
      'kind get kubeconfig --name y',
      "ERROR: could not locate any control plane nodes for cluster named 'y'. Use the --name option to select a different cluster\n",
      [],
    ],
    ['kind delete cluster --name y', 'Deleting cluster "y" ...\n', []],
    [
      'for i in 1 2 3 4 5 6 7 8; do kind create cluster --name c$i >/dev/null 2>&1 || echo $i; done',
      '8\n',
      ['kind create cluster (more than 8 clusters at once)'],
    ],
    [
      'while kind create cluster --name c >/dev/null 2>&1; do kind delete cluster --name c 2>/dev/null; done',
      '',
      ['kind create cluster (more than 32 clusters in one session)'],
    ],
  ] as const)('%s', (script, last, unsupported) => {
    expect(openInstaller('kind').out(script, unsupported).endsWith(last)).toBe(true);
  });

  it('makes several at once', () => {
    const { out } = openInstaller('kind');
    out('for n in a b; do kind create cluster --name $n >/dev/null 2>&1 & done; wait');
    expect(
      out("for n in a b; do kubectl --context kind-$n get nodes -o jsonpath='{..addresses[0].address} '; done"),
    ).toBe('172.18.0.5 172.18.0.6 ');
    out('for i in 1 2; do kind create cluster --name c >/dev/null 2>&1 & done; wait', [
      'kind create cluster (c twice at once)',
    ]);
  });

  it('gives the same twice', () => {
    const run = (): string => {
      const { workstation, out } = openInstaller('kind');
      const text = out(
        'kind create cluster --name x; kubectl create deployment web --image=nginx; sleep 9; kubectl get pods -A -o yaml',
      );
      const { clusters } = workstation.cluster.site;
      return sha256Hex(text + JSON.stringify(clusters.map(({ apiServer }) => apiServer.store.history())));
    };
    expect(run()).toBe(run());
  });
});

describe('minikube', () => {
  it('has profiles beside its own: each is started, looked at, stopped and deleted on its own', () => {
    const { out } = openInstaller('minikube');
    expect(out('minikube start -p dev --nodes 2')).toMatch(
      /^\* \[dev\] minikube v1\.37\.0 on Debian 12\n[^]*\* Starting "dev" primary control-plane node in "dev" cluster\n[^]*\* Configuring CNI \(Container Networking Interface\) \.\.\.\n[^]*\n\n\* Starting "dev-m02" worker node in "dev" cluster\n[^]*\* Done! kubectl is now configured to use "dev" cluster and "default" namespace by default\n$/,
    );
    const rows = (): string[] =>
      out('minikube profile list')
        .split('\n')
        .slice(3, -2)
        .map((row) => row.replaceAll(/[│ ]+/g, ' ').trim());
    expect(rows()).toEqual([
      'dev docker docker 192.168.58.2 v1.35.4 OK 2 *',
      'minikube docker docker 192.168.49.2 v1.35.4 OK 1 *',
    ]);
    expect(out(contexts)).toBe('dev\nminikube\ndev\n');
    expect(
      out("kubectl config view --minify -o jsonpath='{..server} {..certificate-authority} {..namespace} {..provider}'"),
    ).toBe(
      'https://192.168.58.2:8443 /home/student/.minikube/ca.crt default minikube.sigs.k8s.io minikube.sigs.k8s.io',
    );
    out('kubectl create deployment web --image=nginx; kubectl expose deployment web --type=NodePort --port=80');
    expect(out('curl -s $(minikube -p dev service web --url) | grep title')).toContain('Welcome to nginx!');
    expect(
      out('minikube -p minikube kubectl -- get deployments; minikube -p dev kubectl -- get deployments -o name'),
    ).toBe('deployment.apps/web\nNo resources found in default namespace.\n');
    expect(out('minikube -p dev ssh -n dev-m02 -- hostname; minikube -p dev ip; minikube ip')).toBe(
      'dev-m02\n192.168.58.2\n192.168.49.2\n',
    );
    expect(out('minikube profile dev; minikube profile; minikube status -n m02 | head -2')).toBe(
      '* minikube profile was successfully set to dev\ndev\ndev-m02\ntype: Worker\n',
    );
    out('minikube addons enable metrics-server');
    expect(out('for p in dev minikube; do minikube -p $p addons list | grep -c "enabled"; done')).toBe('3\n2\n');
    expect(out('minikube node add; kubectl get nodes -o name | wc -l; docker ps -q | wc -l')).toMatch(
      /Successfully added m03 to dev!\n3\n4\n$/,
    );
    out('minikube stop');
    expect(rows()[0]).toBe('dev docker docker 192.168.58.2 v1.35.4 Stopped 3 *');
    expect(out('minikube -p minikube kubectl -- --context minikube get nodes -o name; minikube ip')).toBe(
      'node/minikube\n* The control-plane node dev host is not running: state=Stopped\n  To start a cluster, run: "minikube start -p dev"\n',
    );
    expect(out('minikube start; sleep 20; kubectl get pods --no-headers')).toMatch(
      / web-\S+ +1\/1 +Running +1 |\nweb-\S+ +1\/1 +Running +1 /,
    );
    expect(out('minikube delete')).toMatch(
      /Deleting container "dev-m03" \.\.\.\n[^]*Removed all traces of the "dev" cluster\.\n$/,
    );
    expect(out(`minikube profile; docker network ls -f name=dev -q; ${contexts}`)).toMatch(/^minikube\nminikube\n/);
    expect(rows()).toEqual(['minikube docker docker 192.168.49.2 v1.35.4 OK 1 *']);
  });

  it('gives images to the profile that is named', () => {
    const { out } = openInstaller('minikube');
    out("minikube start -p dev; printf 'FROM nginx\\n' > Dockerfile; eval $(minikube -p dev docker-env)");
    out('docker build -q -t mine:1 .; eval $(minikube -p dev docker-env -u); docker build -q -t other:1 .');
    out('minikube image load other:1');
    out(
      'for c in dev minikube; do for i in mine other; do kubectl --context $c run $i --image=$i:1; done; done; sleep 9',
    );
    expect(out('kubectl --context dev get pods --no-headers')).toMatch(
      /^mine .* Running .*\nother .* (?:ErrImagePull|ImagePullBackOff) /,
    );
    expect(out('kubectl --context minikube get pods --no-headers')).toMatch(
      /^mine .* (?:ErrImagePull|ImagePullBackOff) .*\nother .* Running /,
    );
  });

  it.each([
    [
      'kubeadm',
      'minikube start >/dev/null; minikube ip; kubectl get nodes -o name',
      '192.168.49.2\nnode/minikube\n',
      [],
    ],
    [
      'minikube',
      'minikube start -p x',
      "\nX Exiting due to MK_USAGE: Only alphanumeric and dashes '-' are permitted. Minimum 2 characters, starting with alphanumeric.\n",
      [],
    ],
    [
      'minikube',
      'minikube -p dev status',
      '* Profile "dev" not found. Run "minikube profile list" to view all profiles.\n  To start a cluster, run: "minikube start -p dev"\n',
      [],
    ],
    [
      'minikube',
      'minikube delete -p dev',
      '* "dev" profile does not exist, trying anyways.\n* Removed all traces of the "dev" cluster.\n',
      [],
    ],
    [
      'minikube',
      'minikube start -p dev --driver=kvm2',
      'minikube: this is not simulated\n',
      ['minikube start -p dev (--driver=kvm2)'],
    ],
    ['minikube', 'minikube start -p dev --cni=cilium >/dev/null', '', ['minikube start --cni=cilium']],
  ] as const)('%s: %s', (profile, script, last, unsupported) => {
    const printed = openInstaller(profile).out(script, unsupported);
    expect(printed.slice(-last.length || printed.length)).toBe(last);
  });
});
