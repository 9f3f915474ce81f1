import type { Tool } from '../tool/tool.js';
import { settingOf } from './minikube-config.js';

/** The profile of a call that names none. */
export const DEFAULT_PROFILE = 'minikube';

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

/** A command about a profile, as minikube advises it (mustload.ExampleCmd). */
export const exampleCommand = (command: string, name: string): string =>
  name === DEFAULT_PROFILE ? `minikube ${command}` : `minikube ${command} -p ${name}`;
