export { AllowAnyone, CurrentViewer, TokenGuard, type RequestContext, type Viewer } from './access.js';
export { createErrorFormatter } from './graphql/format-errors.js';
export { QUERY_LIMITS, limitQuerySize } from './graphql/query-limits.js';
export { ConfigError, readConfig, type ReplayLimits, type ServiceConfig } from './service-config.js';
export { ServiceError, codeOf, statusOf, type ErrorCode } from './service-error.js';
export { ServiceErrorFilter } from './service-error.filter.js';
export { NestLogger, createLogger } from './service-logger.js';
