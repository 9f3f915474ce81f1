export { createKubectlProgram } from './create-kubectl-program.js';
