// compare.mjs REQUESTS REAL OURS [--show N] [--grep TEXT]: answers alike by resource, and what differs, the commonest first.
import fs from 'node:fs';
import { explain, readAnswer } from './answers.mjs';

const [requests, real, ours, ...options] = process.argv.slice(2);
const lines = (file) => fs.readFileSync(file, 'utf8').trim().split('\n');
const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
const byResource = new Map();
const byVerb = new Map();
const groups = new Map();
const [there, here] = [real, ours].map(lines);
lines(requests).forEach((line, index) => {
  const request = JSON.parse(line);
  if (JSON.parse(there[index]).status === 0) return;
  const found = explain(readAnswer(there[index], request), readAnswer(here[index], request));
  for (const [table, key] of [
    [byResource, request.path],
    [byVerb, request.verb],
  ]) {
    const row = table.get(key) ?? [0, 0];
    table.set(key, [row[0] + 1, row[1] + (found.length === 0 ? 1 : 0)]);
  }
  for (const text of found) {
    const key = text
      .replace(/\d+/g, '#')
      .replace(/"[^"]{1,80}"/g, '""')
      .slice(0, 90);
    groups.set(key, [
      ...(groups.get(key) ?? []),
      `#${request.seed} ${request.verb} ${request.path} ${request.validation} ${text}`,
    ]);
  }
});
const total = [...byResource.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
for (const [path, [all, alike]] of [...byResource].sort()) if (alike < all) console.log(`${path}: ${alike} of ${all}`);
for (const [verb, [all, alike]] of byVerb)
  console.log(`${verb}: ${alike} of ${all} (${((100 * alike) / all).toFixed(1)} %)`);
console.log(`all: ${total[1]} of ${total[0]} alike (${((100 * total[1]) / total[0]).toFixed(1)} %)`);
const wanted = option('--grep') ?? '';
const ranked = [...groups.values()].filter((texts) => texts.some((text) => text.includes(wanted)));
for (const texts of ranked.sort((a, b) => b.length - a.length).slice(0, Number(option('--show') ?? 0)))
  console.log(`${texts.length} x ${texts[0]}`);
