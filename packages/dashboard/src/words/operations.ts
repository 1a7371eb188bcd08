/** An operation of the API, as the contract's list of endpoints has it. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  permission: string | null;
}

/**
 * Reads `endpoints.txt` of the contract: columns divided by two spaces or more, headings first. Operations that
 * are not built, need no credential or are sockets are left out: a key has nothing to ask of them.
 */
export function readOperations(text: string): Operation[] {
  const [, ...lines] = text.trim().split('\n');
  return lines.flatMap((line) => {
    const [id, , method, path, credential, permission, state] = line.split(/ {2,}/);
    if (!id || !method || !path || state !== 'built' || credential === '-' || method === 'SOCKET') return [];
    return [{ id, method, path, permission: permission === '-' ? null : (permission ?? null) }];
  });
}

/** Namespaces whose name is not what a person would say. */
const NAMES: Record<string, string> = { executions: 'Code', pty: 'Terminals', vms: 'Machines' };

/** Operations by what they are about, in the list's own order. */
export function operationGroups(operations: readonly Operation[]): [string, Operation[]][] {
  return [...Map.groupBy(operations, ({ id }) => groupName(id.split('.')[0]!))];
}

const groupName = (namespace: string) => NAMES[namespace] ?? title(namespace);

/** `apiKeys.undoRotation` -> `Undo rotation`. */
export const operationTitle = ({ id }: Operation) => title(id.split('.').at(-1)!);

const title = (camel: string) => {
  const words = camel.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return (words.charAt(0).toUpperCase() + words.slice(1))
    .replace(/\bapi\b/i, 'API')
    .replace(/\bssh\b/i, 'SSH');
};
