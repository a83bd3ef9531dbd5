import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { readBundle } from '#evidence/bundle-read.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import { record } from '../session.js';
import { wiredProfile } from '../testing/profile.js';
import { planFor } from '../testing/recording.js';
import { VARIANTS, type Variant } from '../testing/variants.js';
import { complaints, verdictsOf } from '../testing/verdicts.js';

const LANES = 3;

interface Judgement {
  /** Values of the vendor extensions of M1 that are not the Wi-Fi Alliance's, hex. */
  readonly sent: readonly string[];
  readonly fails: readonly string[];
  readonly warns: readonly string[];
}

/** Each variant goes through a real wpa_supplicant, and what the judge says of it is exactly what the rules say. */
describe('vendor extensions through a real Enrollee', function () {
  this.timeout(30_000);
  let folder: string;

  /** Recording is mostly waiting for processes to start: a few at a time. */
  const judgements = new Map<Variant, Promise<Judgement>>();

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-variants-'));
    const lanes: Promise<unknown>[] = [];
    VARIANTS.forEach((variant, index) => {
      const lane = index % LANES;
      const judgement = (lanes[lane] ?? Promise.resolve()).then(() => judged(variant));
      judgements.set(variant, judgement);
      lanes[lane] = judgement.catch(() => undefined);
    });
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function judged(variant: Variant): Promise<Judgement> {
    const { extension, transports, uuidE } = variant;
    const profile = wiredProfile({ extension, transports, ...(uuidE === undefined ? {} : { uuid: uuidE }) });
    const bundleDir = mkdtempSync(join(folder, 'bundle-'));
    const result = await record({
      ...planFor(profile, bundleDir),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(result).to.deep.equal({ ended: 'complete' });
    const { evidence } = await readBundle(bundleDir);
    const m1 = evidence.exchanges[0]?.messages.find(({ wsc }) => wsc.name === 'M1');
    if (m1 === undefined) throw new Error('there is no M1');
    const extensions = vendorExtensions(m1.wsc).filter(({ vendor }) => vendor !== 'wfa');
    return {
      sent: extensions.map(({ node }) => toHex(node.value)),
      ...complaints(await verdictsOf(bundleDir, profile)),
    };
  }

  for (const variant of VARIANTS) {
    const verdict = variant.fails.length > 0 ? `fails ${variant.fails.join(', ')}` : 'fails nothing';
    it(`${variant.name}: ${verdict}`, async () => {
      const { sent, fails, warns } = (await judgements.get(variant)) ?? {};
      expect(sent, 'what M1 carries').to.deep.equal(variant.extension === null ? [] : [variant.extension]);
      expect({ fails, warns }).to.deep.equal({
        fails: [...variant.fails].sort(),
        warns: [...(variant.warns ?? [])].sort(),
      });
    });
  }
});
