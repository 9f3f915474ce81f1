import { expect, it } from 'vitest';
import { readTranscript } from './index.js';
import SHAPES from './session-shapes.json' with { type: 'json' };

interface Shape {
  readonly name: string;
  readonly text: string;
  readonly commands: readonly string[];
  /** What was typed into a command, by its place. */
  readonly typed?: Readonly<Record<string, readonly string[]>>;
}

function read(text: string) {
  const result = readTranscript(text);
  if (!result.ok) throw new Error(result.error.message.en);
  return result.value.commands;
}

/** Sessions as they are pasted from terminals, shells and programs of all makes: the commands found are those that were typed, no more and no less. */
it.each(SHAPES as readonly Shape[])('reads $name', ({ text, commands, typed = {} }) => {
  const found = read(text);
  expect(found.map((command) => command.text)).toEqual(commands);
  for (const [place, lines] of Object.entries(typed)) expect(found[Number(place)]?.input).toEqual(lines);
});

const WIDE = [
  'kubectl create deployment frontend --image=registry.example.org/team/frontend:1.2.3 --replicas=3 --port=80',
  'kubectl get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,PHASE:.status.phase',
  `kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.status.podIP}{"\\n"}{end}' | sort | head -3`,
  'kubectl run curl --image=curlimages/curl --restart=Never --rm -it -- curl -s http://frontend.default.svc.cluster.local',
];

it.each([62, 70, 80, 90, 100])('joins the rows of a terminal of %i columns', (width) => {
  const rows = (line: string): string => line.replace(new RegExp(`.{${String(width)}}(?=.)`, 'g'), '$&\n');
  const session = WIDE.map((command) => `${rows(`ana@lab:~$ ${command}`)}\ndeployment.apps/frontend created\n`);
  expect(read(session.join('')).map((command) => command.text)).toEqual(WIDE);
});
