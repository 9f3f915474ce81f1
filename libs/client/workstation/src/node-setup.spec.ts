import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

describe('what sets up a node, and looks at it', () => {
  let workstation: Workstation;

  beforeAll(() => {
    const profile = findProfile('kubeadm');
    if (!profile) throw new Error('no profile');
    workstation = openWorkstation({ profile, seed: 'node-setup' });
  });

  it.each<[string, number, RegExp]>([
    ['sudo swapoff -a; swapon --show', 0, /^$/],
    ['swapoff /swapfile', 4, /^swapoff: Not superuser\.\n$/],
    [
      'sudo modprobe overlay && sudo modprobe br_netfilter; lsmod | grep ^br_netfilter',
      0,
      /^br_netfilter +36864 {2}0\n$/,
    ],
    ['modprobe wireguard', 1, /^modprobe: ERROR: could not insert 'wireguard': Operation not permitted\n$/],
    ['sudo modprobe nope', 1, /^modprobe: FATAL: Module nope not found in directory \/lib\/modules\/\d/],
    ['sudo modprobe ip_vs_rr; lsmod | grep ^ip_vs', 0, /^ip_vs_rr .*\nip_vs +\d+ +1 ip_vs_rr\n$/],
    ['ip -br addr show', 0, /^lo +UNKNOWN +127\.0\.0\.1\/8 \neth0 +UP +172\.18\.0\.2\/16 \nflannel\.1 /],
    ['ip a show eth0 | grep inet', 0, /^ {4}inet 172\.18\.0\.2\/16 brd 172\.18\.255\.255 scope global eth0\n$/],
    ['ip route | grep flannel', 0, /^10\.244\.1\.0\/24 via 10\.244\.1\.0 dev flannel\.1 onlink \n/],
    ['ip link show nope', 1, /^Device "nope" does not exist\.\n$/],
    ['ip nope', 1, /^Object "nope" is unknown, try "ip help"\.\n$/],
    [
      'sudo netstat -nplt | grep scheduler',
      0,
      /^tcp +0 +0 127\.0\.0\.1:10259 +0\.0\.0\.0:\* +LISTEN +\d+\/kube-scheduler/,
    ],
    ['netstat -nlt | grep 2379', 0, /127\.0\.0\.1:2379.*\n.*172\.18\.0\.2:2379/],
    ['sudo ss -tlnp | grep 10250', 0, /users:\(\("kubelet",pid=\d+,fd=3\)\)\n$/],
    ['hostnamectl | grep Static', 0, /Static hostname: node1\n$/],
    ['hostnamectl set-hostname a', 1, /Interactive authentication required/],
    ['sudo hostnamectl set-hostname cp && hostname && cat /etc/hostname', 0, /^cp\ncp\n$/],
  ])('%s', (command, exit, said) => {
    const result = workstation.run(command);
    expect(result.unsupported).toEqual([]);
    expect(result.stdout + result.stderr).toMatch(said);
    expect(result.exit).toBe(exit);
  });

  it.each(['sudo iptables -t nat -L', 'sudo ctr -n k8s.io containers ls', 'ip addr add 10.0.0.1 dev eth0'])(
    'says that %s is not simulated',
    (command) => {
      expect(workstation.run(command)).toMatchObject({ exit: 1, unsupported: [expect.any(String)] });
    },
  );
});

describe('crictl', () => {
  it('keeps settings, and says which runtime it does not reach', () => {
    const profile = findProfile('kubeadm');
    if (!profile) throw new Error('no profile');
    const workstation = openWorkstation({ profile, seed: 'crictl-config' });
    const run = (script: string): ReturnType<Workstation['run']> => workstation.run(script);
    expect(run('crictl config --list').stderr).toBe('FATA[0000] open /etc/crictl.yaml: permission denied\n');
    expect(
      run('sudo crictl config --set runtime-endpoint=unix:///run/containerd/containerd.sock,timeout=10').exit,
    ).toBe(0);
    expect(run('cat /etc/crictl.yaml').stdout).toBe(
      'runtime-endpoint: unix:///run/containerd/containerd.sock\nimage-endpoint: ""\ntimeout: 10\ndebug: false\npull-image-on-create: false\ndisable-pull-on-run: false\n',
    );
    expect(run('sudo crictl config --get timeout; sudo crictl config --list | grep runtime').stdout).toBe(
      '10\nruntime-endpoint       unix:///run/containerd/containerd.sock\n',
    );
    expect(run('sudo crictl config --set timeout=x').stderr).toBe(
      'FATA[0000] parse timeout value \'x\': strconv.Atoi: parsing "x": invalid syntax\n',
    );
    expect(run('sudo crictl config nope 1').stderr).toBe('FATA[0000] no configuration option named nope\n');
    run('sudo crictl config --set runtime-endpoint=unix:///run/wrong.sock');
    expect(run('sudo crictl ps')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('dial unix /run/wrong.sock: connect: no such file or directory') as string,
    });
    expect(run('sudo crictl -r unix:///run/containerd/containerd.sock ps -q | wc -l').stdout).toBe('6\n');
  });
});
