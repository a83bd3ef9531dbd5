import type { WscMessage } from '#wire/wps/message.js';
import type { DerivedKeys, OutgoingMessage, Outcome, ScriptedMessage } from './engine.js';

/** How a message layer ends: the outcome, and one sentence for the log (never a secret in it). */
export interface Ending {
  readonly outcome: Outcome;
  readonly text: string;
}

/** What a message layer makes of one message. */
export interface Step {
  /** To be sent, as the script left it; empty when the script dropped it or nothing is to be said. */
  readonly send: readonly ScriptedMessage[];
  /** M1, where it was it that came. */
  readonly m1?: WscMessage;
  /** Set when session keys exist from now on. */
  readonly keys?: DerivedKeys;
  readonly progress?: string;
  /** Set when nothing is expected any more but an answer to `send`, if that is not empty. */
  readonly end?: Ending;
}

/** One side of one registration, without EAP: WSC messages in, WSC messages out. Never throws on what a peer sends. */
export interface MessageLayer {
  /** One message of the peer, reassembled. */
  receive(opCode: number, wsc: WscMessage): Step;
  /** The peer broke the framing so that there is no message to receive: refuse it and end. */
  refuse(text: string): Step;
  /** Let the script see a message that is not of this layer's making (`Identity`, `WSC_Start`, `EAP-Failure`). */
  outgoing(message: OutgoingMessage): readonly ScriptedMessage[];
}
