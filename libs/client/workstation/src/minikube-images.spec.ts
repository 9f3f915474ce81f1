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
    ['minikube image tag nginx', 14, '\nX Exiting due to MK_USAGE: Please provide source and target image\n'],
  ])('%s', (command, exit, stderr) => {
    expect(open().run(command)).toMatchObject({ exit, stderr, stdout: '', unsupported: [] });
  });

  it.each([
    ['minikube image', 0, /^Manage images\n\nAvailable Commands:\n/],
    ['minikube start --help', 0, /^Starts a local Kubernetes cluster\n\nOptions:\n/],
    ['minikube options', 0, /^The following options can be passed to any command:\n/],
    ['minikube node', 14, /^\nX Exiting due to MK_USAGE: Usage: minikube node \[add\|start\|stop\|delete\|list\]\n$/],
    ['minikube nothing', 14, /^Error: unknown command "nothing" for "minikube"\n/],
    ['minikube start --nothing', 14, /^Error: unknown flag: --nothing\nSee 'minikube start --help' for usage\.\n$/],
    ['minikube cp none /tmp/x', 35, /HOST_PATH_MISSING: Cannot find directory none for copy\n/],
    ['minikube node start m09', 85, /GUEST_NODE_RETRIEVE/],
  ])('%s as minikube 1.37 answers it', (command, exit, text) => {
    const result = open().run(command);
    expect({ ...result, text: result.stdout + result.stderr }).toMatchObject({
      exit,
      text: expect.stringMatching(text) as string,
      unsupported: [],
    });
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
