import { compareStrings } from '@seatrial/kernel';
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
import { infoCommand, statsCommand, systemCommand, versionCommand } from './information.commands.js';
import { attachCommand, cpCommand, portCommand, topCommand } from './inside.commands.js';
import { networkCommand } from './network.commands.js';
import { containerPrune, imagePrune } from './prune.commands.js';
import { psCommand } from './ps.command.js';
import { pullCommand } from './pull.command.js';
import { loginCommand, logoutCommand, pushCommand } from './registry.commands.js';
import { createCommand, runCommand } from './run.command.js';
import { UNSIMULATED_COMMANDS } from './unsimulated.commands.js';
import { volumeCommand } from './volume.commands.js';

const containerCommand = defineDockerCommand({
  name: 'container',
  usage: 'COMMAND',
  short: 'Manage containers',
  commands: [
    attachCommand,
    cpCommand,
    createCommand,
    execCommand,
    containerInspect,
    killCommand,
    logsCommand,
    { ...psCommand, name: 'ls', aliases: ['ps', 'list'] },
    portCommand,
    containerPrune,
    renameCommand,
    restartCommand,
    rmCommand,
    runCommand,
    startCommand,
    statsCommand,
    stopCommand,
    topCommand,
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
    imagePrune,
    pullCommand,
    pushCommand,
    { ...rmiCommand, name: 'rm', aliases: ['remove'] },
    tagCommand,
  ],
});

/** Every docker command but compose, by name. */
export const DOCKER_COMMANDS: readonly DockerCommand[] = [
  attachCommand,
  buildCommand,
  containerCommand,
  cpCommand,
  createCommand,
  execCommand,
  historyCommand,
  imageCommand,
  { ...imagesCommand, aliases: [] },
  infoCommand,
  inspectCommand,
  killCommand,
  loginCommand,
  logoutCommand,
  logsCommand,
  networkCommand,
  portCommand,
  { ...psCommand, aliases: [] },
  pullCommand,
  pushCommand,
  renameCommand,
  restartCommand,
  { ...rmCommand, aliases: [] },
  { ...rmiCommand, aliases: [] },
  runCommand,
  startCommand,
  statsCommand,
  stopCommand,
  systemCommand,
  tagCommand,
  topCommand,
  versionCommand,
  volumeCommand,
  waitCommand,
  ...UNSIMULATED_COMMANDS,
].sort((a, b) => compareStrings(a.name, b.name));
