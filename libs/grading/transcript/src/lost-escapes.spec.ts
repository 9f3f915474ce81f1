import { expect, it } from 'vitest';
import { readTranscript } from './index.js';

const TITLE = '\u001b]0;ana@pc: ~\u0007';
const PROMPT = `\u001b[?2004h${TITLE}\u001b[01;32mana@pc\u001b[00m:\u001b[01;34m~\u001b[00m$ `;
const CAPTURE = [
  `${PROMPT}kubectl get podz\b\u001b[Ks`,
  '\u001b[?2004lNAME   READY',
  'web    1/1',
  `${PROMPT}kubectl get pods | grep web`,
  '\u001b[?2004l\u001b[01;31m\u001b[Kweb\u001b[m\u001b[K    1/1',
  `${PROMPT}exit`,
].join('\n');

const commandsOf = (text: string): readonly (readonly [string, string | undefined])[] => {
  const read = readTranscript(text);
  if (!read.ok) throw new Error(read.error.message.en);
  return read.value.commands.map(({ text: command, output }) => [command, output]);
};

const READ = [
  ['kubectl get pods', 'NAME   READY\nweb    1/1\n'],
  ['kubectl get pods | grep web', 'web    1/1\n'],
  ['exit', undefined],
];

it.each([
  ['as it was captured', CAPTURE],
  [
    'with its control characters written out',
    CAPTURE.replaceAll('\u001b', '^[').replaceAll('\u0007', '^G').replaceAll('\b', '^H'),
  ],
  ['with signs in their place', CAPTURE.replaceAll('\u001b', '␛')],
  ['without its control characters', CAPTURE.replace(/[\u0000-\u0009\u000b-\u001f]/g, '')],
])('reads a capture %s', (_, text) => {
  expect(commandsOf(text)).toEqual(READ);
});

it('leaves patterns of a script as they are', () => {
  const script = ["grep -v '^[[:space:]]' a", "grep '^[[:alpha:]]' b", "sed 's/^[[0-9]/x/' c", "echo 'a[0m' '[K'"];
  expect(commandsOf(script.join('\n')).map(([command]) => command)).toEqual(script);
});

it('leaves what Go prints of maps and quantities as it is', () => {
  const output = '* min[memory]: Invalid value: map[metadata:map[cpu:100m] limits:[500m 10m]]: [m]\n';
  const [[, shown] = []] = commandsOf(`$ kubectl apply -f a.yaml\n${output.repeat(4)}$ ls\n`);
  expect(shown).toBe(output.repeat(4));
});
