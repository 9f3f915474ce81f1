import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';

const UNKNOWN = '<unknown>';
const MAX_SHOWN = 2;

function current(value: autoscaling.MetricValueStatus | undefined, utilization: boolean): string {
  if (!value) return UNKNOWN;
  if (utilization) return value.averageUtilization === undefined ? UNKNOWN : `${value.averageUtilization}%`;
  return value.averageValue ?? value.value ?? UNKNOWN;
}

function metricCell(metric: autoscaling.MetricSpec, status: autoscaling.MetricStatus | undefined): string {
  switch (metric.type) {
    case 'Resource':
    case 'ContainerResource': {
      const source = metric.resource ?? metric.containerResource;
      const now = status?.resource?.current ?? status?.containerResource?.current;
      const name = source?.name ?? '';
      if (source?.target.averageValue !== undefined)
        return `${name}: ${current(now, false)}/${source.target.averageValue}`;
      const target = source?.target.averageUtilization;
      return `${name}: ${current(now, true)}/${target === undefined ? '<auto>' : `${target}%`}`;
    }
    case 'Pods':
      return `${current(status?.pods?.current, false)}/${metric.pods?.target.averageValue ?? ''}`;
    case 'Object': {
      const target = metric.object?.target;
      if (target?.averageValue !== undefined)
        return `${current(status?.object?.current, false)}/${target.averageValue} (avg)`;
      return `${current(status?.object?.current, false)}/${target?.value ?? ''}`;
    }
    case 'External': {
      const target = metric.external?.target;
      if (target?.averageValue !== undefined)
        return `${current(status?.external?.current, false)}/${target.averageValue} (avg)`;
      return `${current(status?.external?.current, false)}/${target?.value ?? ''}`;
    }
    default:
      return '<unknown type>';
  }
}

/** `cpu: 12%/50%`, the metrics after the second counted only (formatHPAMetrics). */
export function targetsCell({ spec, status }: autoscaling.HorizontalPodAutoscaler): string {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) return '<none>';
  const cells = metrics.map((metric, index) => metricCell(metric, status?.currentMetrics?.[index]));
  const shown = cells.slice(0, MAX_SHOWN).join(', ');
  return cells.length > MAX_SHOWN ? `${shown} + ${cells.length - MAX_SHOWN} more...` : shown;
}
