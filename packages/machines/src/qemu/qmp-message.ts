/** Something QEMU reports without being asked. */
export interface QmpEvent {
  name: string;
  data: Record<string, unknown>;
}

export type QmpMessage =
  | { kind: 'greeting' }
  | { kind: 'event'; event: QmpEvent }
  | { kind: 'answer'; id: number; value: unknown; error: string | null };

export class QmpError extends Error {
  override name = 'QmpError';
  readonly kind: 'refused' | 'timeout' | 'closed' | 'malformed';
  readonly command: string;
  constructor(kind: QmpError['kind'], command: string, reason: string) {
    super(`${command}: ${reason}`);
    this.kind = kind;
    this.command = command;
  }
}

/** Longest line that is taken; QEMU's longest answers to our commands are a hundredth of it. */
const maxLineBytes = 1024 * 1024;

/** Cuts a byte stream into lines, and refuses one without end. */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);

  push(piece: Buffer): string[] {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      lines.push(bytes.toString('utf8', start, end).trim());
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    if (this.#rest.length > maxLineBytes) throw new QmpError('malformed', 'read', 'a line has no end');
    return lines.filter((line) => line !== '');
  }
}

export function parseQmpLine(line: string): QmpMessage {
  const value = parseObject(line);
  if ('QMP' in value) return { kind: 'greeting' };
  if (typeof value.event === 'string') {
    return { kind: 'event', event: { name: value.event, data: asObject(value.data) } };
  }
  if (typeof value.id !== 'number') {
    const error = asObject(value.error).desc;
    throw new QmpError('malformed', 'read', typeof error === 'string' ? error : 'an answer without an id');
  }
  if (value.error === undefined) return { kind: 'answer', id: value.id, value: value.return, error: null };
  return { kind: 'answer', id: value.id, value: null, error: String(asObject(value.error).desc) };
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new QmpError('malformed', 'read', 'not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new QmpError('malformed', 'read', 'not an object');
  }
  return value as Record<string, unknown>;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
