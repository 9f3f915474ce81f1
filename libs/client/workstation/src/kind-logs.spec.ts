import { configureProfile, findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const open = () => {
  const profile = configureProfile(findProfile('kind')!, { workers: 1 });
  if (!profile.ok) throw new Error('no such profile');
  return openWorkstation({ profile: profile.value, seed: 'kind-logs' });
};

describe('kind export logs', () => {
  it('writes what the nodes logged', () => {
    const workstation = open();
    workstation.run(
      "kubectl run w --image=busybox -- sh -c 'echo hello; sleep 1000'; kubectl wait --for=condition=Ready pod/w",
    );
    expect(workstation.run('kind export logs out')).toMatchObject({
      stdout: 'out\n',
      stderr: 'Exporting logs for cluster "kind" to:\n',
      exit: 0,
      unsupported: [],
    });
    const { stdout } = workstation.run(
      'cat out/kind-version.txt out/kind-worker/pods/default_w_*/w/0.log; ls out out/kind-control-plane; grep -c kubelet out/kind-worker/kubelet.log',
    );
    expect(stdout).toMatch(
      /^kind v0\.31\.0 .*\n\S+ stdout F hello\nout:\ndocker-info\.txt\nkind-control-plane\nkind-version\.txt\nkind-worker\n\nout\/kind-control-plane:\ncontainerd\.log\ncontainers\nimages\.log\ninspect\.json\njournal\.log\nkubelet\.log\nkubernetes-version\.txt\npods\n[1-9]/,
    );
  });

  it.each([
    ['kind export logs x --name other', 'ERROR: unknown cluster "other"\n'],
    ['kind export logs a b', 'ERROR: accepts at most 1 arg(s), received 2\n'],
    ['kind get >help', 'ERROR: Subcommand is required\n'],
  ])('%s fails', (command, stderr) => {
    expect(open().run(command)).toMatchObject({ stderr, exit: 1, unsupported: [] });
  });

  it('a node image is not built', () => {
    expect(open().run('kind build node-image').unsupported).toEqual(['kind build node-image']);
  });
});
