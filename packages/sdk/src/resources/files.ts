import type { DownloadedFile, UploadedFile } from '../generated/types.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface FileOptions extends CallOptions {
  /** Without it the client's own session. */
  sessionId?: string | undefined;
}

export interface DownloadedBytes {
  filename: string;
  size: number;
  content: Uint8Array<ArrayBuffer>;
}

/** Files of machines. */
export class Files {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** `remotePath` is a file, or a folder when it ends in a slash or is one. */
  upload(
    content: Blob | Uint8Array<ArrayBuffer>,
    remotePath: string,
    sessionId: string,
    call: CallOptions = {},
  ): Promise<UploadedFile> {
    const form = new FormData();
    form.set('remote_path', remotePath);
    form.set('session_id', sessionId);
    // The server reads the text parts before the file, so it comes last.
    const name = remotePath.split('/').at(-1) || 'file';
    form.set('file', content instanceof Blob ? content : new Blob([content]), name);
    return this.#send('POST', '/upload', { form, signal: call.signal, timeoutMs: call.timeoutMs });
  }

  async download(remotePath: string, sessionId: string, call: CallOptions = {}): Promise<DownloadedBytes> {
    const form = new URLSearchParams({ filename: remotePath, session_id: sessionId });
    const { signal, timeoutMs } = call;
    const file = await this.#send<DownloadedFile>('POST', '/download', {
      form,
      repeatable: true,
      signal,
      timeoutMs,
    });
    return { filename: file.filename, size: file.size, content: bytesOf(file.content) };
  }
}

// atob skips line breaks, and an empty file comes as one.
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
