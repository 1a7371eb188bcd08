import type { HostTools } from '../host-tools.ts';
import type { ProgressReporter } from './progress.ts';

/** What every step of the preparation gets handed. */
export interface PreparationContext {
  /** Shared by all data folders of this user; mode 0700. */
  cacheDir: string;
  tools: HostTools;
  env: NodeJS.ProcessEnv;
  /** As in Node's `process.arch`. */
  architecture: string;
  now: () => Date;
  progress: ProgressReporter;
  log: (message: string, detail?: Record<string, unknown>) => void;
  signal?: AbortSignal | undefined;
}
