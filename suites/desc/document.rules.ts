import type { Fetch } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { allDevices, UPNP_DEVICE_NAMESPACE, type UpnpDevice } from '#wire/upnp-description.js';
import type { XmlElement } from '#wire/xml.js';
import { blocked, fail, inconclusive, note } from '../finding.js';
import { locateDocument, locateXml } from '../locate-text.js';
import { isAliveOrResponse, isAlive, messagesOf, udnOf, valueOf } from '../ssdp-view.js';
import { bodyOf, DOCUMENT_BLOCKERS, eachDescription, eachFetch, noDocument } from '../upnp-documents.js';
import { allOf, upnpRule } from '../upnp-rule.js';
import { brokenBy, descriptionIn, valueIn, type Described } from '../upnp-tree.js';

const DEVICE = 'Device description';
const REQUIRED = ['deviceType', 'friendlyName', 'manufacturer', 'modelName', 'UDN'];
const RECOMMENDED = ['modelDescription', 'modelNumber', 'modelURL', 'serialNumber', 'presentationURL'];
const MAX_CHARACTERS = [
  ['friendlyName', 64],
  ['manufacturer', 64],
  ['modelName', 32],
] as const;
const SERVICE = ['serviceType', 'serviceId', 'SCPDURL', 'controlURL', 'eventSubURL'];
const VERSIONS = ['1.0', '1.1', '2.0'];
const UDN = /^uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `the root device`, `embedded device 1`. */
function deviceName(index: number): string {
  return index === 0 ? 'the root device' : `embedded device ${index}`;
}

/** Judge every device of every description. */
function eachDevice(
  { fetch, description }: Described,
  judge: (device: UpnpDevice, name: string, fetch: Fetch) => readonly Finding[],
): Finding[] {
  return allDevices(description).flatMap((device, index) => judge(device, deviceName(index), fetch));
}

const desc010 = upnpRule({
  id: 'RVP-DESC-010',
  title: 'Name the root element and its namespace as UDA does',
  heading: DEVICE,
  requirement: `The root element is root in the namespace ${UPNP_DEVICE_NAMESPACE}.`,
  why: 'Windows looks elements up by namespace: in another one there is no device.',
  level: 'MUST',
  needs: ['description'],
  remedy: `Begin the document with <root xmlns="${UPNP_DEVICE_NAMESPACE}">.`,
  blockedBy: DOCUMENT_BLOCKERS,
  check: (evidence, profile) =>
    allOf(evidence, eachDescription(evidence, profile, judgeRoot), 'root element and namespace are right'),
});

const isRoot = (element: XmlElement | null): boolean =>
  element?.local === 'root' && element.namespace === UPNP_DEVICE_NAMESPACE;

function judgeRoot({ fetch, description }: Described): Finding[] {
  const { root } = description.xml;
  if (root === null || isRoot(root)) return [];
  return [
    fail(`the root element at ${fetch.url} is another one`, {
      expected: `root in ${UPNP_DEVICE_NAMESPACE}`,
      actual: `${root.local} in ${root.namespace === '' ? 'no namespace' : root.namespace}`,
      at: locateXml(fetch, root),
      remedy: `Begin the document with <root xmlns="${UPNP_DEVICE_NAMESPACE}">, letter by letter.`,
    }),
  ];
}

const desc011 = upnpRule({
  id: 'RVP-DESC-011',
  title: 'State the version of UDA in specVersion',
  heading: DEVICE,
  requirement: 'specVersion has major and minor: 1 and 0, 1 and 1, or 2 and 0.',
  why: 'It says by which rules the description is to be read.',
  level: 'MUST',
  needs: ['description'],
  remedy: 'Write <specVersion><major>1</major><minor>0</minor></specVersion> before device.',
  blockedBy: [...DOCUMENT_BLOCKERS, 'RVP-DESC-010'],
  check: (evidence, profile) =>
    allOf(evidence, eachDescription(evidence, profile, judgeVersion), 'specVersion is one of UDA'),
});

function judgeVersion({ fetch, description }: Described): Finding[] {
  const { specVersion, xml } = description;
  const text = `${specVersion?.major?.value ?? ''}.${specVersion?.minor?.value ?? ''}`;
  if (VERSIONS.includes(text)) return [];
  if (description.device === null && !isRoot(xml.root))
    return [blocked('RVP-DESC-010', 'the document is no description')];
  const element = specVersion?.major?.element ?? specVersion?.minor?.element ?? xml.root;
  return [
    fail(`specVersion at ${fetch.url} is none of UDA`, {
      expected: VERSIONS.join(', '),
      actual: text === '.' ? 'none' : text,
      at: locateXml(fetch, element, 'root.specVersion'),
      remedy: 'Write major and minor of the UDA the device follows: 1 and 0, 1 and 1, or 2 and 0.',
    }),
  ];
}

const desc012 = upnpRule({
  id: 'RVP-DESC-012',
  title: 'Tell whether the description has a URLBase',
  heading: DEVICE,
  requirement: 'URLBase is optional in UPnP 1.0 and not used any more since 1.1.',
  why: 'Control points resolve relative URLs against it, or against LOCATION: they differ where it is wrong.',
  level: 'INFO',
  needs: ['description'],
  remedy: 'Leave URLBase out; relative URLs then count from LOCATION.',
  blockedBy: DOCUMENT_BLOCKERS,
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachDescription(evidence, profile, ({ fetch, description: { urlBase } }) =>
        urlBase === null
          ? []
          : [
              note(
                `the description has a URLBase: ${urlBase.value}`,
                locateXml(fetch, urlBase.element, 'root.URLBase'),
              ),
            ],
      ),
      'the description has no URLBase',
    ),
});

const desc013 = upnpRule({
  id: 'RVP-DESC-013',
  title: 'Name type, name, manufacturer, model and UDN of each device',
  heading: DEVICE,
  requirement: 'Each device has deviceType, friendlyName, manufacturer, modelName and UDN, none of them blank.',
  why: 'Windows shows the names to the user, and knows the device by type and UDN.',
  level: 'MUST',
  needs: ['description'],
  remedy: 'Fill these five elements in for the root device and for every embedded one.',
  blockedBy: [...DOCUMENT_BLOCKERS, 'RVP-DESC-010'],
  check: (evidence, profile) =>
    allOf(evidence, eachDescription(evidence, profile, judgeRequired), 'every device has the five elements'),
});

function judgeRequired(described: Described): Finding[] {
  const { fetch, description } = described;
  if (description.device === null) {
    if (!isRoot(description.xml.root)) return [blocked('RVP-DESC-010', 'the document is no description')];
    const expected = 'the element device';
    const at = locateXml(fetch, description.xml.root);
    return [
      fail('the description has no device', { expected, actual: 'none', at, remedy: 'Describe the root device.' }),
    ];
  }
  return eachDevice(described, (device, name) =>
    REQUIRED.filter((field) => valueIn(device, field) === null).map((field) => {
      const known = device.fields.get(field);
      return fail(`${field} of ${name} is ${known === undefined ? 'missing' : 'blank'}`, {
        expected: `${field} with a text`,
        actual: known === undefined ? 'none' : 'an empty element',
        at: locateXml(fetch, known?.element ?? device.element, `device.${field}`),
        remedy: `Write ${field} into the description of ${name}.`,
      });
    }),
  );
}

const desc013b = upnpRule({
  id: 'RVP-DESC-013b',
  title: 'Keep the names of a device within their lengths',
  heading: DEVICE,
  requirement: 'friendlyName and manufacturer have at most 64 characters, modelName at most 32.',
  why: 'Control points cut longer names, or drop the device.',
  level: 'SHOULD',
  needs: ['description'],
  remedy: 'Shorten the name.',
  blockedBy: DOCUMENT_BLOCKERS,
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachDescription(evidence, profile, (described) => eachDevice(described, judgeLengths)),
      'the names of every device are short enough',
    ),
});

function judgeLengths(device: UpnpDevice, name: string, fetch: Fetch): Finding[] {
  return MAX_CHARACTERS.flatMap(([field, max]) => {
    const known = device.fields.get(field);
    if (known === undefined) return [];
    const { length } = Array.from(known.value);
    if (length <= max) return [];
    return [
      fail(`${field} of ${name} is too long`, {
        expected: `at most ${max} characters`,
        actual: `${length} characters`,
        at: locateXml(fetch, known.element, `device.${field}`),
        remedy: `Shorten ${field} of ${name} by ${length - max} characters.`,
      }),
    ];
  });
}

const desc014 = upnpRule({
  id: 'RVP-DESC-014',
  title: 'Tell which recommended elements are missing',
  heading: DEVICE,
  requirement: `A root device should have ${RECOMMENDED.join(', ')}.`,
  why: 'Windows shows them among the properties of the device, and opens the web page from there.',
  level: 'INFO',
  needs: ['description'],
  remedy: 'Add those that there is something to say in.',
  blockedBy: DOCUMENT_BLOCKERS,
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachDescription(evidence, profile, ({ fetch, description: { device } }) => {
        if (device === null) return [];
        const missing = RECOMMENDED.filter((field) => valueIn(device, field) === null);
        if (missing.length === 0) return [];
        return [note(`the root device has no ${missing.join(', ')}`, locateXml(fetch, device.element, 'root.device'))];
      }),
      'the root device has every recommended element',
    ),
});

const desc015 = upnpRule({
  id: 'RVP-DESC-015',
  title: 'Write each UDN as uuid: and a UUID, the one that is announced',
  heading: DEVICE,
  requirement:
    'UDN of each device is uuid: and 8-4-4-4-12 hexadecimal digits, and stands before :: in what the device sends.',
  why: 'Windows compares it with the UUID that M1 gave, and with what SSDP says.',
  level: 'MUST',
  needs: ['ssdp', 'description'],
  remedy: 'Format the 16 bytes of the UUID behind uuid:, once for description and messages.',
  blockedBy: [...DOCUMENT_BLOCKERS, 'RVP-DESC-013', 'RVP-SSDP-011'],
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachDescription(evidence, profile, (described) => [
        ...judgeNoDevice(described),
        ...eachDevice(described, judgeUdn),
        ...judgeAnnounced(evidence, described),
      ]),
      'every UDN is uuid: and a UUID, and that of the root device is announced',
    ),
});

function judgeNoDevice({ description }: Described): Finding[] {
  return description.device === null ? [blocked('RVP-DESC-013', 'the description has no device')] : [];
}

function judgeUdn(device: UpnpDevice, name: string, fetch: Fetch): Finding[] {
  const known = device.fields.get('UDN');
  if (known === undefined || known.value === '') return [blocked('RVP-DESC-013', `${name} has no UDN`)];
  if (UDN.test(known.value)) return [];
  return [
    fail(`UDN of ${name} is no uuid: with a UUID`, {
      expected: 'uuid: and 8-4-4-4-12 hexadecimal digits',
      actual: known.value,
      at: locateXml(fetch, known.element, 'device.UDN'),
      remedy: `Write UDN of ${name} as uuid: and its UUID.`,
    }),
  ];
}

/** Where the device announces other UDNs, RVP-SSDP-011 fails for it. */
function judgeAnnounced(evidence: Evidence, { fetch, description }: Described): Finding[] {
  const known = description.device?.fields.get('UDN');
  if (known === undefined || known.value === '') return [];
  const own = messagesOf(evidence).filter(
    (message) => isAliveOrResponse(message) && valueOf(message, 'LOCATION') === fetch.url,
  );
  if (own.length === 0) return [inconclusive(`no message with LOCATION ${fetch.url} was seen`)];
  if (own.some((message) => udnOf(message) === known.value)) return [];
  if (own.some(isAlive)) return [blocked('RVP-SSDP-011', 'the announcements name other devices than the description')];
  if (evidence.discovery?.isComplete !== true) return [inconclusive('UDN of the root device was not seen yet')];
  return [
    fail('no message of the device names UDN of the root device', {
      expected: [...new Set(own.map(udnOf))].join(' or '),
      actual: known.value,
      at: locateXml(fetch, known.element, 'device.UDN'),
      remedy: 'Take UDN and USN from one variable.',
    }),
  ];
}

const desc016 = upnpRule({
  id: 'RVP-DESC-016',
  title: 'Describe each service by its five elements',
  heading: DEVICE,
  requirement:
    'Each service has serviceType, serviceId, SCPDURL, controlURL and eventSubURL; eventSubURL alone may be empty.',
  why: 'A control point drops a service that it cannot call, or the whole device.',
  level: 'MUST',
  needs: ['description'],
  remedy: 'Write all five elements; leave eventSubURL empty where the service has no events.',
  blockedBy: DOCUMENT_BLOCKERS,
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachDescription(evidence, profile, (described) => eachDevice(described, judgeServices)),
      'every service has its five elements',
    ),
});

function judgeServices({ services }: UpnpDevice, name: string, fetch: Fetch): Finding[] {
  return services.flatMap((service, index) => {
    const isMissing = (field: string): boolean =>
      field === 'eventSubURL' ? !service.fields.has(field) : valueIn(service, field) === null;
    return SERVICE.filter(isMissing).map((field) =>
      fail(`service ${index + 1} of ${name} has no ${field}`, {
        expected: field,
        actual: service.fields.has(field) ? 'an empty element' : 'none',
        at: locateXml(fetch, service.fields.get(field)?.element ?? service.element, `service.${field}`),
        remedy: `Write ${field} into service ${index + 1} of ${name}.`,
      }),
    );
  });
}

const desc017 = upnpRule({
  id: 'RVP-DESC-017',
  title: 'Give each embedded device a UDN of its own',
  heading: DEVICE,
  requirement: 'No two devices of a description have the same UDN.',
  why: 'Windows takes devices of one UDN for one device, and shows only one of them.',
  level: 'MUST',
  needs: ['description'],
  remedy: 'Make a further UUID for each embedded device, and store it.',
  blockedBy: DOCUMENT_BLOCKERS,
  check: (evidence, profile) =>
    allOf(evidence, eachDescription(evidence, profile, judgeOwnUdns), 'every device has a UDN of its own'),
});

function judgeOwnUdns({ fetch, description }: Described): Finding[] {
  const seen = new Map<string, string>();
  return allDevices(description).flatMap((device, index) => {
    const known = device.fields.get('UDN');
    if (known === undefined || known.value === '') return [];
    const key = known.value.toLowerCase();
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, deviceName(index));
      return [];
    }
    return [
      fail(`${deviceName(index)} has UDN of ${other}`, {
        expected: 'a UDN of its own',
        actual: known.value,
        at: locateXml(fetch, known.element, 'device.UDN'),
        remedy: `Make a further UUID for ${deviceName(index)}.`,
      }),
    ];
  });
}

const desc018 = upnpRule({
  id: 'RVP-DESC-018',
  title: 'Serve well-formed XML that refers to nothing outside',
  heading: DEVICE,
  requirement:
    'The description is well-formed XML, valid in the encoding it declares, without a DTD that names external entities.',
  why: 'An XML parser stops at the first thing that is wrong: Windows then has no description at all.',
  level: 'MUST',
  needs: ['description'],
  uses: ['ssdp'],
  remedy: 'Escape & and < in texts, write in the encoding that is declared, leave out DOCTYPE.',
  blockedBy: ['RVP-SSDP-017', 'RVP-DESC-001', 'RVP-DESC-003'],
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachFetch(evidence, profile, (fetch, discovery) => {
        const none = noDocument(evidence, discovery, fetch);
        return none === null ? judgeXml(fetch) : [none];
      }),
      'the description is well-formed',
    ),
});

function judgeXml(fetch: Fetch): Finding[] {
  const description = descriptionIn(bodyOf(fetch));
  const broken = brokenBy(description);
  if (broken === null) {
    const doctype = description.xml.issues.find(({ code }) => code === 'xml-doctype');
    if (doctype === undefined) return [];
    return [note('the description has a DOCTYPE', locateDocument(fetch, { span: doctype.at, path: 'xml' }))];
  }
  const { code, at, text, line, column } = broken;
  if (code === 'xml-too-deep' || code === 'xml-too-large')
    return [inconclusive(`the description is larger than what is read: ${text}`)];
  return [
    fail(`the description is not well-formed at line ${line}, column ${column}: ${text}`, {
      expected: 'XML that can be parsed',
      actual: text,
      at: { ...locateDocument(fetch, { span: at, path: 'xml' }), line, column },
      remedy:
        'Write the document with an XML library, or escape texts: &amp; for &, &lt; for <, in the declared encoding.',
    }),
  ];
}

export const documentRules: readonly Rule[] = [
  ...[desc010, desc011, desc012, desc013, desc013b, desc014, desc015, desc016, desc017, desc018],
];
