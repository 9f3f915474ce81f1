import { configureProfile, findProfile, type ClusterSettings } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

function open(settings: ClusterSettings = {}, internet = true): Workstation {
  const profile = configureProfile(findProfile('kubeadm')!, { kubernetesVersion: 'v1.35.0', ...settings });
  if (!profile.ok) throw new Error(profile.error);
  return openWorkstation({ profile: profile.value, seed: 'kubeadm-upgrade', internet });
}

const VERSIONS =
  "kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name}={.status.nodeInfo.kubeletVersion} {end}'";
const HOLD = 'E: Held packages were changed and -y was used without --allow-change-held-packages.\n';

describe("Kubernetes' packages", () => {
  it.each([
    ['apt-mark showhold', 0, /^kubeadm\nkubectl\nkubelet\n$/],
    ['sudo apt-mark hold kubelet', 0, /^kubelet was already set on hold\.\n$/],
    ['apt-mark unhold kubelet', 100, /Executing dpkg failed\. Are you root\?\n$/],
    ['sudo apt-mark unhold kubelet nope', 100, /^E: Unable to locate package nope\nE: No packages found\n$/],
    ['apt-cache madison kubelet | head -1', 0, /^ {3}kubelet \| 1\.35\.4-1\.1 \| https:\/\/pkgs\.k8s\.io\/core:\/stable:\/v1\.35\/deb {2}Packages\n$/],
    ['apt-cache policy kubeadm | head -3', 0, /^kubeadm:\n {2}Installed: 1\.35\.0-1\.1\n {2}Candidate: 1\.35\.4-1\.1\n$/],
    ["dpkg -l 'kubea*' | tail -2", 0, /^\+\+\+-={14}-={12}-={12}-=+\nhi {2}kubeadm {8}1\.35\.0-1\.1 {3}amd64 {8}Command-line/],
    ['dpkg -l kuberhealthy', 1, /^dpkg-query: no packages found matching kuberhealthy\n$/],
    ["sudo apt-get install -y kubeadm='1.35.3-*'", 100, new RegExp(`1 upgraded, .* and 2 not upgraded\\.\\n${HOLD}$`)],
    ["sudo apt-get install -y kubeadm='1.34.1-*'", 100, /E: Version '1\.34\.1-\*' for 'kubeadm' was not found\n$/],
    ['sudo apt-get install -y kubeadm=1.35.0-1.1', 0, /kubeadm is already the newest version \(1\.35\.0-1\.1\)\./],
    ['sudo apt-mark unhold kubelet; sudo apt-get install -y kubelet; apt list --upgradable', 0, /Unpacking kubelet \(1\.35\.4-1\.1\) over \(1\.35\.0-1\.1\) \.\.\.\n[^]*kubectl\/unknown 1\.35\.4-1\.1 amd64 \[upgradable from: 1\.35\.0-1\.1\]/],
    ['sudo apt update', 0, /Hit:4 https:\/\/prod-cdn\.packages\.k8s\.io\/[^ ]* {2}InRelease\n[^]*3 packages can be upgraded\./],
  ])('%s', (command, exit, text) => {
    const result = open().run(command);
    expect({ ...result, text: result.stdout + result.stderr }).toMatchObject({
      exit,
      text: expect.stringMatching(text) as string,
      unsupported: [],
    });
  }); // prettier-ignore

  it('come from nowhere without a way out', () => {
    const workstation = open({}, false);
    expect(workstation.run('sudo apt-get install -y --allow-change-held-packages kubeadm=1.35.4-1.1')).toMatchObject({
      exit: 100,
      stderr: expect.stringContaining("Temporary failure resolving 'pkgs.k8s.io'") as string,
    });
    expect(workstation.run('kubeadm version -o short').stdout).toBe('v1.35.0\n');
  });

  it('of releases that nobody here knows are not simulated', () => {
    expect(open().run('sudo apt-get install -y --allow-change-held-packages kubeadm=1.35.99-1.1').unsupported).toEqual([
      'apt-get install kubeadm=1.35.99-1.1',
    ]);
    const list =
      'echo "deb https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /" | sudo tee /etc/apt/sources.list.d/kubernetes.list';
    expect(open().run(`${list}; sudo apt-get update`).unsupported).toHaveLength(1);
  });
});

describe('kubeadm upgrade', () => {
  it('plans what the packages allow', () => {
    const { stdout } = open({ workers: 1 }).run('sudo kubeadm upgrade plan');
    expect(stdout).toMatch(/^kubelet {5}node2 {5}v1\.35\.0 {3}v1\.35\.4$/m);
    expect(stdout).toMatch(/^kube-proxy {26}1\.35\.0 {4}v1\.35\.4$/m);
    expect(stdout).toContain('Note: Before you can perform this upgrade, you have to update kubeadm to v1.35.4.\n');
  });

  it.each([
    ['sudo kubeadm upgrade apply v1.35.4 -y', /is higher than the kubeadm version "v1\.35\.0"\. Upgrade kubeadm first/],
    ['sudo kubeadm upgrade apply v1.36.0 -y', /is at least one minor release higher than the kubeadm minor release \(36 > 35\)/],
    ['sudo kubeadm upgrade apply v1.34.2 -y', /Kubeadm version v1\.35\.0 can only be used to upgrade to Kubernetes version 1\.35/],
    ['echo n | sudo kubeadm upgrade apply v1.35.0', /won't proceed; the user didn't answer \(Y\|y\)/],
    ['sudo kubeadm upgrade apply', /^error: missing one or more required arguments\. Required arguments: \[version\]/],
    ['kubeadm upgrade plan', /failed to load admin kubeconfig: open \/etc\/kubernetes\/admin\.conf: permission denied/],
    ['ssh root@node2 kubeadm upgrade apply v1.35.4', /open \/etc\/kubernetes\/admin\.conf: no such file or directory/],
  ])('refuses: %s', (command, error) => {
    expect(open().run(command)).toMatchObject({ exit: 1, stderr: expect.stringMatching(error) as string, unsupported: [] });
  }); // prettier-ignore

  it('brings the control plane, then each node whose kubelet is installed and restarted', () => {
    const workstation = open({ workers: 1 });
    const run = (command: string) => workstation.run(command, { timeoutMs: 300_000 });
    const install = (name: string): string =>
      `apt-mark unhold ${name} && apt-get install -y ${name}='1.35.4-*' && apt-mark hold ${name}`;
    expect(run(`sudo bash -c "${install('kubeadm')}"; sudo kubeadm upgrade apply -y v1.35.4`)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining(
        'SUCCESS! A control plane node of your cluster was upgraded to "v1.35.4".',
      ) as string,
      unsupported: [],
    });
    expect(run('kubectl version').stdout).toMatch(/^Client Version: v1\.35\.0\n[^]*Server Version: v1\.35\.4\n$/);
    expect(run(VERSIONS).stdout).toBe('node1=v1.35.0 node2=v1.35.0 ');
    expect(run(`sudo bash -c "${install('kubelet')}"; kubelet --version; ${VERSIONS}`).stdout).toMatch(
      /Kubernetes v1\.35\.4\nnode1=v1\.35\.0 /,
    );
    expect(run(`sudo systemctl daemon-reload; sudo systemctl restart kubelet; sleep 2; ${VERSIONS}`).stdout).toBe(
      'node1=v1.35.4 node2=v1.35.0 ',
    );
    const node = `${install('kubelet')}; kubeadm upgrade node; systemctl restart kubelet`;
    expect(run(`ssh root@node2 "${node}" > log; sleep 2; grep -c Skipping log; ${VERSIONS}`).stdout).toBe(
      '5\nnode1=v1.35.4 node2=v1.35.4 ',
    );
    const image = '-o jsonpath={.spec.template.spec.containers[0].image}';
    expect(run(`kubectl -n kube-system get ds kube-proxy ${image}`).stdout).toMatch(/:v1\.35\.4$/);
  });
});
