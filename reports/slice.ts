import { concat } from '#base/bytes.js';
import type { Exchange, Frame, LinkType } from '#evidence/model.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { visible } from './text.js';

/**
 * A pcapng file with some frames in capture order, one interface a link type. `comments` (by frame number) are what
 * Wireshark shows as the packet's comment.
 */
export function captureSlice(
  frames: readonly Frame[],
  application: string,
  comments: ReadonlyMap<number, string>,
): Uint8Array {
  const ordered = [...new Map(frames.map((frame) => [frame.number, frame])).values()].sort(
    (a, b) => a.number - b.number,
  );
  const linkTypes: LinkType[] = [...new Set(ordered.map((frame) => frame.linkType))];
  return concat(
    sectionHeader({ application }),
    ...linkTypes.map((linkType) => interfaceDescription({ linkType, snapLengthBytes: 0 })),
    ...ordered.map((frame) => {
      const comment = comments.get(frame.number);
      return enhancedPacket({
        interfaceId: linkTypes.indexOf(frame.linkType),
        timeNs: frame.timeNs,
        bytes: frame.bytes,
        wireLength: frame.wireLength,
        comment: `frame ${frame.number} of the capture${comment === undefined ? '' : `: ${visible(comment)}`}`,
      });
    }),
  );
}

/** Every frame of an exchange. */
export function framesOf(exchange: Exchange): Frame[] {
  return [
    ...exchange.packets.map((packet) => packet.frame),
    ...exchange.messages.flatMap((message) => message.parts.map((part) => part.frame)),
  ];
}
