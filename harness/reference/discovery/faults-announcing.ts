import { formatUuid } from '#base/uuid.js';
import type { Fault } from '../fault.js';
import type { SsdpDraft, SsdpField } from './behaviour.js';
import { anyOf } from './changes.js';
import { byNewerUpnp, byUpnp, withEmbedded, withSecondVersion } from './conditions.js';
import { addHeader, header, ssdp, upnp } from './edits.js';

const ALIVE = ['alive'] as const;
const NOTIFIES = ['alive', 'byebye'] as const;
const ALL = ['alive', 'byebye', 'answer'] as const;
const SEARCHED = ['alive', 'answer'] as const;

const isRoot = ({ target }: SsdpDraft): boolean => target.what === 'root';
const without = (headers: readonly SsdpField[], name: string): SsdpField[] => headers.filter(([key]) => key !== name);
const withField = (headers: readonly SsdpField[], name: string, value: string): SsdpField[] =>
  headers.map(([key, old]): SsdpField => (key === name ? [key, value] : [key, old]));

/** A device of another network card than the one that was set up. */
const LOOPBACK_LOCATION = 'http://127.0.0.1:49152/description.xml';
/** Nothing can be fetched from there. */
const UNDESCRIBED = ['status', 'headers', 'missing'].map((part) => `description.${part}`);
const LATE_MS = 12_000;
const SHORT_MAX_AGE_S = 5;
const NEVER_MS = 86_400_000;
const PADDING = 'x'.repeat(1500);

/** Faults of what a UPnP device says unasked. */
export const ANNOUNCING_FAULTS: readonly Fault[] = [
  {
    id: 'bare-line-feeds',
    change: 'ends the lines of its SSDP messages with LF alone',
    refuses: byUpnp,
    fails: ['RVP-SSDP-001'],
    warns: [],
    changes: anyOf(ALL, 'framing'),
    behaviour: ssdp(ALL, (draft) => ({ ...draft, writing: { ...draft.writing, lineEnd: '\n' } })),
  },
  {
    id: 'no-blank-line',
    change: 'sends its announcements without the blank line at their end',
    refuses: byUpnp,
    fails: ['RVP-SSDP-003'],
    warns: [],
    changes: anyOf(NOTIFIES, 'framing'),
    behaviour: ssdp(NOTIFIES, (draft) => ({ ...draft, writing: { ...draft.writing, noBlankLine: true } })),
  },
  {
    id: 'body-after-headers',
    change: 'sends text behind the blank line of its announcements',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-003b'],
    changes: anyOf(NOTIFIES, 'framing'),
    behaviour: ssdp(NOTIFIES, (draft) => ({
      ...draft,
      writing: { ...draft.writing, body: new TextEncoder().encode('alive\r\n') },
    })),
  },
  {
    id: 'announcement-of-two-fragments',
    change: 'pads its announcements with a header until they no longer fit one frame',
    refuses: byUpnp,
    fails: ['RVP-SSDP-004'],
    warns: [],
    changes: anyOf(ALIVE, 'PADDING.RALLY-REFERENCE.EXAMPLE'),
    behaviour: addHeader(ALIVE, 'PADDING.RALLY-REFERENCE.EXAMPLE', PADDING),
  },
  {
    id: 'vendor-header-without-domain',
    change: 'sends a header of its own that names no domain',
    refuses: byNewerUpnp,
    fails: [],
    warns: ['RVP-SSDP-005'],
    changes: anyOf(ALIVE, 'X-RALLY-MODE'),
    behaviour: addHeader(ALIVE, 'X-Rally-Mode', 'ready'),
  },
  {
    id: 'service-not-announced',
    change: 'announces one service type less than it has',
    refuses: byUpnp,
    fails: ['RVP-SSDP-010'],
    warns: [],
    changes: [...anyOf(ALIVE, 'missing'), ...anyOf(['byebye'], 'missing')],
    behaviour: upnp(() => ({ announced: (targets) => targets.slice(0, -1) })),
  },
  {
    id: 'embedded-device-not-announced',
    change: 'announces its root device, and nothing of the device embedded in it',
    refuses: withEmbedded,
    fails: ['RVP-SSDP-010'],
    warns: [],
    changes: [...anyOf(ALIVE, 'missing'), ...anyOf(['byebye'], 'missing')],
    behaviour: upnp(({ root }) => ({ announced: (targets) => targets.filter(({ udn }) => udn === root.udn) })),
  },
  {
    id: 'announces-device-not-described',
    change: 'also announces a device that its description does not have',
    refuses: byUpnp,
    fails: ['RVP-SSDP-011'],
    warns: [],
    changes: [...anyOf(ALIVE, 'added'), ...anyOf(['byebye'], 'added')],
    behaviour: upnp((_, { device }) => {
      const udn = `uuid:${formatUuid(device.strangeUuid)}`;
      return { announced: (targets) => [...targets, { nt: udn, usn: udn, udn, what: 'uuid' }] };
    }),
  },
  {
    id: 'lower-version-announced-too',
    change: 'announces its device type in the version below as well',
    refuses: withSecondVersion,
    fails: ['RVP-SSDP-012'],
    warns: [],
    changes: [...anyOf(ALIVE, 'added'), ...anyOf(['byebye'], 'added')],
    behaviour: upnp(({ root }) => {
      const nt = root.deviceType.replace(/[0-9]+$/, '1');
      const lower = { nt, usn: `${root.udn}::${nt}`, udn: root.udn, what: 'device' } as const;
      return { announced: (targets) => [...targets, lower] };
    }),
  },
  {
    id: 'host-without-port',
    change: 'leaves the port out of HOST',
    refuses: byUpnp,
    fails: ['RVP-SSDP-013'],
    warns: [],
    changes: anyOf(NOTIFIES, 'HOST'),
    behaviour: header(NOTIFIES, 'HOST', (value) => value.replace(/:[0-9]+$/, '')),
  },
  {
    id: 'cache-control-a-number',
    change: 'sends the number of seconds alone as CACHE-CONTROL',
    refuses: byUpnp,
    fails: ['RVP-SSDP-014'],
    warns: [],
    changes: anyOf(ALIVE, 'CACHE-CONTROL'),
    behaviour: header(ALIVE, 'CACHE-CONTROL', (value) => value.replace('max-age=', '')),
  },
  {
    id: 'max-age-of-15-minutes',
    change: 'says that its announcements hold for 15 minutes',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-015'],
    changes: anyOf(SEARCHED, 'CACHE-CONTROL'),
    behaviour: upnp(() => ({ maxAgeS: 900 })),
  },
  {
    id: 'cache-control-public',
    change: 'sends a second directive in CACHE-CONTROL',
    refuses: byNewerUpnp,
    fails: [],
    warns: ['RVP-SSDP-016'],
    changes: anyOf(SEARCHED, 'CACHE-CONTROL'),
    behaviour: header(SEARCHED, 'CACHE-CONTROL', (value) => `${value}, public`),
  },
  {
    id: 'location-on-loopback',
    change: 'names its loopback address in LOCATION',
    refuses: byUpnp,
    fails: ['RVP-SSDP-017'],
    warns: [],
    changes: [...anyOf(SEARCHED, 'LOCATION'), ...UNDESCRIBED],
    behaviour: header(SEARCHED, 'LOCATION', () => LOOPBACK_LOCATION),
  },
  {
    id: 'relative-location',
    change: 'sends the path of its description alone as LOCATION',
    refuses: byUpnp,
    fails: ['RVP-SSDP-017'],
    warns: [],
    changes: [...anyOf(SEARCHED, 'LOCATION'), ...UNDESCRIBED],
    behaviour: header(SEARCHED, 'LOCATION', (value) => new URL(value).pathname),
  },
  {
    id: 'location-on-closed-port',
    change: 'names a port in LOCATION on which nothing listens',
    refuses: byUpnp,
    fails: ['RVP-SSDP-017'],
    warns: [],
    changes: [...anyOf(SEARCHED, 'LOCATION'), ...UNDESCRIBED],
    behaviour: header(SEARCHED, 'LOCATION', (value) => value.replace(/:[0-9]+\//, ':9/')),
  },
  {
    id: 'notify-without-nts',
    change: 'sends one NOTIFY more, which has no NTS',
    refuses: byUpnp,
    fails: ['RVP-SSDP-018'],
    warns: [],
    changes: anyOf(ALIVE, 'added'),
    behaviour: ssdp(ALIVE, (draft) =>
      isRoot(draft) ? [draft, { ...draft, headers: without(draft.headers, 'NTS') }] : draft,
    ),
  },
  {
    id: 'server-a-name',
    change: 'sends the name of its firmware as SERVER',
    refuses: byUpnp,
    fails: ['RVP-SSDP-019'],
    warns: [],
    changes: anyOf(SEARCHED, 'SERVER'),
    behaviour: header(SEARCHED, 'SERVER', () => 'Rally-reference'),
  },
  {
    id: 'boot-id-varies-in-set',
    change: 'sends another BOOTID with each thing it announces',
    refuses: byNewerUpnp,
    fails: ['RVP-SSDP-020'],
    warns: [],
    changes: anyOf(ALL, 'BOOTID.UPNP.ORG'),
    behaviour: header(ALL, 'BOOTID.UPNP.ORG', (value, { target }) => String(Number(value) + target.usn.length)),
  },
  {
    id: 'boot-id-hexadecimal',
    change: 'writes BOOTID in hexadecimal',
    refuses: byNewerUpnp,
    fails: ['RVP-SSDP-020'],
    warns: [],
    changes: anyOf(ALL, 'BOOTID.UPNP.ORG'),
    behaviour: header(ALL, 'BOOTID.UPNP.ORG', (value) => `0x${Number(value).toString(16)}`),
  },
  {
    id: 'no-config-id',
    change: 'leaves CONFIGID out of its announcements',
    refuses: byNewerUpnp,
    fails: ['RVP-SSDP-020'],
    warns: [],
    changes: anyOf(ALIVE, 'CONFIGID.UPNP.ORG'),
    behaviour: header(ALIVE, 'CONFIGID.UPNP.ORG', () => null),
  },
  {
    id: 'search-port-80',
    change: 'offers a port for searches that is none of the dynamic ones',
    refuses: byNewerUpnp,
    fails: ['RVP-SSDP-020'],
    warns: [],
    changes: anyOf(ALIVE, 'SEARCHPORT.UPNP.ORG'),
    behaviour: addHeader(ALIVE, 'SEARCHPORT.UPNP.ORG', '80'),
  },
  {
    id: 'first-set-late',
    change: 'waits 12 seconds with its address before it announces itself',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-021'],
    changes: anyOf(ALIVE, 'time'),
    behaviour: upnp(() => ({ firstMs: () => LATE_MS })),
  },
  {
    id: 'set-sent-once',
    change: 'sends each set of announcements once',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-022'],
    changes: anyOf(NOTIFIES, 'copies'),
    behaviour: upnp(() => ({ copies: 1 })),
  },
  {
    id: 'set-sent-six-times',
    change: 'sends each set of announcements six times',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-022'],
    changes: anyOf(NOTIFIES, 'copies'),
    behaviour: upnp(() => ({ copies: 6 })),
  },
  {
    id: 'announces-itself-once',
    change: 'says that its announcements hold for 5 seconds, and does not refresh them',
    refuses: byUpnp,
    fails: ['RVP-SSDP-023'],
    warns: ['RVP-SSDP-015'],
    changes: [...anyOf(SEARCHED, 'CACHE-CONTROL'), ...anyOf(ALIVE, 'copies')],
    behaviour: upnp(() => ({ maxAgeS: SHORT_MAX_AGE_S, refreshMs: NEVER_MS })),
  },
  {
    id: 'max-age-varies-in-set',
    change: 'gives the messages of one set different times to hold',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-024'],
    changes: anyOf(ALIVE, 'CACHE-CONTROL'),
    behaviour: header(ALIVE, 'CACHE-CONTROL', (value, draft) => (isRoot(draft) ? 'max-age=3600' : value)),
  },
  {
    id: 'ttl-64',
    change: 'multicasts with an IP TTL of 64',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-025'],
    changes: anyOf(NOTIFIES, 'ttl'),
    behaviour: upnp(() => ({ ttl: 64 })),
  },
  {
    id: 'notify-to-wrong-port',
    change: 'sends its announcements to port 1901 of the multicast group',
    refuses: byUpnp,
    fails: ['RVP-SSDP-027'],
    warns: [],
    changes: anyOf(NOTIFIES, 'destination'),
    behaviour: ssdp(NOTIFIES, (draft) => ({ ...draft, to: { address: '239.255.255.250', port: 1901 } })),
  },
  {
    id: 'no-byebye',
    change: 'leaves without a word',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-030'],
    changes: anyOf(['byebye'], 'missing'),
    behaviour: upnp(() => ({ saysByebye: false })),
  },
  {
    id: 'byebye-for-root-alone',
    change: 'says byebye for its root device alone',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-030'],
    changes: anyOf(['byebye'], 'missing'),
    behaviour: ssdp(['byebye'], (draft) => (isRoot(draft) ? draft : [])),
  },
  {
    id: 'byebye-with-nt-of-root',
    change: 'sends upnp:rootdevice as NT of every byebye',
    refuses: byUpnp,
    fails: ['RVP-SSDP-031'],
    warns: [],
    changes: anyOf(['byebye'], 'NT'),
    behaviour: header(['byebye'], 'NT', () => 'upnp:rootdevice'),
  },
  {
    id: 'update-without-next-boot-id',
    change: 'sends an ssdp:update that has no NEXTBOOTID',
    refuses: byNewerUpnp,
    fails: ['RVP-SSDP-033'],
    warns: [],
    changes: ['update.added'],
    behaviour: ssdp(ALIVE, (draft) =>
      isRoot(draft) ? [draft, { ...draft, headers: withField(draft.headers, 'NTS', 'ssdp:update') }] : draft,
    ),
  },
];
