import { resolvePath } from '@seatrial/kernel';
import { ImageBuild } from '../build/build-image.js';
import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { InstalledClusters } from '../../cluster-tools/installed-clusters.js';
import { offerToCluster } from './push-image.js';
import { parseEnvironment, parseLabels } from './container-settings.js';

export const buildCommand = defineDockerCommand({
  name: 'build',
  usage: '[OPTIONS] PATH | URL | -',
  short: 'Build an image from a Dockerfile',
  flags:
    '--build-arg=*, --cache-from=*, --cache-to=*, -f --file=, --force-rm, --iidfile=, --label=*, --load, --network=, --no-cache, ' +
    '-o --output=*, --platform=*, --progress=, --provenance=, --pull, --push, -q --quiet, --rm, --sbom=, --secret=*, --ssh=*, -t --tag=*, --target=, --squash, --disable-content-trust',
  unfollowed:
    '--add-host=*, --allow=*, --annotation=*, --attest=*, --build-context=*, --builder=, --call=, --cgroup-parent=, --check, --compress, ' +
    '--cpu-period=#, --cpu-quota=#, -c --cpu-shares=#, --cpuset-cpus=, --cpuset-mems=, -D --debug, --isolation=, -m --memory=, ' +
    '--memory-swap=, --metadata-file=, --no-cache-filter=*, --security-opt=*, --shm-size=, --ulimit=*',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const { flags, process, engine } = call;
    const [path] = call.args;
    for (const flag of ['output', 'secret', 'ssh', 'push', 'cache-to', 'iidfile', 'squash', 'network'])
      if (flags.has(flag)) notSimulated(process, `docker build --${flag}`);
    if (path === '-' || /^(?:https?:|git@)/.test(path)) notSimulated(process, `docker build ${path}`);
    const context = resolvePath(process.cwd, path);
    if (!process.machine.files.isDirectory(context))
      throw new DockerFailure(
        `ERROR: failed to build: unable to prepare context: path ${JSON.stringify(path)} not found`,
      );
    const quiet = flags.on('quiet');
    const build = new ImageBuild(engine, process, {
      context,
      file: flags.value('file') ?? `${context}/Dockerfile`,
      tags: flags.list('tag'),
      target: flags.value('target'),
      args: parseEnvironment(flags.list('build-arg'), process.env),
      labels: parseLabels(flags.list('label')),
      noCache: flags.on('no-cache'),
      quiet,
      write: (text) => call.err(text),
    });
    const image = yield* build.run();
    // The shell points at the cluster's own daemon (`eval $(minikube docker-env)`).
    const profile = process.env.get('MINIKUBE_ACTIVE_DOCKERD');
    const cluster =
      profile === undefined ? undefined : InstalledClusters.of({ machine: engine.host })?.find('minikube', profile);
    if (profile !== undefined)
      for (const tag of flags.list('tag')) offerToCluster(engine, image, tag, cluster?.node.images);
    if (quiet) yield* call.out(`${image.id}\n`);
    return 0;
  },
});
