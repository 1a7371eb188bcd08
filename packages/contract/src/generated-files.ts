import { endpointsText } from './endpoints.ts';
import { errorsPage } from './errors-page.ts';
import { buildOpenApi } from './openapi.ts';
import { operations } from './operations/index.ts';

/** The committed files that follow from the contract: path from this package -> text. */
export function generatedFiles(version: string): Record<string, string> {
  return {
    'openapi.json': `${JSON.stringify(buildOpenApi(operations, version), null, 2)}\n`,
    'endpoints.txt': endpointsText(operations),
    '../../docs/errors.md': errorsPage(),
  };
}
