import { be } from '#base/bytes.js';
import type { BenchEvent, Evidence, Exchange, ManagementFrame, StimulusId } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { associationRequest, overTheAir, probeRequest, wholeJoin } from './air.js';
import type { SampleDevice } from './devices.js';
import { setValue, type Edit } from './edits.js';
import { buildExchange, sessionStartMs, type Script } from './exchange.js';

const THIRD = 3;
const SILENCE_MS = 30_000;
const PUSH_BUTTON = be(4, 2);

/** When a frame was heard. */
export type Times = NonNullable<ManagementFrame['heard']>;

/** What a device makes of an access point that does something else than always. */
export interface Met {
  readonly method: 'pin' | 'pbc';
  /** How its exchange departs from the right way; null: it begins none. */
  readonly exchange: Script | null;
  /** It is heard to look for a Registrar in the session; true when absent. */
  readonly looked?: boolean;
  /** When its Probe Request was heard, instead; null: nobody knows. */
  readonly heard?: ((startMs: number, endMs: number) => Times) | null;
  /** What its Probe Request says, instead of asking for a Registrar of the method. */
  readonly probe?: Edit;
  /** The end of the session was recorded; true when absent. */
  readonly ended?: boolean;
}

/** Two ordinary sessions over the air, a third with a stimulus, and a fourth after it in which all is well. */
export function encountering(device: SampleDevice, id: StimulusId, met: Met): Evidence {
  const { method, exchange, looked = true, ended = true, probe: edit = asking(method) } = met;
  const base = overTheAir(device, { method });
  const startMs = sessionStartMs(THIRD) - 1;
  const endMs = startMs + SILENCE_MS;
  const probe = probeRequest(device, undefined, undefined, { edit });
  // The first two sessions began while it looked as well.
  const before = { fromMs: sessionStartMs(1), toMs: sessionStartMs(1) + 1000 };
  const within = { fromMs: startMs + 1000, toMs: startMs + 2000 };
  const { heard = () => (looked ? [before, within] : [before]) } = met;
  const times = heard === null ? {} : { heard: heard(startMs, endMs) };
  const met3: Exchange[] =
    exchange === null ? [] : [{ ...buildExchange(device, exchange, { number: THIRD, method }), script: id }];
  const after = { ...buildExchange(device, {}, { number: THIRD + 1, method }), recovers: id };
  const event = (kind: string, wallMs: number, detail: Record<string, unknown>): BenchEvent => {
    return { monotonicMs: wallMs, kind, detail: { ...detail, wallMs } };
  };
  const silence = exchange === null ? { outcome: 'timeout', silenceMs: SILENCE_MS } : { outcome: 'done' };
  const [end, ...others] = [...base.events].reverse();
  if (end === undefined) throw new RangeError('no events');
  return {
    ...base,
    ability: { ...base.ability, scenarios: [id] },
    exchanges: [...base.exchanges, ...met3, after],
    join: [...(base.join ?? []), ...(exchange === null ? [] : wholeJoin(THIRD)), ...wholeJoin(THIRD + 1)],
    management: [{ ...probe, ...times }, associationRequest(device)],
    events: [
      ...others.reverse(),
      event('session-start', startMs, { session: THIRD, method, script: id }),
      ...(ended ? [event('session-end', endMs, { session: THIRD, ...silence })] : []),
      ...(ended
        ? [event('session-start', sessionStartMs(THIRD + 1) - 1, { session: THIRD + 1, method, recovers: id }), end]
        : []),
    ],
    benchFailure: ended ? null : { code: 'ERR_BENCH_DIED', text: 'the bench died' },
  };
}

/** A Probe Request that asks for a Registrar of this method. */
function asking(method: Met['method']): Edit {
  return method === 'pbc' ? setValue(ATTRIBUTE.DevicePasswordID, PUSH_BUTTON) : (attributes) => attributes;
}
