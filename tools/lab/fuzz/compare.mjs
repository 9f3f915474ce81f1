// compare.mjs REAL OURS [--show N] [--verb VERB] [--grep TEXT]: holds the answers of ours.mjs against those of real.mjs, verb by verb, and
// shows those that differ.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { canonical, given, sameStep } from '../../../conformance/compare.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'string', default: '0' }, verb: { type: 'string' }, grep: { type: 'string' } },
});
const [real, ours] = positionals;
const read = (folder, file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
/** The verb with its subcommand where it has one. */
const verbOf = (run) =>
  /kubectl\s+((?:create|set|rollout|auth|config|apply)\s+[a-z-]+|[a-z-]+)/.exec(run)?.[1].replace(/ -.*/, '') ?? '?';

/** The two clusters have certificates, versions and addresses in memory of their own. */
const own = (text) =>
  text
    .replace(/X509SHA256=\w+/g, 'X509SHA256=')
    .replace(/-----BEGIN CERT[^]*?-----END/g, '-----END')
    .replace(/Resource Version: +\d+/g, 'Resource Version:')
    .replace(/0x[0-9a-f]{6,}/g, '0x');
const withoutOwn = ({ stdout, stderr, ...rest }) => ({ ...rest, stdout: own(stdout), stderr: own(stderr) });

/** Lines of one that the other does not have. */
function difference(theirs, own, text) {
  const [left, right] = [theirs, own].map((one) =>
    canonical(one, text)
      .replace(/[ \t]+/g, ' ')
      .split('\n'),
  );
  return [
    ...left.filter((line) => !right.includes(line)).map((line) => `  real  ${line}`),
    ...right.filter((line) => !left.includes(line)).map((line) => `  ours  ${line}`),
  ];
}

const sums = new Map();
let shown = 0;
for (const file of fs
  .readdirSync(ours, { recursive: true })
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  if (!fs.existsSync(path.join(real, file))) continue;
  const [theirs, simulated] = [read(real, file), read(ours, file)];
  const text = given(theirs);
  for (const [index, step] of theirs.steps.map(withoutOwn).entries()) {
    const answer = withoutOwn(simulated.steps[index]);
    const compare = /kubectl explain/.test(step.run) ? 'outline' : 'exact';
    const { ok, why } = sameStep({ ...step, compare }, answer, text);
    for (const key of [verbOf(step.run), 'all']) {
      const sum = sums.get(key) ?? { all: 0, alike: 0 };
      sums.set(key, { all: sum.all + 1, alike: sum.alike + (ok ? 1 : 0) });
    }
    if (ok || shown >= Number(values.show)) continue;
    if (values.verb && !verbOf(step.run).startsWith(values.verb)) continue;
    const lines = [...difference(step.stdout, answer.stdout, text), ...difference(step.stderr, answer.stderr, text)];
    if (values.grep && !lines.join('\n').includes(values.grep) && !step.run.includes(values.grep)) continue;
    shown++;
    console.log(
      `### ${file} ${index} [${why}] ${step.exit} ${answer.exit}${answer.unsupported ? ` unsupported: ${answer.unsupported}` : ''}\n$ ${step.run}`,
    );
    console.log(
      (lines.length > 0 ? lines : ['  (order or spaces)'])
        .slice(0, 14)
        .map((line) => line.slice(0, 400))
        .join('\n'),
    );
  }
}
for (const [verb, { all, alike }] of [...sums].sort(([, a], [, b]) => b.all - a.all))
  console.log(verb.padEnd(28), String(all).padStart(6), `${((100 * alike) / all).toFixed(1)} %`.padStart(8));
