import type { Exchange } from '#evidence/model.js';
import { exchangeSequence, exchangesOf } from './exchange-sequence.js';
import { secretMask } from './mask.js';
import { sequenceSvg } from './sequence-svg.js';
import { judged, type JudgedResult, type RunView } from './view.js';

/** The chart of one exchange. */
export interface ExchangeChart {
  readonly exchange: Exchange;
  readonly svg: string;
}

/** Most exchanges of a run that get a chart: those in which something is wrong first. */
export const MAX_CHARTS = 20;

/** The charts of a run, by exchange, with every rule that fails or warns on its message. */
export function chartsOf(view: Pick<RunView, 'verdicts' | 'evidence'>): ExchangeChart[] {
  const { evidence, verdicts } = view;
  if (evidence === undefined) return [];
  const marking = judged(verdicts);
  const wrong = new Set(marking.flatMap((result) => exchangesOf(result, evidence)));
  const first = evidence.exchanges.filter((exchange) => wrong.has(exchange));
  const chosen = new Set([...first, ...evidence.exchanges].slice(0, MAX_CHARTS));
  const mask = secretMask(evidence);
  return evidence.exchanges
    .filter((exchange) => chosen.has(exchange))
    .map((exchange) => ({ exchange, svg: sequenceSvg(exchangeSequence(exchange, evidence, marking, mask)) }));
}

/** The charts of the exchanges a result is on, at most `max`, with its own findings marked. */
export function chartsOfResult(result: JudgedResult, view: RunView, max: number): ExchangeChart[] {
  const { evidence } = view;
  if (evidence === undefined) return [];
  const mask = secretMask(evidence);
  return exchangesOf(result, evidence)
    .slice(0, max)
    .map((exchange) => ({ exchange, svg: sequenceSvg(exchangeSequence(exchange, evidence, [result], mask)) }));
}
