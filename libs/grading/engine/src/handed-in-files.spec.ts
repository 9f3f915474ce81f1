import type { SubmittedFile } from '@seatrial/contracts';
import { describe, expect, it } from 'vitest';
import { grade, loadExercise, openSimulatedReplay } from './index.js';

const EXERCISE = `id: spec
title: { en: A, es: A }
text: { en: A, es: A }
cluster: kubeadm
checks:
  - { id: web, type: scaling, title: { en: S, es: S }, points: 1, with: { name: web, replicas: 2 } }
`;
const deployment = (replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
`;

function judge(transcript: string, manifests: readonly SubmittedFile[]) {
  const loaded = loadExercise(new Map([['exercise.yaml', EXERCISE]]));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return grade({ manifests, transcript }, loaded.value, { seed: 's', openReplay: openSimulatedReplay });
}

const flat = [{ path: 'web.yaml', content: deployment(2) }];
const earned = (verdict: ReturnType<typeof judge>): string =>
  `${verdict.outcome} ${verdict.checks.map(({ status }) => status).join()}`;

describe('a file that was handed in', () => {
  it.each([
    ['kubectl apply -f k8s/web.yaml', '/home/student/work/k8s/web.yaml', 'web.yaml'],
    ['cd ~/labs/one && kubectl apply -f web.yaml', '/home/student/labs/one', '.'],
    ['kubectl apply -f manifests/', '/home/student/work/manifests', '.'],
  ])('is found by %s', (transcript, from, to) => {
    const verdict = judge(transcript, flat);
    expect(earned(verdict)).toBe('graded passed');
    expect(verdict.bindings).toMatchObject([{ kind: 'file', from, to, how: 'candidate', step: 1 }]);
  });

  it('is the one whose folders are most alike', () => {
    const manifests = [
      { path: 'one/web.yaml', content: deployment(1) },
      { path: 'two/web.yaml', content: deployment(2) },
    ];
    expect(earned(judge('kubectl apply -f ~/lab/two/web.yaml', manifests))).toBe('graded passed');
    expect(earned(judge('kubectl apply -f ~/lab/web.yaml', manifests))).toBe('graded failed');
  });

  it('is not looked for where the transcript shows that it was not found', () => {
    const transcript =
      '$ kubectl apply -f k8s/web.yaml\nerror: the path "k8s/web.yaml" does not exist\n$ ls\nweb.yaml\n';
    expect(earned(judge(transcript, flat))).toBe('graded failed');
  });
});

describe('an editor whose screen nobody has seen', () => {
  it('leaves what was handed in', () => {
    const transcript =
      'kubectl create deployment web --image=nginx --dry-run=client -o yaml > web.yaml\nvim web.yaml\nkubectl apply -f web.yaml\n';
    expect(earned(judge(transcript, flat))).toBe('graded passed');
  });

  it.each(['vi web.yaml', 'nano web.yaml', 'kubectl create deployment web --image=nginx; kubectl edit deployment web'])(
    'leaves what nobody knows: %s',
    (command) => {
      const verdict = judge(`${command}\nkubectl get pods\n`, []);
      expect(verdict.outcome).toBe('needs_review');
      expect(verdict.steps[0]?.unsupported.join()).toMatch(/^what was typed into (?:vi|nano) \S+$/);
    },
  );

  it('may have been opened by a script that says what to do', () => {
    const transcript =
      "kubectl create deployment web --image=nginx\nKUBE_EDITOR='sed -i s/replicas:.1/replicas:\\ 2/' kubectl edit deploy web\n";
    expect(earned(judge(transcript, []))).toBe('graded passed');
  });
});

it('says of a file that the transcript shows in use that it was not handed in', () => {
  const verdict = judge('$ kubectl apply -f web.yaml\ndeployment.apps/web created\n$ kubectl get pods\n', []);
  expect(verdict.outcome).toBe('needs_review');
  expect(verdict.steps[0]?.unsupported).toEqual(['the file web.yaml, which was not handed in']);
});
