// sample.mjs REQUESTS REAL OURS EVERY: every so many'th request whose answers are alike, with the real one in short, a line of
// JSON each, for conformance/objects: what has been right stays right.
import fs from 'node:fs';
import { causesOf, explain, readAnswer } from './answers.mjs';

const [requests, real, ours, every] = process.argv.slice(2);
const [asked, there, here] = [requests, real, ours].map((file) => fs.readFileSync(file, 'utf8').trim().split('\n'));
const MAX_LENGTH = 2500;
let alike = 0;
asked.forEach((line, index) => {
  const request = JSON.parse(line);
  const theirs = readAnswer(there[index], request);
  if (theirs.status === 0 || explain(theirs, readAnswer(here[index], request)).length > 0) return;
  if (alike++ % Number(every) !== 0) return;
  const { status, warnings, body } = theirs;
  // Of a refusal the causes say it all.
  const answer = status === 422 ? { status, warnings, causes: causesOf(body) } : { status, warnings, body };
  const text = JSON.stringify({ ...request, answer });
  if (text.length < MAX_LENGTH) console.log(text);
});
