import { looksLikeProse } from './prose-line.js';

const LIST_MARK = /^(?:[-*+•>]|\d{1,3}[.)]|[a-z][.)])\s+/;
/** Tools with the verbs that change something: what only looks may be left out without harm. */
const CHANGES =
  /^(?:sudo\s+)?(?:(?:kubectl|k|oc|microk8s kubectl|minikube kubectl --)(?:\s+(?:-n|--namespace)[= ]\S+)?\s+(?:annotate|apply|auth\s+reconcile|autoscale|cordon|create|debug|delete|drain|edit|expose|label|patch|replace|rollout\s+(?:pause|restart|resume|undo)|run|scale|set|taint|uncordon|config\s+(?:set|use))|helm\s+(?:install|rollback|uninstall|upgrade)|docker\s+(?:build|compose|push|rm|run|stop|tag)|kubeadm\s+(?:init|join|reset|upgrade))(?:-\w+)?\s+\S/;
/** `<name>`, `[podnetwork].yaml`, `NAME …`: forms and examples, which nobody types. */
const FORM = /[<[](?:[\w-]+[ ]?)+[\]>]|\.\.\.|…|\bTYPE\b|\bNAME\b|\bFILENAME\b/;

/**
 * The command that a line holds which was not read as one: the whole line, or what it ends with in backquotes behind a
 * colon; undefined when none. Commands within a sentence are spoken of.
 */
export function commandIn(line: string): string | undefined {
  const announced = /:\s*`([^`]+)`\.?\s*$/.exec(line)?.[1]?.trim();
  const whole = line.trim().replace(LIST_MARK, '').trim();
  return [announced ?? '', whole].find((text) => CHANGES.test(text) && !FORM.test(text) && !looksLikeProse(text));
}
