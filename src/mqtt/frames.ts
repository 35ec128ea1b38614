const puback = 4;
const continued = 0x80;

/**
 * Follows the packets in a stream of MQTT 3.1.1 bytes without keeping them: `acknowledged` is called with the packet
 * identifier of each PUBACK. The returned function takes the next bytes, and gives false when a packet is longer than
 * `maxBytes` or its length is malformed: the connection is then worth nothing.
 */
export function followFrames(maxBytes: number, acknowledged: (id: number) => void): (chunk: Buffer) => boolean {
  let part: "type" | "length" | "body" = "type";
  let type = 0;
  let length = 0;
  let scale = 1;
  let left = 0;
  let id = 0;

  function lengthByte(byte: number): boolean {
    length += (byte & ~continued) * scale;
    scale *= continued;
    if (length > maxBytes) return false;
    if ((byte & continued) !== 0) return scale <= continued ** 3;
    if (type === puback && length !== 2) return false;
    left = length;
    part = left === 0 ? "type" : "body";
    return true;
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const byte = chunk[at] ?? 0;
      if (part === "type") {
        type = byte >> 4;
        length = 0;
        scale = 1;
        id = 0;
        part = "length";
        at += 1;
      } else if (part === "length") {
        if (!lengthByte(byte)) return false;
        at += 1;
      } else {
        const taken = type === puback ? 1 : Math.min(left, chunk.length - at);
        if (type === puback) id = id * 256 + byte;
        at += taken;
        left -= taken;
        if (left === 0) {
          part = "type";
          if (type === puback) acknowledged(id);
        }
      }
    }
    return true;
  };
}
