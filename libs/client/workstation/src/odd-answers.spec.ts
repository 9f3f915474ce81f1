import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeAll(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'odd-answers' });
  workstation.run('kubectl run left --image=redis; kubectl create deployment oak --image=nginx --replicas=2');
  workstation.settle();
});

describe('a Go program without signal handlers', () => {
  it('exits with 2 as the first process of a container', () => {
    workstation.run(
      `kubectl run hello --image=gcr.io/google-samples/hello-app:1.0 --restart=Never --overrides='{"spec":{"activeDeadlineSeconds":3}}'`,
    );
    workstation.settle();
    expect(
      workstation.run("kubectl get pod hello -o jsonpath='{.status.containerStatuses[0].state.terminated.exitCode}'")
        .stdout,
    ).toBe('2');
  });
});

/** What kubectl 1.35.4 answered on a real cluster. */
describe('commands that students rarely type', () => {
  it.each([
    {
      run: 'kubectl scale deploy oak --current-replicas=-2 --replicas=3',
      stderr: 'error: The --current-replicas must specify an integer of -1 or greater\n',
    },
    { run: 'kubectl get pod left right -w', stderr: 'Error from server (NotFound): pods "right" not found\n' },
    {
      run: 'kubectl logs left --since=1ms',
      stderr: 'The PodLogOptions "left" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0\n',
    },
    {
      run: `kubectl taint node node2 a=${'x'.repeat(64)}:NoSchedule`,
      stderr: `error: invalid taint spec: a=${'x'.repeat(64)}:NoSchedule, must be no more than 63 bytes\nSee 'kubectl taint -h' for help and examples\n`,
    },
    {
      run: 'helm lint',
      stderr: 'Error: "helm lint" requires at least 1 argument\n\nUsage:  helm lint PATH [flags]\n',
    },
    {
      run: 'helm dependency update ./nochart',
      stderr: 'Error: could not find nochart: stat nochart: no such file or directory\n',
    },
    {
      run: 'helm lst 2>&1 | head -5',
      stdout: 'Error: unknown command "lst" for "helm"\n\nDid you mean this?\n\tlint\n\tget\n',
    },
    {
      run: "printf 'a b\\n' | sed -e 's/a/1/' -e 's/b/2/w /dev/stdout'; echo 2 | jq @csv",
      stdout: '1 2\n1 2\n',
      stderr: 'jq: error (at <stdin>:1): number (2) cannot be csv-formatted, only array\n',
    },
    {
      run: `helm create t > /dev/null; echo 'a: {{ .Values.none | toString }}' > t/templates/a.yaml; helm template t -s templates/a.yaml; echo x > bad.tgz; helm lint bad.tgz 2> /dev/null | sed -n 2p`,
      stdout: '---\n# Source: t/templates/a.yaml\na: <nil>\nError unable to extract tarball: unexpected EOF\n',
    },
    {
      run: "kubectl run fork --image=busybox:1.36 --restart=Never --rm -i -q -- sh -c 'sleep 2; echo said; echo broken >&2' 2> /dev/null",
      stdout: 'said\n',
    },
    {
      run: 'kubectl exec left -- redis-cli NOSUCH',
      stdout: "ERR unknown command 'NOSUCH', with args beginning with: \n\n",
    },
  ])('$run', ({ run, stdout = '', stderr = '' }) => {
    const answer = workstation.run(run);
    expect({ stdout: answer.stdout, stderr: answer.stderr }).toEqual({ stdout, stderr });
  });
});
