import fs from 'node:fs';
import { expect, it } from 'vitest';
import { causesOf, explain, readAnswer, type Answer, type Request } from '../tools/lab/fuzz/objects/answers.mjs';
import { openSimulated } from '../tools/lab/fuzz/objects/simulated.mjs';

interface Asked extends Request {
  readonly answer: Answer | (Omit<Answer, 'body'> & { readonly causes: readonly string[] });
}

const answers = fs
  .readFileSync(new URL('objects/answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');

/** tools/lab/fuzz/objects: random objects, created, put and patched in dry runs. */
it('answers random writes of every kind as a real API server did', () => {
  const ask = openSimulated();
  const differing = answers.flatMap((line) => {
    const request = JSON.parse(line) as Asked;
    const { answer } = request;
    const mine = readAnswer(JSON.stringify(ask(request)), request);
    const found =
      'causes' in answer
        ? [mine.status, ...mine.warnings, ...causesOf(mine.body)].join('\n') ===
          [answer.status, ...answer.warnings, ...answer.causes].join('\n')
          ? []
          : [`${String(mine.status)} ${causesOf(mine.body).join(', ')}`]
        : explain(answer, mine);
    return found.map((text) => `#${String(request.seed)} ${request.verb} ${request.path}: ${text}`);
  });
  expect(answers.length).toBeGreaterThan(400);
  expect(differing).toEqual([]);
});
