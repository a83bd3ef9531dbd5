import type { OutgoingMessage, Script, ScriptedMessage } from '#wps/engine.js';
import { anyModel, only, type Fault } from './fault.js';
import { nackInsteadOf } from './message-edits.js';
import { hasDisplay, hasLabel, type Panel } from './panel.js';
import type { Behaviour } from './parts.js';

const withDisplay = only(hasDisplay, 'it has no display');
const withLabelAlone = only(
  (model) => hasLabel(model) && !hasDisplay(model),
  'its PIN is not one that only a label shows',
);

/** What an exchange lacks that ends with M1. */
const AFTER_M1 = ['M3.missing', 'M5.missing', 'M7.missing', 'WSC_DONE.missing'] as const;

const panel = (change: (old: Panel) => Panel): Behaviour => ({
  build: (parts) => ({ ...parts, panel: change(parts.panel) }),
});

const display = (change: Partial<NonNullable<Panel['display']>>): Fault['behaviour'] => {
  return () => panel((old) => (old.display === null ? old : { ...old, display: { ...old.display, ...change } }));
};

/** Another message, once the device has acknowledged an M2D in the session. */
function afterM2d(what: string, made: (message: OutgoingMessage) => readonly ScriptedMessage[]): Script {
  let acknowledged = false;
  return (message) => {
    if (message.what === 'M1') acknowledged = false;
    if (message.what === 'WSC_ACK') acknowledged = true;
    return acknowledged && message.what === what ? made(message) : [message];
  };
}

/** The first 7 digits, and another last one than they ask for. */
function wrongChecksum(pin: string): string {
  return `${pin.slice(0, -1)}${(Number(pin.at(-1)) + 1) % 10}`;
}

/** Faults of what a device does while its user is asked for the PIN, and of what the user then sees. */
export const PIN_FAULTS: readonly Fault[] = [
  {
    id: 'pin-disappears',
    change: 'takes the PIN off its display one minute after an M2D',
    refuses: withDisplay,
    fails: ['RVP-PIN-01'],
    warns: [],
    changes: ['panel.display-shows-pin'],
    behaviour: display({ shownMs: 60_000 }),
  },
  {
    id: 'pin-behind-a-key',
    change: 'shows its PIN only when somebody presses a key',
    refuses: withDisplay,
    fails: ['RVP-PIN-01'],
    warns: [],
    changes: ['panel.display-shows-pin'],
    behaviour: display({ shownMs: 0 }),
  },
  {
    id: 'fixed-pin-on-display',
    change: 'shows a PIN on its display that is the same for ever',
    refuses: withDisplay,
    fails: ['RVP-PIN-01'],
    warns: [],
    changes: ['panel.display-pin-is-dynamic'],
    behaviour: display({ isDynamic: false }),
  },
  {
    id: 'no-pin-label',
    change: 'has no PIN on its label',
    refuses: withLabelAlone,
    fails: ['RVP-PIN-02'],
    warns: [],
    changes: ['panel.label-has-pin', 'panel.label-pin-is-marked'],
    behaviour: () => panel((old) => ({ ...old, label: null })),
  },
  {
    id: 'unmarked-pin-label',
    change: 'has a number on its label that nothing says is the PIN',
    refuses: withLabelAlone,
    fails: ['RVP-PIN-02'],
    warns: [],
    changes: ['panel.label-pin-is-marked'],
    behaviour: () => panel((old) => ({ ...old, label: { isMarked: false } })),
  },
  {
    id: 'label-pin-wrong-checksum',
    change: 'has a PIN whose last digit is not the checksum of the others',
    refuses: withLabelAlone,
    fails: ['RVP-PIN-02'],
    warns: [],
    changes: ['M3.E-Hash1', 'M3.E-Hash2'],
    behaviour: ({ pin }) => ({
      build: (parts) => ({ ...parts, pin: wrongChecksum(pin), panel: { ...parts.panel, pin: wrongChecksum(pin) } }),
    }),
  },
  {
    id: 'nack-m2d',
    change: 'answers M2D with WSC_NACK',
    refuses: anyModel,
    fails: ['RVP-PIN-03'],
    warns: [],
    changes: ['WSC_ACK.missing', 'WSC_NACK.added', ...AFTER_M1],
    behaviour: () => ({ message: (message) => [message.what === 'WSC_ACK' ? nackInsteadOf(message) : message] }),
  },
  {
    id: 'silent-on-m2d',
    change: 'does not answer M2D',
    refuses: anyModel,
    fails: ['RVP-PIN-03'],
    warns: [],
    changes: ['WSC_ACK.missing', ...AFTER_M1],
    behaviour: () => ({ message: (message) => (message.what === 'WSC_ACK' ? [] : [message]) }),
  },
  {
    id: 'm1-again-on-m2d',
    change: 'answers M2D with its M1 once more',
    refuses: anyModel,
    fails: ['RVP-PIN-03'],
    warns: [],
    changes: ['WSC_ACK.missing'],
    behaviour: () => {
      let m1: ScriptedMessage | null = null;
      return {
        message: (message) => {
          if (message.what === 'M1') m1 = message;
          return [message.what === 'WSC_ACK' && m1 !== null ? m1 : message];
        },
      };
    },
  },
  {
    id: 'gives-up-after-m2d',
    change: 'acknowledges M2D and refuses the M2 that follows',
    refuses: anyModel,
    fails: ['RVP-PIN-03'],
    warns: [],
    changes: ['WSC_NACK.added', ...AFTER_M1],
    behaviour: () => {
      let nack: ScriptedMessage | null = null;
      const refuse = afterM2d('M3', (m3) => [nack ?? m3]);
      return {
        message: (message, tools) => {
          if (message.what === 'WSC_ACK') nack = nackInsteadOf(message);
          return refuse(message, tools);
        },
      };
    },
  },
  {
    id: 'silent-after-m2d',
    change: 'acknowledges M2D and does not answer the M2 that follows',
    refuses: anyModel,
    fails: ['RVP-PIN-03'],
    warns: [],
    changes: [...AFTER_M1],
    behaviour: () => ({ message: afterM2d('M3', () => []) }),
  },
];
