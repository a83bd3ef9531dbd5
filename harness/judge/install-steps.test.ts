import { expect } from 'chai';
import { INSTALL_STEPS, type InstallStepTable } from './install-steps.js';
import type { RuleId } from './rule.js';

/** Each step on a line, then the rules that stop Windows there or are a risk, by the transport they count for. */
const STEPS = `
read: reads the vendor extension in M1
  stops: VX-01 VX-04 VX-06 VPI-01 VPI-09
  risks: VX-02 VX-03 VX-05 VX-07 VX-09 VX-10
learn: learns the transports and their UUIDs
  stops: VPI-02 VPI-03 VPI-04 VPI-07 VPI-10 TUU-01 TUU-02 TUU-11
  risks: VPI-05 VPI-06 VPI-08 VPI-11 TUU-03 TUU-04 TUU-10 TUU-12 UID-11
configure: configures the Wi-Fi of the device
  stops: WSC-01 WSC-02 WSC-03 WSC-05 WSC-06 WSC-07 WSC-08 WSC-09 WSC-10 WSC-11 WSC-12 WSC-13 WSC-14
  risks: WSC-04 WSC-15 WSC-16 WSC-17 SEC-01 SEC-02 SEC-04 REG-50 IEX-01 IEX-02 IEX-03 IEX-04 PIN-01 PIN-02 PIN-03
pre-pair: pre-pairs, keeping the UUID to wait for; to pair
  stops: TUU-09
  stops without Transport UUID: UID-01
  risks: UID-01 UID-02
join: sees the device join the network
  stops: JOIN-01 JOIN-02
  risks: JOIN-03
wait: waits for the device under exactly that UUID; to pair
  by UPnP: waits for SSDP under exactly that UUID
  by DPWS: waits for WS-Discovery under exactly that UUID
  stops: DISC-01 DISC-03 TUU-05 TUU-06 TUU-07
  stops by UPnP: UID-03 UID-04 UID-05 SSDP-001 SSDP-003
  stops by DPWS: UID-06 UID-07 UID-08 WSD-003
  risks: DISC-04
  risks by UPnP: SSDP-003b SSDP-004 SSDP-005 SSDP-006 SSDP-010 SSDP-011 SSDP-012 SSDP-013 SSDP-014 SSDP-015 SSDP-016 SSDP-018 SSDP-019 SSDP-020 SSDP-021 SSDP-022 SSDP-024 SSDP-025 SSDP-026 SSDP-027 SSDP-041 SSDP-042 SSDP-043 SSDP-044 SSDP-045 SSDP-046 SSDP-047 SSDP-048
  risks by DPWS: WSD-001 WSD-002 WSD-010a WSD-010b WSD-010c WSD-011 WSD-012 WSD-014 WSD-015 WSD-017 WSD-020 WSD-021 WSD-030 WSD-032 WSD-033
fetch: fetches description and metadata; to pair
  by UPnP: fetches the description
  by DPWS: fetches the metadata
  stops by UPnP: SSDP-017 DESC-001 DESC-003 DESC-010 DESC-018
  stops by DPWS: WSD-013 WSD-022 MEX-002 MEX-003 MEX-004 MEX-005
  risks by UPnP: DESC-002 DESC-011 DESC-013 DESC-013b DESC-015 DESC-016 DESC-017
  risks by DPWS: MEX-005b MEX-006 MEX-010 MEX-011 MEX-012 MEX-013 MEX-014
pnpx: reads the PnP-X ids and categories; to pair
  stops: PNPX-01 PNPX-05 PNPX-07
  stops by DPWS: PNPX-02 PNPX-11
  risks: PNPX-03 PNPX-12 PNPX-13
container: puts it into one container; to pair
  risks: PNPX-09 PNPX-14
driver: installs the driver; to pair
  stops by DPWS: MEX-016
again: knows it again after a restart; to pair
  risks: UID-10
  risks by UPnP: SSDP-023 SSDP-030 SSDP-031 SSDP-033
  risks by DPWS: WSD-004 WSD-005`;

function linesOf(step: InstallStepTable): string[] {
  const { id, title, titleBy, isPairing, stops, stopsUuidE, stopsBy, risks, risksBy } = step;
  const listed: readonly (readonly [string, readonly RuleId[]])[] = [
    ['stops', stops],
    ['stops without Transport UUID', stopsUuidE],
    ['stops by UPnP', stopsBy.upnp],
    ['stops by DPWS', stopsBy.dpws],
    ['risks', risks],
    ['risks by UPnP', risksBy.upnp],
    ['risks by DPWS', risksBy.dpws],
  ];
  return [
    `${id}: ${title}${isPairing ? '; to pair' : ''}`,
    ...(titleBy === undefined ? [] : [`  by UPnP: ${titleBy.upnp}`, `  by DPWS: ${titleBy.dpws}`]),
    ...listed
      .filter(([, ids]) => ids.length > 0)
      .map(([what, ids]) => `  ${what}: ${ids.map((each) => each.replace(/^RVP-/, '')).join(' ')}`),
  ];
}

describe('table of the steps of an installation', () => {
  it('has every step and rule at its place', () => {
    expect(INSTALL_STEPS.flatMap(linesOf)).to.deep.equal(STEPS.slice(1).split('\n'));
  });
});
