import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { nodeOf, notSimulated } from '../cluster-tools/cluster-tool.js';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

/** An interface of a node. */
interface Interface {
  readonly index: number;
  readonly name: string;
  readonly flags: string;
  readonly mtu: number;
  readonly queue: string;
  readonly state: string;
  readonly kind: 'loopback' | 'ether';
  readonly hardware: string;
  readonly broadcast: string;
  /** `inet` lines: address, scope, rest. */
  readonly addresses: readonly string[];
}

/** A locally administered hardware address that follows from an IPv4 one, as Docker's bridge gives them. */
const hardwareOf = (address: string): string =>
  ['02', '42', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');

const gatewayOf = (podCidr: string): string => podCidr.replace(/\d+\/\d+$/, '1');

/** The interfaces of a node: its own, and those of Flannel where it is the CNI from the start. */
function interfacesOf({ node, profile }: ClusterNode): Interface[] {
  const ether = { kind: 'ether', broadcast: 'ff:ff:ff:ff:ff:ff', queue: 'noqueue' } as const;
  const found: Interface[] = [
    {
      index: 1,
      name: 'lo',
      flags: 'LOOPBACK,UP,LOWER_UP',
      mtu: 65_536,
      queue: 'noqueue',
      state: 'UNKNOWN',
      kind: 'loopback',
      hardware: '00:00:00:00:00:00',
      broadcast: '00:00:00:00:00:00',
      addresses: ['127.0.0.1/8 scope host lo'],
    },
    {
      ...ether,
      index: 2,
      name: 'eth0',
      flags: 'BROADCAST,MULTICAST,UP,LOWER_UP',
      mtu: 1500,
      state: 'UP',
      hardware: hardwareOf(node.address),
      addresses: [`${node.address}/16 brd ${node.address.replace(/\d+\.\d+$/, '255.255')} scope global eth0`],
    },
  ];
  if (!profile.addons.includes('flannel') || profile.cni === 'none' || node.podCidr === undefined) return found;
  const gateway = gatewayOf(node.podCidr);
  const zero = gateway.replace(/\d+$/, '0');
  const flags = 'BROADCAST,MULTICAST,UP,LOWER_UP';
  return [
    ...found,
    { ...ether, index: 3, name: 'flannel.1', flags, mtu: 1450, state: 'UNKNOWN', hardware: hardwareOf(zero), addresses: [`${zero}/32 scope global flannel.1`] }, // prettier-ignore
    { ...ether, index: 4, name: 'cni0', flags, mtu: 1450, state: 'UP', hardware: hardwareOf(gateway), addresses: [`${gateway}/24 brd ${gateway.replace(/\d+$/, '255')} scope global cni0`] }, // prettier-ignore
  ];
}

const linkText = ({ index, name, flags, mtu, queue, state, kind, hardware, broadcast }: Interface): string =>
  `${index}: ${name}: <${flags}> mtu ${mtu} qdisc ${queue} state ${state} group default qlen 1000\n    link/${kind} ${hardware} brd ${broadcast}\n`;

const addressText = (each: Interface): string =>
  linkText(each) +
  each.addresses.map((address) => `    inet ${address}\n       valid_lft forever preferred_lft forever\n`).join('');

function briefText({ name, state, addresses, hardware, flags }: Interface, links: boolean): string {
  const rest = links ? `${hardware} <${flags}> ` : `${addresses.map((each) => each.split(' ')[0]).join(' ')} `;
  return `${name.padEnd(16)} ${state.padEnd(14)} ${rest}\n`;
}

/** The routes of a node: its network, and those that the CNI has for the other nodes' pods. */
function routesOf(cluster: ClusterNode): string[] {
  const { node, profile } = cluster;
  const network = node.address.replace(/\d+\.\d+$/, '0.0');
  const [flannel] = interfacesOf(cluster).filter(({ name }) => name === 'flannel.1');
  const pods = profile.nodes
    .flatMap(({ name, podCidr }) => (podCidr === undefined ? [] : [{ name, podCidr }]))
    .sort((a, b) => (a.podCidr < b.podCidr ? -1 : 1))
    .map(({ name, podCidr }) =>
      name === node.name
        ? `${podCidr} dev cni0 proto kernel scope link src ${gatewayOf(podCidr)} `
        : `${podCidr} via ${podCidr.replace(/\/\d+$/, '')} dev flannel.1 onlink `,
    );
  return [
    `default via ${network.replace(/0$/, '1')} dev eth0 `,
    ...(flannel ? pods : []),
    `${network}/16 dev eth0 proto kernel scope link src ${node.address} `,
  ];
}

const OBJECTS = ['address', 'link', 'route', 'neighbour', 'rule', 'netns'];

function* show(
  tool: Tool,
  cluster: ClusterNode,
  links: boolean,
  words: readonly string[],
  brief: boolean,
): Coroutine<number> {
  const rest = words.filter((word) => !['show', 'list', 'ls', 'sh', 's', 'dev'].includes(word));
  if (rest.length > 1 || ['add', 'del', 'set', 'type'].some((word) => words.includes(word)))
    return yield* notSimulated(tool, `${links ? 'link' : 'address'} ${words.join(' ')}`);
  const all = interfacesOf(cluster);
  const [name] = rest;
  const chosen = name === undefined ? all : all.filter((each) => each.name === name);
  if (chosen.length === 0) {
    yield* tool.err(`Device "${name}" does not exist.\n`);
    return 1;
  }
  const text = (each: Interface): string =>
    brief
      ? briefText(each, links)
      : links
        ? linkText(each).replace(' group default', ' mode DEFAULT group default')
        : addressText(each);
  yield* tool.out(chosen.map(text).join(''));
  return 0;
}

/** ip of iproute2: what a node's interfaces and routes are. Pods' ends of the CNI's pairs are left out. */
export const ip = defineCommand({
  name: 'ip',
  userlands: ['gnu'],
  paths: ['/usr/sbin/ip'],
  program: toolProgram(function* (tool) {
    const flags = tool.args.filter((word) => word.startsWith('-'));
    const [object = '', ...words] = tool.args.filter((word) => !word.startsWith('-'));
    const cluster = nodeOf(tool);
    const named = OBJECTS.find((each) => object !== '' && each.startsWith(object));
    const known = flags.every((flag) => ['-4', '-br', '-brief', '-c', '-color', '-d', '-s'].includes(flag));
    if (named === undefined) {
      yield* tool.err(`Object "${object}" is unknown, try "ip help".\n`);
      return 1;
    }
    if (!cluster || !known) return yield* notSimulated(tool, tool.args.join(' '));
    const brief = flags.some((flag) => flag.startsWith('-br'));
    if (named === 'address' || named === 'link') return yield* show(tool, cluster, named === 'link', words, brief);
    const rest = words.filter((word) => !['show', 'list'].includes(word));
    if (named !== 'route' || (rest.length > 0 && rest[0] !== 'default'))
      return yield* notSimulated(tool, tool.args.join(' '));
    const routes = routesOf(cluster).filter((route) => rest.length === 0 || route.startsWith('default'));
    yield* tool.out(routes.map((route) => `${route}\n`).join(''));
    return 0;
  }),
});
