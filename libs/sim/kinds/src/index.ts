export { allKinds } from './registry.js';
