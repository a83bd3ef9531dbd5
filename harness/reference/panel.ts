import { CONFIG_METHOD } from '#wire/wps/codes.js';
import type { Model } from './model.js';

/** How long the display of a reference device keeps the PIN after an M2D, milliseconds. */
const KEPT_MS = 150_000;

/** What a person sees of a device. */
export interface Panel {
  /** The PIN that is read off it, ASCII digits. */
  readonly pin: string;
  /** Null: none that can show a PIN. */
  readonly display: {
    /** How long it shows the PIN by itself after an M2D, milliseconds; 0: not before somebody has pressed something. */
    readonly shownMs: number;
    /** The PIN is the device's own making, not that of a label. */
    readonly isDynamic: boolean;
  } | null;
  /** Null: none with a PIN. */
  readonly label: { readonly isMarked: boolean } | null;
}

/** True for a model whose display can show a PIN, as its Config Methods say. */
export function hasDisplay({ configMethods }: Model): boolean {
  return (configMethods & CONFIG_METHOD.Display) !== 0;
}

/** True for a model that has its PIN on a label. */
export function hasLabel({ configMethods }: Model): boolean {
  return (configMethods & CONFIG_METHOD.Label) !== 0;
}

/** The panel of a device as it should be. */
export function panelOf(model: Model, pin: string): Panel {
  return {
    pin,
    display: hasDisplay(model) ? { shownMs: KEPT_MS, isDynamic: true } : null,
    label: hasLabel(model) ? { isMarked: true } : null,
  };
}
