import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { RallyError } from '#base/error.js';
import { CaptureReader, type CaptureSink, type CaptureSummary } from '#wire/pcap/reader.js';
import { Assembler } from './assemble.js';
import { NO_KEYS, type KeyRing } from './keys.js';
import type { Evidence } from './model.js';

const CHUNK_BYTES = 1 << 20;

/**
 * Stream a capture file, or what comes from a stream such as standard input, into a sink. Memory does not depend on the
 * size of the capture. Throws ERR_FILE_UNREADABLE, ERR_CAPTURE_FORMAT, ERR_LINK_TYPE, each naming the source.
 *
 * @param onChunk sees the bytes too, e.g. for a digest
 */
export async function readCapture(
  source: string | Readable,
  sink: CaptureSink,
  onChunk?: (chunk: Uint8Array) => void,
): Promise<CaptureSummary> {
  const reader = new CaptureReader(sink);
  const take = (chunk: Uint8Array): void => {
    onChunk?.(chunk);
    reader.push(chunk);
  };
  const name = typeof source === 'string' ? source : 'standard input';
  try {
    if (typeof source === 'string') await readFile(source, take);
    else for await (const chunk of source) take(chunk as Uint8Array);
    return reader.finish();
  } catch (error) {
    throw named(error, name);
  }
}

/** The Evidence of every Enrollee in a capture. */
export async function captureEvidence(
  source: string | Readable,
  keys: KeyRing = NO_KEYS,
): Promise<{ evidence: Evidence[]; summary: CaptureSummary }> {
  const assembler = new Assembler({ keys });
  const summary = await readCapture(source, assembler);
  return { evidence: assembler.finish(summary), summary };
}

async function readFile(file: string, take: (chunk: Uint8Array) => void): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await readChunks(handle, take);
  } finally {
    await handle.close();
  }
}

/** One buffer serves for the whole file: a reader keeps no view of it. */
async function readChunks(handle: FileHandle, take: (chunk: Uint8Array) => void): Promise<void> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return;
    take(buffer.subarray(0, bytesRead));
  }
}

function named(error: unknown, name: string): unknown {
  if (error instanceof RallyError) {
    const text = error.message.replace(` (${error.code})`, '');
    return new RallyError(error.code, `${name}: ${text}`, { context: { ...error.context, file: name }, cause: error });
  }
  if (error instanceof Error && 'syscall' in error) {
    const isFolder = (error as NodeJS.ErrnoException).code === 'EISDIR';
    const text = isFolder ? 'it is a folder, but not an evidence bundle' : error.message;
    return new RallyError('ERR_FILE_UNREADABLE', `${name}: ${text}`, { cause: error });
  }
  return error;
}
