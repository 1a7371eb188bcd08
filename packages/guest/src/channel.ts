import type { Duplex } from 'node:stream';

/**
 * Services that the guest agent offers. One channel is opened for each use; its first message is the
 * request as JSON, what the guest answers is a sequence of records (see `records.ts`).
 */
export type ServiceName = 'run' | 'put-file' | 'get-file';

/** Opens a byte stream with back-pressure to a service inside one machine. */
export type OpenChannel = (service: ServiceName) => Promise<Duplex>;

/** What a clone needs to become itself; sent before the machine is handed out. */
export interface Identity {
  hostname: string;
  /** 32 hex characters, as in /etc/machine-id. */
  machineId: string;
  /** At least 32 bytes, base64; mixed into the guest's random number generators. */
  entropy: string;
  /** Wall clock of the host, milliseconds since the epoch. */
  unixMs: number;
  /** Reaches every program that runs in the machine; kept in the guest's memory only. */
  env: Record<string, string>;
}
