import type { Datagram, Discovery } from '#evidence/discovery-model.js';
import type { Rule } from '#judge/rule.js';
import { SSDP_PORT } from '#wire/ssdp.js';
import { fail, notRun } from '../finding.js';
import { locateDatagram } from '../locate-text.js';
import { endpointText, openSilence } from '../ssdp-searches.js';
import { messagesOf, isResponse, viewOf } from '../ssdp-view.js';
import { allOf, cutShort, upnpRule } from '../upnp-rule.js';

/** What comes later belongs to nothing that was said before. */
const LATE_MS = 30_000;

const ssdp026 = upnpRule({
  id: 'RVP-SSDP-026',
  title: 'Never answer a NOTIFY',
  heading: 'Device available: NOTIFY with ssdp:alive',
  requirement: 'An announcement of another device, multicast or sent to the device alone, is not answered.',
  why: 'With every device that joins, all others would answer at once.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Look at the method in the start line first: answer M-SEARCH alone.',
  check: (evidence, profile) => {
    const { discovery, problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const announced = foreignNotifies(discovery);
    if (announced.length === 0) {
      const failed = discovery.stimuli.find(({ kind, failed: why }) => kind === 'search' && why !== null);
      const text = 'no NOTIFY of somebody else came to the device from a port of its own';
      return [cutShort(evidence, text) ?? notRun(failed?.failed ? `${text}: ${failed.failed}` : text)];
    }
    const answers = messagesOf(evidence)
      .filter(isResponse)
      .filter((answer) => announced.some((each) => isTo(answer, each)));
    const open = answers.length > 0 ? [] : openSilence(evidence, discovery, 'an answer to a NOTIFY');
    const found = answers.map((answer) =>
      fail('a NOTIFY is answered', {
        expected: 'no answer',
        actual: `${answer.ssdp.startLine.text} to ${endpointText(answer.destination)}, from where a NOTIFY came`,
        at: locateDatagram(answer),
        remedy: 'Tell M-SEARCH from NOTIFY by the method in the start line, and answer M-SEARCH alone.',
      }),
    );
    return allOf(evidence, [...found, ...open], 'no NOTIFY was answered');
  },
});

/**
 * Announcements of others that reached the device. Who announces itself from port 1900 may search from there too: what
 * then comes back may answer a search that was not heard.
 */
function foreignNotifies({ datagrams, addresses }: Discovery): Datagram[] {
  const others = datagrams.filter(({ sender }) => sender === 'other');
  const searchers = new Set(
    others.filter(({ ssdp }) => ssdp?.kind === 'search').map(({ source }) => endpointText(source)),
  );
  return others.filter(
    ({ ssdp, source, isMulticast, destination }) =>
      ssdp?.kind === 'notify' &&
      source.port !== SSDP_PORT &&
      !searchers.has(endpointText(source)) &&
      (isMulticast || addresses.includes(destination.address)),
  );
}

function isTo(answer: Datagram, { source, timeMs }: Datagram): boolean {
  const sinceMs = answer.timeMs - timeMs;
  return endpointText(answer.destination) === endpointText(source) && sinceMs >= 0 && sinceMs <= LATE_MS;
}

/** NOTIFY as others send it (UDA 1.x, 1.2). */
export const notifyRules: readonly Rule[] = [ssdp026];
