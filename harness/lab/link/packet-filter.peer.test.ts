import { expect } from 'chai';
import { probeInNamespace } from '../testing/in-namespace.js';

describe('filter of a monitor in the kernel', function () {
  this.timeout(30_000);

  it('keeps 20000 strange beacons from the buffer, and lets its own addresses through', async () => {
    const setup = 'ip link add va type veth peer name vb; ip link set va up; ip link set vb up';
    const seen = await probeInNamespace('packet-filter-probe.ts', setup, 20_000);
    expect(seen).to.deep.equal({ marks: [3, 3, 3, 4, 5], dropped: 0 });
  });
});
