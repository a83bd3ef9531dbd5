import type { Datagram, Stimulus } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { decodeSsdp } from '#wire/ssdp.js';
import { header, isKind, newer, older, type NetworkCase } from './network-cases.js';
import { all, datagrams, discovery, keep, ssdpText, type Change } from './network-edits.js';

/** How long announcements hold, and what a reference device says when it leaves and comes back, at the rules' boundaries. */

/** What happens in a run of a reference device, milliseconds since 1970. */
interface Course {
  /** Of SSDP, by time: what was said of the first set and the answers to searches; what refreshes it until the device leaves. */
  readonly first: readonly Datagram[];
  readonly refreshment: readonly Datagram[];
  readonly leaveMs: number;
  readonly restartMs: number;
  /** The first announcement after the restart, and the last one. */
  readonly backMs: number;
  readonly lastMs: number;
}

/** Longer than the first set and all answers take. */
const FIRST_MS = 5000;
/** max-age of the models. */
const HOLDS_MS = 1_800_000;

function courseOf({ discovery: seen }: Evidence): Course {
  const { datagrams: usual = [], stimuli = [], sinceMs = null } = seen ?? {};
  const own = usual.filter((each) => each.sender === 'dut' && (isKind(each, 'alive') || isKind(each, 'answer')));
  const at = (kind: Stimulus['kind']): number => stimuli.find((each) => each.kind === kind)?.timeMs ?? NaN;
  const isFirst = ({ timeMs }: Datagram): boolean => timeMs < (sinceMs ?? NaN) + FIRST_MS;
  return {
    first: own.filter(isFirst),
    refreshment: own.filter((each) => !isFirst(each) && each.timeMs < at('leave')),
    leaveMs: at('leave'),
    restartMs: at('power-cycle'),
    backMs: firstOf(own.filter(({ timeMs }) => timeMs >= at('power-cycle'))),
    lastMs: lastOf(own),
  };
}

const lastOf = (list: readonly Datagram[]): number => list.at(-1)?.timeMs ?? NaN;
const firstOf = (list: readonly Datagram[]): number => list[0]?.timeMs ?? NaN;

/** A change that depends on when things happen. */
const when =
  (change: (course: Course) => Change): Change =>
  (evidence) =>
    change(courseOf(evidence))(evidence);

const stimuli = (change: (usual: readonly Stimulus[]) => readonly Stimulus[]): Change =>
  discovery(({ stimuli: usual }) => ({ stimuli: change(usual) }));
/** Nobody told it to leave, or switched it off. */
const UNTOLD = stimuli(() => []);
/** It was told to leave then, and nothing came after its last refreshment. */
const leavesAt = (timeMs: (course: Course) => number): Change =>
  when((course) =>
    all(
      keep((each) => each.timeMs <= lastOf(course.refreshment)),
      stimuli(() => [{ kind: 'leave', name: 'leave', timeMs: timeMs(course), endMs: timeMs(course), failed: null }]),
    ),
  );
const watchedUntil = (untilMs: (course: Course) => number): Change =>
  when((course) => discovery(() => ({ untilMs: untilMs(course) })));
const watchedLong = watchedUntil(({ lastMs }) => lastMs + 2 * HOLDS_MS);

/** Each farewell as others. */
const farewells = (change: (farewell: Datagram, course: Course) => readonly Datagram[]): Change =>
  when((course) => datagrams((each) => (isKind(each, 'byebye') ? change(each, course) : [each])));

/** The refreshment so that its first message comes at that time. */
const refreshedAt = (timeMs: (course: Course) => number): Change =>
  when((course) => {
    const { refreshment } = course;
    const moved = timeMs(course) - firstOf(refreshment);
    return datagrams((each) => [refreshment.includes(each) ? { ...each, timeMs: each.timeMs + moved } : each]);
  });

/** BOOTID raised by so much with the refreshment, which comes so long after all that was said before. */
const bootsAgain = (pauseMs: number, by: number): Change =>
  when(({ first }) => {
    const beforeMs = lastOf(first);
    const raised = (_: string, name: string, value: string): string => name + String(Number(value) + by);
    return all(
      refreshedAt(() => beforeMs + pauseMs),
      ssdpText((text, { timeMs }) =>
        timeMs > beforeMs ? text.replace(/(BOOTID\.UPNP\.ORG: )([0-9]+)/, raised) : text,
      ),
    );
  });

/** An announcement that holds for 9 s, refreshed so long after its last copy. */
const briefly = (ms: number): Change =>
  all(
    header('alive', 'CACHE-CONTROL', 'max-age=9'),
    refreshedAt(({ first }) => lastOf(first.filter((each) => isKind(each, 'alive'))) + ms),
  );

/** Announced once after the restart; the end comes so long after that. */
const onceAfterRestart = (ms: number): Change =>
  when(({ backMs }) =>
    all(
      keep((each) => each.protocol !== 'ssdp' || each.timeMs <= backMs),
      discovery(() => ({ untilMs: backMs + ms })),
    ),
  );

/** A farewell, and the announcements that follow it in the same moment, once; they are the last ones. */
const backAtOnce = when(({ first, refreshment, backMs }) => {
  const timeMs = lastOf(first) + FIRST_MS;
  return all(
    UNTOLD,
    keep((each) => each.timeMs <= backMs && !refreshment.includes(each)),
    datagrams((each) => {
      const isFarewell = isKind(each, 'byebye');
      return [isFarewell || each.timeMs === backMs ? { ...each, timeMs, isRepeat: false } : each];
    }),
  );
});

const isOfRoot = (each: Datagram): boolean =>
  each.ssdp?.headers.some(({ name, value }) => name === 'NT' && value === 'upnp:rootdevice') === true;

/** An ssdp:update behind each announcement of the root device. */
const updates = datagrams((each) => {
  if (!isKind(each, 'alive') || !isOfRoot(each)) return [each];
  const text = new TextDecoder().decode(each.bytes);
  const bytes = new TextEncoder().encode(
    text
      .replace('ssdp:alive', 'ssdp:update')
      .replace(/BOOTID\.UPNP\.ORG: ([0-9]+)\r\n/, '$&NEXTBOOTID.UPNP.ORG: $1\r\n'),
  );
  return [each, { ...each, bytes, ssdp: decodeSsdp(bytes) }];
});

/** Another NT of the root device in its first set, and a third one in its farewell. */
const threeNames = when(({ first }) =>
  ssdpText((text, each) => {
    const name = isKind(each, 'byebye') ? 'urn:b' : each.timeMs <= lastOf(first) ? 'urn:a' : 'upnp:rootdevice';
    return text.replace('NT: upnp:rootdevice', `NT: ${name}`);
  }),
);

export const STAY_CASES: readonly NetworkCase[] = [
  newer('BOOTID in another notation', header('alive', 'BOOTID.UPNP.ORG', '0x10'), { fails: ['SSDP-020'] }),
  newer('a higher BOOTID after 2 s', bootsAgain(2000, 5)),
  newer('a higher BOOTID after less than 2 s', bootsAgain(1999, 5), { fails: ['SSDP-020'] }),
  newer('a lower BOOTID after 2 s', bootsAgain(2000, -5), { fails: ['SSDP-020'] }),
  newer('a set once, 2 s before the end', onceAfterRestart(2000), { warns: ['SSDP-022'] }),
  newer('a set once, less than 2 s before the end', onceAfterRestart(1999)),
  newer('refreshed when it expires', briefly(9000), { warns: ['SSDP-015'] }),
  newer('refreshed just after it has expired', briefly(9001), { fails: ['SSDP-023'], warns: ['SSDP-015'] }),
  older(
    'watched until its announcements expire',
    watchedUntil(({ lastMs }) => lastMs + HOLDS_MS),
  ),
  older(
    'watched until its announcements have expired',
    watchedUntil(({ lastMs }) => lastMs + HOLDS_MS + 1),
    {
      fails: ['SSDP-023'],
    },
  ),
  older(
    'left at its last announcement, and was watched until that has expired',
    all(
      leavesAt(({ refreshment }) => lastOf(refreshment)),
      watchedLong,
    ),
    {
      warns: ['SSDP-030'],
    },
  ),
  older(
    'left twice by itself, and was watched until its announcements have expired',
    all(
      UNTOLD,
      farewells((each, { lastMs }) => [each, { ...each, timeMs: lastMs + 500, isRepeat: true }]),
      watchedLong,
    ),
  ),
  older('left and came back in the same moment, and was silent then', all(backAtOnce, watchedLong), {
    fails: ['SSDP-023'],
    warns: ['SSDP-022'],
  }),
  older('no NT in a farewell nobody told it to say', all(UNTOLD, header('byebye', 'NT', null)), {
    warns: ['SSDP-030'],
  }),
  older(
    'no NT in a farewell, and told to leave when its announcements had expired',
    all(
      header('byebye', 'NT', null),
      stimuli((usual) => usual.filter(({ kind }) => kind === 'leave')),
      when(({ lastMs }) => stimuli((usual) => usual.map((each) => ({ ...each, timeMs: lastMs + HOLDS_MS })))),
    ),
    { warns: ['SSDP-030'] },
  ),
  older(
    'told to leave when its announcements expire',
    leavesAt(({ refreshment }) => lastOf(refreshment) + HOLDS_MS),
  ),
  older(
    'told to leave just before its announcements expire',
    leavesAt(({ refreshment }) => lastOf(refreshment) + HOLDS_MS - 1),
    { warns: ['SSDP-030'] },
  ),
  older(
    'a farewell before it was told to leave',
    farewells((each, { leaveMs }) => [{ ...each, timeMs: leaveMs - 100 }]),
    {
      warns: ['SSDP-030'],
    },
  ),
  older(
    'a farewell after the restart',
    farewells((each, { restartMs }) => [{ ...each, timeMs: restartMs + 50 }]),
    {
      warns: ['SSDP-030'],
    },
  ),
  older(
    'a farewell after a restart that failed',
    all(
      farewells((each, { restartMs }) => [{ ...each, timeMs: restartMs + 50 }]),
      stimuli((usual) => usual.map((each) => (each.kind === 'leave' ? each : { ...each, failed: 'no operator' }))),
    ),
  ),
  older(
    'a farewell before it was told to leave, and again in the moment of the restart',
    farewells((each, { leaveMs, restartMs }) => [
      { ...each, timeMs: leaveMs - 1000 },
      { ...each, timeMs: restartMs, isRepeat: true },
    ]),
  ),
  older(
    'no USN in NOTIFY, and another NT in a farewell',
    all(header('alive', 'USN', null), header('byebye', 'USN', null), header('byebye', 'NT', 'urn:b')),
    // Nothing tells what an announcement without USN is of, so a set seems to have many copies.
    { fails: ['SSDP-010', 'SSDP-018'], warns: ['SSDP-022', 'SSDP-030'] },
  ),
  older('two names under one USN, and a third in its farewell', threeNames, { fails: ['SSDP-031'] }),
  newer('ssdp:update with all its headers', updates),
];
