import { concat } from '#base/bytes.js';
import type { Exchange, Frame, LinkType } from '#evidence/model.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { visible } from './text.js';

/** Most bytes of frames in a slice: an exchange has some kilobytes, and a device that never ends fills no report. */
export const MAX_SLICE_BYTES = 8 * 1024 * 1024;

/**
 * A pcapng file with some frames in capture order, one interface a link type. `comments` (by frame number) are what
 * Wireshark shows as the packet's comment. Of more than {@link MAX_SLICE_BYTES} those with comments come first, then the
 * earliest; the comment of the last frame says how many were left out.
 */
export function captureSlice(
  frames: readonly Frame[],
  application: string,
  comments: ReadonlyMap<number, string>,
): Uint8Array {
  const all = [...new Map(frames.map((frame) => [frame.number, frame])).values()].sort((a, b) => a.number - b.number);
  const ordered = withinLimit(all, comments);
  const leftOut = all.length - ordered.length;
  const last = ordered.at(-1);
  const linkTypes: LinkType[] = [...new Set(ordered.map((frame) => frame.linkType))];
  return concat(
    sectionHeader({ application }),
    ...linkTypes.map((linkType) => interfaceDescription({ linkType, snapLengthBytes: 0 })),
    ...ordered.map((frame) => {
      const comment = comments.get(frame.number);
      const rest = frame === last && leftOut > 0 ? `; ${leftOut} frames are left out here, the bundle has them` : '';
      return enhancedPacket({
        interfaceId: linkTypes.indexOf(frame.linkType),
        timeNs: frame.timeNs,
        bytes: frame.bytes,
        wireLength: frame.wireLength,
        comment: `frame ${frame.number} of the capture${comment === undefined ? '' : `: ${visible(comment)}`}${rest}`,
      });
    }),
  );
}

/** As many as there is room for, in their order. */
function withinLimit(frames: readonly Frame[], comments: ReadonlyMap<number, string>): Frame[] {
  const kept = new Set<Frame>();
  let left = MAX_SLICE_BYTES;
  const isNamed = ({ number }: Frame): boolean => comments.has(number);
  for (const frame of [...frames.filter(isNamed), ...frames.filter((each) => !isNamed(each))]) {
    if (frame.bytes.length > left) break;
    left -= frame.bytes.length;
    kept.add(frame);
  }
  return frames.filter((frame) => kept.has(frame));
}

/** Every frame of an exchange. */
export function framesOf(exchange: Exchange): Frame[] {
  return [
    ...exchange.packets.map((packet) => packet.frame),
    ...exchange.messages.flatMap((message) => message.parts.map((part) => part.frame)),
  ];
}
