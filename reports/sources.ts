import type { Source } from '#judge/rule.js';

const DOCUMENTS: Readonly<Record<string, string>> = {
  S: 'Windows Rally Vertical Pairing specification',
  REQ: 'Windows hardware certification requirement Device.Connectivity.Network.VerticalPairing.WCN',
  WSC: 'Wi-Fi Simple Configuration',
  UDA: 'UPnP Device Architecture',
  WSD: 'WS-Discovery (April 2005)',
  DPWS: 'Devices Profile for Web Services (February 2006)',
  PNPX: 'PnP-X',
  WIN: 'Windows behaviour',
  ours: 'our reading of what follows from the rest',
};

/** A source as a report cites it: document, heading, line. */
export function sourceText(source: Source): string {
  return [
    DOCUMENTS[source.document] ?? source.document,
    source.heading === undefined ? '' : `"${source.heading}"`,
    source.line === undefined ? '' : `line ${source.line}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
