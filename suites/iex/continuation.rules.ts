import type { Rule } from '#judge/rule.js';
import { brokenContinuation, noFrame, ownFrames } from '../air.js';
import { fail, notApplicable, pass } from '../finding.js';
import { locate, placeText, seenManagement } from '../locate.js';
import { WSC } from '../sources.js';

const iex04: Rule = {
  id: 'RVP-IEX-04',
  title: 'Continue a WPS element that is too long in further ones',
  source: [WSC],
  requirement:
    'WPS data of more than 251 bytes continues in further WPS elements of the same frame, byte for byte where the one before ends.',
  why: 'An access point puts the data of all WPS elements together; anything but a plain continuation cannot be read.',
  level: 'MUST',
  revision: 1,
  needs: ['frames'],
  remedy: 'Cut the attribute list after each 251 bytes and put dd, length, 00 50 f2 04 before each piece.',
  check: (evidence) => {
    const frames = ownFrames(evidence, 'probe-request', 'association-request');
    if (frames.length === 0) return [noFrame(evidence, 'Probe Request or Association Request')];
    const findings = frames.flatMap((frame) => {
      const seen = seenManagement(frame);
      const broken = brokenContinuation(frame);
      if (broken === null)
        return frame.parts.length > 1
          ? [pass(`the WPS data of a ${seen.label} goes on over ${frame.parts.length} elements`)]
          : [];
      const at = locate(seen, broken.node);
      return [
        fail(`the WPS elements of a ${seen.label} do not continue each other`, {
          expected: broken.expected,
          actual: broken.actual,
          at,
          remedy: `At ${placeText(at)} go on with the next bytes of the attribute list, after dd, length, 00 50 f2 04.`,
        }),
      ];
    });
    if (findings.length > 0) return findings;
    return [notApplicable(`the WPS data of each of the DUT's ${frames.length} frames fits one element`)];
  },
};

export const continuationRules: readonly Rule[] = [iex04];
