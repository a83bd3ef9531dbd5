import type { RuleId } from './rule.js';
import type { TraceWay } from './trace.js';

/** The steps by which Windows comes from M1 to an installed device, in order. */
export type StepId =
  'read' | 'learn' | 'configure' | 'pre-pair' | 'join' | 'wait' | 'fetch' | 'pnpx' | 'container' | 'driver' | 'again';

/** One step and the rules that show whether the device lets Windows take it. */
export interface InstallStepTable {
  readonly id: StepId;
  /** What Windows does, whatever the device is found by. */
  readonly title: string;
  /** The same by one way, where it is another thing. */
  readonly titleBy?: Readonly<Record<TraceWay, string>>;
  /** True when Windows takes the step only to pair: not for a device that declares no transport. */
  readonly isPairing: boolean;
  /** Rules without which the step cannot be taken: Windows goes no further. */
  readonly stops: readonly RuleId[];
  /** The same only for a transport without Transport UUID. */
  readonly stopsUuidE: readonly RuleId[];
  /** The same for one way alone. */
  readonly stopsBy: Readonly<Record<TraceWay, readonly RuleId[]>>;
  /** Rules of the step that Windows may pass over, or that hurt a user in another way: the step is taken at a risk. */
  readonly risks: readonly RuleId[];
  readonly risksBy: Readonly<Record<TraceWay, readonly RuleId[]>>;
}

const NONE: Readonly<Record<TraceWay, readonly RuleId[]>> = { upnp: [], dpws: [] };

function rules(area: string, ...numbers: readonly string[]): RuleId[] {
  return numbers.map((number): RuleId => `RVP-${area}-${number}`);
}

/**
 * Which rules belong to which step, in the order of the specification (lines 10 and 143 to 145). That a rule stops
 * Windows is said only where nothing else lets it go on: an announcement that is dropped is a risk, as a search may
 * still find the device. What Windows makes of a device that keeps all of them is up to the host, and not judged.
 */
export const INSTALL_STEPS: readonly InstallStepTable[] = [
  {
    id: 'read',
    title: 'reads the vendor extension in M1',
    isPairing: false,
    stops: [...rules('VX', '01', '04', '06'), ...rules('VPI', '01', '09')],
    stopsUuidE: [],
    stopsBy: NONE,
    risks: rules('VX', '02', '03', '05', '07', '09', '10'),
    risksBy: NONE,
  },
  {
    id: 'learn',
    title: 'learns the transports and their UUIDs',
    isPairing: false,
    stops: [...rules('VPI', '02', '03', '04', '07', '10'), ...rules('TUU', '01', '02', '11')],
    stopsUuidE: [],
    stopsBy: NONE,
    risks: [...rules('VPI', '05', '06', '08', '11'), ...rules('TUU', '03', '04', '10', '12'), 'RVP-UID-11'],
    risksBy: NONE,
  },
  {
    id: 'configure',
    title: 'configures the Wi-Fi of the device',
    isPairing: false,
    stops: rules('WSC', '01', '02', '03', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14'),
    stopsUuidE: [],
    stopsBy: NONE,
    risks: [
      ...rules('WSC', '04', '15', '16', '17'),
      ...rules('SEC', '01', '02', '04'),
      'RVP-REG-50',
      ...rules('IEX', '01', '02', '03', '04'),
      ...rules('PIN', '01', '02', '03'),
    ],
    risksBy: NONE,
  },
  {
    id: 'pre-pair',
    title: 'pre-pairs, keeping the UUID to wait for',
    isPairing: true,
    stops: ['RVP-TUU-09'],
    stopsUuidE: ['RVP-UID-01'],
    stopsBy: NONE,
    risks: rules('UID', '01', '02'),
    risksBy: NONE,
  },
  {
    id: 'join',
    title: 'sees the device join the network',
    isPairing: false,
    stops: rules('JOIN', '01', '02'),
    stopsUuidE: [],
    stopsBy: NONE,
    risks: rules('JOIN', '03'),
    risksBy: NONE,
  },
  {
    id: 'wait',
    title: 'waits for the device under exactly that UUID',
    titleBy: {
      upnp: 'waits for SSDP under exactly that UUID',
      dpws: 'waits for WS-Discovery under exactly that UUID',
    },
    isPairing: true,
    stops: [...rules('DISC', '01', '03'), ...rules('TUU', '05', '06', '07')],
    stopsUuidE: [],
    stopsBy: {
      upnp: [...rules('UID', '03', '04', '05'), ...rules('SSDP', '001', '003')],
      dpws: [...rules('UID', '06', '07', '08'), 'RVP-WSD-003'],
    },
    risks: rules('DISC', '04'),
    risksBy: {
      upnp: rules(
        'SSDP',
        ...['003b', '004', '005', '006', '010', '011', '012', '013', '014', '015', '016', '018', '019', '020', '021'],
        ...['022', '024', '025', '026', '027', '041', '042', '043', '044', '045', '046', '047', '048'],
      ),
      dpws: rules(
        'WSD',
        ...['001', '002', '010a', '010b', '010c', '011', '012', '014', '015', '017', '020', '021', '030', '032', '033'],
      ),
    },
  },
  {
    id: 'fetch',
    title: 'fetches description and metadata',
    titleBy: { upnp: 'fetches the description', dpws: 'fetches the metadata' },
    isPairing: true,
    stops: [],
    stopsUuidE: [],
    stopsBy: {
      upnp: ['RVP-SSDP-017', ...rules('DESC', '001', '003', '010', '018')],
      dpws: [...rules('WSD', '013', '022'), ...rules('MEX', '002', '003', '004', '005')],
    },
    risks: [],
    risksBy: {
      upnp: rules('DESC', '002', '011', '013', '013b', '015', '016', '017'),
      dpws: rules('MEX', '005b', '006', '010', '011', '012', '013', '014'),
    },
  },
  {
    id: 'pnpx',
    title: 'reads the PnP-X ids and categories',
    isPairing: true,
    stops: rules('PNPX', '01', '05', '07'),
    stopsUuidE: [],
    stopsBy: { upnp: [], dpws: rules('PNPX', '02', '11') },
    risks: rules('PNPX', '03', '12', '13'),
    risksBy: NONE,
  },
  {
    id: 'container',
    title: 'puts it into one container',
    isPairing: true,
    stops: [],
    stopsUuidE: [],
    stopsBy: NONE,
    risks: rules('PNPX', '09', '14'),
    risksBy: NONE,
  },
  {
    id: 'driver',
    title: 'installs the driver',
    isPairing: true,
    stops: [],
    stopsUuidE: [],
    stopsBy: { upnp: [], dpws: ['RVP-MEX-016'] },
    risks: [],
    risksBy: NONE,
  },
  {
    id: 'again',
    title: 'knows it again after a restart',
    isPairing: true,
    stops: [],
    stopsUuidE: [],
    stopsBy: NONE,
    risks: ['RVP-UID-10'],
    risksBy: { upnp: rules('SSDP', '023', '030', '031', '033'), dpws: rules('WSD', '004', '005') },
  },
];
