import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { toJson, toYaml } from './index.js';
import { readManifests } from './manifest-reader.js';

test('documents, their lines, and what is not a document', () => {
  const text = '# only a comment\n---\na: 1\n--- # next\n\n---\nb: 2\n';
  const { documents, error } = readManifests(text, 'f.yaml');
  expect(error).toBeUndefined();
  expect(documents.map(({ value, line }) => [value, line])).toEqual([
    [{ a: 1 }, 3],
    [{ b: 2 }, 7],
  ]);
});

test('documents before the wrong one are read; lines count within the document', () => {
  const { documents, error } = readManifests('a: 1\n---\nb: 1\nc: d: e\n', 'f.yaml');
  expect(documents).toHaveLength(1);
  expect(error).toBe(
    'error parsing f.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context',
  );
  expect(readManifests('a: 1\n---x\n', 'f').error).toBe('error parsing f: invalid Yaml document separator: x');
});

test('JSON values, one after another; YAML where JSON ends', () => {
  expect(readManifests('{"a": 1}{"b": 2}', 'f').documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
  expect(readManifests('{"a": 1}\n---\nb: 2\n', 'f').documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
  expect(readManifests('{"a": 1,}', 'f').documents[0].raw()).toBe('{"a":1}');
  expect(readManifests('{"a": [x}', 'f').error).toBe(
    "error parsing f: json: offset 8: invalid character 'x' looking for beginning of value",
  );
});

interface Recording {
  readonly steps: readonly { readonly run?: string; readonly stdout?: string; readonly exit?: number }[];
}

function* recordings(folder: string): Generator<Recording> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* recordings(file);
    else yield JSON.parse(fs.readFileSync(file, 'utf8')) as Recording;
  }
}

test('recorded -o yaml and -o json output prints as it was read', () => {
  let count = 0;
  for (const { steps } of recordings('conformance/recorded')) {
    for (const { run, stdout, exit } of steps) {
      if (exit !== 0 || !stdout || !run || /[|;\n]|&&|helm|--template|explain/.test(run)) continue;
      const format = /^kubectl get .*(?:-o|--output)[ =]?(yaml|json)\s*$/.exec(run)?.[1];
      if (!format) continue;
      count++;
      if (format === 'json') expect(toJson(JSON.parse(stdout))).toBe(stdout);
      else {
        const printed = readManifests(stdout, run).documents.map(({ value }) => toYaml(value));
        expect(printed.join('---\n'), run).toBe(stdout);
      }
    }
  }
  expect(count).toBeGreaterThan(3);
});
