import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import type { TextField } from '#wire/upnp-description.js';
import { xmlList } from '#wire/xml.js';
import { wayName, type FoundBy } from '../discovery.js';
import { fail, note, notApplicable, pass } from '../finding.js';
import { sightings } from '../sightings.js';
import { PNPX } from '../sources.js';
import { eachDocument, eachWithPnpx, isFilled, pnpxDocument, type Place, type PnpxDocument } from './places.js';

const SHOWN = ['m1', 'description', 'metadata'] as const;

/** A list or an id with the place it stands in. */
interface Value {
  readonly field: TextField;
  readonly place: Place;
}

function idLists({ places }: PnpxDocument): Value[] {
  return places.flatMap((place) =>
    [place.elements.hardwareIds, place.elements.compatibleIds].filter(isFilled).map((field) => ({ field, place })),
  );
}

function categories({ places }: PnpxDocument): Value[] {
  return places.flatMap((place) => [place.elements.category].filter(isFilled).map((field) => ({ field, place })));
}

function containers({ places }: PnpxDocument): Value[] {
  return places.flatMap((place) => [place.elements.containerId].filter(isFilled).map((field) => ({ field, place })));
}

/** Judge each value; a pass when none is broken. */
function judged(values: readonly Value[], judge: (value: Value) => Finding[], passed: string): Finding[] {
  const broken = values.flatMap(judge);
  return broken.length > 0 ? broken : [pass(passed)];
}

const pnpx03: Rule = {
  id: 'RVP-PNPX-03',
  title: 'Separate ids and categories by single spaces',
  source: [PNPX],
  requirement: 'Lists have one space between their items, and no white space around them.',
  why: 'White space of other kinds may become part of an id.',
  level: 'SHOULD',
  revision: 1,
  needs: SHOWN,
  remedy: 'Write the list on one line, with one space between its items.',
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(evidence, profile, (document) =>
      judged(
        [...idLists(document), ...categories(document)],
        ({ field: { element }, place }) => {
          const wanted = xmlList(element.text).join(' ');
          if (element.text === wanted) return [];
          return [
            fail(`${element.local} of ${place.name} is not separated by single spaces`, {
              expected: wanted,
              actual: JSON.stringify(element.text),
              at: place.locate(element),
              remedy: `Write ${element.local} as ${wanted}, without a line break.`,
            }),
          ];
        },
        `${wayName(document.by)}: single spaces separate the items of lists`,
      ),
    ),
};

/** Longest id, characters. */
const MAX_ID = 199;

const pnpx05: Rule = {
  id: 'RVP-PNPX-05',
  title: 'Use ids that Plug and Play can take',
  source: [PNPX],
  requirement: 'Each id is of printable ASCII characters without a comma, and shorter than 200 characters.',
  why: 'Plug and Play refuses other ids, and the device is not installed.',
  level: 'MUST',
  revision: 1,
  needs: SHOWN,
  remedy: 'Separate ids by spaces, and make each of letters, digits, &, _, . and the like.',
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(evidence, profile, (document) =>
      judged(
        idLists(document),
        ({ field: { element }, place }) =>
          xmlList(element.text).flatMap((id) => {
            const why = id.includes(',')
              ? 'has a comma'
              : id.length > MAX_ID
                ? `has ${id.length} characters`
                : /^[\x21-\x7e]+$/.test(id)
                  ? null
                  : 'has characters that are not printable ASCII';
            if (why === null) return [];
            return [
              fail(`an id of ${element.local} of ${place.name} ${why}`, {
                expected: 'printable ASCII without a comma, shorter than 200 characters',
                actual: id.length > MAX_ID ? `${id.slice(0, 60)}... (${id.length} characters)` : id,
                at: place.locate(element),
                remedy: id.includes(',')
                  ? `Separate the ids of ${element.local} by single spaces.`
                  : `Use another id in ${element.local}.`,
              }),
            ];
          }),
        `${wayName(document.by)}: every id is one that Plug and Play takes`,
      ),
    ),
};

const USUAL = /^(VEN_[0-9A-F]{4}(&(DEV|SUBSYS|REV|CC)_[0-9A-F]+)*|https?:\/\/\S+|urn:\S+|MS_\w+|\w+\\\S+)$/i;

const pnpx06: Rule = {
  id: 'RVP-PNPX-06',
  title: 'Report ids of unusual form',
  source: [PNPX],
  requirement: 'Ids are vendor and device numbers, type names, or names that Microsoft gives.',
  why: 'An id of another form may be meant for another system, and matches no driver of Windows.',
  level: 'INFO',
  revision: 1,
  needs: SHOWN,
  remedy: 'Check that the driver package names the id.',
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(evidence, profile, (document) =>
      judged(
        idLists(document),
        ({ field: { element }, place }) =>
          xmlList(element.text)
            .filter((id) => !USUAL.test(id))
            .map((id) => note(`${id.slice(0, 80)} in ${element.local} of ${place.name} is of no usual form`)),
        `${wayName(document.by)}: the ids are of usual forms`,
      ),
    ),
};

const pnpx08: Rule = {
  id: 'RVP-PNPX-08',
  title: 'Report what Windows takes as container id',
  source: [PNPX],
  requirement:
    'By UPnP it is X_containerId, else the UDN; by DPWS, from Windows 10 on, the UUID of the endpoint address.',
  why: 'Windows shows as one device what has one container id.',
  level: 'INFO',
  revision: 1,
  needs: SHOWN,
  uses: ['ssdp', 'wsd'],
  remedy: 'Use one UUID for the identities and container ids of one device.',
  check: (evidence, profile) =>
    eachDocument(evidence, profile, (document) => {
      const own = document.by === 'upnp' ? containers(document)[0]?.field.value : undefined;
      const identity = sightings(evidence, document.by)[0]?.text ?? 'its identity';
      const isUuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(identity);
      const of = isUuid || document.by === 'upnp' ? identity : `a hash of ${identity}`;
      return [note(`${wayName(document.by)}: Windows takes ${own ?? of} as container id`)];
    }),
};

const pnpx09: Rule = {
  id: 'RVP-PNPX-09',
  title: 'Give the same container id on every transport',
  source: [PNPX],
  requirement: 'Container ids that the device states by UPnP and by DPWS are the same.',
  why: 'Windows shows one device as two when they differ.',
  level: 'SHOULD',
  revision: 1,
  needs: SHOWN,
  remedy: 'Use one GUID as container id in the description and in the metadata.',
  check: (evidence, profile) => {
    const [byUpnp, byDpws] = [containersBy(evidence, profile, 'upnp'), containersBy(evidence, profile, 'dpws')];
    const [problem] = [...byUpnp.problems, ...byDpws.problems];
    if (problem !== undefined) return [problem];
    const [upnp] = byUpnp.values;
    const [dpws] = byDpws.values;
    if (upnp === undefined || dpws === undefined)
      return [notApplicable('container ids are not stated on two transports')];
    if (bareId(upnp.field.value) === bareId(dpws.field.value))
      return [pass(`the container id is ${upnp.field.value} by UPnP and by DPWS`)];
    return [
      fail('the container ids by UPnP and by DPWS differ', {
        expected: dpws.field.value,
        actual: upnp.field.value,
        at: upnp.place.locate(upnp.field.element),
        remedy: `Use ${dpws.field.value} as X_containerId too, or the other one on both transports.`,
      }),
    ];
  },
};

/** The container ids by one way, none where it is not declared; or why its document cannot be read. */
function containersBy(
  evidence: Evidence,
  profile: Profile | null,
  by: FoundBy,
): { readonly values: readonly Value[]; readonly problems: readonly Finding[] } {
  const document = pnpxDocument(evidence, profile, by);
  if (!('verdict' in document)) return { values: containers(document), problems: [] };
  return { values: [], problems: document.verdict === 'not-applicable' ? [] : [document] };
}

function bareId(text: string): string {
  return text.replace(/[{}]/g, '').toLowerCase();
}

/** Categories of PnP-X, and the one that Windows 10 added. */
const CATEGORIES: readonly string[] = [
  ...['Computers', 'Input', 'Printers', 'Scanners', 'FAX', 'MFP', 'Cameras', 'Storage', 'NetworkInfrastructure'],
  ...['Displays', 'MediaDevices', 'Gaming', 'Phones', 'HomeAutomation', 'HomeSecurity', 'Other', 'MobilePrinter'],
];

const pnpx13: Rule = {
  id: 'RVP-PNPX-13',
  title: 'Use a published device category',
  source: [PNPX],
  requirement: 'What stands before the dot of each category is one of the published keywords.',
  why: 'Windows shows a device of an unknown category without the icon and the place of its kind.',
  level: 'SHOULD',
  revision: 1,
  needs: SHOWN,
  remedy: `Use one of ${CATEGORIES.join(', ')}.`,
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(evidence, profile, (document) =>
      judged(
        categories(document),
        ({ field: { element }, place }) =>
          xmlList(element.text)
            .filter((category) => !CATEGORIES.includes(category.replace(/\..*/, '')))
            .map((category) =>
              fail(`${category.slice(0, 80)} is no published category`, {
                expected: `one of ${CATEGORIES.join(', ')}`,
                actual: category.slice(0, 200),
                at: place.locate(element),
                remedy: `Use a published category in ${element.local}, with a part of your own behind a dot.`,
              }),
            ),
        `${wayName(document.by)}: the categories are published ones`,
      ),
    ),
};

const GUID = /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i;

const pnpx14: Rule = {
  id: 'RVP-PNPX-14',
  title: 'Write a container id as a GUID in braces',
  source: [PNPX],
  requirement: 'A container id is a GUID of 8-4-4-4-12 hexadecimal digits in braces.',
  why: 'Windows does not take one of another form, and forms its own.',
  level: 'SHOULD',
  revision: 1,
  needs: SHOWN,
  remedy: 'Write the container id as {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}.',
  check: (evidence, profile) =>
    eachDocument(evidence, profile, (document) => {
      const values = containers(document);
      if (values.length === 0) return [pass(`${wayName(document.by)}: no container id is stated`)];
      return judged(
        values,
        ({ field: { value, element }, place }) =>
          GUID.test(value)
            ? []
            : [
                fail(`${element.local} is no GUID in braces`, {
                  expected: '{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}',
                  actual: value.slice(0, 200),
                  at: place.locate(element),
                  remedy: `Write ${element.local} as a GUID in braces.`,
                }),
              ],
        `${wayName(document.by)}: the container id is a GUID in braces`,
      );
    }),
};

export const pnpxValueRules: readonly Rule[] = [pnpx03, pnpx05, pnpx06, pnpx08, pnpx09, pnpx13, pnpx14];
