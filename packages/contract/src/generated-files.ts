import { endpointsText } from './endpoints.ts';
import { buildOpenApi } from './openapi.ts';
import { operations } from './operations/index.ts';

/** The committed files that follow from the operations: name -> text. */
export function generatedFiles(version: string): Record<string, string> {
  return {
    'openapi.json': `${JSON.stringify(buildOpenApi(operations, version), null, 2)}\n`,
    'endpoints.txt': endpointsText(operations),
  };
}
