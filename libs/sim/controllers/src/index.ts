export { allControllers } from './registry.js';
