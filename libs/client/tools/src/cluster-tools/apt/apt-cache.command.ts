import type { NodePackages } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../../command.js';
import { toolProgram, type Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated } from '../cluster-tool.js';
import { KNOWN_MINOR, kubernetesSource, offeredVersions, type KubernetesSource } from './kubernetes-source.js';

const ERROR_STATUS = 100;
const PRIORITY = '500';

/** `madison`: the versions that the lists offer, a line each. */
function* madison(tool: Tool, source: KubernetesSource, names: readonly string[]): Coroutine<number> {
  for (const name of names)
    for (const version of offeredVersions(source, name))
      yield* tool.out(`${name.padStart(10)} | ${version.padStart(10)} | ${source.address}  Packages\n`);
  return 0;
}

/** `policy`: what is installed, what would be, and where each version comes from. */
function* policy(
  tool: Tool,
  packages: NodePackages,
  source: KubernetesSource,
  names: readonly string[],
): Coroutine<number> {
  for (const name of names) {
    const installed = packages.versionOf(name);
    const offered = offeredVersions(source, name);
    yield* tool.out(`${name}:\n  Installed: ${installed ?? '(none)'}\n  Candidate: ${offered[0]}\n  Version table:\n`);
    for (const version of offered) {
      const mark = version === installed ? ' *** ' : '     ';
      const status = version === installed ? '        100 /var/lib/dpkg/status\n' : '';
      yield* tool.out(`${mark}${version} ${PRIORITY}\n        ${PRIORITY} ${source.address}  Packages\n${status}`);
    }
  }
  return 0;
}

/** `apt-cache madison` and `policy` on Kubernetes' packages (apt 2.6, cmdline/apt-cache.cc). */
export const aptCache = defineCommand({
  name: 'apt-cache',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-q --quiet, -a --all-versions, -f --full, -n --names-only');
    const [verb = '', ...names] = operands;
    const packages = nodeOf(tool)?.packages;
    const source = kubernetesSource(tool);
    const ours = names.length > 0 && names.every((name) => packages?.versionOf(name) !== undefined);
    const isKnown = packages && ours && source?.minor === KNOWN_MINOR;
    if (verb === 'madison' && isKnown) return yield* madison(tool, source, names);
    if (verb === 'policy' && isKnown) return yield* policy(tool, packages, source, names);
    if (/^(?:depends|dump|madison|pkgnames|policy|rdepends|search|show|showpkg|showsrc|stats|unmet)?$/.test(verb))
      return yield* notSimulated(tool, verb);
    yield* tool.err(`E: Invalid operation ${verb}\n`);
    return ERROR_STATUS;
  }),
});
