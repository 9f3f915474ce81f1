import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProfile, type ClusterAddon } from '@seatrial/cluster';
import { SessionBindings, grade, loadExercise, openSimulatedReplay } from '@seatrial/engine';
import { BudgetExceededError } from '@seatrial/kernel';
import { pendingAfter, readTranscript } from '@seatrial/transcript';
import { openWorkstation, type Workstation } from '@seatrial/workstation';
import { expect, it } from 'vitest';

interface Step {
  readonly run?: string;
  readonly wait?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

interface Recording {
  readonly scenario: string;
  readonly area: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly cluster?: { readonly addons?: readonly ClusterAddon[] };
  readonly steps: readonly Step[];
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const EVERY = Number(process.env['PASTED_EVERY'] ?? '10');
const PROMPT = '[node1 ~]$ ';

const foldersIn = (folder: string): string[] => fs.readdirSync(path.join(HERE, folder)).sort();

const names = ['recorded', 'lab']
  .filter((set) => fs.existsSync(path.join(HERE, set)))
  .flatMap((set) => foldersIn(set).map((area) => path.join(set, area)))
  .flatMap((area) => foldersIn(area).map((file) => path.join(area, file)))
  .filter((_, index) => index % EVERY === 4 % EVERY);

const typedOf = ({ run, wait }: Step): string => (run ?? `sleep ${wait ?? '0'}`).trim();

/** A step as a terminal shows it: a prompt before each command, `> ` before lines that go on, then the output. */
function paste(step: Step): string {
  let shown = '';
  let open = '';
  for (const line of typedOf(step).split('\n')) {
    shown += `${open === '' ? PROMPT : '> '}${line}\n`;
    open = open === '' ? line : `${open}\n${line}`;
    if (pendingAfter(open) === 'nothing') open = '';
  }
  const output = `${step.stdout ?? ''}${step.stderr ?? ''}`;
  return `${shown}${output === '' || output.endsWith('\n') ? output : `${output}\n`}`;
}

function open(recording: Recording): Workstation {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('the recordings’ cluster profile');
  return openWorkstation({
    profile: { ...profile, addons: recording.cluster?.addons ?? [] },
    seed: `${recording.area}/${recording.scenario}`,
    files: recording.files ?? {},
  });
}

/** Kinds and names of all objects of a student, generated endings aside, each with how many there are. */
function stateOf({ cluster }: Workstation): string[] {
  const counts = new Map<string, number>();
  const left = new Set(['events', 'leases', 'componentstatuses', 'csinodes', 'ipaddresses', 'servicecidrs']);
  for (const resource of cluster.apiServer.resources()) {
    if (!resource.preferred || !resource.verbs.includes('list') || left.has(resource.resource)) continue;
    for (const { kind, metadata } of cluster.apiServer.store.list(resource)) {
      if (metadata.namespace?.startsWith('kube-') === true) continue;
      const owner = metadata.ownerReferences?.[0];
      const generated = metadata.generateName ?? (owner && `of ${owner.kind}`);
      const name = (generated ?? metadata.name).replace(/-[a-z0-9]{6,10}-$/, '-');
      const key = `${kind} ${metadata.namespace ?? ''}/${name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].map(([key, count]) => `${key} × ${String(count)}`).sort();
}

/** Runs what it can of a session; a spent budget ends it. */
function within(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
  }
}

it.each(names)('%s pasted with its output comes to the same', (name) => {
  const recording = JSON.parse(fs.readFileSync(path.join(HERE, name), 'utf8')) as Recording;
  const plain = open(recording);
  within(() => {
    for (const step of recording.steps) {
      plain.run(typedOf(step));
      plain.settle();
    }
  });
  const read = readTranscript(recording.steps.map(paste).join(''));
  if (!read.ok) throw new Error(read.error.message.en);
  const typed = recording.steps.map(typedOf).join('\n');
  const commands = read.value.commands.map(({ text }) => text);
  const unread = typed
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*#/.test(line) && !commands.join('\n').includes(line.trim()));
  expect(unread).toEqual([]);
  const pasted = open(recording);
  const bound = new SessionBindings({
    list: (kind) => {
      const resource = pasted.cluster.apiServer.resources().find((one) => one.kind === kind && one.preferred);
      return resource && pasted.cluster.apiServer.store.list(resource);
    },
  });
  within(() => {
    for (const [index, { text, line, output }] of read.value.commands.entries()) {
      const place = { file: 'transcript', line };
      const script = bound.rewrite({ text, step: index + 1, place, ...(output !== undefined && { output }) });
      const { stdout, stderr } = pasted.run(script);
      pasted.settle();
      bound.learn(output, `${stdout}\n${stderr}`);
    }
  });
  expect(bound.bindings.filter(({ how }) => how === 'ambiguous')).toEqual([]);
  expect(stateOf(pasted)).toEqual(stateOf(plain));
});

const EXERCISE = `
id: pasted
title: { en: A, es: A }
text: { en: A, es: A }
checks:
  - { id: any, type: command, title: { en: C, es: C }, points: 1, with: { matches: '.' } }
`;
/** Help pages and `explain` are worded otherwise (docs/fidelity.md); identifiers stand in dumps. */
const WORDED_OTHERWISE = /explain|help|options|\s-h\b|jsonpath=/;
/** Steps of several commands, which a pasted session settles between: policies and names are known by the next. */
const SETTLED_BETWEEN = [
  'auth-reconcile',
  'multi-port-needs-names',
  'vap-invalid-policies',
  'vap-params-replica-limit',
  'voting-app',
];
const given = names.filter(
  (name) => name.startsWith('recorded') && !SETTLED_BETWEEN.includes(path.basename(name, '.json')),
);

it.each(given)('%s pasted is graded without doubt, and claims nothing false', (name) => {
  const recording = JSON.parse(fs.readFileSync(path.join(HERE, name), 'utf8')) as Recording;
  if ((recording.cluster?.addons ?? []).length > 0) return;
  const loaded = loadExercise(new Map([['exercise.yaml', EXERCISE]]));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const manifests = Object.entries(recording.files ?? {}).map(([file, content]) => ({ path: file, content }));
  const transcript = recording.steps.map(paste).join('');
  const verdict = grade({ manifests, transcript }, loaded.value, { seed: name, openReplay: openSimulatedReplay });
  expect((verdict.bindings ?? []).filter(({ how }) => how === 'ambiguous')).toEqual([]);
  expect(verdict.unsupported).toEqual([]);
  const differing = verdict.steps.filter(
    ({ command, claimDiffers = [] }) => claimDiffers.length > 0 && !WORDED_OTHERWISE.test(command),
  );
  // What two real clusters would not agree on either: a race, a measurement.
  expect(differing.map(({ command, claimDiffers }) => [command, claimDiffers]).slice(1)).toEqual([]);
});
