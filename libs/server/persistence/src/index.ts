export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/embedded-postgres.js';
export { Prisma, PrismaClient } from './generated/client.js';
export { CourseRole, RunOutcome, RunState } from './generated/enums.js';
export { applyMigrations } from './migration-runner.js';
export { createPrismaClient, isUniqueViolation } from './prisma-client.js';
export { newId } from './time-ordered-id.js';
