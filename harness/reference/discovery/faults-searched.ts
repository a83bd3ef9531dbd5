import type { Fault } from '../fault.js';
import { anyOf } from './changes.js';
import { byUpnp } from './conditions.js';
import { header, ssdp, upnp } from './edits.js';

const ANSWER = ['answer'] as const;
/** After MX, while someone may still listen. */
const TOO_LATE_MS = 600;

/** Faults of how a UPnP device answers searches. */
export const SEARCHED_FAULTS: readonly Fault[] = [
  {
    id: 'answers-notify',
    change: 'answers the announcements of other devices',
    refuses: byUpnp,
    fails: ['RVP-SSDP-026'],
    warns: [],
    changes: anyOf(ANSWER, 'added'),
    behaviour: upnp(({ understood, answerMs }) => ({
      understood: (message) => (message.kind === 'notify' ? 'upnp:rootdevice' : understood(message)),
      answerMs: (search, random) => (search.message.kind === 'notify' ? 0 : answerMs(search, random)),
    })),
  },
  {
    id: 'answers-without-mx',
    change: 'answers a search by multicast that says no MX',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-041'],
    changes: anyOf(ANSWER, 'added'),
    behaviour: upnp(({ answerMs }) => ({ answerMs: (search, random) => answerMs(search, random) ?? 0 })),
  },
  {
    id: 'answers-after-mx',
    change: 'answers searches after MX is over',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-SSDP-042'],
    changes: anyOf(ANSWER, 'time'),
    behaviour: upnp(({ answerMs }) => ({
      answerMs: (search, random) => {
        const mx = /\bMX:\s*([0-9]+)/i.exec(new TextDecoder().decode(search.message.bytes))?.[1];
        return answerMs(search, random) === null ? null : Number(mx ?? 1) * 1000 + TOO_LATE_MS;
      },
    })),
  },
  {
    id: 'answers-by-multicast-too',
    change: 'multicasts each answer besides sending it to who asked',
    refuses: byUpnp,
    fails: ['RVP-SSDP-043'],
    warns: [],
    changes: anyOf(ANSWER, 'added'),
    behaviour: ssdp(ANSWER, (draft, own) => [draft, { ...draft, to: null, ttl: own.ttl }]),
  },
  {
    id: 'answers-without-ext',
    change: 'leaves EXT out of its answers',
    refuses: byUpnp,
    fails: ['RVP-SSDP-044'],
    warns: [],
    changes: anyOf(ANSWER, 'EXT'),
    behaviour: header(ANSWER, 'EXT', () => null),
  },
  {
    id: 'answers-without-server',
    change: 'leaves SERVER out of its answers',
    refuses: byUpnp,
    fails: ['RVP-SSDP-044'],
    warns: [],
    changes: anyOf(ANSWER, 'SERVER'),
    behaviour: header(ANSWER, 'SERVER', () => null),
  },
  {
    id: 'answers-all-with-root',
    change: 'answers a search for everything with its root device alone',
    refuses: byUpnp,
    fails: ['RVP-SSDP-045'],
    warns: [],
    changes: anyOf(ANSWER, 'missing'),
    behaviour: upnp(({ matching }) => ({
      matching: (wanted, targets) => (wanted === 'ssdp:all' ? targets.slice(0, 1) : matching(wanted, targets)),
    })),
  },
  {
    id: 'answers-all-as-all',
    change: 'sends ssdp:all back as ST of what it is',
    refuses: byUpnp,
    fails: ['RVP-SSDP-046'],
    warns: [],
    changes: anyOf(ANSWER, 'ST'),
    behaviour: upnp(({ matching }) => ({
      matching: (wanted, targets) =>
        matching(wanted, targets).map((target) => (wanted === 'ssdp:all' ? { ...target, nt: wanted } : target)),
    })),
  },
  {
    id: 'answers-unknown-target',
    change: 'answers searches for what it is not',
    refuses: byUpnp,
    fails: ['RVP-SSDP-047'],
    warns: [],
    changes: anyOf(ANSWER, 'added'),
    behaviour: upnp(({ matching }) => ({
      matching: (wanted, targets) => {
        const own = matching(wanted, targets);
        return own.length > 0 ? own : targets.slice(0, 1).map((target) => ({ ...target, nt: wanted }));
      },
    })),
  },
  {
    id: 'answers-with-bare-usn',
    change: 'sends its UDN alone as USN of every answer',
    refuses: byUpnp,
    fails: ['RVP-SSDP-048'],
    warns: [],
    changes: anyOf(ANSWER, 'USN'),
    behaviour: header(ANSWER, 'USN', (_, { target }) => target.udn),
  },
  {
    id: 'ignores-search-for-uuid',
    change: 'does not answer a search for its own UUID',
    refuses: byUpnp,
    // Nobody else owns it: the count for this target is wrong too.
    fails: ['RVP-DISC-03', 'RVP-SSDP-045'],
    warns: [],
    changes: anyOf(ANSWER, 'missing'),
    behaviour: upnp(({ matching }) => ({
      matching: (wanted, targets) => (wanted.startsWith('uuid:') ? [] : matching(wanted, targets)),
    })),
  },
];
