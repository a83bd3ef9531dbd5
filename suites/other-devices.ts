import type { RuleId } from '#judge/rule.js';

/*
 * What devices of other makers show in the discovery follow-up. The tables were written from their sources and a capture
 * of them, before they were judged; a test with the real programs holds them to what is seen. In two places the rules
 * are read in favour of the device: minidlna's SERVER names its system by two words of which the second has the version
 * (RVP-SSDP-019), and wsdd's Hello leaves Types out, which the schema allows (RVP-WSD-003).
 */

/** What is seen instead of a pass; `warning`: a SHOULD that does not hold. */
export type Shortcoming = 'fail' | 'warning' | 'not-run' | 'inconclusive';

type Seen = readonly [Shortcoming, reason: string];

export interface OtherDeviceTable {
  /** The reference model whose M1 it is judged with: these devices do not register by themselves. */
  readonly registersAs: 'upnp-renderer' | 'dpws-printer';
  /** Areas of the rules that are judged of it: all that look at what a device does on its network. */
  readonly areas: readonly string[];
  /** Every rule of these areas that is neither passed nor without a subject, and why. */
  readonly shortcomings: ReadonlyMap<RuleId, Seen>;
}

const EITHER = ['pnpx', 'disc', 'uid', 'tuu'];
const WITHOUT_PNPX = 'there is nothing of PnP-X to judge, which is what RVP-PNPX-07 says';
const SHORT = 'it says max-age=1800, and nobody watches it for half an hour';

export const OTHER_DEVICE_TABLES: Readonly<Record<'gupnp' | 'minidlna' | 'wsdd', OtherDeviceTable>> = {
  gupnp: {
    registersAs: 'upnp-renderer',
    areas: ['ssdp', 'desc', ...EITHER],
    shortcomings: new Map<RuleId, Seen>([['RVP-SSDP-023', ['not-run', SHORT]]]),
  },
  minidlna: {
    registersAs: 'upnp-renderer',
    areas: ['ssdp', 'desc', ...EITHER],
    shortcomings: new Map<RuleId, Seen>([
      ['RVP-SSDP-023', ['not-run', SHORT]],
      ['RVP-DESC-013b', ['warning', 'the modelName it is built with has 43 characters, 32 are advised']],
      ['RVP-PNPX-07', ['fail', 'as Debian builds it, its description has no word of PnP-X']],
      ...['01', '03', '05', '06', '10', '13'].map((number): [RuleId, Seen] => [
        `RVP-PNPX-${number}`,
        ['inconclusive', WITHOUT_PNPX],
      ]),
    ]),
  },
  wsdd: {
    registersAs: 'dpws-printer',
    areas: ['wsd', 'mex', ...EITHER],
    shortcomings: new Map<RuleId, Seen>([
      ['RVP-WSD-010a', ['fail', 'it drops a Probe without Types, and answers one for Device']],
      ['RVP-WSD-015', ['warning', 'by HTTP it knows Get alone, and answers a Probe with status 400']],
      ['RVP-MEX-004', ['fail', 'it reads Content-Length, and breaks off a request that has none']],
      ['RVP-MEX-006', ['warning', 'it does not look at ReplyTo, and answers as if it were anonymous']],
      ['RVP-PNPX-02', ['inconclusive', 'it says Computers, and hosts no service that could have ids']],
    ]),
  },
};
