import type { Tool } from '../tool/tool.js';
import { nodeOf } from './cluster-tool.js';

/** What a request to the provider would end with. */
export type AwsAccess = 'instance-role' | 'no-credentials' | 'unreachable';

const fileOf = (tool: Tool, name: string): string => `${tool.process.env.get('HOME') ?? ''}/.aws/${name}`;

/** The account of the simulated provider: the documentation's own example. */
export const ACCOUNT = '123456789012';

/** Managed nodes have a role; other machines reach no provider, with or without credentials. */
export function awsAccess(tool: Tool): AwsAccess {
  if (nodeOf(tool)?.profile.name === 'eks') return 'instance-role';
  const given = (tool.process.env.get('AWS_ACCESS_KEY_ID') ?? '') !== '';
  const file = tool.machine.files.readFile(fileOf(tool, 'credentials'));
  return given || (file.ok && file.value.includes('aws_access_key_id')) ? 'unreachable' : 'no-credentials';
}

/** Who asks the provider: the user of the chosen credentials, else the node's role. */
export function callerArn(tool: Tool, profileFlag: string): string {
  const { env } = tool.process;
  const user = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;
  const profile = profileFlag || env.get('AWS_PROFILE') || '';
  if (profile === '' && env.get('AWS_ACCESS_KEY_ID')) return user('student');
  const file = tool.machine.files.readFile(fileOf(tool, 'credentials'));
  const section = profile === '' ? 'default' : profile;
  if (file.ok && file.value.split('\n').some((line) => line.trim() === `[${section}]`))
    return user(section === 'default' ? 'student' : section);
  return `arn:aws:sts::${ACCOUNT}:assumed-role/workers/i-0a1b2c3d4e5f60718`;
}

/** The region by flag, environment or file. */
export function awsRegion(tool: Tool, flag: string): string | undefined {
  const { env } = tool.process;
  const chosen = flag || env.get('AWS_REGION') || env.get('AWS_DEFAULT_REGION');
  if (chosen) return chosen;
  const file = tool.machine.files.readFile(fileOf(tool, 'config'));
  const configured = file.ok ? /^region\s*=\s*(\S+)$/m.exec(file.value)?.[1] : undefined;
  return configured ?? (nodeOf(tool)?.profile.name === 'eks' ? 'us-east-2' : undefined);
}
