import type { Duplex } from 'node:stream';

/** The guest's half of the services' messages, as the agent writes them (agent/channel.py of the guest). */
export const recordKind = { stdout: 1, stderr: 2, result: 3, error: 4, body: 5 } as const;

const maxRequestBytes = 16 * 1024 * 1024;
const maxBodyBytes = 65_536;

/** Reads a channel's request: four bytes of length, JSON; what follows is given by `body`. */
export async function readRequest(
  channel: Duplex,
): Promise<{ request: Record<string, unknown>; body: AsyncGenerator<Buffer> }> {
  const pieces = channel[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes: Buffer = Buffer.alloc(0);
  const need = async (count: number) => {
    while (bytes.length < count) {
      const next = await pieces.next();
      if (next.done) throw new Error('the channel ended before its request was complete');
      bytes = Buffer.concat([bytes, next.value]);
    }
  };
  await need(4);
  const size = bytes.readUInt32BE(0);
  if (size > maxRequestBytes) throw new Error('the request is too large');
  await need(4 + size);
  const request = JSON.parse(bytes.toString('utf8', 4, 4 + size));
  const rest = bytes.subarray(4 + size);
  async function* body() {
    if (rest.length > 0) yield rest;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  return { request, body: body() };
}

export function writeRecord(channel: Duplex, kind: number, data: Buffer): void {
  for (let start = 0; start === 0 || start < data.length; start += maxBodyBytes) {
    const part = data.subarray(start, start + maxBodyBytes);
    const header = Buffer.alloc(5);
    header[0] = kind;
    header.writeUInt32BE(part.length, 1);
    channel.write(Buffer.concat([header, part]));
  }
}

export function writeResult(channel: Duplex, value: object): void {
  writeRecord(channel, recordKind.result, Buffer.from(JSON.stringify(value)));
  channel.end();
}

export function writeFailure(channel: Duplex, code: string, message: string): void {
  writeRecord(channel, recordKind.error, Buffer.from(JSON.stringify({ code, message })));
  channel.end();
}
