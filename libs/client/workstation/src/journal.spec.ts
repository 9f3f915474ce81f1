import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

function open(): Workstation {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('no profile');
  return openWorkstation({ profile, seed: 'journal' });
}

const PIN = (name: string, container: object): string =>
  `kubectl run ${name} --image=nginx --overrides='${JSON.stringify({ spec: { nodeName: 'node2', containers: [{ name, image: 'nginx', ...container }] } })}'`;

it('shows what the kubelet did with the pods of its node', () => {
  const workstation = open();
  workstation.run(PIN('fine', {}));
  workstation.run(PIN('nope', { image: 'nginx:nope' }));
  workstation.run(PIN('crash', { command: ['false'] }));
  workstation.run(PIN('unset', { envFrom: [{ configMapRef: { name: 'missing' } }] }));
  workstation.run('sleep 30; kubectl delete pod fine --now; sleep 5');
  const log = workstation.run('journalctl -u kubelet --no-pager', { terminal: 'node2' });
  expect(log.unsupported).toEqual([]);
  for (const line of [
    /^Nov 21 \d\d:\d\d:\d\d node2 kubelet\[601\]: I1121 \d\d:\d\d:\d\d\.\d{6} {5}601 reconciler_common\.go:251\] "operationExecutor\.VerifyControllerAttachedVolume started for volume \\"kube-api-access-\w{5}\\" .* pod="default\/fine"$/m,
    /pod_startup_latency_tracker\.go:108\] "Observed pod startup duration" pod="default\/fine" podStartSLOduration=/,
    /log\.go:32\] "PullImage from image service failed" err="rpc error: code = NotFound .* image="nginx:nope"$/m,
    /pod_workers\.go:1324\] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"nope\\" with ErrImagePull: /,
    /for \\"nope\\" with ImagePullBackOff: \\"Back-off pulling image/,
    /with CrashLoopBackOff: \\"back-off 10s restarting failed container=crash pod=crash_default\(/,
    /"Unhandled Error" err="container unset start failed in pod unset_default\(.*\): CreateContainerConfigError: configmap \\"missing\\" not found" logger="UnhandledError"$/m,
    /kubelet_volumes\.go:161\] "Cleaned up orphaned pod volumes dir"/,
  ])
    expect(log.stdout).toMatch(line);
  const here = workstation.run(
    'journalctl -u kubelet -n 3 | wc -l; journalctl -u kubelet -p err; journalctl -u kubelet | grep -c default/',
  );
  expect(here.stdout).toBe('3\n-- No entries --\n0\n');
});

it('shows why a kubelet does not start, and starts it when its settings are there again', () => {
  const workstation = open();
  const at = (script: string): ReturnType<Workstation['run']> => workstation.run(script, { terminal: 'node3' });
  at('mv /var/lib/kubelet/config.yaml /root; systemctl restart kubelet; sleep 15');
  const status = at('systemctl status kubelet --no-pager');
  expect(status.exit).toBe(3);
  expect(status.stdout).toMatch(/Active: activating \(auto-restart\) \(Result: exit-code\) since /);
  expect(status.stdout).toMatch(
    /run\.go:72\] "command failed" err="failed to load kubelet config file, path: \/var\/lib\/kubelet\/config\.yaml, error: failed to load Kubelet config file .*: open \/var\/lib\/kubelet\/config\.yaml: no such file or directory"\n.*Main process exited, code=exited, status=1\/FAILURE\n/,
  );
  expect(at('systemctl is-active kubelet')).toMatchObject({ stdout: 'activating\n', exit: 3 });
  workstation.run('sleep 60');
  expect(workstation.run('kubectl get node node3 --no-headers').stdout).toMatch(/^node3 +NotReady /);
  at('echo "a: [" > /var/lib/kubelet/config.yaml; sleep 10');
  expect(at('journalctl -u kubelet -n 3').stdout).toMatch(/error failed to decode: yaml: line 1: /);
  at('mv /root/config.yaml /var/lib/kubelet/; sleep 12');
  expect(at('systemctl is-active kubelet').stdout).toBe('active\n');
  expect(at('journalctl -xeu kubelet --since "1 min ago"').stdout).toMatch(
    /Scheduled restart job, restart counter is at \d+\.\n(?:.*\n)*.*Started kubelet\.service - kubelet: The Kubernetes Node Agent\.\n░░ Subject: A start job for unit kubelet\.service has finished successfully\n/,
  );
  workstation.run('sleep 20');
  expect(workstation.run('kubectl get node node3 --no-headers').stdout).toMatch(/^node3 +Ready /);
});

it('says so where a unit\u2019s own log is not simulated, and complains as journalctl does', () => {
  const workstation = open();
  expect(workstation.run('journalctl -n 5').unsupported).toHaveLength(1);
  expect(workstation.run('journalctl -u nope').stdout).toBe('-- No entries --\n');
  expect(workstation.run('journalctl -u kubelet --since never')).toMatchObject({
    exit: 1,
    stderr: 'Failed to parse timestamp: never\n',
  });
  expect(workstation.run('journalctl -fu kubelet', { timeoutMs: 3000 })).toMatchObject({ exit: 130, unsupported: [] });
});

it('shows what containerd did with sandboxes and containers', () => {
  const workstation = open();
  workstation.run(`${PIN('fine', {})}; ${PIN('crash', { command: ['false'] })}; ${PIN('typo', { command: ['slep'] })}`);
  workstation.run('sleep 8; kubectl delete pod fine --now; sleep 5');
  const log = workstation.run('journalctl -u containerd --no-pager', { terminal: 'node2' });
  expect(log.unsupported).toEqual([]);
  for (const line of [
    /node2 containerd\[600\]: time="2026-11-21T\d\d:\d\d:\d\d\.\d{9}Z" level=info msg="RunPodSandbox for &PodSandboxMetadata\{Name:fine,Uid:[-\w]+,Namespace:default,Attempt:0,\} returns sandbox id \\"[0-9a-f]{64}\\""$/m,
    /msg="CreateContainer within sandbox \\"[0-9a-f]{64}\\" for &ContainerMetadata\{Name:fine,Attempt:0,\} returns container id \\"[0-9a-f]{64}\\""$/m,
    /&ContainerMetadata\{Name:crash,Attempt:1,\}/,
    /level=error msg="StartContainer for \\"[0-9a-f]{64}\\" failed" error="failed to create containerd task: .*exec: \\"slep\\": executable file not found/,
    /level=info msg="shim disconnected" id=[0-9a-f]{64}$/m,
    /msg="TearDown network for sandbox \\"[0-9a-f]{64}\\" successfully"$/m,
    /msg=serving\.\.\. address=\/run\/containerd\/containerd\.sock$/m,
  ])
    expect(log.stdout).toMatch(line);
});

it('tells of the journal itself, in other forms too', () => {
  const workstation = open();
  const run = (script: string): ReturnType<Workstation['run']> => workstation.run(script);
  expect(run('journalctl --disk-usage; journalctl --list-boots | tail -1').stdout).toMatch(
    /^Archived and active journals take up 8\.0M in the file system\.\n {2}0 [0-9a-f]{32} Sat 2026-11-21 03:45:00 UTC /,
  );
  expect(run('journalctl -u kubelet -n 1 -o short-precise').stdout).toMatch(/^Nov 21 03:45:\d\d\.\d{6} node1 kubelet/);
  expect(run('journalctl -t kubelet -n 1').unsupported).toEqual([]);
});
