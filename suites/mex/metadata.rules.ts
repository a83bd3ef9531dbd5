import type { Finding, Rule } from '#judge/rule.js';
import type { DpwsService } from '#wire/dpws-metadata.js';
import { NAMESPACE } from '#wire/soap.js';
import { attributeOf, childrenOf, elementText, type XmlElement } from '#wire/xml.js';
import { whenDeclared } from '../discovery.js';
import { locateFetch } from '../dpws-answers.js';
import { metadataAnswers } from '../dpws-fetches.js';
import { eachDescribed, UNSERVED, type Served } from '../dpws-metadata.js';
import { fail, inconclusive, notApplicable, pass } from '../finding.js';
import { datagramLabel, locateElement } from '../locate-text.js';
import { DPWS, WIN } from '../sources.js';
import { absent, eachHeard, firstOfEach, localOf, namespaceOf, UNHEARD, type WsdView } from '../wsd-view.js';

const BLOCKERS: NonNullable<Rule['blockedBy']> = ['RVP-MEX-003', ...UNSERVED];
/** MAX_FIELD_SIZE of DPWS 2006/02, characters. */
const MAX_FIELD_CHARACTERS = 256;
const STRINGS: readonly string[] = [
  ...['Manufacturer', 'ModelName', 'ModelNumber'],
  ...['FriendlyName', 'FirmwareVersion', 'SerialNumber'],
];

const mex005b: Rule = {
  id: 'RVP-MEX-005b',
  title: 'Keep the texts of ThisModel and ThisDevice under 256 characters',
  source: [DPWS],
  requirement: 'Each text of ThisModel and ThisDevice has fewer than 256 characters.',
  why: 'Windows holds texts to the limit of the profile: what is longer is cut or dropped.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: 'Shorten the text; 32 characters are what user interfaces show.',
  blockedBy: BLOCKERS,
  check: (evidence, profile) =>
    eachDescribed(evidence, profile, ({ view, fetch, metadata: { thisModel, thisDevice, metadata } }) => {
      const texts = [thisModel, thisDevice]
        .filter((section) => section !== null)
        .flatMap(({ children }) => children.filter(({ local }) => STRINGS.includes(local)));
      const failures = texts.flatMap((element): Finding[] => {
        const length = [...elementText(element)].length;
        if (length < MAX_FIELD_CHARACTERS) return [];
        return [
          fail(`${element.local} is too long`, {
            expected: `fewer than ${MAX_FIELD_CHARACTERS} characters`,
            actual: `${length} characters`,
            at: locateFetch(view, fetch, element, element.local),
            remedy: `Shorten ${element.local}.`,
          }),
        ];
      });
      return firstOfEach(failures, pass(`${texts.length} texts are short enough`, locateFetch(view, fetch, metadata)));
    }),
};

const mex010: Rule = {
  id: 'RVP-MEX-010',
  title: 'Describe the model in ThisModel',
  source: [DPWS],
  requirement: 'The metadata have a section ThisModel with Manufacturer and ModelName, neither blank.',
  why: 'Windows chooses and names the device by them.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: `Add a MetadataSection of dialect ${NAMESPACE.devprof}/ThisModel with Manufacturer and ModelName.`,
  blockedBy: BLOCKERS,
  check: (evidence, profile) =>
    eachDescribed(evidence, profile, (served) =>
      judgeSection(served, 'ThisModel', served.metadata.thisModel, ['Manufacturer', 'ModelName']),
    ),
};

const mex011: Rule = {
  id: 'RVP-MEX-011',
  title: 'Describe the device in ThisDevice',
  source: [DPWS],
  requirement: 'The metadata have a section ThisDevice with FriendlyName, not blank.',
  why: 'It is the name under which Windows shows the device.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: `Add a MetadataSection of dialect ${NAMESPACE.devprof}/ThisDevice with FriendlyName.`,
  blockedBy: BLOCKERS,
  check: (evidence, profile) =>
    eachDescribed(evidence, profile, (served) =>
      judgeSection(served, 'ThisDevice', served.metadata.thisDevice, ['FriendlyName']),
    ),
};

function judgeSection(
  { view, fetch, metadata }: Served,
  name: string,
  section: XmlElement | null,
  wanted: readonly string[],
): readonly Finding[] {
  if (section === null)
    return [
      fail(`the metadata have no ${name}`, {
        expected: `a section of dialect ${NAMESPACE.devprof}/${name}`,
        actual: 'none',
        at: locateFetch(view, fetch, metadata.metadata),
        remedy: `Add the section ${name} with ${wanted.join(' and ')}.`,
      }),
    ];
  const at = locateFetch(view, fetch, section, name);
  const missing = wanted.filter((local) =>
    childrenOf(section, section.namespace, local).every((element) => elementText(element) === ''),
  );
  if (missing.length === 0) return [pass(`${name} has ${wanted.join(' and ')}`, at)];
  return [
    fail(`${name} has no ${missing.join(', no ')}`, {
      expected: `${missing.join(', ')}, not blank`,
      actual: 'missing or blank',
      at,
      remedy: `Add ${missing.join(', ')} to ${name}.`,
    }),
  ];
}

const mex012: Rule = {
  id: 'RVP-MEX-012',
  title: 'List hosted services in a Relationship of type host',
  source: [DPWS],
  requirement:
    'A Relationship in the metadata is of the type host, and each Hosted in it has the address of an endpoint reference, Types and ServiceId.',
  why: 'Windows installs the services of a device; one that is not described whole is left out.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: `Set Type of Relationship to ${NAMESPACE.devprof}/host, and give each Hosted its address, Types and ServiceId.`,
  blockedBy: BLOCKERS,
  check: (evidence, profile) => eachDescribed(evidence, profile, judgeRelationship),
};

function judgeRelationship({ view, fetch, metadata }: Served): readonly Finding[] {
  const sections = childrenOf(metadata.metadata, NAMESPACE.mex, 'MetadataSection');
  const all = sections.flatMap((section) => section.children.filter(({ local }) => local === 'Relationship'));
  const [first] = all;
  if (first === undefined) return [notApplicable('the device hosts nothing: its metadata have no Relationship')];
  const failures = [
    ...(metadata.relationships.length > 0 ? [] : all).map((element) =>
      fail('Relationship is not of the type host', {
        expected: `dialect ${NAMESPACE.devprof}/Relationship and Type ${NAMESPACE.devprof}/host`,
        actual: attributeOf(element, 'Type')?.value ?? 'no Type',
        at: locateFetch(view, fetch, element, 'Relationship'),
        remedy: `Set Type of Relationship to ${NAMESPACE.devprof}/host, in a section of dialect ${NAMESPACE.devprof}/Relationship.`,
      }),
    ),
    ...metadata.hosted.flatMap((service) => incomplete(view, fetch, service)),
  ];
  const text = `${metadata.hosted.length} hosted services are described`;
  return firstOfEach(failures, pass(text, locateFetch(view, fetch, first, 'Relationship')));
}

function incomplete(view: WsdView, fetch: Served['fetch'], service: DpwsService): Finding[] {
  const missing = [
    ...(service.addresses.some(({ value }) => value !== '') ? [] : ['EndpointReference/Address']),
    ...(service.types.length > 0 ? [] : ['Types']),
    ...((service.serviceId?.value ?? '') === '' ? ['ServiceId'] : []),
  ];
  if (missing.length === 0) return [];
  return [
    fail(`a Hosted has no ${missing.join(', no ')}`, {
      expected: `${missing.join(', ')}, not blank`,
      actual: 'missing or blank',
      at: locateFetch(view, fetch, service.element, 'Hosted'),
      remedy: `Add ${missing.join(', ')} to every Hosted.`,
    }),
  ];
}

const mex014: Rule = {
  id: 'RVP-MEX-014',
  title: 'Let hosted services not be found by themselves',
  source: [DPWS],
  requirement: 'No Hello and no match is about a hosted service.',
  why: 'Windows would show the services of a device beside it, as devices.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd', 'metadata'],
  remedy: 'Say Hello for the device alone, and match Probe and Resolve with its own types and address.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const failures = view.hosted.map(({ datagram, target, address }): Finding => {
        const label = datagramLabel(datagram);
        return fail(`${label} is about a hosted service`, {
          expected: 'the endpoint reference of the device',
          actual: address,
          at: locateElement(datagram, target.element, label),
          remedy: `Send no ${label} for a hosted service: it is found through the metadata of the device.`,
        });
      });
      // Hosted services are known by the metadata alone.
      if (metadataAnswers(evidence).length === 0)
        return [absent(view, 'the metadata') ?? inconclusive('without metadata it is not known what the device hosts')];
      return firstOfEach(failures, pass('no message is about a hosted service'));
    }),
};

const PRINT_AND_SCAN: readonly string[] = [NAMESPACE.print, NAMESPACE.scan];
const WDP = /^https?:\/\/schemas\.microsoft\.com\/windows\/[^/]+\/[^/]+\/wdp\/(print|scan)\b/i;
const LOCAL_NAMES = /^(?:Print(?:Device|erService)|Scan(?:Device|nerService))Type$/;

const mex016: Rule = {
  id: 'RVP-MEX-016',
  title: 'Name print and scan types in the namespaces of 2006/08',
  source: [WIN],
  requirement:
    'The types of printers and scanners for Windows are in the namespaces windows/2006/08/wdp/print and scan.',
  why: 'Windows loads its class drivers by these names alone; under 2006/01 the device stays unknown.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd', 'metadata'],
  remedy: `Use ${NAMESPACE.print} and ${NAMESPACE.scan} as they are written here.`,
  blockedBy: [UNHEARD],
  check: (evidence, profile) => eachHeard(evidence, profile, (view) => judgeClassTypes(view)),
};

interface Typed {
  readonly types: readonly string[];
  readonly at: NonNullable<Finding['at']>;
}

function judgeClassTypes(view: WsdView): readonly Finding[] {
  const typed: Typed[] = [
    ...[...view.told, ...view.hosted].map(({ datagram, target }) => ({
      types: target.types,
      at: locateElement(datagram, target.typesElement ?? target.element, 'Types'),
    })),
    ...metadataAnswers(view.evidence).flatMap(({ fetch, metadata: { hosts, hosted } }) =>
      [...hosts, ...hosted].map(({ types, typesElement, element }) => ({
        types,
        at: locateFetch(view, fetch, typesElement ?? element, 'Types'),
      })),
    ),
  ];
  const known = typed.flatMap(({ types, at }) => types.filter(isClassType).map((type) => ({ type, at })));
  const [first] = known;
  if (first === undefined)
    return view.discovery.isComplete
      ? [notApplicable('the device has no type of a printer or scanner for Windows')]
      : [inconclusive('no type of a printer or scanner was seen')];
  const failures = known
    .filter(({ type }) => !PRINT_AND_SCAN.includes(namespaceOf(type)))
    .map(({ type, at }) =>
      fail(`${type} is in another namespace than Windows knows`, {
        expected: `the namespace ${/scan/i.test(localOf(type)) ? NAMESPACE.scan : NAMESPACE.print}`,
        actual: type,
        at,
        remedy: `Bind the prefix of ${localOf(type)} to ${/scan/i.test(localOf(type)) ? NAMESPACE.scan : NAMESPACE.print}.`,
      }),
    );
  return firstOfEach(failures, pass('the print and scan types are in the namespaces of 2006/08', first.at));
}

/** A name of Windows' print or scan services, whatever their year, or one whose prefix is not bound at all. */
function isClassType(type: string): boolean {
  const namespace = namespaceOf(type);
  return WDP.test(namespace) || (namespace.startsWith('?') && LOCAL_NAMES.test(localOf(type)));
}

export const mexMetadataRules: readonly Rule[] = [mex005b, mex010, mex011, mex012, mex014, mex016];
