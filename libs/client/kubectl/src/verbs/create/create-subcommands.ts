import type { VerbDefinition } from '../../command/command.js';
import { createClusterRoleCommand } from './create-clusterrole.command.js';
import { createConfigMapCommand } from './create-configmap.command.js';
import { createCronJobCommand } from './create-cronjob.command.js';
import { createDeploymentCommand } from './create-deployment.command.js';
import { createIngressCommand } from './create-ingress.command.js';
import { createJobCommand } from './create-job.command.js';
import { createNamespaceCommand } from './create-namespace.command.js';
import { createPodDisruptionBudgetCommand } from './create-poddisruptionbudget.command.js';
import { createPriorityClassCommand } from './create-priorityclass.command.js';
import { createQuotaCommand } from './create-quota.command.js';
import { createClusterRoleBindingCommand, createRoleBindingCommand } from './create-rolebinding.command.js';
import { createRoleCommand } from './create-role.command.js';
import { createSecretCommand } from './create-secret.command.js';
import { createServiceAccountCommand } from './create-serviceaccount.command.js';
import { createServiceCommand } from './create-service.command.js';
import { createTokenCommand } from './create-token.command.js';

/** The generators of `kubectl create`, by name. */
export const CREATE_SUBCOMMANDS: readonly VerbDefinition[] = [
  createClusterRoleCommand,
  createClusterRoleBindingCommand,
  createConfigMapCommand,
  createCronJobCommand,
  createDeploymentCommand,
  createIngressCommand,
  createJobCommand,
  createNamespaceCommand,
  createPodDisruptionBudgetCommand,
  createPriorityClassCommand,
  createQuotaCommand,
  createRoleCommand,
  createRoleBindingCommand,
  createSecretCommand,
  createServiceCommand,
  createServiceAccountCommand,
  createTokenCommand,
];
