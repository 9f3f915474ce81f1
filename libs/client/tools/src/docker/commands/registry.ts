import { defineDockerCommand, type DockerCommand } from '../docker-command.js';
import { buildCommand } from './build.command.js';
import { execCommand } from './exec.command.js';
import { historyCommand, imagesCommand, rmiCommand, tagCommand } from './images.command.js';
import { containerInspect, imageInspect, inspectCommand } from './inspect.command.js';
import {
  killCommand,
  renameCommand,
  restartCommand,
  rmCommand,
  startCommand,
  stopCommand,
  waitCommand,
} from './lifecycle.commands.js';
import { logsCommand } from './logs.command.js';
import { networkCommand } from './network.commands.js';
import { psCommand } from './ps.command.js';
import { pullCommand } from './pull.command.js';
import { loginCommand, logoutCommand, pushCommand } from './registry.commands.js';
import { createCommand, runCommand } from './run.command.js';
import { volumeCommand } from './volume.commands.js';

const containerCommand = defineDockerCommand({
  name: 'container',
  usage: 'COMMAND',
  short: 'Manage containers',
  commands: [
    createCommand,
    execCommand,
    containerInspect,
    killCommand,
    logsCommand,
    { ...psCommand, name: 'ls', aliases: ['ps', 'list'] },
    renameCommand,
    restartCommand,
    rmCommand,
    runCommand,
    startCommand,
    stopCommand,
    waitCommand,
  ],
});

const imageCommand = defineDockerCommand({
  name: 'image',
  usage: 'COMMAND',
  short: 'Manage images',
  commands: [
    buildCommand,
    historyCommand,
    imageInspect,
    { ...imagesCommand, name: 'ls', aliases: ['list'] },
    pullCommand,
    pushCommand,
    { ...rmiCommand, name: 'rm', aliases: ['remove'] },
    tagCommand,
  ],
});

/** Every docker command but compose, by name. */
export const DOCKER_COMMANDS: readonly DockerCommand[] = [
  buildCommand,
  containerCommand,
  createCommand,
  execCommand,
  historyCommand,
  imageCommand,
  { ...imagesCommand, aliases: [] },
  inspectCommand,
  killCommand,
  loginCommand,
  logoutCommand,
  logsCommand,
  networkCommand,
  { ...psCommand, aliases: [] },
  pullCommand,
  pushCommand,
  renameCommand,
  restartCommand,
  { ...rmCommand, aliases: [] },
  { ...rmiCommand, aliases: [] },
  runCommand,
  startCommand,
  stopCommand,
  tagCommand,
  volumeCommand,
  waitCommand,
];
