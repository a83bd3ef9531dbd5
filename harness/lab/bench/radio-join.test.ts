import { expect } from 'chai';
import { JoinWatch } from './radio-join.js';

const DEVICE = '02:00:00:00:01:00';
const STRANGER = '02:00:00:00:00:aa';

describe('watch of a join', () => {
  const make = (): { watch: JoinWatch; told: string[]; limit: () => void } => {
    const told: string[] = [];
    let limit = (): void => undefined;
    const watch = new JoinWatch({
      evidence: {
        event: (kind, { session, state, address = '' }) =>
          told.push(`${kind} ${String(session)} ${String(state)} ${String(address)}`.trimEnd()),
      },
      clock: {
        monotonicMs: () => 0,
        wallMs: () => 0,
        sleep: (_limitMs, signal) =>
          new Promise((resolve, reject) => {
            limit = resolve;
            if (signal === undefined) resolve();
            else signal.addEventListener('abort', () => reject(signal.reason as Error));
          }),
      },
      interfaceName: 'wlan0_op',
      onStep: () => undefined,
    });
    watch.device = DEVICE;
    watch.begin(1);
    return {
      watch,
      told,
      limit: () => {
        limit();
      },
    };
  };
  const associated = (interfaceName: string, mac: string): Uint8Array =>
    Buffer.from(`${interfaceName}: STA ${mac} IEEE 802.11: associated (aid 1)\n`);

  it('records each step of the device, in whatever pieces its news come', async () => {
    const { watch, told } = make();
    const line = associated('wlan0_op', DEVICE);
    watch.log(line.subarray(0, 20));
    watch.log(line.subarray(20));
    watch.event(`EAPOL-4WAY-HS-COMPLETED ${DEVICE}`);
    const addressed = watch.addressed(1000, new AbortController().signal);
    const leased = { family: 'ipv4', address: '10.82.86.100' } as const;
    watch.address(DEVICE, leased);
    expect(await addressed).to.equal(true);
    watch.address(DEVICE, leased);
    expect(told).to.deep.equal(['join 1 associated', 'join 1 handshake', 'join 1 address 10.82.86.100']);
  });

  it('does not wait for less than an IPv4 address, but counts what it has at the end', async () => {
    const { watch, told, limit } = make();
    const addressed = watch.addressed(1000, new AbortController().signal);
    watch.address(DEVICE, { family: 'ipv6', address: 'fe80::1' });
    watch.address(DEVICE, { family: 'ipv6', address: 'fd82:5650::1' });
    watch.address(STRANGER, { family: 'ipv4', address: '169.254.1.1' });
    limit();
    expect(await addressed).to.equal(true);
    expect(told).to.deep.equal(['join 1 address fe80::1', 'join 1 address fd82:5650::1']);
    watch.begin(2);
    const none = watch.addressed(1000, new AbortController().signal);
    limit();
    expect(await none).to.equal(false);
  });

  it('takes no notice of strangers, of the other network, and of what happens between sessions', () => {
    const { watch, told } = make();
    watch.log(associated('wlan0_op', STRANGER));
    watch.log(associated('wlan0', DEVICE));
    watch.event(`AP-STA-DISCONNECTED ${STRANGER}`);
    watch.end();
    watch.event(`AP-STA-DISCONNECTED ${DEVICE}`);
    expect(told).to.deep.equal([]);
    watch.begin(2);
    watch.event(`AP-STA-DISCONNECTED ${DEVICE}`);
    expect(told).to.deep.equal(['join 2 lost']);
  });

  it('throws the reason when it is aborted', async () => {
    const { watch } = make();
    const abort = new AbortController();
    const addressed = watch.addressed(1000, abort.signal);
    abort.abort(new Error('enough'));
    const reason = await addressed.catch((error: unknown) => (error as Error).message);
    expect(reason).to.equal('enough');
  });
});
