import type { GradingJob } from '@seatrial/contracts';
import type { PrismaClient } from '@seatrial/persistence';
import type { ServiceConfig } from '@seatrial/platform';
import type { JobQueue, QueueFactory } from '@seatrial/queue';
import type { Logger } from 'pino';

/** What the features are given from outside, by Nest token. */
export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');
export const PRISMA = Symbol('prisma');
export const QUEUES = Symbol('queues');
export const GRADING = Symbol('grading queue');

export type { GradingJob, JobQueue, Logger, PrismaClient, QueueFactory, ServiceConfig };
