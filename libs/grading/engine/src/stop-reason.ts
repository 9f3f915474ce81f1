import type { LocalizedText } from '@seatrial/contracts';
import type { StepStopReason } from '@seatrial/shell';

type Stop = Extract<StepStopReason, { kind: 'budget' }>['budget'];

const AMOUNTS: Readonly<Record<Stop, readonly [en: string, es: string]>> = {
  bytes: ['bytes of output and files', 'bytes de salida y archivos'],
  commands: ['commands', 'órdenes'],
  depth: ['functions inside each other', 'funciones una dentro de otra'],
  events: ['cluster events', 'eventos del clúster'],
  objects: ['objects', 'objetos'],
  outputBytes: ['characters of text', 'caracteres de texto'],
  processes: ['processes at once', 'procesos a la vez'],
  steps: ['evaluation steps', 'pasos de evaluación'],
  virtualTimeMs: ['ms of virtual time', 'ms de tiempo virtual'],
};

/** What a budget counts, in words. */
export function budgetInWords(budget: Stop): LocalizedText {
  const [en, es] = AMOUNTS[budget];
  return { en, es };
}

/** Why a command was stopped, in words. */
export function stopInWords(reason: StepStopReason, durationMs: number): LocalizedText {
  if (reason.kind === 'interrupted') {
    const seconds = String(Math.floor(durationMs / 1000));
    return {
      en: `still running after ${seconds} s: stopped, as with Ctrl-C`,
      es: `seguía en marcha a los ${seconds} s: se detuvo, como con Ctrl-C`,
    };
  }
  const { en, es } = budgetInWords(reason.budget);
  const limit = String(reason.limit);
  return {
    en: `stopped: a command may use ${limit} ${en}`,
    es: `detenido: una orden puede usar ${limit} ${es}`,
  };
}
