export { CHECK_TYPES, findCheckType } from './check-types.js';
export { defineCheck, type BoundCheck, type CheckDefinition, type CheckOutcome } from './define-check.js';
export type { Disturbance, FetchAnswer, FetchFailure, FetchRequest, GradedWorld, Vantage } from './graded-world.js';
