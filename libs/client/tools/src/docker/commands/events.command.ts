import { compareStrings, waitFor } from '@seatrial/kernel';
import { defineDockerCommand, notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import type { EngineEvent } from '../engine/engine-events.js';
import { apiTime } from '../engine/human-units.js';
import { dockerTemplate } from './docker-format.js';
import { timeOf } from './logs.command.js';

function eventText({ time, type, action, actor, attributes }: EngineEvent): string {
  const names = Object.keys(attributes).sort(compareStrings);
  const shown = names.map((name) => `${name}=${attributes[name]}`).join(', ');
  return `${apiTime(time)} ${type} ${action} ${actor}${names.length > 0 ? ` (${shown})` : ''}\n`;
}

/** An event as the engine's API has it. */
const eventObject = ({ time, type, action, actor, attributes }: EngineEvent): object => ({
  ...(type === 'container' && { status: action, id: actor, from: attributes.image }),
  Type: type,
  Action: action,
  Actor: { ID: actor, Attributes: attributes },
  scope: 'local',
  time: Math.floor(time / 1000),
  timeNano: time * 1_000_000,
});

function formatter(call: DockerCall): (event: EngineEvent) => string {
  const format = call.flags.value('format') ?? '';
  if (format === '') return eventText;
  const render = format === 'json' ? undefined : dockerTemplate(format, 'error');
  return (event) => {
    const object = eventObject(event);
    if (!render) return `${JSON.stringify(object)}\n`;
    const { type, action, actor, attributes, time } = event;
    const rendered = render({
      ...object,
      Time: Math.floor(time / 1000),
      Status: action,
      ID: actor,
      From: attributes.image ?? '',
      Type: type,
    });
    if (!rendered.ok) throw new DockerFailure(rendered.error, 64);
    return `${rendered.value}\n`;
  };
}

const MATCHES: Readonly<Record<string, (event: EngineEvent, value: string) => boolean>> = {
  container: ({ type, actor, attributes }, value) =>
    type === 'container' && (attributes.name === value || actor.startsWith(value)),
  event: ({ action }, value) => action === value || action.startsWith(`${value}:`),
  image: ({ type, actor, attributes }, value) =>
    (type === 'container' ? attributes.image : type === 'image' ? actor : undefined)?.replace(/:latest$/, '') ===
    value.replace(/:latest$/, ''),
  label: ({ attributes }, value) => {
    const [name, wanted] = value.split('=');
    return Object.hasOwn(attributes, name) && (wanted === undefined || attributes[name] === wanted);
  },
  network: ({ type, actor, attributes }, value) =>
    type === 'network' && (attributes.name === value || actor.startsWith(value)),
  type: ({ type }, value) => type === value,
  volume: ({ type, actor }, value) => type === 'volume' && actor === value,
};

/** What the filters ask for: one of each name's values. */
function filterOf(call: DockerCall): (event: EngineEvent) => boolean {
  const byName = new Map<string, string[]>();
  for (const filter of call.flags.list('filter')) {
    const equals = filter.indexOf('=');
    const name = equals < 0 ? filter : filter.slice(0, equals);
    if (!Object.hasOwn(MATCHES, name)) notSimulated(call.process, `docker events --filter ${filter}`);
    byName.set(name, [...(byName.get(name) ?? []), filter.slice(equals + 1)]);
  }
  return (event) => [...byName].every(([name, values]) => values.some((value) => MATCHES[name](event, value)));
}

export const eventsCommand = defineDockerCommand({
  name: 'events',
  usage: '[OPTIONS]',
  short: 'Get real time events from the server',
  flags: '-f --filter=?, --format=, --since=, --until=',
  maximum: 0,
  *run(call) {
    const { events, simulation } = call.engine;
    const since = call.flags.has('since') ? timeOf(call.flags, 'since', call.now) : undefined;
    const until = timeOf(call.flags, 'until', call.now);
    const [show, wanted] = [formatter(call), filterOf(call)];
    let seen = since === undefined ? events.forgotten + events.list.length : 0;
    for (;;) {
      for (; seen < events.forgotten + events.list.length; seen++) {
        const event = events.list.at(Math.max(0, seen - events.forgotten));
        if (!event || event.time < (since ?? 0) || event.time > until) continue;
        if (wanted(event) && !(yield* call.process.stdout.write(show(event)))) return 0;
      }
      const left = Number.isFinite(until) ? until - simulation.now() : undefined;
      if (left !== undefined && left <= 0) return 0;
      if ((yield* waitFor([events.changed], left)) < 0) return 0;
    }
  },
});
