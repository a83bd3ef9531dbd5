import { expect } from 'chai';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import { CATALOGUE } from './catalogue.js';
import { airRecording } from './testing/air-recording.js';
import { step } from './testing/air.js';
import { ALL_IN_ONE, DEVICES, SENSOR } from './testing/devices.js';
import { asCapture, prefixEvidence, prefixViolations, type Recording } from './testing/prefix-oracle.js';
import { broken, LONG_RUN_RULES, notRunOffNetwork, verdictOf, withVerdict } from './testing/verdicts.js';

function verdictsOf(recording: Recording): Verdicts {
  const [evidence, ...others] = prefixEvidence(recording, recording.frames.length);
  if (evidence === undefined || others.length > 0) throw new Error('not one device');
  return judge(CATALOGUE, recording.profile, evidence, { scope: recording.scope, strict: false });
}

describe('recordings of the air', () => {
  for (const device of DEVICES) {
    it(`${device.name}: everything holds that the bench shows`, () => {
      const verdicts = verdictsOf(airRecording(device));
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      for (const verdict of ['error', 'inconclusive'] as const)
        expect(withVerdict(verdicts, verdict), verdict).to.deep.equal([]);
      expect(notRunOffNetwork(verdicts)).to.deep.equal([...LONG_RUN_RULES].sort());
      // Nobody looked for the device on the network.
      expect(verdicts.exitCode).to.equal(2);
    });
  }

  it('heard by somebody else show everything but the address', () => {
    const recording = airRecording(ALL_IN_ONE);
    const verdicts = verdictsOf(asCapture(recording, recording.keys));
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal(['JOIN-02']);
    expect(withVerdict(verdicts, 'pass')).to.include.members(['IEX-01', 'IEX-02', 'IEX-04', 'JOIN-01', 'JOIN-03']);
  });

  it('cut at every frame fail nothing and pass nothing too early', () => {
    const recording = airRecording(ALL_IN_ONE);
    expect(prefixViolations(recording)).to.deep.equal([]);
    expect(prefixViolations(asCapture(recording))).to.deep.equal([]);
    expect(prefixViolations(asCapture(recording, recording.keys))).to.deep.equal([]);
  });

  it('without any one frame fail nothing', () => {
    const recording = airRecording(ALL_IN_ONE);
    for (const without of recording.frames) {
      const frames = recording.frames.filter((frame) => frame !== without);
      const lossy = asCapture({ ...recording, frames }, recording.keys);
      for (const evidence of prefixEvidence(lossy, frames.length)) {
        const verdicts = judge(CATALOGUE, lossy.profile, evidence, { scope: 'capture', strict: false });
        expect(broken(verdicts), `without frame ${recording.frames.indexOf(without) + 1}`).to.deep.equal({
          fails: [],
          warns: [],
        });
      }
    }
  });

  it('of a device that takes no address fail that alone', () => {
    const join = (session: number) => [step(session, 500, 'associated'), step(session, 600, 'handshake')];
    const verdicts = verdictsOf(airRecording(SENSOR, { join }));
    expect(broken(verdicts).fails).to.deep.equal(['JOIN-02']);
    expect(verdictOf(verdicts, 'JOIN-03')).to.equal('pass');
  });
});
