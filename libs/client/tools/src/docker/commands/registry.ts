import { compareStrings } from '@seatrial/kernel';
import { defineDockerCommand, type DockerCommand } from '../docker-command.js';
import { exportCommand, importCommand, loadCommand, saveCommand } from './archive.commands.js';
import { buildCommand } from './build.command.js';
import { builderCommand } from './builder.commands.js';
import { buildxCommand } from './buildx.commands.js';
import { contextCommand } from './context.commands.js';
import { commitCommand } from './commit.command.js';
import { diffCommand } from './diff.command.js';
import { eventsCommand } from './events.command.js';
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
import { pauseCommand, unpauseCommand } from './pause.commands.js';
import { containerPrune, imagePrune } from './prune.commands.js';
import { psCommand } from './ps.command.js';
import { pullCommand } from './pull.command.js';
import { loginCommand, logoutCommand, pushCommand } from './registry.commands.js';
import { createCommand, runCommand } from './run.command.js';
import { searchCommand } from './search.command.js';
import { SWARM_COMMANDS, pluginCommand } from './swarm.commands.js';
import { UNSIMULATED_COMMANDS } from './unsimulated.commands.js';
import { updateCommand } from './update.command.js';
import { volumeCommand } from './volume.commands.js';

const containerCommand = defineDockerCommand({
  name: 'container',
  usage: '',
  short: 'Manage containers',
  commands: [
    attachCommand,
    commitCommand,
    cpCommand,
    createCommand,
    diffCommand,
    execCommand,
    exportCommand,
    containerInspect,
    killCommand,
    logsCommand,
    { ...psCommand, name: 'ls', aliases: ['ps', 'list'] },
    pauseCommand,
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
    unpauseCommand,
    updateCommand,
    waitCommand,
  ],
});

const imageCommand = defineDockerCommand({
  name: 'image',
  usage: '',
  short: 'Manage images',
  commands: [
    buildCommand,
    historyCommand,
    importCommand,
    imageInspect,
    loadCommand,
    { ...imagesCommand, name: 'ls', aliases: ['list'] },
    imagePrune,
    pullCommand,
    pushCommand,
    { ...rmiCommand, name: 'rm', aliases: ['remove'] },
    saveCommand,
    tagCommand,
  ],
});

/** Every docker command but compose, by name. */
export const DOCKER_COMMANDS: readonly DockerCommand[] = [
  attachCommand,
  buildCommand,
  builderCommand,
  buildxCommand,
  commitCommand,
  containerCommand,
  contextCommand,
  cpCommand,
  createCommand,
  diffCommand,
  eventsCommand,
  execCommand,
  exportCommand,
  historyCommand,
  imageCommand,
  importCommand,
  loadCommand,
  pauseCommand,
  saveCommand,
  unpauseCommand,
  updateCommand,
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
  pluginCommand,
  pushCommand,
  renameCommand,
  restartCommand,
  { ...rmCommand, aliases: [] },
  { ...rmiCommand, aliases: [] },
  runCommand,
  searchCommand,
  startCommand,
  statsCommand,
  stopCommand,
  systemCommand,
  tagCommand,
  topCommand,
  versionCommand,
  volumeCommand,
  waitCommand,
  ...SWARM_COMMANDS,
  ...UNSIMULATED_COMMANDS,
].sort((a, b) => compareStrings(a.name, b.name));
