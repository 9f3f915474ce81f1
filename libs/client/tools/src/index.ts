export { type ClusterTool, type Subcommand } from './cluster-tools/cluster-tool.js';
export { CLUSTER_TOOLS, TOOL_VERSIONS } from './cluster-tools/cluster-tools.js';
export { standIn, type StandIn } from './cluster-tools/stand-in.js';
export { defineCommand, type CommandDefinition, type Userland } from './command.js';
export { DOCKER_SETUP, type BridgeNetwork, type DockerSetup } from './docker/docker-setup.js';
export { REPOSITORIES, repositoriesOf, type ProvidedFile } from './git/repositories.js';
export { installPrograms, programTable } from './install-programs.js';
export { TOOL_COMMANDS } from './registry.js';
export { UNSIMULATED_DOCKER } from './docker/commands/unsimulated.commands.js';
