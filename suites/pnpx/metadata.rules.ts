import type { Finding, Rule } from '#judge/rule.js';
import { xmlList } from '#wire/xml.js';
import { wayName } from '../discovery.js';
import { blocked, fail, inconclusive, note, pass } from '../finding.js';
import { PNPX, spec, WIN } from '../sources.js';
import { eachDocument, eachWithPnpx, hasIds, hasPnpx, isFilled, unread, type PnpxDocument } from './places.js';

const SHOWN = ['m1', 'description', 'metadata'] as const;

const pnpx01: Rule = {
  id: 'RVP-PNPX-01',
  title: 'Give hardware ids and compatible ids together',
  source: [PNPX],
  requirement: 'A UPnP device, and a hosted service of DPWS, has both hardware ids and compatible ids, or neither.',
  why: 'Windows reads the ids only when both elements are there.',
  level: 'MUST',
  revision: 1,
  needs: SHOWN,
  remedy: 'Add the missing element, or take the other one away.',
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(evidence, profile, ({ by, places }) => {
      const broken = places.flatMap(({ name, elements, locate }): Finding[] => {
        const { hardwareIds, compatibleIds } = elements;
        const [filled, ...others] = [hardwareIds, compatibleIds].filter(isFilled);
        if (filled === undefined || others.length > 0) return [];
        const [there, missing] =
          filled === hardwareIds ? ['hardware ids', 'compatible ids'] : ['compatible ids', 'hardware ids'];
        return [
          fail(`${wayName(by)}: ${name} has ${there} and no ${missing}`, {
            expected: 'both elements or neither',
            actual: `${there} alone`,
            at: locate(filled.element),
            remedy: `Add ${missing} to ${name}.`,
          }),
        ];
      });
      return broken.length > 0 ? broken : [pass(`${wayName(by)}: ids come in pairs`)];
    }),
};

const pnpx02: Rule = {
  id: 'RVP-PNPX-02',
  title: 'Give a device category and the ids of a hosted service together',
  source: [PNPX],
  requirement: 'DeviceCategory in ThisModel and the ids in at least one Hosted are both there or both missing.',
  why: 'With one of the two Windows shows a device it cannot install, or none.',
  level: 'MUST',
  revision: 1,
  needs: ['m1', 'metadata'],
  remedy: 'Add DeviceCategory to ThisModel, and HardwareId and CompatibleId to a Hosted.',
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(
      evidence,
      profile,
      ({ model, hosted }) => {
        if (model === null || hosted.length === 0)
          return [inconclusive(`the metadata has no ${model === null ? 'ThisModel' : 'Hosted'}`)];
        const hasCategory = isFilled(model.elements.category);
        if (hasCategory === hosted.some(({ elements }) => hasIds(elements)))
          return [pass('category and ids are both there')];
        return [
          fail(
            hasCategory
              ? 'ThisModel has a DeviceCategory, and no Hosted has ids'
              : 'a Hosted has ids, and ThisModel no DeviceCategory',
            {
              expected: 'DeviceCategory in ThisModel, HardwareId and CompatibleId in a Hosted',
              actual: hasCategory ? 'DeviceCategory alone' : 'ids alone',
              at: model.locate(model.elements.category?.element ?? model.elements.parent),
              remedy: hasCategory
                ? 'Add HardwareId and CompatibleId to the Hosted that Windows is to install.'
                : 'Add DeviceCategory to ThisModel.',
            },
          ),
        ];
      },
      ['dpws'],
    ),
};

const pnpx07: Rule = {
  id: 'RVP-PNPX-07',
  alsoKnownAs: ['RVP-DISC-05'],
  title: 'Carry PnP-X metadata on each transport that pairs',
  source: [spec('WCN-NET protocol', 10), PNPX],
  requirement: 'The description and the metadata of each declared transport hold ids or a category of PnP-X.',
  why: 'Windows installs a device by its PnP-X metadata; without any it finds the device and does nothing with it.',
  level: 'MUST',
  revision: 1,
  needs: SHOWN,
  remedy: 'Add hardware ids, compatible ids and a device category in the PnP-X namespace of the transport.',
  blockedBy: ['RVP-PNPX-12'],
  check: (evidence, profile) => eachDocument(evidence, profile, (document) => [judgePresence(document)]),
};

function judgePresence(document: PnpxDocument): Finding {
  const { by, places, at } = document;
  if (hasPnpx(document)) return pass(`${wayName(by)}: there is PnP-X metadata`, at);
  if (places.some(({ elements }) => elements.misplaced.length > 0))
    return blocked('RVP-PNPX-12', `${wayName(by)}: the PnP-X elements are in another namespace`);
  const reason = unread(document);
  if (reason !== null) return reason;
  return fail(`${wayName(by)}: there is no PnP-X metadata`, {
    expected:
      by === 'upnp' ? 'X_hardwareId, X_compatibleId, X_deviceCategory' : 'DeviceCategory, HardwareId, CompatibleId',
    actual: 'none',
    at,
    remedy:
      by === 'upnp'
        ? 'Add X_hardwareId, X_compatibleId and X_deviceCategory to the root device.'
        : 'Add DeviceCategory to ThisModel, and HardwareId and CompatibleId to a Hosted.',
  });
}

const pnpx11: Rule = {
  id: 'RVP-PNPX-11',
  title: 'Give a device category by DPWS',
  source: [PNPX, WIN],
  requirement: 'ThisModel has a DeviceCategory.',
  why: 'Windows shows no DPWS device that has none.',
  level: 'MUST',
  revision: 1,
  needs: ['m1', 'metadata'],
  remedy: 'Add DeviceCategory in the PnP-X namespace to ThisModel.',
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(
      evidence,
      profile,
      ({ model }) => {
        if (model === null) return [inconclusive('the metadata has no ThisModel')];
        const { category } = model.elements;
        if (isFilled(category)) return [pass(`the category is ${category.value}`, model.locate(category.element))];
        return [
          fail('ThisModel has no DeviceCategory', {
            expected: 'DeviceCategory, e.g. Printers',
            actual: 'none',
            at: model.locate(model.elements.parent),
            remedy: 'Add DeviceCategory in the PnP-X namespace to ThisModel.',
          }),
        ];
      },
      ['dpws'],
    ),
};

const pnpx12: Rule = {
  id: 'RVP-PNPX-12',
  title: 'Put the PnP-X elements into their own namespaces',
  source: [PNPX],
  requirement:
    'PnP-X elements are of the namespace pnpx/2005/11 in UPnP and of pnpx/2005/10 in DPWS, container ids of the device foundation.',
  why: 'Windows does not see an element of another namespace.',
  level: 'MUST',
  revision: 1,
  needs: SHOWN,
  remedy: 'Bind the prefix of the element to the namespace of its transport.',
  check: (evidence, profile) =>
    eachDocument(evidence, profile, ({ by, places }) => {
      const wanted = by === 'upnp' ? 'pnpx/2005/11' : 'pnpx/2005/10';
      const broken = places.flatMap(({ name, elements, locate }) =>
        elements.misplaced.map((element) =>
          fail(`${wayName(by)}: ${element.local} of ${name} is in another namespace`, {
            expected: element.local.endsWith('ontainerId')
              ? 'http://schemas.microsoft.com/windows/2008/09/devicefoundation'
              : `http://schemas.microsoft.com/windows/${wanted}`,
            actual: element.namespace === '' ? 'none' : element.namespace,
            at: locate(element),
            remedy: `Bind the prefix of ${element.name} to the namespace it belongs to.`,
          }),
        ),
      );
      return broken.length > 0 ? broken : [pass(`${wayName(by)}: no PnP-X element is in another namespace`)];
    }),
};

const pnpx10: Rule = {
  id: 'RVP-PNPX-10',
  title: 'Report the category of mobile printing',
  source: [PNPX],
  requirement: 'A printer that is to be found by mobile Windows has MobilePrinter among its categories.',
  why: 'Windows 10 Mobile prints to no other.',
  level: 'INFO',
  revision: 1,
  needs: SHOWN,
  remedy: 'Add MobilePrinter to the categories, if mobile Windows is to print.',
  blockedBy: ['RVP-PNPX-07'],
  check: (evidence, profile) =>
    eachWithPnpx(evidence, profile, ({ by, places }) => {
      const has = places.some(
        ({ elements: { category } }) => isFilled(category) && xmlList(category.value).includes('MobilePrinter'),
      );
      return [
        has ? note(`${wayName(by)}: the category MobilePrinter is there`) : pass(`${wayName(by)}: no MobilePrinter`),
      ];
    }),
};

export const pnpxMetadataRules: readonly Rule[] = [pnpx01, pnpx02, pnpx07, pnpx10, pnpx11, pnpx12];
