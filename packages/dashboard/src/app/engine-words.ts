import type { EngineProgress, Readiness } from '../api/types.ts';
import type { Tone } from '../ui/badge.tsx';
import { isolationInWords } from '../words/isolation.ts';
import { bytes } from '../words/size.ts';
import { duration } from '../words/time.ts';

export interface EngineState {
  tone: Tone;
  words: string;
  /** A few words more. */
  detail: string | null;
  live: boolean;
}

/** The engine in a few words, for the corner of each page. `undefined` = not asked yet. */
export function engineState(readiness: Readiness | undefined, unreachable: boolean): EngineState {
  if (unreachable) return { tone: 'bad', words: 'No answer', detail: 'Reconnecting', live: true };
  if (!readiness) return { tone: 'neutral', words: 'Engine', detail: 'Asking', live: true };
  const { state, progress, isolation, detail } = readiness.vm;
  if (state === 'preparing') {
    const step = progress ? `Step ${progress.step} of ${progress.steps}` : null;
    return { tone: 'brass', words: 'Engine is preparing', detail: step, live: true };
  }
  if (state === 'unavailable') return { tone: 'bad', words: 'Engine unavailable', detail, live: false };
  const tone = isolation === 'none' ? 'warn' : 'good';
  return { tone, words: 'Engine ready', detail: isolationInWords(isolation).short, live: false };
}

/** `18.4 MB of 92.0 MB · 12 s`. */
export function progressDetail(progress: EngineProgress): string {
  const parts = [];
  if (progress.bytes_done !== null) {
    const of = progress.bytes_total === null ? '' : ` of ${bytes(progress.bytes_total)}`;
    parts.push(`${bytes(progress.bytes_done)}${of}`);
  }
  parts.push(duration(Math.floor(progress.elapsed_ms / 1000) * 1000));
  return parts.join(' · ');
}

/** Why a machine cannot be made now; null when it can. */
export function machineRefusal(readiness: Readiness | undefined): string | null {
  if (!readiness || readiness.vm.state === 'ready') return null;
  return readiness.vm.state === 'preparing'
    ? 'The engine is still being prepared. Its progress is at the top of the page.'
    : 'The engine is unavailable, so no machine can start. The engine page says why.';
}
