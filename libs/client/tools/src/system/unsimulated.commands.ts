import { notSimulated } from '../cluster-tools/cluster-tool.js';
import { defineCommand, type CommandDefinition } from '../command.js';
import { toolProgram } from '../tool/tool.js';

/** Commands that a node has, which say that they are not simulated. */
const unsimulated = (name: string, folder: string): CommandDefinition =>
  defineCommand({
    name,
    userlands: ['gnu'],
    paths: [`${folder}/${name}`],
    program: toolProgram((tool) => notSimulated(tool, tool.args.join(' '))),
  });

/** containerd's own client. */
export const ctr = unsimulated('ctr', '/usr/bin');
/** The rules of the node's packet filter. */
export const iptables = unsimulated('iptables', '/usr/sbin');
export const iptablesSave = unsimulated('iptables-save', '/usr/sbin');
