import type { Fault } from '#reference/fault.js';
import { FAULTS } from '#reference/faults.js';
import { MODELS } from '#reference/models.js';
import { GENERATOR_VERSION } from '#reference/seed.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { document, table } from './docs-table.js';
import { shownRules } from './loopback-rules.js';

/** docs/faults.md: the reference devices, everything they can do wrong, and what comes of it. */
export function faultsPage(): string {
  const pairs = MODELS.flatMap((model) => FAULTS.filter((fault) => fault.refuses(model) === null)).length;
  return document('Reference devices and faults', [
    `The devices of the loopback bench, and what they can be made to do wrong:
\`rally-conformance run --bench loopback --device <model> [--fault <id>] [--seed <number>]\`.
A seed (generator version ${GENERATOR_VERSION}) makes the device: its address, PIN, UUIDs, keys and nonces.`,
    `${MODELS.length} models, ${FAULTS.length} faults, ${shownRules(CATALOGUE).length} rules, ${pairs} pairs. \`npm test\` holds each
model without fault to passing every rule that applies, and each pair to failing exactly the MUST rules and warning of
exactly the SHOULD rules that are listed here, and to differing from the device without the fault in nothing else.
Rules that a failed rule makes unreadable are inconclusive; they are not listed. [coverage.md](coverage.md) lists the faults by rule.`,
    '## Devices',
    modelTable(),
    '## Faults',
    faultTable(),
  ]);
}

function modelTable(): string {
  const rows = MODELS.map(({ id, title, method, wscVersion }) => [
    `\`${id}\``,
    title,
    method === 'pin' ? 'PIN' : 'push button',
    wscVersion,
  ]);
  return table([['device', 'what it is', 'method', 'WSC'], ...rows]);
}

function faultTable(): string {
  const rows = FAULTS.map((fault) => [
    `\`${fault.id}\``,
    fault.change,
    fault.fails.join(' '),
    fault.warns.join(' '),
    refusals(fault),
  ]);
  return table([['fault', 'the device', 'fails', 'warns', 'not on'], ...rows]);
}

/** Models a fault cannot be put on, by reason. */
function refusals(fault: Fault): string {
  const byReason = new Map<string, string[]>();
  for (const model of MODELS) {
    const reason = fault.refuses(model);
    if (reason !== null) byReason.set(reason, [...(byReason.get(reason) ?? []), model.id]);
  }
  return [...byReason].map(([reason, models]) => `${models.join(', ')}: ${reason}`).join('; ');
}

/** Ids of the faults that break a rule. */
export function faultsOf(rule: string): string[] {
  return FAULTS.filter(({ fails, warns }) => [...fails, ...warns].some((id) => id === rule)).map(({ id }) => id);
}
