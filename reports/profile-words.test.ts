import { expect } from 'chai';
import { firmwareText } from './profile-words.js';
import { statementHtml } from './statement-html.js';
import { statementOf } from './statement.js';
import { exampleView } from './testing/view.js';

const view = (profile?: Readonly<Record<string, unknown>>): ReturnType<typeof exampleView> => {
  const example = exampleView();
  return { ...example, info: { ...example.info, ...(profile === undefined ? {} : { profile }) } };
};

describe('the profile in a report', () => {
  it('has a firmware where it names one, as text', () => {
    const of = (profile?: Readonly<Record<string, unknown>>): string | null =>
      firmwareText(profile === undefined ? {} : { profile });
    expect(of({ device: { name: 'Printer', firmware: '1.0\u202e' } })).to.equal('1.0<U+202E>');
    for (const without of [
      undefined,
      {},
      { device: null },
      { device: { name: 'Printer' } },
      { device: { firmware: 1 } },
    ])
      expect(of(without)).to.equal(null);
  });

  it('stands in the statement with its firmware and digest', () => {
    const profile = { device: { name: 'Printer', firmware: '<i>2.1</i>' } };
    const statement = statementOf(view(profile));
    expect(statement).to.deep.include({ profile, profileDigest: exampleView().verdicts.profileDigest });
    expect(statementHtml(statement)).to.include('<dt>Firmware</dt><dd><bdi>&lt;i&gt;2.1&lt;/i&gt;</bdi></dd>');
    expect(statementOf(view()).profile).to.equal(null);
  });
});
