import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const map = (name: string, value: string): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {k: ${value}}}\n`;

let workstation: Workstation;
const typed = (command: string): { stdout: string; stderr: string; exit: number } => {
  const { stdout, stderr, exit } = workstation.run(command);
  return { stdout, stderr, exit };
};
const failure = (stderr: string): ReturnType<typeof typed> => ({ stdout: '', stderr: `error: ${stderr}\n`, exit: 1 });

beforeAll(() => {
  workstation = openWorkstation({
    profile: findProfile('kubeadm')!,
    seed: 'apply-sets',
    files: { 'two.yaml': `${map('one', 'a')}---\n${map('two', 'b')}`, 'one.yaml': map('one', 'c') },
  });
});

describe('apply --applyset', () => {
  const set = 'kubectl apply -n default --prune --applyset=set1';

  it('is there only where the environment says so', () => {
    expect(typed(`${set} -f two.yaml`).stderr).toContain('unknown flag: --applyset');
    typed('export KUBECTL_APPLYSET=true');
    expect(typed('kubectl apply --applyset=set1 -f two.yaml')).toEqual(failure('--applyset requires --prune'));
  });

  it.each([
    ['kubectl apply --prune --applyset=set1 -f two.yaml', 'namespace is required to use namespace-scoped ApplySet'],
    [
      'kubectl apply --prune --applyset=secrets/ -f two.yaml',
      'invalid parent reference "secrets/": name cannot be blank',
    ],
    [
      'kubectl apply --prune --applyset=nothing/x -f two.yaml',
      'invalid parent reference "nothing/x": no matches for /, Resource=nothing',
    ],
    [
      'kubectl apply --prune --applyset=ns/x -f two.yaml',
      'resource "/v1, Resource=namespaces" is not permitted as an ApplySet parent',
    ],
    [`${set} --all -f two.yaml`, '--all is incompatible with --applyset'],
    [`${set} -l a=b -f two.yaml`, '--selector is incompatible with --applyset'],
    [`${set} --force -f two.yaml`, '--force cannot be used with --prune'],
  ])('%s', (command, text) => {
    expect(typed(command)).toEqual(failure(text));
  });

  it('remembers its members in its parent and prunes what is no longer applied', () => {
    expect(typed(`${set} -f two.yaml`).stdout).toBe('configmap/one created\nconfigmap/two created\n');
    expect(typed("kubectl get secret set1 -o jsonpath='{.metadata.labels}{.metadata.annotations}'").stdout).toBe(
      '{"applyset.kubernetes.io/id":"applyset-TJSViJwF6UhFlL4bnPXMWRnXnH4yPVy5hhP1Y3SCHVU-v1"}' +
        '{"applyset.kubernetes.io/additional-namespaces":"","applyset.kubernetes.io/contains-group-kinds":"ConfigMap","applyset.kubernetes.io/tooling":"kubectl/v1.35.4"}',
    );
    expect(typed(`${set} -f one.yaml --dry-run=server`).stdout).toBe(
      'configmap/one configured (server dry run)\nconfigmap/two pruned (server dry run)\n',
    );
    expect(typed(`${set} -f one.yaml`).stdout).toBe('configmap/one configured\nconfigmap/two pruned\n');
    expect(typed('kubectl get cm one two -o name')).toEqual({
      stdout: 'configmap/one\n',
      stderr: 'Error from server (NotFound): configmaps "two" not found\n',
      exit: 1,
    });
  });

  it('refuses a parent of something else', () => {
    expect(
      typed('kubectl create cm plain; kubectl apply -n default --prune --applyset=cm/plain -f one.yaml').stderr,
    ).toBe(
      'error: ApplySet parent object "configmaps./plain" already exists and is missing required annotation "applyset.kubernetes.io/tooling"\n',
    );
  });
});

it('apply --prune prints each pruned object by a printer of its own', () => {
  typed('kubectl apply -f two.yaml; kubectl label cm one two app=x');
  expect(
    typed('kubectl apply -f one.yaml --prune --all --prune-allowlist=core/v1/ConfigMap -o yaml').stdout,
  ).not.toContain('---');
});

it('apply --overwrite=false refuses what was changed since the last apply', () => {
  typed(`kubectl apply -f one.yaml; kubectl patch cm one -p '{"data":{"k":"live"}}'`);
  const refused = typed('kubectl apply -f one.yaml --overwrite=false');
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toMatch(
    /^warning: error calculating patch from openapi v3 spec: patch:\ndata:\n {2}k: c\n\nconflicts with changes made from original to current:\ndata:\n {2}k: live\n/,
  );
  expect(typed('kubectl apply -f one.yaml --overwrite=false --openapi-patch=false').stderr).toMatch(
    /^error: error when applying patch:\n/,
  );
  expect(typed("kubectl get cm one -o jsonpath='{.data.k}'").stdout).toBe('live');
  expect(typed('kubectl apply -f one.yaml').stdout).toBe('configmap/one configured\n');
  expect(typed('kubectl apply -f one.yaml --overwrite=false').stdout).toBe('configmap/one unchanged\n');
});
