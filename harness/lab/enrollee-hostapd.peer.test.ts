import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import type { Enrollment, EnrollmentCase, EnrollmentSession } from './testing/hostapd-enrollment.js';
import { interfaceNames, markedEnvironment, processesOf } from './testing/left-behind.js';
import { probeInNamespace } from './testing/in-namespace.js';

const CASES = {
  pin: { method: 'pin' },
  'PIN of 4 digits': { method: 'pin', pin: '1234' },
  pbc: { method: 'pbc' },
  'our fragments': { method: 'pin', fragmentBytes: 100, extensionBytes: 1024 },
  'its fragments': { method: 'pbc', registrarFragmentBytes: 50 },
  'fragments both ways': { method: 'pin', fragmentBytes: 100, registrarFragmentBytes: 50, extensionBytes: 1024 },
  'hostapd has another first half': { method: 'pin', registrarPin: '02345670' },
  'hostapd has another second half': { method: 'pin', registrarPin: '12340000' },
  'we do not mind another first half': { method: 'pin', registrarPin: '02345670', acceptsAnyPassword: true },
  'we do not mind another second half': { method: 'pin', registrarPin: '12340000', acceptsAnyPassword: true },
  'hostapd has no PIN at first': { method: 'pin', registrarPin: null },
} as const satisfies Record<string, EnrollmentCase>;

/** Of the device, as the engine's fixtures have it. */
const ADDRESS = '02:00:00:00:01:00';

type CaseName = keyof typeof CASES;

/** What is said until M2; later what follows it. */
const OPENING = ['> EAPOL-Start', '< Identity', '> Identity', '< WSC_Start', '> M1'];
const MIDDLE = ['< M2', '> M3', '< M4', '> M5', '< M6', '> M7'];
const COMPLETE = [...OPENING, ...MIDDLE, '< M8', '> WSC_DONE', '< EAP-Failure'];
const FIRST_REFUSAL = ['> WSC_NACK', '< EAP-Failure'];

/** /run of its own holds hostapd's files; the device has the address of the engine's fixtures. */
const SETUP = [
  'mount -t tmpfs -o mode=0755 rally /run',
  `ip link add va address ${ADDRESS} type veth peer name vb`,
  'ip link set va up',
  'ip link set vb up',
].join('; ');

describe('Enrollee with hostapd as Registrar, over veth', function () {
  this.timeout(60_000);
  const run = `enrollee-hostapd-${process.pid}`;
  const interfacesBefore = interfaceNames();
  const filesBefore = readdirSync('/run').filter((name) => name.startsWith('hostapd-'));
  let seen: Readonly<Record<CaseName, Enrollment>>;

  before(async () => {
    const args = [JSON.stringify(CASES)];
    const options = { args, env: markedEnvironment(run) };
    seen = (await probeInNamespace('hostapd-enrollment.ts', SETUP, 60_000, options)) as typeof seen;
  });

  /** What was said, each message once however many packets it took. */
  function messages({ said }: EnrollmentSession): string[] {
    const whole = said.filter((what) => what !== '< fragment' && !what.endsWith('WSC_FRAG_ACK'));
    return whole.filter((what, at) => what !== whole[at - 1]);
  }

  function only(name: CaseName): EnrollmentSession {
    const [session, ...more] = seen[name].sessions;
    if (session === undefined || more.length > 0) throw new Error(`${name} is not one session`);
    return session;
  }

  function expectDone(name: CaseName, session = only(name), address = ADDRESS): void {
    expect(session, name).to.include({ outcome: 'done', text: 'M8 accepted' });
    expect(messages(session), name).to.deep.equal(COMPLETE);
    expect(session.credentials, name).to.deep.equal([seen[name].credential]);
    const uuid = '8c5ae1f0-4b7d-4f2e-9a31-c6d70b1e2f34';
    expect(seen[name].events, name).to.include.members([`WPS-REG-SUCCESS ${address} ${uuid}`, 'WPS-SUCCESS']);
  }

  it('completes PIN to WSC_DONE and EAP-Failure, and has the credential hostapd was given', () => {
    expectDone('pin');
    expectDone('PIN of 4 digits');
  });

  it('completes push button', () => {
    expectDone('pbc');
  });

  it('sends M1 with an extension of 1024 bytes in fragments, each acknowledged', () => {
    expectDone('our fragments');
    const { said } = only('our fragments');
    const m1Packets = said.filter((what) => what === '> M1').length;
    expect(m1Packets).to.be.above(13);
    // M3, M5 and M7 take two packets each.
    expect(said.filter((what) => what === '< WSC_FRAG_ACK')).to.have.length(m1Packets - 1 + 3);
  });

  it('puts the fragments of hostapd together', () => {
    expectDone('its fragments');
    const { said } = only('its fragments');
    const fragments = said.filter((what) => what === '< fragment').length;
    expect(fragments).to.be.above(13);
    expect(said.filter((what) => what === '> WSC_FRAG_ACK')).to.have.length(fragments);
  });

  it('completes in fragments both ways', () => {
    expectDone('fragments both ways');
    expect(only('fragments both ways').said).to.include.members(['< WSC_FRAG_ACK', '> WSC_FRAG_ACK']);
  });

  it('refuses a Registrar that does not know the PIN, with 18, at the half that is wrong', () => {
    const first = only('hostapd has another first half');
    expect(first).to.include({
      outcome: 'failed',
      text: 'the Registrar does not know the first half of the password',
    });
    expect(messages(first)).to.deep.equal([...OPENING, '< M2', '> M3', '< M4', ...FIRST_REFUSAL]);
    const second = only('hostapd has another second half');
    expect(second).to.include({
      outcome: 'failed',
      text: 'the Registrar does not know the second half of the password',
    });
    expect(messages(second)).to.deep.equal([...OPENING, ...MIDDLE.slice(0, 5), ...FIRST_REFUSAL]);
    // Message types: 8 is M4, 10 is M6.
    expect(seen['hostapd has another first half'].events).to.deep.equal(['WPS-FAIL msg=8 config_error=18']);
    expect(seen['hostapd has another second half'].events).to.deep.equal(['WPS-FAIL msg=10 config_error=18']);
  });

  it('is refused by hostapd with 18 for a wrong PIN, and answers WSC_NACK with WSC_NACK', () => {
    const refused = ['< WSC_NACK', '> WSC_NACK', '< EAP-Failure'];
    const first = only('we do not mind another first half');
    expect(first).to.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 18' });
    expect(messages(first)).to.deep.equal([...OPENING, ...MIDDLE.slice(0, 4), ...refused]);
    const second = only('we do not mind another second half');
    expect(second).to.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 18' });
    expect(messages(second)).to.deep.equal([...OPENING, ...MIDDLE, ...refused]);
    // Message types: 9 is M5, 11 is M7.
    expect(seen['we do not mind another first half'].events).to.deep.equal(['WPS-FAIL msg=9 config_error=18']);
    expect(seen['we do not mind another second half'].events).to.deep.equal(['WPS-FAIL msg=11 config_error=18']);
  });

  it('acknowledges M2D while hostapd has no PIN, and is served once it has, under another address', () => {
    const [turnedAway, served] = seen['hostapd has no PIN at first'].sessions;
    expect(turnedAway).to.include({ outcome: 'failed', text: 'EAP-Failure before the registration was over' });
    expect(turnedAway?.said).to.deep.equal([...OPENING, '< M2D', '> WSC_ACK', '< EAP-Failure']);
    expect(turnedAway?.credentials).to.deep.equal([]);
    expectDone('hostapd has no PIN at first', served, '02:00:00:00:01:01');
    const [asked = ''] = seen['hostapd has no PIN at first'].events;
    expect(asked).to.match(/^WPS-PIN-NEEDED 8c5ae1f0-4b7d-4f2e-9a31-c6d70b1e2f34 02:00:00:00:01:00 /);
  });

  it('leaves no process, no interface and no file behind', () => {
    expect(processesOf(run)).to.deep.equal([]);
    expect(interfaceNames()).to.deep.equal(interfacesBefore);
    expect(readdirSync('/run').filter((name) => name.startsWith('hostapd-'))).to.deep.equal(filesBefore);
  });
});
