import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

function run(script: string): string {
  const { stdout, stderr } = workstation.run(script, { timeoutMs: 900_000 });
  workstation.settle();
  return (stdout + stderr).trim();
}

/** Writes a manifest, applies it, and lets so many seconds pass. */
function apply(manifest: string, seconds = 0): void {
  run(`cat > m.yaml <<'EOF'\n${manifest}\nEOF\nkubectl apply -f m.yaml && sleep ${seconds}`);
}

/** `reason: message` of an object's events, each once, without the ids in them. */
const eventsOf = (name: string): string[] =>
  run(
    `kubectl get events --field-selector involvedObject.name=${name} -o jsonpath='{range .items[*]}{.reason}: {.message}{"\\n"}{end}'`,
  )
    .split('\n')
    .map((line) => line.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID'));

const pod = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: ${spec}`;

beforeEach(() => {
  const profile = findProfile('kubeadm');
  invariant(profile, 'the profile exists');
  workstation = openWorkstation({ profile, seed: 'workloads' });
});

describe('a pod', () => {
  it('that makes another go without grace has its place at once', () => {
    const wants = (cpu: string): string =>
      `{nodeName: node3, terminationGracePeriodSeconds: 0, containers: [{name: c, image: busybox, command: [sh, -c, "trap : TERM; sleep 999"], resources: {requests: {cpu: ${cpu}}}}]}`;
    apply(pod('first', wants('1500m')), 5);
    run(
      `cat > second.yaml <<'EOF'\n${pod('second', wants('1500m'))}\nEOF\nkubectl delete pod first --wait=false; kubectl apply -f second.yaml; sleep 5`,
    );
    expect(run('kubectl get pods --no-headers -o custom-columns=:.metadata.name,:.status.phase')).toMatch(
      /^second\s+Running$/,
    );
  });

  /** A pod's spec, what kubectl get says of it after a while, and an event that it must have. */
  const CASES: readonly (readonly [what: string, spec: string, status: string, event: string])[] = [
    [
      'with a failing postStart hook',
      '{containers: [{name: c, image: nginx, imagePullPolicy: IfNotPresent, lifecycle: {postStart: {exec: {command: [sh, -c, exit 3]}}}}]}',
      'PostStartHookError|CrashLoopBackOff',
      'FailedPostStartHook: PostStartHook failed',
    ],
    [
      'with a sidecar that does not start up',
      '{terminationGracePeriodSeconds: 1, initContainers: [{name: s, image: busybox, restartPolicy: Always, command: [sleep, "99"], startupProbe: {exec: {command: ["false"]}, periodSeconds: 1, failureThreshold: 2}}], containers: [{name: c, image: nginx}]}',
      'PodInitializing',
      'Killing: Init container s failed startup probe',
    ],
    [
      'with a volume that nobody mounts',
      '{containers: [{name: c, image: nginx}], volumes: [{name: v, configMap: {name: missing}}]}',
      'running',
      'Started: Container started',
    ],
    [
      'with a sysctl that is not safe',
      '{securityContext: {sysctls: [{name: kernel.msgmax, value: "1"}]}, containers: [{name: c, image: nginx}]}',
      'SysctlForbidden',
      'SysctlForbidden: forbidden sysctl: "kernel.msgmax" not allowlisted',
    ],
    [
      'on a node, with a claim that does not exist',
      '{nodeName: node2, containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, persistentVolumeClaim: {claimName: nope}}]}',
      'ContainerCreating',
      'FailedMount: Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: error processing PVC default/nope: failed to fetch PVC from API server: persistentvolumeclaims "nope" not found',
    ],
    [
      'whose volume tells of a container that it does not have',
      '{containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, downwardAPI: {items: [{path: cpu, resourceFieldRef: {containerName: d, resource: limits.cpu}}]}}]}',
      'ContainerCreating',
      'FailedMount: MountVolume.SetUp failed for volume "v" : container d not found',
    ],
    [
      'whose environment tells of a container that it does not have',
      '{containers: [{name: c, image: nginx, env: [{name: CPU, valueFrom: {resourceFieldRef: {containerName: d, resource: limits.cpu}}}]}]}',
      'CreateContainerConfigError',
      'Failed: Error: container d not found',
    ],
    [
      'whose image has capitals in its path',
      '{containers: [{name: c, image: "MyTeam/app:1"}]}',
      'ErrImagePull|ImagePullBackOff',
      'Failed: Failed to pull image "MyTeam/app:1": failed to parse image reference "MyTeam/app:1": invalid reference format: repository name must be lowercase',
    ],
    [
      'that hides a file with a directory',
      '{containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /etc/nginx/nginx.conf}]}], volumes: [{name: v, emptyDir: {}}]}',
      'RunContainerError|CrashLoopBackOff',
      'Failed: Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/UID/volumes/kubernetes.io~empty-dir/v" to rootfs at "/etc/nginx/nginx.conf": mount /var/lib/kubelet/pods/UID/volumes/kubernetes.io~empty-dir/v:/etc/nginx/nginx.conf (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown',
    ],
    [
      'whose probe names a port that it does not have',
      '{containers: [{name: c, image: nginx, livenessProbe: {httpGet: {port: web}, periodSeconds: 2}}]}',
      'running',
      'Unhealthy: Liveness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax',
    ],
    [
      'with more name servers than a resolver takes',
      '{dnsConfig: {nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3]}, containers: [{name: c, image: nginx}]}',
      'running',
      'DNSConfigForming: Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 192.0.2.1 192.0.2.2',
    ],
  ];

  it.each(CASES)('%s', (_what, spec, status, event) => {
    apply(pod('p', spec), 12);
    const state = run("kubectl get pod p -o jsonpath='{.status.reason}{.status.containerStatuses[0].state}'");
    expect(state).toMatch(new RegExp(status));
    expect(eventsOf('p')).toContain(event);
  });

  it('keeps its sidecar up to the end of the rest, and is then done', () => {
    apply(
      pod(
        'p',
        '{restartPolicy: Never, initContainers: [{name: s, image: busybox, restartPolicy: Always, command: [sh, -c, "trap exit TERM; while :; do sleep 1; done"]}], containers: [{name: c, image: busybox, command: [sleep, "4"]}]}',
      ),
      10,
    );
    expect(run('kubectl get pod p -o jsonpath={.status.phase}')).toBe('Succeeded');
    expect(eventsOf('p').filter((line) => line.startsWith('Killing'))).toEqual(['Killing: Stopping container s']);
  });

  it('forgets how an init container ended before it succeeded', () => {
    apply(
      pod(
        'p',
        '{volumes: [{name: v, emptyDir: {}}], initContainers: [{name: i, image: busybox, command: [sh, -c, "test -e /v/x || { touch /v/x; exit 4; }"], volumeMounts: [{name: v, mountPath: /v}]}, {name: j, image: busybox, command: [sleep, "20"]}], containers: [{name: c, image: nginx}]}',
      ),
      10,
    );
    expect(
      run(
        "kubectl get pod p -o jsonpath='{.status.initContainerStatuses[0].restartCount} {.status.initContainerStatuses[0].lastState}'",
      ),
    ).toBe('1 {}');
    expect(run('kubectl get pod p --no-headers')).toMatch(/^p +0\/1 +Init:1\/2 +1 +\d+s$/);
  });

  it('is given more or less in place, restarts where it asked to, and is told what cannot be', () => {
    apply(
      pod(
        'p',
        '{containers: [{name: c, image: nginx, resources: {requests: {cpu: 100m, memory: 10Mi}}, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]}]}',
      ),
    );
    const resize = (requests: string): string =>
      run(
        `kubectl patch pod p --subresource resize -p '{"spec":{"containers":[{"name":"c","resources":${requests}}]}}'`,
      );
    const status = (): string =>
      run(
        'kubectl get pod p -o jsonpath=\'{.status.containerStatuses[0].resources.requests.cpu} {.status.containerStatuses[0].restartCount} {.status.conditions[?(@.type=="PodResizePending")].reason}\'',
      );
    resize('{"requests":{"cpu":"200m"}}');
    expect(status()).toBe('200m 0');
    resize('{"requests":{"memory":"20Mi"}}');
    expect(status()).toBe('200m 1');
    resize('{"requests":{"cpu":"500"}}');
    expect(status()).toBe('200m 1 Infeasible');
    expect(resize('{"requests":null}')).toContain('resource requests cannot be removed');
  });
});

describe('a stateful set', () => {
  it('does not keep what is behind a closed gate', () => {
    apply(
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {replicas: 0, updateStrategy: {rollingUpdate: {maxUnavailable: 0}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}',
    );
    const patched = run(
      `kubectl patch sts s -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"150%"}}}}'`,
    );
    expect(patched).toBe('statefulset.apps/s patched (no change)');
    expect(run('kubectl get sts s -o jsonpath={.spec.updateStrategy}')).toBe(
      '{"rollingUpdate":{"partition":0},"type":"RollingUpdate"}',
    );
  });
});

describe('a replica set of a deployment', () => {
  it('makes the pods that it is asked for by hand before the deployment scales it back', () => {
    run('kubectl create deployment d --image=nginx; sleep 5; kubectl scale rs -l app=d --replicas=3; sleep 5');
    expect(run("kubectl get events -o custom-columns=:.reason | grep -cE 'Success(ful)(Create|Delete)'")).toBe('5');
    expect(run('kubectl get rs --no-headers')).toMatch(/ 1 +1 +1 /);
  });
});

it('a stateful set takes claims along when it is made smaller, and says what it repairs', () => {
  const claims =
    'volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], storageClassName: m, resources: {requests: {storage: 1Mi}}}}]';
  const volumes = [0, 1].map(
    (n) =>
      `apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv${n}}\nspec: {capacity: {storage: 1Mi}, accessModes: [ReadWriteOnce], storageClassName: m, hostPath: {path: /tmp/${n}}}`,
  );
  const set = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {replicas: 2, serviceName: s, selector: {matchLabels: {a: s}}, ${claims}, template: {metadata: {labels: {a: s}}, spec: {containers: [{name: c, image: nginx, volumeMounts: [{name: d, mountPath: /d}]}]}}}`;
  apply([...volumes, set].join('\n---\n'), 20);
  run(
    `kubectl patch sts s -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Delete","whenDeleted":"Delete"}}}'`,
  );
  expect(eventsOf('s')).toContain('SuccessfulUpdate: Update Pod s-0 in StatefulSet s successful');
  run('kubectl scale sts s --replicas=1; sleep 20');
  expect(
    run("kubectl get pvc -o jsonpath='{.items[*].metadata.name} {.items[0].metadata.ownerReferences[0].kind}'"),
  ).toBe('d-s-0 StatefulSet');
});

it('a pod that another keeps away is tried again for what may help only', () => {
  const keeper =
    '{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {a: b}}, topologyKey: kubernetes.io/os}]}}, containers: [{name: c, image: nginx}]}';
  apply(
    `${pod('keeper', keeper)}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: away, labels: {a: b}}\nspec: {containers: [{name: c, image: nginx}]}`,
  );
  run('kubectl label node node2 some=thing; kubectl label node node3 some=thing');
  const described = run('kubectl describe pod away | grep FailedScheduling');
  expect(described).toContain("2 node(s) didn't satisfy existing pods anti-affinity rules");
  expect(described).not.toMatch(/\(x\d/);
});

it('two autoscalers of one target leave it alone', () => {
  run('kubectl create deployment web --image=nginx');
  const scaler = (name: string, target: string): string =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: ${name}}\nspec: {maxReplicas: 3, scaleTargetRef: ${target}}`;
  const web = '{apiVersion: apps/v1, kind: Deployment, name: web}';
  apply(
    [scaler('a', web), scaler('b', web), scaler('c', '{apiVersion: example.com/v1, kind: Crane, name: web}')].join(
      '\n---\n',
    ),
    60,
  );
  expect(eventsOf('a')).toContain(
    'AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [default/a default/b]',
  );
  expect(eventsOf('c')).toContain('FailedGetScale: no matches for kind "Crane" in group "example.com"');
});

it('a pod that has ended is neither past its deadline nor evicted', () => {
  const ended = (name: string, command: string): string =>
    pod(
      name,
      `{restartPolicy: Never, activeDeadlineSeconds: 15, containers: [{name: c, image: busybox, command: [sh, -c, "${command}"], volumeMounts: [{name: v, mountPath: /data}]}], volumes: [{name: v, emptyDir: {sizeLimit: 1Mi}}]}`,
    );
  apply([ended('big', 'dd if=/dev/zero of=/data/f bs=1M count=3'), ended('failed', 'exit 3')].join('\n---\n'), 40);
  expect(eventsOf('big').join()).not.toMatch(/Evicted|DeadlineExceeded/);
  expect(eventsOf('failed').join()).not.toContain('DeadlineExceeded');
});
