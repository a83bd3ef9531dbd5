import type { Evidence } from '#evidence/model.js';
import { TRACE_VERSION, type Trace, type TracePromise } from '#judge/trace.js';
import { TRANSPORT } from '#wire/microsoft/vertical-pairing.js';
import { declaredBy, promisedBy, transportsOfM1, wayName, WAYS, type FoundBy } from './discovery.js';
import { expectedText } from './identity.js';
import { allM1s, type M1 } from './observe.js';
import { gather, type RawRow } from './trace-gather.js';
import { containerRows, foundRows, pairingRows } from './trace-rows.js';

/**
 * The identities of one device from its Probe Requests to its container ids, each with what M1 promises. Pure, and never
 * throws for what a device does.
 */
export function traceOf(evidence: Evidence): Trace {
  const m1 = allM1s(evidence)[0] ?? null;
  const raw: readonly RawRow[] = [
    ...pairingRows(evidence),
    ...WAYS.flatMap((by) => foundRows(evidence, m1, by)),
    ...containerRows(evidence),
  ];
  return {
    traceVersion: TRACE_VERSION,
    declares: declaredIn(evidence),
    promises: m1 === null ? [] : WAYS.flatMap((by) => promiseOf(m1, by)),
    ...gather(raw),
  };
}

function declaredIn(evidence: Evidence): Trace['declares'] {
  const transports = transportsOfM1(evidence) ?? new Set<number>();
  if ([TRANSPORT.Dpws, TRANSPORT.Upnp, TRANSPORT.SecureDpws].some((each) => transports.has(each))) return 'transports';
  return transports.has(TRANSPORT.None) ? 'none' : 'unknown';
}

function promiseOf(m1: M1, by: FoundBy): TracePromise[] {
  const vpi = declaredBy(m1, by);
  if (vpi === null) return [];
  const transport = vpi.transport === TRANSPORT.SecureDpws ? 'Secure DPWS' : wayName(by);
  const promised = promisedBy(m1, by);
  if (promised.problem !== null) {
    const own = m1.pairing.transportUuids.filter((each) => each.vpi?.node === vpi.node);
    const paths = [vpi.node.path, ...own.map(({ node }) => node.path)];
    return [{ way: by, transport, expected: null, origin: null, problem: promised.problem.text, paths }];
  }
  const { origin, node } = promised;
  const paths = [vpi.node.path, node.path];
  return [{ way: by, transport, expected: expectedText(by, promised), origin, problem: '', paths }];
}
