import type { BenchEvent, Evidence, Exchange } from '#evidence/model.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import { packetNames } from './packet-names.js';

/** What was done, step by step, with its times: what the bench noted, or the packets where there was no bench. */
export interface ScenarioStep {
  /** May hold what a device said: neither escaped nor masked. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly stopMs: number;
  /** `unknown`: it ended in another way than it set out to. */
  readonly outcome: 'done' | 'unknown' | 'broken';
  readonly steps: readonly ScenarioStep[];
  /** What it is a step of, where it holds others. */
  readonly part?: 'registration' | 'discovery';
}

/** Most steps inside one step; the rest is counted. */
const MAX_INNER = 300;
/** What only counts, and is told elsewhere. */
const NOT_STEPS: readonly string[] = [
  'clock',
  'times',
  'end',
  'sequence',
  'monitor-missed',
  'stranger',
  'outside-session',
];

/** Steps of a run in the order of its events; of a capture alone one step an exchange. */
export function scenarioSteps({ events, exchanges }: Pick<Evidence, 'events' | 'exchanges'>): ScenarioStep[] {
  return events.length === 0 ? exchanges.map(exchangeStep) : stepsOf(events);
}

/** The packets of an exchange as steps, each as long as what came before it was waited for. */
export function exchangeStep(exchange: Exchange): ScenarioStep {
  const names = packetNames(exchange);
  const [first] = exchange.packets;
  const startMs = first === undefined ? 0 : millisecondsOf(first.frame.timeNs);
  let beforeMs = startMs;
  const steps = exchange.packets.map((packet): ScenarioStep => {
    const stopMs = millisecondsOf(packet.frame.timeNs);
    const whose = packet.from === 'enrollee' ? 'device' : 'Registrar';
    const again = packet.retransmission ? ' again' : '';
    const name = `${whose}: ${names.get(packet)?.name ?? ''}${again} (frame ${packet.frame.number})`;
    const step = { name, startMs: Math.min(beforeMs, stopMs), stopMs, outcome: 'done', steps: [] } as const;
    beforeMs = stopMs;
    return step;
  });
  return {
    name: `Exchange ${exchange.number}`,
    startMs,
    stopMs: Math.max(startMs, beforeMs),
    outcome: exchange.closing === 'done' ? 'done' : 'unknown',
    steps: inner(steps),
  };
}

/** The steps in which the device was looked for, wherever they stand. */
export function discoverySteps(steps: readonly ScenarioStep[]): ScenarioStep[] {
  return steps.flatMap((step) => (step.part === 'discovery' ? [step] : discoverySteps(step.steps)));
}

interface Open {
  readonly name: string;
  readonly startMs: number;
  readonly end: string;
  readonly part: NonNullable<ScenarioStep['part']>;
  readonly steps: ScenarioStep[];
}

function stepsOf(events: readonly BenchEvent[]): ScenarioStep[] {
  const clock = events.find(({ kind }) => kind === 'clock');
  const offsetMs = clock === undefined ? 0 : number(clock.detail['wallMs'], 0) - clock.monotonicMs;
  const out: ScenarioStep[] = [];
  const stack: Open[] = [];
  let beforeMs: number | null = null;
  const into = (): ScenarioStep[] => stack.at(-1)?.steps ?? out;
  const close = (stopMs: number, what: string | null): void => {
    const open = stack.pop();
    if (open === undefined) return;
    const { name, startMs, part, steps } = open;
    const outcome = what === null ? 'unknown' : ENDED_WELL.includes(what) ? 'done' : 'unknown';
    const ended = what === null ? 'no end is recorded' : what;
    into().push({
      name: `${name}: ${ended}`,
      startMs,
      stopMs: Math.max(startMs, stopMs),
      outcome,
      steps: inner(steps),
      part,
    });
  };
  for (const event of events) {
    const { kind, detail, monotonicMs } = event;
    const atMs = number(detail['wallMs'], offsetMs + monotonicMs);
    const opened = OPENING[kind];
    if (opened !== undefined) {
      const { end, part } = opened;
      stack.push({ name: opened.name(detail), startMs: atMs, end, part, steps: [] });
    } else if (stack.some(({ end }) => end === kind)) {
      while (stack.at(-1)?.end !== kind) close(atMs, null);
      close(atMs, text(detail['outcome']) || 'ended');
    } else if (!NOT_STEPS.includes(kind)) {
      const startMs = number(detail['beganMs'], Math.min(atMs, beforeMs ?? atMs));
      const stopMs = Math.max(startMs, number(detail['endMs'], atMs));
      into().push({ name: nameOf(event), startMs, stopMs, outcome: outcomeOf(event), steps: [] });
    }
    beforeMs = atMs;
  }
  while (stack.length > 0) close(beforeMs ?? 0, null);
  return inner(out);
}

/** Outcomes of a session and of the follow-up that are what they were meant to be. */
const ENDED_WELL: readonly string[] = ['done', 'joined', 'all-seen', 'limit', 'ended'];

type Detail = BenchEvent['detail'];

/** Events that begin a step with steps in it, and what ends it. */
const OPENING: Readonly<Record<string, Opening | undefined>> = {
  'session-start': {
    end: 'session-end',
    part: 'registration',
    name: ({ session, method, script }) => {
      const how = method === 'pbc' ? 'push button' : 'PIN';
      return `Registration ${text(session)} by ${how}${script === undefined ? '' : `, scripted: ${text(script)}`}`;
    },
  },
  'observe-start': {
    end: 'observe-end',
    part: 'registration',
    name: ({ session }) => `Watching registration ${text(session)}`,
  },
  'discovery-start': {
    end: 'discovery-end',
    part: 'discovery',
    name: ({ addresses }) => {
      const known = Array.isArray(addresses) ? addresses.map(text).filter((address) => address !== '') : [];
      return ['Looking for the device on its network', ...known].join(', ');
    },
  },
};

interface Opening {
  readonly end: string;
  readonly part: NonNullable<ScenarioStep['part']>;
  readonly name: (detail: Detail) => string;
}

function nameOf({ kind, detail }: BenchEvent): string {
  switch (kind) {
    case 'progress':
      return text(detail['step']);
    case 'operator':
      return `Asked: ${text(detail['text'])} ${text(detail['answer'])}${detail['by'] === undefined ? '' : ` (${text(detail['by'])})`}`;
    case 'search':
      return `Search ${text(detail['name'])} (${text(detail['protocol'])})`;
    case 'fetch':
      return `${text(detail['method'])} ${text(detail['url'])} for ${text(detail['purpose'])}: ${text(detail['problem'] ?? detail['status']) || 'no answer'}`;
    case 'stimulus':
      return `The device is made to ${text(detail['name'])}${detail['failed'] === null ? '' : `: ${text(detail['failed'])}`}`;
    case 'join':
      return `Access point: ${text(detail['state'])} ${text(detail['address'])}`.trimEnd();
    case 'loss':
    case 'bench-failure':
      return `${kind}: ${text(detail['text'])}`;
    case 'fault':
      return `fault: ${text(detail['id'])}`;
    default:
      return kind;
  }
}

function outcomeOf({ kind, detail }: BenchEvent): ScenarioStep['outcome'] {
  if (kind === 'bench-failure') return 'broken';
  if (kind === 'stimulus' && typeof detail['failed'] === 'string') return 'unknown';
  if (kind === 'search-failed' || kind === 'bench-late' || kind === 'loss') return 'unknown';
  return 'done';
}

function inner(steps: readonly ScenarioStep[]): ScenarioStep[] {
  const last = steps.at(-1);
  if (steps.length <= MAX_INNER || last === undefined) return [...steps];
  const shown = steps.slice(0, MAX_INNER - 1);
  const rest = steps.length - shown.length;
  const startMs = shown.at(-1)?.stopMs ?? last.startMs;
  return [
    ...shown,
    { name: `and ${rest} more steps`, startMs, stopMs: Math.max(startMs, last.stopMs), outcome: 'done', steps: [] },
  ];
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/** What a recording holds there; empty where it is neither text nor a number. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
