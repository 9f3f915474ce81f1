import { fractionText, type Verdict } from '@seatrial/contracts';
import { fail, ok } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { grade, loadExercise, type CommandResult, type LoadedExercise, type ReplayWorld } from './index.js';

const EXERCISE = `
id: spec
title: { en: A, es: A }
text: { en: A, es: A }
limits: { commands: 3 }
checks:
  - { id: second, type: command, title: { en: S, es: S }, points: 1/3, needs: [first], with: { matches: ls } }
  - { id: first, type: command, title: { en: F, es: F }, points: 2/3, with: { matches: pwd } }
`;

function load(yaml: string): LoadedExercise {
  const loaded = loadExercise(new Map([['exercise.yaml', yaml]]));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

/** A world without a cluster: each command answers what the table says. */
function world(answers: Readonly<Record<string, Partial<CommandResult>>>): ReplayWorld {
  return {
    startTime: 0,
    now: () => 0,
    wait: () => undefined,
    settle: () => undefined,
    writeFile: () => undefined,
    takeBrought: () => [],
    list: () => [],
    history: () => [],
    fetch: () => fail({ failure: 'refused', detail: '', hops: [] }),
    log: () => ok(''),
    runCommand: (script) => ({ stdout: '', stderr: '', exit: 0, unsupported: [], ...answers[script] }),
  };
}

const run = (submission: Parameters<typeof grade>[0], answers = {}): Verdict =>
  grade(submission, load(EXERCISE), { seed: 's', openReplay: () => world(answers) });

it('adds exact points, and skips what needs a check that did not pass', () => {
  const full = run({ manifests: [], transcript: 'pwd\nls' });
  expect([full.outcome, fractionText(full.score)]).toEqual(['graded', '1']);
  const half = run({ manifests: [], transcript: 'ls' });
  expect(half.checks.map(({ id, status }) => [id, status])).toEqual([
    ['first', 'failed'],
    ['second', 'skipped'],
  ]);
});

it('asks for review where something is not simulated, with the checks it may have cost', () => {
  const verdict = run({ manifests: [], transcript: 'pwd\nls' }, { ls: { exit: 1, unsupported: ['ls --dired'] } });
  expect(verdict.outcome).toBe('needs_review');
  expect(verdict.unsupported).toEqual([{ what: 'ls --dired', step: 2, checks: ['second'] }]);
  expect(fractionText(verdict.score)).toBe('2/3');
});

it('names the manifest and line of an unknown kind', () => {
  const content = 'apiVersion: v1\nkind: Podd\n';
  const stderr =
    'error: resource mapping not found for name: "a" namespace: "" from "a.yaml": no matches for kind "Podd" in version "v1"\n';
  const verdict = run({ manifests: [{ path: 'a.yaml', content }] }, { 'kubectl apply -f a.yaml': { exit: 1, stderr } });
  expect(verdict.outcome).toBe('submission_error');
  expect(verdict.problem).toMatchObject({ code: 'unknown_kind', place: { file: 'a.yaml', line: 2 } });
});

it('names the release that changed what a command relied on', () => {
  const typed = 'kubectl run web --image=nginx --replicas=3';
  const verdict = run(
    { manifests: [], transcript: typed },
    { [typed]: { exit: 1, stderr: 'error: unknown flag: --replicas\n' } },
  );
  expect(verdict.steps[0]?.releases?.[0]?.en).toMatch(/^since Kubernetes v1\.18 “kubectl run” makes a single Pod/);
  expect(verdict.checks[0]).toMatchObject({
    status: 'failed',
    reason: { en: expect.stringMatching(/\(command 1: since Kubernetes v1\.18 /) as string },
  });
  const content = 'apiVersion: extensions/v1beta1\nkind: Deployment\n';
  const stderr =
    'error: resource mapping not found for name: "a" namespace: "" from "a.yaml": no matches for kind "Deployment" in version "extensions/v1beta1"\n';
  const old = run({ manifests: [{ path: 'a.yaml', content }] }, { 'kubectl apply -f a.yaml': { exit: 1, stderr } });
  expect(old.problem?.message.en).toMatch(/since Kubernetes v1\.16 Deployment is not served as extensions\/v1beta1/);
});

it('refuses more commands than the exercise allows, and gives a digest that depends on what was handed in', () => {
  const many = run({ manifests: [], transcript: 'ls\nls\nls\nls' });
  expect(many.problem).toMatchObject({ code: 'over_budget', place: { line: 4 } });
  expect(run({ manifests: [], transcript: 'ls' }).digest).not.toBe(run({ manifests: [], transcript: 'pwd' }).digest);
  expect(run({ manifests: [], transcript: 'ls' }).digest).toBe(run({ manifests: [], transcript: 'ls' }).digest);
});

it('says where an exercise is wrong', () => {
  const loaded = loadExercise(new Map([['exercise.yaml', EXERCISE.replace('type: command', 'type: comand')]]));
  expect(!loaded.ok && loaded.error[0]).toMatchObject({
    line: 7,
    message: expect.stringContaining('no check type "comand"') as string,
  });
});
