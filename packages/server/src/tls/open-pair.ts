import { statSync } from 'node:fs';
import { StartError } from '../data-folder.ts';
import { CurrentPair, type CurrentPairDeps } from './current-pair.ts';
import { PairError, type PairFiles } from './pair.ts';

/** How soon a renewed certificate is in force. */
const CHECK_MS = 1000;

/** The pair to serve with at start; null where none is configured. Throws StartError. */
export function openPair(files: PairFiles | null, deps: CurrentPairDeps): CurrentPair | null {
  if (files === null) return null;
  try {
    const pair = new CurrentPair(files, deps);
    if ((statSync(files.keyFile).mode & 0o007) !== 0) {
      deps.log.warn(
        { file: files.keyFile },
        'every user of this machine can use the private key; chmod 600 it',
      );
    }
    return pair;
  } catch (error) {
    throw error instanceof PairError ? new StartError(error.message) : error;
  }
}

/**
 * Calls `replaced` whenever other files are in force. It looks instead of listening for events, which folders of
 * links (certbot, Kubernetes) and network file systems do not give reliably. -> stops it
 */
export function followFiles(pair: CurrentPair, replaced: () => void): () => void {
  const timer = setInterval(() => {
    if (pair.check()) replaced();
  }, CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
