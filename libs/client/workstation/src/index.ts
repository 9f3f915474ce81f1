export { adminKubeconfig } from './kubeconfig.js';
export { containerPrograms, workstationCommands } from './programs.js';
export {
  openWorkstation,
  type RunOptions,
  type StepResult,
  type Workstation,
  type WorkstationOptions,
} from './workstation.js';
