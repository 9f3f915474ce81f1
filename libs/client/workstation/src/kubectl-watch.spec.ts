import { findProfile } from '@seatrial/cluster';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeEach(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'kubectl-watch' });
  workstation.run('kubectl create ns w; kubectl config set-context --current --namespace w');
  workstation.settle();
  workstation.run('kubectl delete cm kube-root-ca.crt; kubectl create cm a; kubectl create cm long-name');
});

/** What a watch prints while an object is labelled twice. */
const watched = (options: string): string =>
  workstation.run(
    `(sleep 1; kubectl label cm a z=1 > /dev/null; sleep 1; kubectl label cm a z=2 --overwrite > /dev/null) & timeout 4 kubectl get cm ${options}; echo $?`,
  ).stdout;

describe('kubectl get -w', () => {
  it('ends without a word when a range of jsonpath is gone through again', () => {
    expect(watched(`a -w -o jsonpath='{range .items[*]}{.metadata.name}{end}'`)).toBe('0\n');
    expect(watched(`a -w -o jsonpath='{.metadata.labels.z} '`)).toBe('1 2 124\n');
  });

  it('lays out all that is there before it prints', () => {
    expect(
      watched(
        '--field-selector metadata.name!=kube-root-ca.crt -w -o custom-columns=N:.metadata.name,Z:.metadata.labels.z',
      ),
    ).toBe('N           Z\na           <none>\nlong-name   <none>\na           1\na           2\n124\n');
  });

  it('is refused for several objects once they are shown', () => {
    const { stdout, stderr } = workstation.run('kubectl get cm a long-name -w --no-headers -o name');
    expect([stdout, stderr]).toEqual([
      'configmap/a\nconfigmap/long-name\n',
      'error: you may only watch a single resource or type of resource at a time\n',
    ]);
  });

  it('lets --ignore-not-found stand', () => {
    expect(workstation.run('kubectl get cm nope -w --ignore-not-found')).toMatchObject({ stderr: '', exit: 0 });
  });
});

describe('kubectl wait', () => {
  it.each([
    ['kubectl wait --for=condition=Ready pod/x --all', 'Error from server (NotFound): pods "x" not found\n'],
    [
      'kubectl wait --for=condition=Ready pod/x --local',
      "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n",
    ],
  ])('%s', (command, stderr) => {
    expect(workstation.run(command).stderr).toBe(stderr);
  });
});
