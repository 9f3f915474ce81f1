import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation, type StepResult } from './workstation.js';

function open(): (script: string) => StepResult {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('no profile');
  const workstation = openWorkstation({ profile, seed: 'node-services' });
  return (script) => workstation.run(script);
}

it('shows the units of a node, and what systemd knows of each', () => {
  const run = open();
  expect(run('systemctl cat kubelet').stdout).toMatch(
    /^# \/lib\/systemd\/system\/kubelet\.service\n\[Unit\]\n(?:.*\n)*\n# \/usr\/lib\/systemd\/system\/kubelet\.service\.d\/10-kubeadm\.conf\n/,
  );
  expect(run('systemctl show kubelet -p ActiveState,SubState; systemctl show -P MainPID containerd').stdout).toBe(
    'ActiveState=active\nSubState=running\n600\n',
  );
  expect(run("systemctl list-units 'kube*' --no-legend; systemctl list-unit-files 'kube*' --no-legend")).toMatchObject({
    stdout:
      '  kubelet.service loaded active running kubelet: The Kubernetes Node Agent\nkubelet.service enabled enabled\n',
    unsupported: [],
  });
  expect(run('systemctl list-units --type=service').unsupported).toHaveLength(1);
  expect(run('service kubelet status | head -1').stdout).toMatch(/^● kubelet\.service - /);
});

it('enables, disables and masks', () => {
  const run = open();
  expect(run('systemctl disable kubelet')).toMatchObject({
    exit: 1,
    stderr: 'Failed to disable unit: Access denied\n',
  });
  expect(run('sudo systemctl disable kubelet; systemctl is-enabled kubelet')).toMatchObject({
    exit: 1,
    stdout: 'disabled\n',
    stderr: 'Removed "/etc/systemd/system/multi-user.target.wants/kubelet.service".\n',
  });
  expect(run('sudo systemctl enable kubelet').stderr).toBe(
    'Created symlink /etc/systemd/system/multi-user.target.wants/kubelet.service → /lib/systemd/system/kubelet.service.\n',
  );
  expect(run('sudo systemctl mask kubelet; sudo systemctl restart kubelet').stderr).toBe(
    'Created symlink /etc/systemd/system/kubelet.service → /dev/null.\nFailed to restart kubelet.service: Unit kubelet.service is masked.\n',
  );
});

it('starts the kubelet with the flags of its environment file, and says why it cannot', () => {
  const run = open();
  run('echo "KUBELET_EXTRA_ARGS=--fooo" | sudo tee /etc/default/kubelet; sudo systemctl restart kubelet; sleep 3');
  expect(run('journalctl -u kubelet -n 3').stdout).toMatch(
    /run\.go:72\] "command failed" err="failed to parse kubelet flag: unknown flag: --fooo"\n.*status=1\/FAILURE\n/,
  );
  run('sudo rm /etc/default/kubelet; sleep 15');
  expect(run('systemctl is-active kubelet').stdout).toBe('active\n');
});

it('takes a changed unit only once systemd has loaded it', () => {
  const run = open();
  const dropIn = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
  run(`sudo sed -i s#/usr/bin/kubelet#/opt/kubelet# ${dropIn}`);
  expect(run('sudo systemctl restart kubelet; systemctl is-active kubelet')).toMatchObject({
    stdout: 'active\n',
    stderr:
      "Warning: The unit file, source configuration file or drop-ins of kubelet.service changed on disk. Run 'systemctl daemon-reload' to reload units.\n",
  });
  run('sudo systemctl daemon-reload; sudo systemctl restart kubelet; sleep 2');
  expect(run('systemctl status kubelet --no-pager').stdout).toMatch(
    /ExecStart=\/opt\/kubelet \$KUBELET_KUBECONFIG_ARGS .* \(code=exited, status=203\/EXEC\)\n(?:.*\n)*.*Failed at step EXEC spawning \/opt\/kubelet: No such file or directory\n/,
  );
});

it('leaves a node alone whose kubelet asks at the wrong address', () => {
  const run = open();
  run('sudo sed -i s#:6443#:6553# /etc/kubernetes/kubelet.conf; sudo systemctl restart kubelet; sleep 60');
  expect(run('systemctl is-active kubelet; kubectl get node node1 --no-headers').stdout).toMatch(
    /^active\nnode1 +NotReady /,
  );
  expect(run('journalctl -u kubelet -n 4').stdout).toMatch(
    /"Unable to register node with API server" err="Post \\"https:\/\/172\.18\.0\.2:6553\/api\/v1\/nodes\\": dial tcp 172\.18\.0\.2:6553: connect: connection refused"/,
  );
  run('sudo sed -i s#:6553#:6443# /etc/kubernetes/kubelet.conf; sudo systemctl restart kubelet; sleep 20');
  expect(run('kubectl get node node1 --no-headers').stdout).toMatch(/^node1 +Ready /);
});

it('lists what runs on a node: its services, and its containers below their shims', () => {
  const run = open();
  expect(run('ps aux | grep -v grep | grep -c /usr/bin/kubelet').stdout).toBe('1\n');
  expect(run('ps -ef | grep -v grep | grep "kube-apiserver --advertise"').stdout).toMatch(/^root +40\d+ +40\d+ /);
  expect(run('pgrep -a kube-scheduler').stdout).toMatch(/^\d+ kube-scheduler --authentication-kubeconfig=/);
  expect(run('kubelet --version; containerd --version').stdout).toBe(
    'Kubernetes v1.35.4\ncontainerd github.com/containerd/containerd 1.6.20\n',
  );
});

it('has the certificates of a control plane, which kubeadm renews', () => {
  const run = open();
  expect(run('openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -subject -issuer -enddate').stdout).toBe(
    'subject=CN = kube-apiserver\nissuer=CN = kubernetes\nnotAfter=Nov 21 03:45:00 2027 GMT\n',
  );
  expect(run('openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -text | grep DNS').stdout).toContain(
    'DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, DNS:node1, IP Address:10.96.0.1, IP Address:172.18.0.2',
  );
  expect(run('openssl verify -CAfile /etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/server.crt').stdout).toBe(
    '/etc/kubernetes/pki/etcd/server.crt: OK\n',
  );
  run('sleep 50; sudo kubeadm certs renew apiserver');
  expect(run('openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -enddate').stdout).not.toContain('03:45:00');
});
