import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import type { Evidence } from '#evidence/model.js';
import type { Verdicts } from '#judge/record.js';
import { CATALOGUE } from './catalogue.js';
import { FAULT_CASES } from './testing/cases.js';
import { ALL_IN_ONE, DEVICES } from './testing/devices.js';
import { overTheAir, probeRequest, associationRequest } from './testing/air.js';
import { sessionsOf, twoSessions } from './testing/evidence.js';
import {
  ACCESS_POINT_RULES,
  AIR_RULES,
  broken,
  judgeAll,
  LONG_RUN_RULES,
  NETWORK_RULES,
  notRunOffNetwork,
  PIN_RULES,
  short,
  withVerdict,
} from './testing/verdicts.js';

describe('rules on conformant devices', () => {
  for (const device of DEVICES) {
    it(`${device.name}: everything holds`, () => {
      const verdicts = judgeAll(device.profile, twoSessions(device));
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      expect(withVerdict(verdicts, 'error')).to.deep.equal([]);
      expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
      // 802.11 frames are not part of a wired run.
      expect(notRunOffNetwork(verdicts)).to.deep.equal([...AIR_RULES, ...LONG_RUN_RULES].sort());
    });

    it(`${device.name}: everything holds over the air`, () => {
      const verdicts = judgeAll(device.profile, overTheAir(device));
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      for (const verdict of ['error', 'inconclusive'] as const)
        expect(withVerdict(verdicts, verdict), verdict).to.deep.equal([]);
      expect(notRunOffNetwork(verdicts)).to.deep.equal([...ACCESS_POINT_RULES, ...LONG_RUN_RULES].sort());
      const passed = withVerdict(verdicts, 'pass');
      expect(passed).to.include.members(['IEX-01', 'IEX-02', 'IEX-03', 'IEX-04', 'JOIN-01', 'JOIN-02', 'JOIN-03']);
    });
  }

  it('by push button over the air: everything holds', () => {
    const verdicts = judgeAll(ALL_IN_ONE.profile, overTheAir(ALL_IN_ONE, { method: 'pbc' }));
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    for (const verdict of ['error', 'inconclusive'] as const)
      expect(withVerdict(verdicts, verdict), verdict).to.deep.equal([]);
    expect(notRunOffNetwork(verdicts)).to.deep.equal([...ACCESS_POINT_RULES, ...LONG_RUN_RULES].sort());
  });

  for (const device of DEVICES) {
    it(`${device.name}: everything holds in a long run`, () => {
      const verdicts = judgeAll(
        device.profile,
        sessionsOf(device, 5, () => ({})),
      );
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
      expect(withVerdict(verdicts, 'pass')).to.include.members([...LONG_RUN_RULES]);
    });
  }

  it('under a made-up address while it looks for a network: everything holds', () => {
    const transmitter = Uint8Array.of(0x06, 1, 2, 3, 4, 5);
    const probe = probeRequest(ALL_IN_ONE, ALL_IN_ONE.pairing, ALL_IN_ONE.uuidE, { transmitter });
    const evidence = overTheAir(ALL_IN_ONE, { management: [probe, associationRequest(ALL_IN_ONE)] });
    const verdicts = judgeAll(ALL_IN_ONE.profile, evidence);
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
    expect(withVerdict(verdicts, 'pass')).to.include.members(['IEX-01', 'IEX-03', 'UID-02', 'VX-07', 'VX-10']);
  });

  it('each rule passes on at least one of them', () => {
    const passed = new Set<string>();
    for (const device of DEVICES) {
      for (const evidence of [overTheAir(device), sessionsOf(device, 5, () => ({}))])
        for (const id of withVerdict(judgeAll(device.profile, evidence), 'pass')) passed.add(id);
    }
    const silent = CATALOGUE.map(({ rule }) => short(rule.id)).filter((id) => !passed.has(id));
    expect(silent.filter((id) => !NETWORK_RULES.includes(id) && !PIN_RULES.includes(id))).to.deep.equal([
      // Held in tests of their own.
      ...ACCESS_POINT_RULES,
    ]);
  });
});

const DECLARED_BLOCKERS = new Map(CATALOGUE.map(({ rule }) => [rule.id, rule.blockedBy ?? []]));

/** Secrets of the exchanges that the verdicts show, in hex. */
function secretsIn({ exchanges }: Evidence, verdicts: Verdicts): string[] {
  const text = JSON.stringify(verdicts);
  return exchanges.flatMap(({ keys, messages }) => {
    // A nonce that is used in the clear as well is not secret any more: that is the fault shown.
    const isOpen = (secret: Uint8Array): boolean =>
      messages.some(({ wsc }) => Buffer.from(wsc.bytes).includes(Buffer.from(secret)));
    const secrets = [
      ...(keys === null ? [] : [keys.authKey, keys.keyWrapKey]),
      ...messages.flatMap(({ settings }) => settings?.plain?.attributes.map(({ value }) => value) ?? []),
    ];
    return secrets
      .filter((secret) => secret.length >= 16 && !isOpen(secret))
      .map((secret) => toHex(secret))
      .filter((hex) => text.includes(hex));
  });
}

describe('rules on devices with one fault', () => {
  for (const each of FAULT_CASES) {
    it(each.name, () => {
      const verdicts = judgeAll(each.profile, each.evidence());
      expect(broken(verdicts)).to.deep.equal({ fails: each.fails, warns: each.warns });
      const errors = verdicts.results.filter(({ verdict }) => verdict === 'error');
      expect(errors.map(({ id, reason }) => `${id} ${reason}`)).to.deep.equal([]);
      expect(secretsIn(each.evidence(), verdicts)).to.deep.equal([]);
      for (const { id, findings, blockedBy } of verdicts.results) {
        expect(DECLARED_BLOCKERS.get(id), `what blocks ${id}`).to.include.members([...blockedBy]);
        for (const finding of findings.filter(({ verdict }) => verdict === 'fail')) {
          expect(finding).to.include.keys('expected', 'actual', 'at', 'remedy');
          expect(finding.at).to.include.keys('frame', 'frameOffset');
        }
      }
    });
  }
});
