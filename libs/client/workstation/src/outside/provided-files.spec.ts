import { recordedProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type StepResult } from '../index.js';

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n';
const options = {
  profile: recordedProfile,
  seed: 'provided',
  webFiles: [{ path: 'labs.example.org/one/pod.yaml', content: POD }],
  repositoryFiles: [
    { path: 'github.com/acme/lab/k8s/pod.yaml', content: POD },
    { path: 'github.com/acme/lab/run.sh', content: '#!/bin/sh\necho ran\n' },
  ],
};

function typed(...commands: readonly string[]): StepResult[] {
  const workstation = openWorkstation(options);
  return commands.map((command) => workstation.run(command));
}

describe('files that come with the exercise', () => {
  it.each([
    'kubectl apply -f https://labs.example.org/one/pod.yaml',
    'curl -sL http://labs.example.org/one/pod.yaml | kubectl apply -f -',
    'wget -q https://labs.example.org/one/pod.yaml && kubectl apply -f pod.yaml',
    'kubectl apply -f https://raw.githubusercontent.com/acme/lab/main/k8s/pod.yaml',
    'curl -sL https://github.com/acme/lab/raw/master/k8s/pod.yaml | kubectl apply -f -',
    'git clone -q https://github.com/acme/lab.git && kubectl apply -f lab/k8s/',
  ])('%s', (command) => {
    const [step] = typed(command);
    expect(step).toMatchObject({ stdout: 'pod/web created\n', exit: 0, unsupported: [] });
  });

  it('are not there under other names of the same host', () => {
    const [absent, unknown] = typed(
      'kubectl apply -f https://labs.example.org/one/pods.yaml',
      'curl -s https://raw.githubusercontent.com/acme/other/main/pod.yaml',
    );
    expect(absent.stderr).toBe(
      'error: unable to read URL "https://labs.example.org/one/pods.yaml", server reported 404 Not Found, status code=404\n',
    );
    expect(absent.unsupported).toEqual([]);
    expect(unknown.unsupported).toEqual(['the file https://raw.githubusercontent.com/acme/other/main/pod.yaml']);
  });

  it('hide nothing of what everybody can have', () => {
    const [step] = typed(
      'curl -sL https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml',
    );
    expect(step.stdout).toContain('kind: APIService');
  });
});

describe('a clone', () => {
  it('has the files, scripts that run, and knows where it comes from', () => {
    const [clone, run, status, remote, pull] = typed(
      'git clone https://github.com/acme/lab',
      'cd lab && ./run.sh && ls -A',
      'git status',
      'git remote -v',
      'cd k8s && git pull',
    );
    expect(clone).toMatchObject({ stderr: "Cloning into 'lab'...\n", exit: 0 });
    expect(run.stdout).toBe('ran\n.git\nk8s\nrun.sh\n');
    expect(status.stdout).toContain('nothing to commit, working tree clean\n');
    expect(remote.stdout).toContain('origin\thttps://github.com/acme/lab (fetch)\n');
    expect(pull.stdout).toBe('Already up to date.\n');
  });

  it('goes into no directory that has files', () => {
    const [, again] = typed('git clone -q https://github.com/acme/lab', 'git clone https://github.com/acme/lab');
    expect(again.stderr).toBe("fatal: destination path 'lab' already exists and is not an empty directory.\n");
    expect(again.exit).toBe(128);
  });

  it.each([
    ['git clone https://github.com/acme/unknown', 'git clone https://github.com/acme/unknown'],
    ['git clone -q https://github.com/acme/lab && cd lab && echo a > a && git status', 'git status'],
    ['git clone -q https://github.com/acme/lab && cd lab && git log', 'git log'],
  ])('%s is not simulated', (command, what) => {
    expect(typed(command)[0].unsupported).toEqual([what]);
  });
});
