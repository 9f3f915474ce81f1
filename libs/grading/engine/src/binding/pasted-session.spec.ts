import { expect, it } from 'vitest';
import { gradeSession } from '../../fixtures/graded-session.js';

it("grades a student's own session: pods, addresses and node ports are the replay's", () => {
  const verdict = gradeSession(`[node1 ~]$ kubectl create deployment httpenv --image=jpetazzo/httpenv
deployment.apps/httpenv created
[node1 ~]$ kubectl expose deployment httpenv --port 8888 --type=NodePort
service/httpenv exposed
[node1 ~]$ kubectl get svc httpenv
NAME      TYPE       CLUSTER-IP      EXTERNAL-IP   PORT(S)          AGE
httpenv   NodePort   10.101.13.203   <none>        8888:32417/TCP   4s
[node1 ~]$ curl -s http://10.101.13.203:8888 | jq -r .HOSTNAME
httpenv-54f6c8d9b7-x2x9z
[node1 ~]$ curl -s http://192.168.0.18:32417 | jq -r .HOSTNAME
httpenv-54f6c8d9b7-x2x9z
[node1 ~]$ kubectl delete pod httpenv-54f6c8d9b7-x2x9z
pod "httpenv-54f6c8d9b7-x2x9z" deleted from default namespace
[node1 ~]$ kubectl logs nobody-54f6c8d9b7-x2x9z
`);
  expect(verdict.steps.map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  expect(verdict.steps.slice(0, 6).map(({ claimDiffers }) => claimDiffers ?? [])).toEqual([[], [], [], [], [], []]);
  expect(verdict.steps[5]?.ran).toMatch(/^kubectl delete pod httpenv-\w+-\w+$/);
  expect((verdict.bindings ?? []).map(({ kind, how, step }) => [kind, how, step])).toEqual([
    ['address', 'output', 4],
    ['address', 'candidate', 5],
    ['nodePort', 'output', 5],
    ['name', 'output', 6],
  ]);
  expect(verdict.outcome).toBe('graded');
});

it('shows what a session claims and never happened, without taking points', () => {
  const verdict = gradeSession(
    '$ kubectl get ns default\nNAME      STATUS   AGE\ndefault   Active   3d\nparty     Active   2s\n',
  );
  expect(verdict.steps[0]?.claimDiffers).toEqual(['party     Active   2s']);
  expect([verdict.outcome, verdict.score.numerator]).toEqual(['graded', 1]);
});

it('asks for a review where an identifier may mean several things', () => {
  const verdict = gradeSession(`kubectl create deployment web --image=nginx:1.25
kubectl create service clusterip one --tcp=8080
kubectl create service clusterip two --tcp=8080
curl --max-time 1 http://10.101.1.2:8080
`);
  expect(verdict.bindings).toMatchObject([{ from: '10.101.1.2', how: 'ambiguous' }]);
  expect(verdict.outcome).toBe('needs_review');
});

it("runs what was typed at another node's terminal there, and what was typed into a pod's shell in the pod", () => {
  const { steps } = gradeSession(`[node1 ~]$ hostname
[node2 ~]$ hostname
[node2 ~]$ X=5
[node1 ~]$ echo "x$X"
[node2 ~]$ echo "x$X"
[node1 ~]$ kubectl run web --image=nginx
[node1 ~]$ kubectl exec -it web -- sh
/ # hostname
web
/ # exit
[node1 ~]$ kubectl logs -f web
^C
[node1 ~]$ pwd
`);
  expect(steps.map(({ stdout }) => stdout).filter((_, index) => ![2, 5, 7].includes(index))).toEqual([
    'node1\n',
    'node2\n',
    'x\n',
    'x5\n',
    '/ # hostname\nweb\n/ # exit\n',
    '/home/student/work\n',
  ]);
});

it('installs as the student did: as root, with the token that was printed, at the other machine', () => {
  const { steps, bindings } = gradeSession(`\`\`\`bash
kubeadm init --apiserver-advertise-address $(hostname -i)
\`\`\`
\`\`\`sh
Your Kubernetes control-plane has initialized successfully!

kubeadm join 192.168.0.18:6443 --token nk8zwv.hxgo3xb7odfhtpwf \\
        --discovery-token-ca-cert-hash sha256:68b75f61d5e5eaee2a58e237a57c5608c49ff0903b139cd22a2cadcf30ecf22c
\`\`\`
\`\`\`bash
kubeadm join 192.168.0.18:6443 --token nk8zwv.hxgo3xb7odfhtpwf \\
        --discovery-token-ca-cert-hash sha256:68b75f61d5e5eaee2a58e237a57c5608c49ff0903b139cd22a2cadcf30ecf22c
\`\`\`
\`\`\`sh
This node has joined the cluster:
\`\`\`
\`\`\`bash
kubeadm init
\`\`\`
`);
  expect(steps.map(({ exit }) => exit)).toEqual([0, 0, 1]);
  expect(steps[0]?.ran).toMatch(/^sudo kubeadm init/);
  expect((bindings ?? []).map(({ kind, how }) => `${kind} ${how}`)).toEqual([
    'address output',
    'token output',
    'digest output',
  ]);
});

it("binds a pod's address where no port is declared, and takes Markdown's code for what it is", () => {
  const { steps, bindings } = gradeSession(`Creamos y probamos:

\`kubectl create deployment httpenv --image=jpetazzo/httpenv --replicas=2\`

curl -s http://10.44.0.5:8888 | jq -r .HOSTNAME
`);
  expect(steps.map(({ exit }) => exit)).toEqual([0, 0]);
  expect(bindings).toMatchObject([{ kind: 'address', from: '10.44.0.5', how: 'candidate' }]);
});

it("binds what is typed into a pod's shell, and minds no release's wording", () => {
  const verdict = gradeSession(`$ kubectl create deployment web --image=nginx:1.25
deployment.apps/web created
$ kubectl get pods -o wide
NAME                   READY   STATUS    RESTARTS   AGE   IP            NODE    NOMINATED NODE   READINESS GATES
web-54f6c8d9b7-x2x9z   1/1     Running   0          2m    10.244.7.33   node2   <none>           <none>
$ kubectl run -it --rm t --image=busybox:1.36 --restart=Never -- sh
If you don't see a command prompt, try pressing enter.
/ # wget -qO- http://10.244.7.33 | head -n 1
<!DOCTYPE html>
/ # exit
pod "t" deleted
$ kubectl delete pod web-54f6c8d9b7-x2x9z
pod "web-54f6c8d9b7-x2x9z" deleted
`);
  expect(verdict.steps.map(({ exit, claimDiffers }) => [exit, claimDiffers ?? []])).toEqual([
    [0, []],
    [0, []],
    [0, []],
    [0, []],
  ]);
  expect(verdict.bindings?.map(({ kind, step }) => [kind, step])).toEqual([
    ['address', 3],
    ['name', 4],
  ]);
});

it('takes no image for another, and an abbreviated id printed back for what it stands for', () => {
  const verdict = gradeSession(`$ docker run -d --name web nginx:1.25
f1c5e5b8b7a0c6b9d7a3f5e2d1c4b6a8e9f0d1c2b3a4f5e6d7c8b9a0f1e2d3c4
$ docker ps
CONTAINER ID   IMAGE        COMMAND                  CREATED         STATUS         PORTS     NAMES
f1c5e5b8b7a0   nginx:1.25   "/docker-entrypoint.…"   5 seconds ago   Up 4 seconds   80/tcp    web
$ docker stop f1c
f1c
$ docker images
REPOSITORY   TAG       IMAGE ID       CREATED          SIZE
app          latest    0a1b2c3d4e5f   3 seconds ago    140MB
$ docker rmi 0a1b2c3d4e5f
`);
  expect(verdict.steps[2]?.claimDiffers).toBeUndefined();
  expect(verdict.steps.map(({ ran }) => ran?.split(' ')[1])).toEqual([
    undefined,
    undefined,
    'stop',
    undefined,
    undefined,
  ]);
  expect(verdict.steps[4]?.stderr).toContain('No such image: 0a1b2c3d4e5f');
});

it("binds a claim's provisioned volume, and minds no states that a watch passed through", () => {
  const verdict = gradeSession(
    `$ kubectl apply -f - <<EOF
> apiVersion: v1
> kind: PersistentVolumeClaim
> metadata: { name: data }
> spec: { storageClassName: standard, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
> EOF
$ kubectl run web --image=nginx:1.25 --overrides='{"spec":{"volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]}}'
$ kubectl get pods -w
NAME   READY   STATUS              RESTARTS   AGE
web    0/1     Pending             0          0s
web    0/1     ContainerCreating   0          2s
web    1/1     Running             0          4s
^C
$ kubectl get pv
NAME                                       CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS   CLAIM          STORAGECLASS   VOLUMEATTRIBUTESCLASS   REASON   AGE
pvc-1b2c3d4e-1111-2222-3333-444455556666   1Gi        RWO            Delete           Bound    default/data   standard       <unset>                          9s
$ kubectl patch pv pvc-1b2c3d4e-1111-2222-3333-444455556666 -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'
persistentvolume/pvc-1b2c3d4e-1111-2222-3333-444455556666 patched
`,
    { cluster: 'kind' },
  );
  expect(verdict.steps.map(({ exit, claimDiffers }) => [exit, claimDiffers ?? []]).slice(2)).toEqual([
    [130, []],
    [0, []],
    [0, []],
  ]);
});
