import type { Finding, Rule } from '#judge/rule.js';
import { NAMESPACE } from '#wire/soap.js';
import { childOf } from '#wire/xml.js';
import { whenDeclared } from '../discovery.js';
import { fail, inconclusive, pass } from '../finding.js';
import { datagramLabel, locateDatagram, locateElement } from '../locate-text.js';
import { DPWS, WIN } from '../sources.js';
import { judgeXAddrs } from '../wsd-addresses.js';
import { eachHeard, firstOfEach, UNHEARD } from '../wsd-view.js';

const wsd022: Rule = {
  id: 'RVP-WSD-022',
  title: 'Give transport addresses that Windows can use',
  source: [WIN],
  requirement:
    'XAddrs are URLs of http or https, all of https or none, without scope id; one of them is on the network where the message is received, and the first takes a TCP connection.',
  why: 'Windows ignores a list that mixes, and tries the first URL only: the metadata are never fetched.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  uses: ['metadata'],
  remedy: 'Put one URL into XAddrs: that of the interface the message goes out of, on a port that listens.',
  blockedBy: ['RVP-WSD-013', UNHEARD],
  check: (evidence, profile) => eachHeard(evidence, profile, judgeXAddrs),
};

const wsd030: Rule = {
  id: 'RVP-WSD-030',
  title: 'Have one endpoint reference everywhere',
  source: [DPWS],
  requirement:
    'The address of the endpoint reference is the same in every Hello, Bye, ProbeMatch and ResolveMatch, on every interface and over a restart.',
  why: 'Windows takes each address for a device of its own.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Store one UUID, and use it for the endpoint reference of every message.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, ({ told }) => {
      const addressed = told.filter(({ address }) => address !== '');
      const [first] = addressed;
      if (first === undefined) return [inconclusive('no message with an endpoint reference was seen')];
      const failures = addressed
        .filter(({ address }) => address !== first.address)
        .map(({ datagram, target, address }): Finding => {
          const label = datagramLabel(datagram);
          return fail(`${label} has another endpoint reference`, {
            expected: `${first.address}, as in frame ${first.datagram.frame.number}`,
            actual: address,
            at: locateElement(datagram, target.address?.element ?? target.element, `${label}.Address`),
            remedy: `Send the same address in ${label} as in ${datagramLabel(first.datagram)}.`,
          });
        });
      const text = `${addressed.length} messages have the endpoint reference ${first.address}`;
      return firstOfEach(failures, pass(text, locateDatagram(first.datagram)));
    }),
};

const wsd032: Rule = {
  id: 'RVP-WSD-032',
  title: 'Put no reference properties into the endpoint reference',
  source: [DPWS],
  requirement: 'The endpoint reference has neither ReferenceProperties nor ReferenceParameters.',
  why: 'A client would have to send them back with each request, which not every client does.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Identify the device by the address alone.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, ({ told }) => {
      const [first] = told;
      if (first === undefined) return [inconclusive('no message with an endpoint reference was seen')];
      const failures = told.flatMap(({ datagram, target: { endpointReference } }): Finding[] =>
        (['ReferenceProperties', 'ReferenceParameters'] as const).flatMap((name) => {
          const element = childOf(endpointReference, NAMESPACE.addressing, name);
          if (element === null || element.children.length === 0) return [];
          return [
            fail(`the endpoint reference has ${name}`, {
              expected: 'an address alone',
              actual: element.children.map((child) => child.local).join(', '),
              at: locateElement(datagram, element, `EndpointReference.${name}`),
              remedy: `Drop ${name} from the endpoint reference.`,
            }),
          ];
        }),
      );
      return firstOfEach(failures, pass('the endpoint reference is an address alone', locateDatagram(first.datagram)));
    }),
};

export const wsdAddressesRules: readonly Rule[] = [wsd022, wsd030, wsd032];
