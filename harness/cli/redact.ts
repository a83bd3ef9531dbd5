import { EXIT } from '#base/error-codes.js';
import { redactBundle } from '#evidence/bundle-redact.js';
import { visible } from '#reports/text.js';
import type { Terminal } from './terminal.js';

/** `redact`: take the secrets out of a run or a bundle. What is not there is not missed. */
export async function redact(path: string, terminal: Terminal): Promise<number> {
  await redactBundle(path);
  terminal.out(`${visible(path)} holds no secrets; rules that need its session keys are inconclusive from now on\n`);
  return EXIT.passed;
}
