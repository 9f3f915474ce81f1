import { describe, expect, it } from 'vitest';
import { grade, loadExercise, openSimulatedReplay, type LoadedExercise } from './index.js';

function exercise(...checks: readonly string[]): LoadedExercise {
  const loaded = loadExercise(
    new Map([
      [
        'exercise.yaml',
        `id: spec
title: { en: A, es: A }
text: { en: A, es: A }
cluster: kubeadm
limits: { commands: 10, virtualMinutes: 120 }
checks:
${checks.map((check, index) => `  - { id: c${String(index)}, type: resilience, title: { en: F, es: F }, points: 1, with: ${check} }\n`).join('')}  - { id: last, type: scaling, title: { en: S, es: S }, points: 1, with: { name: web, replicas: 2 } }
`,
      ],
    ]),
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

const judge = (transcript: string, ...checks: readonly string[]) =>
  grade({ manifests: [], transcript }, exercise(...checks), { seed: 's', openReplay: openSimulatedReplay }).checks.map(
    ({ id, status, reason, evidence }) => `${id} ${status}: ${reason?.en ?? evidence[0]?.found ?? ''}`,
  );

const WEB = 'kubectl create deployment web --image=nginx:1.25 --replicas=2';

describe('resilience', () => {
  it('is asked after everything else, and leaves a cluster that recovers', () => {
    const found = judge(
      WEB,
      '{ name: web, failure: pod, minimumReady: 1 }',
      '{ name: web, failure: node }',
      '{ name: web, failure: disk }',
      '{ name: web, failure: registry }',
    );
    expect(found).toEqual([
      expect.stringMatching(/^c0 passed: 2 of 2 ready \d s after one of its pods was deleted, never fewer than 1$/),
      expect.stringMatching(/^c1 passed: 2 of 2 ready 3[45]\d s after its node was lost, never fewer than 1$/),
      expect.stringMatching(/^c2 passed: 2 of 2 ready \d+ s after the disk of its node filled up/),
      expect.stringMatching(/^c3 passed: 2 of 2 ready \d s after the registry was down/),
      expect.stringMatching(/^last passed/),
    ]);
  });

  it('fails what nobody replaces, what is all in one place, and what comes too late', () => {
    const pinned = `${WEB}; kubectl patch deployment web -p '{"spec":{"template":{"spec":{"nodeName":"node2"}}}}'; kubectl rollout status deployment web`;
    expect(
      judge(pinned, '{ name: web, failure: node, withinSeconds: 30 }', '{ name: web, failure: node, minimumReady: 1 }'),
    ).toEqual([
      expect.stringMatching(/^c0 passed/),
      expect.stringMatching(
        /^c1 failed: when its node was lost, Deployment "web" fell to 0 ready replicas; never below 1 was asked$/,
      ),
      expect.stringMatching(/^last passed/),
    ]);
    expect(judge(WEB.replace(':1.25', ''), '{ name: web, failure: registry }')[0]).toMatch(
      /^c0 failed: 420 s after the registry was down, Deployment "web" has 1 of 2 replicas ready/,
    );
  });
});
