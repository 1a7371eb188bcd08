import { ENVIRONMENTS, type Environment, namesOf } from '@instavm/contract/states';
import type { AccountSettings } from '../auth/account-settings.ts';
import { cellMemory, DOUBLES_PER_CELL } from './gcra.ts';
import { type Layer, policiesOf } from './layer.ts';

/** Cells of an account: its own, the operator's, and one for each environment. */
const PLACE = { account: 0, operator: 1, firstEnvironment: 2 } as const;
const ENVIRONMENT_NAMES = namesOf(ENVIRONMENTS);

export function limitsAnything(settings: AccountSettings): boolean {
  return (
    settings.rateLimit !== null ||
    settings.concurrentRequests !== null ||
    settings.operatorRateLimit !== null ||
    settings.operator.concurrent_requests !== undefined ||
    settings.environments.size > 0
  );
}

interface Applied {
  readonly settings: AccountSettings;
  readonly layers: readonly Layer[];
}

/** What the requests of one account have used up of its limits, and which limits these are now. */
export class AccountCells {
  readonly #cells = cellMemory(PLACE.firstEnvironment + ENVIRONMENT_NAMES.length);
  /** By environment: settings are replaced as a whole when one of them changes. */
  readonly #applied = new Map<string | null, Applied>();

  /** The limits of all its requests together, and of those of an environment. */
  layers(settings: AccountSettings, environment: string | null): readonly Layer[] {
    let applied = this.#applied.get(environment);
    if (applied?.settings !== settings) {
      applied = { settings, layers: this.#layersOf(settings, environment) };
      this.#applied.set(environment, applied);
    }
    return applied.layers;
  }

  #layersOf(settings: AccountSettings, environment: string | null): Layer[] {
    const { operator, operatorRateLimit } = settings;
    const ofEnvironment = settings.environments.get(environment as Environment);
    const own = settings.concurrentRequests ?? Number.POSITIVE_INFINITY;
    const byOperator = operator.concurrent_requests ?? Number.POSITIVE_INFINITY;
    const concurrent = Math.min(own, byOperator);
    const layers: Omit<Layer, 'policies'>[] = [
      {
        name: 'environment',
        pace: ofEnvironment?.rateLimit ?? null,
        paceSource: 'environment',
        concurrent: ofEnvironment?.concurrentRequests ?? null,
        concurrentSource: 'environment',
        ...this.#place(PLACE.firstEnvironment + ENVIRONMENT_NAMES.indexOf(environment as Environment)),
      },
      {
        name: 'account',
        pace: settings.rateLimit,
        paceSource: 'account',
        concurrent: Number.isFinite(concurrent) ? concurrent : null,
        concurrentSource: own <= byOperator ? 'account' : 'operator',
        ...this.#place(PLACE.account),
      },
      {
        name: 'operator',
        pace: operatorRateLimit,
        paceSource: 'operator',
        concurrent: null,
        concurrentSource: 'operator',
        ...this.#place(PLACE.operator),
      },
    ];
    return layers
      .filter(({ pace, concurrent: most }) => pace !== null || most !== null)
      .map((layer) => ({ ...layer, policies: policiesOf(layer) }));
  }

  #place(cell: number) {
    return { cells: this.#cells, at: cell * DOUBLES_PER_CELL };
  }
}
