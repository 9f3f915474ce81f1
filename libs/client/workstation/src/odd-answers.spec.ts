import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeAll(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'odd-answers' });
  workstation.run('kubectl run left --image=redis; kubectl create deployment oak --image=nginx --replicas=2');
  workstation.settle();
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
      run: 'kubectl exec left -- redis-cli NOSUCH',
      stdout: "ERR unknown command 'NOSUCH', with args beginning with: \n\n",
    },
  ])('$run', ({ run, stdout = '', stderr = '' }) => {
    const answer = workstation.run(run);
    expect({ stdout: answer.stdout, stderr: answer.stderr }).toEqual({ stdout, stderr });
  });
});
