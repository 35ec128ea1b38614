/* The few forms of DER (X.690) that a certificate is written in. */

export const UTF8 = 0x0c;
const OID = 0x06;

export function utcTime(at: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
}

export function bits(value: Buffer, unused: number): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(unused), value]));
}

export function oid(hex: string): Buffer {
  return der(OID, Buffer.from(hex, "hex"));
}

export function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

export function der(tag: number, content: Buffer | readonly number[]): Buffer {
  const body = Buffer.from(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}
