import { CLUSTER_NODE } from '@seatrial/cluster';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import { rawExchange } from '../../client/raw-request.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import { textOf } from '../../resource/resource-info.js';

const CLIENT: JsonObject = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.4',
  gitCommit: '$Format:%H$',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};
const KUSTOMIZE = 'v5.7.1';

const minorOf = (version: string): number => Number(/^v\d+\.(\d+)/.exec(version)?.[1] ?? 0);

/** `kubectl version`. */
export const versionCommand = defineVerb({
  name: 'version',
  usage: '[flags]',
  short: 'Print the client and server version information',
  flags: [
    boolFlag('client', 'If true, shows client version only (no server required).'),
    stringFlag('output', "One of 'yaml' or 'json'.", { shorthand: 'o' }),
  ],
  *run(k) {
    if (k.args.length > 0) failWith(`extra arguments: [${k.args.join(' ')}]`);
    const output = k.flags.string('output');
    if (output !== '' && output !== 'yaml' && output !== 'json') failWith("--output must be 'yaml' or 'json'");
    const installed = k.process.machine.facility(CLUSTER_NODE)?.packages?.releaseOf('kubectl');
    const client: JsonObject = installed === undefined ? CLIENT : { ...CLIENT, gitVersion: installed };
    let server: JsonObject | undefined;
    const reached = k.flags.bool('client') ? undefined : yield* attempt(k.api(0));
    if (reached && 'value' in reached) {
      const parsed = JSON.parse((yield* rawExchange(k, 'GET', '/version?timeout=32s')).body) as unknown;
      server = isJsonObject(parsed) && parsed.kind !== 'Status' ? parsed : undefined;
    }
    const all = { clientVersion: client, kustomizeVersion: KUSTOMIZE, ...(server && { serverVersion: server }) };
    // json.MarshalIndent with two spaces, members in the order of version.Info.
    if (output === 'json') yield* k.out(`${JSON.stringify(all, null, 2)}\n`);
    else if (output === 'yaml') yield* k.out(`${toYaml(all)}\n`);
    else {
      yield* k.out(`Client Version: ${textOf(client.gitVersion)}\nKustomize Version: ${KUSTOMIZE}\n`);
      if (server) yield* k.out(`Server Version: ${textOf(server.gitVersion)}\n`);
    }
    if (reached && 'failure' in reached) throw reached.failure;
    const [ours, theirs] = [minorOf(textOf(client.gitVersion)), minorOf(textOf(server?.gitVersion))];
    if (server && Math.abs(ours - theirs) > 1)
      yield* k.err(
        `Warning: version difference between client (1.${ours}) and server (1.${theirs}) exceeds the supported minor version skew of +/-1\n`,
      );
    return 0;
  },
});
