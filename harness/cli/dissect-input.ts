import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { concat, fromHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { captureEvidence, readCapture } from '#evidence/bundle-capture.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { KeyRing } from '#evidence/keys.js';
import type { Evidence } from '#evidence/model.js';
import { BUNDLE_FILES } from '#evidence/run-json.js';
import type { CaptureSink, CaptureSummary } from '#wire/pcap/reader.js';

/** What there is to dissect: a capture with what was made of it, or the bytes of one frame. */
export type DissectInput =
  | {
      readonly kind: 'capture';
      readonly evidence: readonly Evidence[];
      /** Read all frames once more, in a stream. */
      read(sink: CaptureSink): Promise<CaptureSummary>;
    }
  | { readonly kind: 'frame'; readonly bytes: Uint8Array };

/** Standard input is held as a whole, because it is read twice. */
const MAX_INPUT_BYTES = 256 * 1024 * 1024;

/**
 * What `input` names: a file or folder, else hex; without it, or for `-`, a capture or hex on standard input. Throws
 * RallyError: ERR_USAGE for what is none of these, and what {@link readBundle} and {@link readCapture} throw.
 */
export async function dissectInput(
  input: string | undefined,
  keys: KeyRing,
  stdin: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<DissectInput> {
  if (input === undefined || input === '-') return fromBytes(await everything(stdin), keys);
  const found = await kindOf(input);
  if (found === 'nothing') return fromHexText(input);
  return found === 'folder' ? fromBundle(input, keys) : fromCapture(() => input, keys);
}

async function fromBundle(folder: string, keys: KeyRing): Promise<DissectInput> {
  const { evidence, bundleDir } = await readBundle(folder, keys);
  const file = join(bundleDir, BUNDLE_FILES.capture);
  return { kind: 'capture', evidence: [evidence], read: (sink) => readCapture(file, sink) };
}

async function fromCapture(source: () => string | Readable, keys: KeyRing): Promise<DissectInput> {
  const { evidence } = await captureEvidence(source(), keys);
  return { kind: 'capture', evidence, read: (sink) => readCapture(source(), sink) };
}

function fromBytes(bytes: Uint8Array, keys: KeyRing): DissectInput | Promise<DissectInput> {
  // A capture begins with bytes that no text has; anything else that is no text is named by the capture reader.
  const isText = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
  if (isText) return fromHexText(new TextDecoder().decode(bytes));
  return fromCapture(() => Readable.from([bytes]), keys);
}

/** Bytes of one frame in hex; blanks, line ends, colons and a leading `0x` do not count. */
function fromHexText(text: string): DissectInput {
  const digits = text.replace(/[\s:]/g, '').replace(/^0x/i, '');
  const refuse = (what: string): never => {
    throw new RallyError('ERR_USAGE', what, {
      remedy: 'Give a capture, a bundle, or the bytes of one frame as pairs of hex digits.',
    });
  };
  if (digits === '') return refuse('There are no bytes to dissect');
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong !== null)
    return refuse(`${JSON.stringify(shortened(text))} is no file, and ${JSON.stringify(wrong[0])} is no hex digit`);
  if (digits.length % 2 !== 0) return refuse(`The hex has an odd number of digits (${digits.length})`);
  return { kind: 'frame', bytes: fromHex(digits) };
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}...`;
}

async function everything(stdin: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of stdin) {
    lengthBytes += chunk.length;
    if (lengthBytes > MAX_INPUT_BYTES)
      throw new RallyError('ERR_USAGE', `Standard input has more than ${MAX_INPUT_BYTES} bytes`, {
        remedy: 'Name the file instead.',
      });
    chunks.push(chunk);
  }
  return concat(...chunks);
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    // A long hex string is no possible file name: that is one of the errors that end here.
    return 'nothing';
  }
}
