import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const open = () => openWorkstation({ profile: findProfile('minikube')!, seed: 'minikube-images' });

describe('minikube image', () => {
  it('pulls, tags, saves and removes what the node has', () => {
    const workstation = open();
    const pulled = workstation.run(
      'minikube image pull nginx:1.25; minikube image tag nginx:1.25 my/web:v1; minikube image save my/web:v1 web.tar; minikube image ls | grep -e nginx -e my; docker images -q',
    );
    expect(pulled).toMatchObject({
      stdout: 'docker.io/my/web:v1\ndocker.io/library/nginx:1.25\n',
      stderr: '',
      unsupported: [],
    });
    const ran = workstation.run(
      'kubectl run web --image=my/web:v1 --image-pull-policy=Never >log; kubectl wait --for=condition=Ready pod/web --timeout=30s',
    );
    expect(ran.stdout).toBe('pod/web condition met\n');
    const again = workstation.run(
      'minikube image rm nginx:1.25; minikube image ls | grep -c nginx; minikube image rm my/web:v1; minikube image load web.tar; minikube image ls | grep my',
    );
    expect(again).toMatchObject({ stdout: '0\ndocker.io/my/web:v1\n', unsupported: [] });
  });

  it.each([
    ['minikube image pull nothing/here', 0, ''],
    ['minikube image tag nothing/here my/thing', 0, ''],
    ['minikube image tag nginx', 64, '\nX Exiting due to MK_USAGE: Please provide source and target image\n'],
  ])('%s', (command, exit, stderr) => {
    expect(open().run(command)).toMatchObject({ exit, stderr, stdout: '', unsupported: [] });
  });

  it('whoever asks for it, the kubelet starts as root', () => {
    expect(open().run('minikube pause >log; minikube unpause >log; minikube ssh -- systemctl is-active kubelet').stdout).toBe('active\n'); // prettier-ignore
  });

  it.each([
    'minikube image push nginx',
    'minikube cache list',
    'minikube podman-env',
    'minikube addons open dashboard',
  ])('not simulated: %s', (command) => {
    expect(open().run(command).unsupported).toHaveLength(1);
  });
});
