import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { probeInNamespace } from './testing/in-namespace.js';
import { interfaceNames, markedEnvironment, processesOf } from './testing/left-behind.js';
import type { UpnpEnrollment, UpnpEnrollmentCase, UpnpEnrollmentSession } from './testing/upnp-enrollment.js';

const CASES = {
  pin: { method: 'pin' },
  pbc: { method: 'pbc' },
  'it has another first half': { method: 'pin', registrarPin: '02345670' },
  'it has another second half': { method: 'pin', registrarPin: '12340000' },
  'we do not mind another first half': { method: 'pin', registrarPin: '02345670', acceptsAnyPassword: true },
  'we do not mind another second half': { method: 'pin', registrarPin: '12340000', acceptsAnyPassword: true },
} as const satisfies Record<string, UpnpEnrollmentCase>;

type CaseName = keyof typeof CASES;

const MESSAGES = ['> M1', '< M2', '> M3', '< M4', '> M5', '< M6', '> M7', '< M8', '> WSC_DONE'];

/** wpa_supplicant's files are in a /run of its own; it listens for announcements on loopback. */
const SETUP = [
  'mount -t tmpfs -o mode=0755 rally /run',
  'ip link set lo up',
  'ip link set lo multicast on',
  'ip route add 239.0.0.0/8 dev lo',
].join('; ');

describe('Enrollee with wpa_supplicant as Registrar, by UPnP on loopback', function () {
  this.timeout(60_000);
  const run = `enrollee-upnp-${process.pid}`;
  const interfacesBefore = interfaceNames();
  const filesBefore = readdirSync('/run').filter((name) => name.startsWith('registrar-'));
  let seen: Readonly<Record<CaseName, UpnpEnrollment>>;

  before(async () => {
    const args = [JSON.stringify(CASES)];
    const options = { args, env: markedEnvironment(run) };
    seen = (await probeInNamespace('upnp-enrollment.ts', SETUP, 60_000, options)) as typeof seen;
  });

  function last(name: CaseName): UpnpEnrollmentSession {
    const session = seen[name].sessions.at(-1);
    if (session === undefined) throw new Error(`${name} is no session`);
    return session;
  }

  function expectDone(name: CaseName): void {
    const { credentials, ...rest } = last(name);
    expect(rest, name).to.deep.equal({ outcome: 'done', text: 'M8 accepted', said: MESSAGES });
    expect(credentials, name).to.deep.equal([seen[name].credential]);
    expect(seen[name].events.at(-1), name).to.equal('WPS-SUCCESS');
  }

  it('completes PIN to WSC_DONE, and has the credential wpa_supplicant was given', () => {
    expectDone('pin');
    expect(seen.pin.sessions).to.have.length(1);
  });

  it('acknowledges M2D until the button is pushed there, and completes push button then', () => {
    const [turnedAway] = seen.pbc.sessions;
    const said = ['> M1', '< M2D', '> WSC_ACK'];
    expect(turnedAway).to.deep.equal({ outcome: 'open', text: '', said, credentials: [] });
    expectDone('pbc');
    expect(seen.pbc.sessions).to.have.length(2);
    expect(seen.pbc.events).to.include.members(['WPS-PBC-ACTIVE', 'WPS-PBC-DISABLE']);
  });

  it('is known to wpa_supplicant by what its M1 says', () => {
    const enrollees = Object.values(seen).map(({ events }) =>
      events.find((event) => event.startsWith('WPS-ER-ENROLLEE-ADD ')),
    );
    const device = '8c5ae1f0-4b7d-4f2e-9a31-c6d70b1e2f34 02:00:00:00:01:00 M1=1 config_methods=0x2388';
    const names = 'pri_dev_type=3-0050F204-1 |Printer under test|Rally|Printer|2|42|';
    expect(enrollees).to.deep.equal(
      Object.values(CASES).map(
        ({ method }) => `WPS-ER-ENROLLEE-ADD ${device} dev_passwd_id=${method === 'pbc' ? 4 : 0} ${names}`,
      ),
    );
  });

  it('is served by the calls of an external Registrar: one answer for each message, and announced to stations', () => {
    const { actions } = seen.pin;
    expect(actions[0]).to.equal('GetDeviceInfo');
    expect(actions).to.include('SetSelectedRegistrar');
    expect(actions.filter((action) => action === 'PutWLANResponse')).to.have.length(4);
  });

  it('refuses a Registrar that does not know the PIN, at the half that is wrong', () => {
    const first = last('it has another first half');
    const text = 'the Registrar does not know the first half of the password';
    expect(first).to.deep.include({ outcome: 'failed', text, credentials: [] });
    expect(first.said).to.deep.equal([...MESSAGES.slice(0, 4), '> WSC_NACK']);
    const second = last('it has another second half');
    expect(second).to.deep.include({ outcome: 'failed', text: text.replace('first', 'second'), credentials: [] });
    expect(second.said).to.deep.equal([...MESSAGES.slice(0, 6), '> WSC_NACK']);
  });

  it('is refused by wpa_supplicant with 18 for a wrong PIN, and answers WSC_NACK with WSC_NACK', () => {
    const first = last('we do not mind another first half');
    expect(first).to.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 18' });
    expect(first.said).to.deep.equal([...MESSAGES.slice(0, 5), '< WSC_NACK', '> WSC_NACK']);
    const second = last('we do not mind another second half');
    expect(second).to.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 18' });
    expect(second.said).to.deep.equal([...MESSAGES.slice(0, 7), '< WSC_NACK', '> WSC_NACK']);
    // Message types: 9 is M5, 11 is M7.
    const failOf = (name: CaseName): string | undefined =>
      seen[name].events.find((event) => event.startsWith('WPS-FAIL'));
    expect(failOf('we do not mind another first half')).to.equal('WPS-FAIL msg=9 config_error=18');
    expect(failOf('we do not mind another second half')).to.equal('WPS-FAIL msg=11 config_error=18');
  });

  it('leaves no process, no interface and no file behind', () => {
    expect(processesOf(run)).to.deep.equal([]);
    expect(interfaceNames()).to.deep.equal(interfacesBefore);
    expect(readdirSync('/run').filter((name) => name.startsWith('registrar-'))).to.deep.equal(filesBefore);
  });
});
