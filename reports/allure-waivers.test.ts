import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { writeAllure } from './allure.js';
import { CATEGORIES } from './allure-words.js';
import { exampleVerdicts, exampleView } from './testing/view.js';
import { waivedView } from './testing/waivers.js';

describe('a waived failure in Allure', () => {
  let folder = '';
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rally-waived-'));
    writeAllure(waivedView(), folder);
  });

  after('leave nothing', () => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Categories whose line matches a result, as Allure does it: the whole message, and the status. */
  const categoriesOf = (name: string): string[] => {
    const { status, statusDetails } = JSON.parse(read(name)) as { status: string; statusDetails: { message: string } };
    return CATEGORIES.filter(
      ({ messageRegex, matchedStatuses }) =>
        new RegExp(`^(?:${messageRegex.replace('(?s)', '')})$`, 's').test(statusDetails.message) &&
        (matchedStatuses as readonly string[]).includes(status),
    ).map(({ name: category }) => category);
  };

  it('is skipped, in a category of its own, with all that is told of a failure', () => {
    const result = JSON.parse(read('rvp-vpi-02-result.json')) as Record<string, unknown>;
    expect(result).to.include({ status: 'skipped' });
    expect(result['statusDetails'])
      .to.have.property('message')
      .that.matches(/^WAIVED RVP-VPI-02 @0x014a: until 2026-12-31 by QA: ROM /);
    expect(result['descriptionHtml']).to.include('<h4>Waived</h4>').and.to.include('What is wrong');
    expect(result['descriptionHtml']).to.not.include('<b onclick');
    expect(result['attachments']).to.have.length.above(0);
    expect(categoriesOf('rvp-vpi-02-result.json')).to.deep.equal(['Waived']);
  });

  it('has a failed case for a waiver that has expired, and none for the others', () => {
    expect(readdirSync(folder).filter((name) => name.startsWith('waiver-'))).to.deep.equal([
      'waiver-rvp-wsc-02-result.json',
    ]);
    expect(JSON.parse(read('waiver-rvp-wsc-02-result.json'))).to.include({ status: 'failed' });
    expect(categoriesOf('waiver-rvp-wsc-02-result.json')).to.deep.equal(['Expired waivers']);
    expect(read('environment.properties')).to.include('is not needed');
  });
});

describe('environment of an Allure report', () => {
  it('names the firmware, and catalogue and profile by their whole digests', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rally-environment-'));
    try {
      const view = exampleView();
      const profile = { device: { name: 'Printer', firmware: '2.1' } };
      writeAllure({ ...view, info: { ...view.info, profile } }, folder);
      const { catalogueDigest, profileDigest } = exampleVerdicts();
      expect(readFileSync(path.join(folder, 'environment.properties'), 'utf8').split('\n')).to.include.members([
        'Firmware=2.1',
        `Catalogue=${catalogueDigest}`,
        `Profile=${profileDigest ?? 'none'}`,
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
