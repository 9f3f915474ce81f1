import { sha256Hex, sleep, type FileNode } from '@seatrial/kernel';
import { applyInstruction } from '../build/apply-instruction.js';
import { treeSize } from '../build/build-context.js';
import { BuildStage } from '../build/build-stage.js';
import { parseDockerfile } from '../build/dockerfile.js';
import { defineDockerCommand, type DockerCall } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import { copyTree } from '../engine/container-files.js';
import { ImageStore } from '../engine/image-store.js';
import type { LocalImage } from '../engine/local-image.js';

const COMMIT_MS = 150;

const sizeOf = (node: FileNode | undefined): number => (node ? treeSize(node) : 0);

/** The container's settings as a Dockerfile's instructions change them (`--change`). */
function changedConfig(call: DockerCall, container: Container): LocalImage['config'] {
  const { settings } = container;
  const stage = new BuildStage(call.engine, settings.image, 'commit');
  const own = [...settings.env].filter(([name]) => !['HOSTNAME', 'HOME', 'TERM'].includes(name));
  stage.config = {
    ...stage.config,
    entrypoint: settings.entrypoint,
    cmd: settings.cmd,
    env: Object.fromEntries(own),
    ...(settings.cwd !== '/' && { workingDir: settings.cwd }),
    ...(settings.user !== 'root' && { user: settings.user }),
    labels: settings.labels,
  };
  const context = { args: new Map<string, string>(), globals: new Map<string, string>(), process: call.process };
  for (const change of call.flags.list('change')) {
    const parsed = parseDockerfile(`FROM scratch\n${change}\n`);
    if (!parsed.ok) daemonFailure(`dockerfile parse error on line 1: ${parsed.error.message}`);
    for (const instruction of parsed.value.slice(1)) {
      if (['ADD', 'ARG', 'COPY', 'FROM', 'MAINTAINER', 'RUN', 'SHELL'].includes(instruction.name))
        daemonFailure(`${instruction.name.toLowerCase()} is not a valid change command`);
      applyInstruction(stage, instruction, context);
    }
  }
  return stage.config;
}

export const commitCommand = defineDockerCommand({
  name: 'commit',
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  short: "Create a new image from a container's changes",
  flags: '-a --author=, -c --change=*, -m --message=, -p --pause',
  minimum: 1,
  maximum: 2,
  stopAtArgument: true,
  *run(call) {
    const { engine, flags, args } = call;
    const container = engine.get(args[0]);
    const name = args.length > 1 ? ImageStore.parse(args[1]) : undefined;
    const config = changedConfig(call, container);
    yield* sleep(COMMIT_MS);
    const charge = (nodes: number): void => {
      engine.simulation.charge('steps', nodes);
    };
    const root = copyTree(container.root, charge);
    for (const path of ['etc/hosts', 'etc/hostname', 'etc/resolv.conf']) forget(root.entries, path.split('/'));
    const base = container.settings.image;
    const added = Math.max(0, sizeOf(root) - sizeOf(base.createRoot(call.now)));
    const id = `sha256:${sha256Hex(`${container.id} ${call.now} ${JSON.stringify(config)}`)}`;
    engine.images.add({
      id,
      createdAt: call.now,
      sizeBytes: base.sizeBytes + added,
      config,
      history: [
        {
          createdAt: call.now,
          createdBy: container.argv.join(' '),
          sizeBytes: added,
          comment: flags.value('message') ?? '',
        },
        ...base.history,
      ],
      layers: [...base.layers, `sha256:${sha256Hex(`layer ${id}`)}`],
      programs: base.programs,
      comment: flags.value('message') ?? '',
      author: flags.value('author') ?? '',
      createRoot: () => copyTree(root, charge),
    });
    const image = engine.images.find(id);
    if (name && image) engine.images.tag(image, name);
    container.note('commit', {
      comment: flags.value('message') ?? '',
      imageID: id,
      imageRef: name?.familiar ?? '',
    });
    yield* call.out(`${id}\n`);
    return 0;
  },
});

/** Takes an empty placeholder of a mount out of a tree. */
function forget(entries: Map<string, FileNode>, [name, ...rest]: readonly string[]): void {
  const node = entries.get(name);
  if (rest.length > 0 && node?.type === 'directory') forget(node.entries, rest);
  else if (node?.type === 'file' && node.content === '') entries.delete(name);
}
