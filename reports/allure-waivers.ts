import { LabelName, Severity, Stage, Status, type Label, type TestResult } from 'allure-js-commons';
import type { WaiverUse } from '#judge/record.js';
import { markup, visible } from './text.js';
import { waivedText } from './waiver-words.js';

const PLACE = 'Waivers';

/** A case for a waiver that holds no longer: the run fails for it, so the report has to show a failure. */
export function expiredWaiverCase(waiver: WaiverUse, dut: string): Partial<TestResult> {
  const rule = visible(waiver.rule);
  const told = waivedText(waiver);
  const labels: Label[] = [
    { name: LabelName.EPIC, value: PLACE },
    { name: LabelName.FEATURE, value: PLACE },
    { name: LabelName.STORY, value: rule },
    { name: LabelName.PARENT_SUITE, value: dut },
    { name: LabelName.SUITE, value: PLACE },
    { name: LabelName.PACKAGE, value: 'waivers' },
    { name: LabelName.SEVERITY, value: Severity.CRITICAL },
  ];
  return {
    uuid: `waiver-${rule.toLowerCase().replace(/[^\w-]/g, '_')}`,
    name: `The waiver of ${rule} holds`,
    fullName: `waivers/${rule}`,
    titlePath: [dut, PLACE],
    testCaseId: `waiver ${rule}`,
    stage: Stage.FINISHED,
    status: Status.FAILED,
    statusDetails: { message: `WAIVER ${rule} has expired: ${visible(told)}` },
    descriptionHtml: `<p>${markup(`The waiver has expired (${told}). Repair the device, or let its owner decide anew.`)}</p>`,
    parameters: [{ name: 'dut', value: dut }],
    labels,
  };
}
