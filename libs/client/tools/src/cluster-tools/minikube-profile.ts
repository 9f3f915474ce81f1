import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { notSimulated } from './cluster-tool.js';
import { profileNotFound } from './minikube-cluster.js';
import { settingOf } from './minikube-config.js';
import { say } from './minikube-output.js';

/** The profile that is minikube's own: the cluster of the machine. */
export const DEFAULT_PROFILE = 'minikube';
const GUEST_NOT_FOUND_STATUS = 85;
/** Commands that are about no cluster, or that look at the profiles themselves. */
const WITHOUT_CLUSTER = ['completion', 'config', 'help', 'profile', 'update-check', 'version'];

/** The profile that a call is about: `-p`, then MINIKUBE_PROFILE, then the setting. */
export function profileOf(tool: Tool): string {
  const end = tool.args.indexOf('--');
  const words = end < 0 ? tool.args : tool.args.slice(0, end);
  let given: string | undefined;
  for (const [index, word] of words.entries()) {
    if (word === '-p' || word === '--profile') given = words.at(index + 1);
    else given = /^(?:--profile=|-p)(.+)$/.exec(word)?.[1] ?? given;
  }
  return given ?? (tool.process.env.get('MINIKUBE_PROFILE') || settingOf(tool, 'profile') || DEFAULT_PROFILE);
}

/** The command's first word. */
function commandOf(tool: Tool): string | undefined {
  for (let index = 0; index < tool.args.length; index++) {
    const word = tool.args[index];
    if (word === '-p' || word === '--profile') index++;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

/** Calls about a profile that is not the machine's cluster: there is none of its name. Undefined leaves the call to others. */
export function* otherProfile(tool: Tool): Coroutine<number | undefined> {
  const name = profileOf(tool);
  const command = commandOf(tool);
  if (name === DEFAULT_PROFILE || command === undefined || WITHOUT_CLUSTER.includes(command)) return undefined;
  if (command === 'start' || tool.args.includes('--help') || tool.args.includes('-h'))
    return yield* notSimulated(tool, `${command} -p ${name}`);
  if (command === 'delete') {
    if (tool.args.includes('--all')) return undefined;
    yield* say(tool, 'shrug', `"${name}" profile does not exist, trying anyways.`);
    yield* say(tool, 'crushed', `Removed all traces of the "${name}" cluster.`);
    return 0;
  }
  yield* profileNotFound(tool, name);
  return GUEST_NOT_FOUND_STATUS;
}
