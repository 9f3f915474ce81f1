export { adminKubeconfig } from './kubeconfig.js';
export { containerPrograms, workstationCommands } from './programs.js';
export {
  openWorkstation,
  type RunOptions,
  type StepResult,
  type Workstation,
  type WorkstationOptions,
} from './workstation.js';
export {
  openInteractiveSession,
  type InteractiveOptions,
  type InteractiveSession,
  type InteractiveState,
} from './interactive/interactive-session.js';
export { type Completion } from './interactive/complete-line.js';
