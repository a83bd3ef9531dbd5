import type { Source } from '#judge/rule.js';

/** Constructors of a rule's sources. */

/** A sentence of the primary specification: the heading it stands under and its line. */
export function spec(heading: string, line: number): Source {
  return { document: 'S', heading, line };
}

/** The certification requirement behind the specification: Device.Connectivity.Network.VerticalPairing.WCN. */
export const REQ: Source = { document: 'REQ' };
/** Wi-Fi Simple Configuration. */
export const WSC: Source = { document: 'WSC' };
/** Not in the standard, but Windows drops or ignores the device. */
export const WIN: Source = { document: 'WIN' };
/** No sentence behind it: our reading of what follows. */
export const OURS: Source = { document: 'ours' };
export const RFC_9562: Source = { document: 'RFC 9562' };
/** Extensible Authentication Protocol. */
export const RFC_3748: Source = { document: 'RFC 3748' };

/** UPnP Device Architecture, 1.0 to 2.0. */
export function uda(heading: string): Source {
  return { document: 'UDA', heading };
}
/** UPnP Device Architecture 1.0 and 1.1. */
export const UDA: Source = { document: 'UDA' };
/** WS-Discovery, April 2005. */
export const WSD: Source = { document: 'WSD' };
/** Devices Profile for Web Services, February 2006. */
export const DPWS: Source = { document: 'DPWS' };
/** PnP-X, as Microsoft's pages on its metadata describe it. */
export const PNPX: Source = { document: 'PNPX' };
