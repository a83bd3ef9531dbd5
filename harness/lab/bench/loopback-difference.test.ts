import { expect } from 'chai';
import { makeDevice } from '#reference/device.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import type { Evidence } from '#evidence/model.js';
import { changesSeen, differenceOf, type Difference } from './loopback-difference.js';
import { loopbackEvidence } from './loopback-evidence.js';

const model = requireModel('all-in-one');

function evidenceOf(faultIds: readonly string[], seed = 1): Evidence {
  const device = makeDevice(model, seed);
  const faults = requireFaults(faultIds, model).map((fault) => fault.behaviour(device));
  return loopbackEvidence({ device, faults, sessions: 2 });
}

const sorted = ({ own, computed }: Difference): { own: string[]; computed: string[] } => ({
  own: [...own].sort(),
  computed: [...computed].sort(),
});

describe('the difference a fault makes', () => {
  const base = evidenceOf([]);

  it('is none between two runs of one device', () => {
    expect(sorted(differenceOf(base, evidenceOf([])))).to.deep.equal({ own: [], computed: [] });
  });

  it('is everything that is drawn, between two devices', () => {
    expect([...differenceOf(base, evidenceOf([], 2)).own]).to.include.members([
      'M1.UUID-E',
      'M1.MAC Address',
      'M1.Public Key',
      'M1.Serial Number',
      'M1.Microsoft extension',
      'Probe Request.UUID-E',
      'M5.settings.E-SNonce1',
      'M7.settings.IV',
      'WSC_DONE.Enrollee Nonce',
    ]);
  });

  for (const [id, own] of [
    ['duplicate-device-name', ['M1.Device Name']],
    ['m1-in-the-order-of-m2', ['M1.order']],
    ['m1-padded', ['M1.rest']],
    ['identity-with-nul', ['Identity']],
    ['reserved-flag', ['M3.framing']],
    ['done-under-message-op-code', ['WSC_DONE.framing']],
    ['one-iv-for-a-session', ['M7.settings.IV']],
    ['equal-secret-nonces', ['M7.settings.E-SNonce2']],
    ['no-done', ['WSC_DONE.missing']],
    ['other-uuid-e-in-probe-request', ['Probe Request.UUID-E']],
    ['host-without-port', ['NOTIFY.HOST', 'byebye.HOST']],
    ['no-blank-line', ['NOTIFY.framing', 'byebye.framing']],
    ['first-set-late', ['NOTIFY.time']],
    ['set-sent-six-times', ['NOTIFY.copies']],
    ['service-not-announced', ['NOTIFY.missing', 'byebye.missing']],
    ['update-without-next-boot-id', ['update.added']],
    ['ttl-64', ['NOTIFY.ttl', 'byebye.ttl']],
    ['notify-to-wrong-port', ['NOTIFY.destination', 'byebye.destination']],
    ['answers-by-multicast-too', ['answer.added']],
    ['answers-after-mx', ['answer.time']],
    ['answers-notify', ['answer.added']],
    ['ignores-search-for-uuid', ['answer.missing']],
    ['description-not-found', ['description.headers', 'description.missing', 'description.status']],
    [
      'description-after-31-seconds',
      ['description.headers', 'description.missing', 'description.status', 'description.time'],
    ],
    ['misspelt-upnp-namespace', ['description.root']],
    ['unescaped-ampersand', ['description.malformed']],
    ['probe-matches-after-4-seconds', ['ProbeMatches.time']],
    ['new-message-id-for-each-copy', ['Hello.added', 'Hello.copies']],
    ['resolve-matches-without-xaddrs', ['ResolveMatches.XAddrs']],
    ['metadata-in-devprof-namespace', ['metadata.Metadata']],
    ['envelope-of-33-kilobytes', ['metadata.size']],
    ['refuses-chunks', ['metadata-chunked.headers', 'metadata-chunked.missing', 'metadata-chunked.status']],
    ['hosted-without-service-id', ['metadata.ServiceId']],
  ] as const) {
    it(`is ${own.join(', ')} with ${id}`, () => {
      expect(sorted(differenceOf(base, evidenceOf([id]))).own).to.deep.equal(own);
    });
  }

  it('keeps apart what is computed from the rest', () => {
    const { own, computed } = sorted(differenceOf(base, evidenceOf(['static-enrollee-nonce'])));
    expect(own).to.deep.equal(['M1.Enrollee Nonce', 'WSC_ACK.Enrollee Nonce', 'WSC_DONE.Enrollee Nonce']);
    expect(computed).to.include.members(['M3.Authenticator', 'M3.E-Hash1', 'M5.Encrypted Settings']);
  });

  it('shows of which fault it is, and that one did not fire', () => {
    const [fault] = requireFaults(['duplicate-device-name'], model);
    if (fault === undefined) throw new Error('no fault');
    expect(changesSeen(fault, base, evidenceOf([fault.id]))).to.deep.equal(['M1.Device Name']);
    expect(changesSeen(fault, base, evidenceOf(['no-done']))).to.deep.equal([]);
    expect(changesSeen(fault, base, base)).to.deep.equal([]);
  });
});
