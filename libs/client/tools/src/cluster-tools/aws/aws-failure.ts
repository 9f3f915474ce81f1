import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { awsAccess, awsRegion } from '../aws-credentials.js';
import type { ToolCall } from '../cluster-tool.js';

export const USAGE_STATUS = 252;
const CONFIGURATION_STATUS = 253;
const SERVICE_STATUS = 254;
const GENERAL_STATUS = 255;

const USAGE =
  'usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\nTo see help text, you can run:\n\n  aws help\n  aws <command> help\n  aws <command> <subcommand> help\n';

/** A wrong call. */
export function* usage(tool: Tool, error: string): Coroutine<number> {
  yield* tool.err(`\n${USAGE}\naws: error: ${error}\n\n`);
  return USAGE_STATUS;
}

/** Complains about what a call lacks, or has too much of. */
export function* missing(call: ToolCall, names: readonly string[]): Coroutine<number | undefined> {
  const absent = names.filter((name) => !call.flags.changed(name));
  if (absent.length > 0)
    return yield* usage(
      call.tool,
      `the following arguments are required: ${absent.map((name) => `--${name}`).join(', ')}`,
    );
  if (call.args.length > 0) return yield* usage(call.tool, `Unknown options: ${call.args.join(', ')}`);
  return undefined;
}

/** What stands between the machine and the provider; undefined on a managed node. */
export function* noAccess(call: ToolCall, service: string): Coroutine<number | undefined> {
  const { tool, flags } = call;
  const region = awsRegion(tool, flags.string('region'));
  if (region === undefined && service !== 'sts') {
    yield* tool.err('\nYou must specify a region. You can also configure your region by running "aws configure".\n');
    return CONFIGURATION_STATUS;
  }
  const access = awsAccess(tool);
  if (access === 'instance-role') return undefined;
  if (access === 'no-credentials') {
    yield* tool.err('\nUnable to locate credentials. You can configure credentials by running "aws configure".\n');
    return CONFIGURATION_STATUS;
  }
  const host = region === undefined ? `${service}.amazonaws.com` : `${service}.${region}.amazonaws.com`;
  yield* tool.err(`\nCould not connect to the endpoint URL: "https://${host}/"\n`);
  return GENERAL_STATUS;
}

/** What the service itself answers to a request that it refuses. */
export function* serviceError(tool: Tool, code: string, operation: string, text: string): Coroutine<number> {
  yield* tool.err(`\nAn error occurred (${code}) when calling the ${operation} operation: ${text}\n`);
  return SERVICE_STATUS;
}
