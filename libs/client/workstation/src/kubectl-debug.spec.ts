import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  securityContext: {runAsUser: 1000}
  containers: [{name: a, image: busybox, command: [sleep, 1d], securityContext: {allowPrivilegeEscalation: false}}]
`;
const NOT_ROOT =
  'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n';

let workstation: Workstation;
const typed = (command: string): ReturnType<Workstation['run']> => workstation.run(command);
const query = (pod: string, path: string): unknown =>
  JSON.parse(typed(`kubectl get pod ${pod} -o json | jq -c '${path}'`).stdout);

beforeAll(() => {
  workstation = openWorkstation({
    profile: findProfile('kubeadm')!,
    seed: 'kubectl-debug',
    files: {
      'p.yaml': POD,
      'custom.yaml': 'env: [{name: E, value: f}]\nsecurityContext: {runAsUser: 0}\n',
      'forbidden.yaml': 'ports: [{containerPort: 80}]\nresources: {limits: {cpu: 100m}}\n',
      'fixed.yaml': 'image: x\n',
    },
  });
  typed('kubectl apply -f p.yaml');
  workstation.settle();
});

describe('kubectl debug --custom', () => {
  it('merges a partial container over what the profile makes', () => {
    expect(typed('kubectl debug p --image=busybox -c one --profile=general --custom custom.yaml').stderr).toBe('');
    expect(query('p', '.spec.ephemeralContainers[0]|[.env,.securityContext]')).toEqual([
      [{ name: 'E', value: 'f' }],
      { capabilities: { add: ['SYS_PTRACE'] }, runAsUser: 0 },
    ]);
  });

  it.each([
    [
      'nope.yaml',
      'error: must pass a container spec json file for custom profile: open nope.yaml: no such file or directory\n',
    ],
    ['fixed.yaml', 'error: name, command, image, lifecycle and volume devices are not modifiable via custom profile\n'],
    [
      'forbidden.yaml',
      `${NOT_ROOT}The Pod "p" is invalid: \n* spec.ephemeralContainers[1].ports: Forbidden: cannot be set for an Ephemeral Container\n* spec.ephemeralContainers[1].resources: Forbidden: cannot be set for an Ephemeral Container\n`,
    ],
  ])('%s is refused', (file, text) => {
    expect(typed(`kubectl debug p --image=busybox -c two --profile=general --custom ${file}`).stderr).toBe(text);
  });
});

describe('kubectl debug', () => {
  it('adds to what a copied container may do already, and warns', () => {
    expect(typed('kubectl debug p --copy-to=c -c a --image=busybox --profile=general').stderr).toBe(NOT_ROOT);
    expect(query('c', '.spec.containers[0].securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { add: ['SYS_PTRACE'] },
    });
  });

  it('labels the pod on a node', () => {
    typed('kubectl debug node/node2 --image=busybox --profile=general');
    expect(typed('kubectl get pod -l app.kubernetes.io/managed-by=kubectl-debug -o name').stdout).toMatch(
      /^pod\/node-debugger-node2-\w{5}\n$/,
    );
  });

  it('takes one target after the other', () => {
    expect(typed('kubectl debug node node2 --image=busybox --profile=general').stderr).toBe(
      'Error from server (NotFound): pods "node" not found\n',
    );
  });

  it('has pairs as pflag reads them', () => {
    expect(typed('kubectl debug p --image=busybox --env=X').stderr).toBe(
      `error: invalid argument "X" for "--env" flag: X must be formatted as key=value\nSee 'kubectl debug --help' for usage.\n`,
    );
    typed('kubectl debug p --copy-to=e -c a --image=busybox --profile=general --env=A=b,c');
    expect(query('e', '.spec.containers[0].env')).toEqual([{ name: 'A', value: 'b,c' }]);
  });
});
