import { obstacle } from '#lab/obstacle.js';

/**
 * A program for set-up: prints, as one JSON object, the best place for the reference device on this machine and what is
 * in the way of the better ones: `{"place": "vm" | "sandbox" | "here", "why": {"vm"?: text, "sandbox"?: text}}`.
 */
const why: Record<string, string> = {};
let place = 'here';
for (const candidate of ['vm', 'sandbox'] as const) {
  const reason = await obstacle(candidate, (step) => process.stderr.write(`${step} ...\n`));
  if (reason === null) {
    place = candidate;
    break;
  }
  why[candidate] = reason;
}
process.stdout.write(`${JSON.stringify({ place, why })}\n`);
