import type { SkippedText, StepRecord } from '@seatrial/contracts';
import { expect, it } from 'vitest';
import { findUnreadCommands } from './unread-commands.js';

const step = (command: string, stdout = ''): StepRecord => ({
  step: 1,
  place: { file: 'transcript', line: 1 },
  command,
  exit: 0,
  stdout,
  stderr: '',
  startMs: 0,
  endMs: 0,
  unsupported: [],
});
const output = (line: number, text: string): SkippedText => ({ line, text, reason: 'output' });

it('names commands that were neither typed nor printed, with the checks they may have cost', () => {
  const skipped = [
    output(1, 'kubectl create deployment web --image=nginx'),
    output(4, 'kubectl  apply -f web.yaml'),
    output(5, 'kubectl run b --image=nginx'),
    { ...output(6, 'kubectl delete pod b'), reason: 'comment' as const },
  ];
  const steps = [step('cat todo.txt', 'first:\n  kubectl run b --image=nginx\n'), step('kubectl apply -f web.yaml')];
  expect(findUnreadCommands(skipped, steps, ['ready'])).toEqual([
    {
      what: 'line 1 was not taken for a command that was typed: kubectl create deployment web --image=nginx',
      checks: ['ready'],
    },
  ]);
});
