import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const retryMs = 2;

/**
 * Connects to a Unix socket that a program just started is about to make. `signal` ends the waiting; abort
 * it when the program has ended.
 */
export async function connectSocket(path: string, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    const socket = await tryConnect(path);
    if (socket) return socket;
    await delay(retryMs, undefined, { signal }).catch(() => {});
  }
}

/** The connection, or null when nobody listens there. */
export function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', onError);
      resolve(socket);
    });
    const onError = (error: NodeJS.ErrnoException) => {
      socket.destroy();
      const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'EAGAIN';
      if (nobody) resolve(null);
      else reject(error);
    };
    socket.once('error', onError);
  });
}
