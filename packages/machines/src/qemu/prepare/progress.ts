import type { EngineProgress } from '../../host-port.ts';

/** Where a preparation is; one after another, in this order. */
export const preparationSteps = ['lists', 'download', 'build', 'template'] as const;
export type PreparationStep = (typeof preparationSteps)[number];

const titles: Record<PreparationStep, string> = {
  lists: 'Reading the lists of packages',
  download: 'Downloading QEMU, kernel and packages',
  build: 'Unpacking QEMU and building the machine image',
  template: 'Booting the first machine',
};

export interface StepDetail {
  fraction?: number | null;
  bytesDone?: number;
  bytesTotal?: number;
}

export class ProgressReporter {
  readonly #clockMs: () => number;
  readonly #publish: (progress: EngineProgress) => void;
  readonly #startedMs: number;

  /** `clockMs` is monotonic. */
  constructor(clockMs: () => number, publish: (progress: EngineProgress) => void) {
    this.#clockMs = clockMs;
    this.#publish = publish;
    this.#startedMs = clockMs();
  }

  report(step: PreparationStep, detail: StepDetail = {}): void {
    this.#publish({
      step: preparationSteps.indexOf(step) + 1,
      steps: preparationSteps.length,
      title: titles[step],
      fraction: detail.fraction ?? null,
      bytesDone: detail.bytesDone ?? null,
      bytesTotal: detail.bytesTotal ?? null,
      elapsedMs: Math.round(this.#clockMs() - this.#startedMs),
    });
  }
}
