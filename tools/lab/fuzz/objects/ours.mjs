// ours.mjs < REQUESTS > ANSWERS: the same of the simulated cluster.
import readline from 'node:readline';
import { openSimulated } from './simulated.mjs';

const ask = openSimulated();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify({ seed: request.seed, ...ask(request) }));
}
