import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";

/*
 * How a phone refuses a server's certificate: by a fatal alert in the handshake (RFC 5246 section 7.2). Node finishes a
 * handshake before it tells that it does not believe the other side, and sends none; so it is said once more by hand, in
 * TLS 1.2, where an alert before the keys goes in clear. Imports nothing of earshot.
 */

/** RFC 5246 section 7.2.2. */
export interface Alert {
  readonly code: number;
  readonly name: string;
}

/** The alert for what was wrong with a certificate; undefined where it was something else. */
export function alertFor(error: unknown): Alert | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return { code: 45, name: "certificate_expired" };
    case "CERT_SIGNATURE_FAILURE":
      return { code: 51, name: "decrypt_error" };
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return { code: 42, name: "bad_certificate" };
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return { code: 48, name: "unknown_ca" };
    default:
      return undefined;
  }
}

const handshake = 22;
const serverHelloDone = 14;

/** Begins a handshake, reads all that the server says of itself, and ends it with that alert. */
export async function refuseByAlert(
  to: { readonly host: string; readonly port: number; readonly name: string; readonly from: string },
  { code }: Alert,
): Promise<void> {
  const socket = connect({ host: to.host, port: to.port, localAddress: to.from });
  socket.on("error", () => undefined);
  socket.write(clientHello(to.name));
  let read = Buffer.alloc(0);
  const closed = once(socket, "close");
  socket.on("data", (chunk) => {
    read = Buffer.concat([read, chunk]);
    if (says(read, serverHelloDone)) socket.end(Buffer.of(21, 3, 3, 0, 2, 2, code));
  });
  await closed;
}

/** Whether that message is among the handshake's so far, each whole. */
function says(read: Buffer, message: number): boolean {
  let messages = Buffer.alloc(0);
  for (let at = 0; at + 5 <= read.length; at += 5 + read.readUInt16BE(at + 3)) {
    if (read[at] === handshake)
      messages = Buffer.concat([messages, read.subarray(at + 5, at + 5 + read.readUInt16BE(at + 3))]);
  }
  for (let at = 0; at + 4 <= messages.length; at += 4 + messages.readUIntBE(at + 1, 3)) {
    if (messages[at] === message) return true;
  }
  return false;
}

/** TLS 1.2 with the suites and curves that every phone of these years has. */
function clientHello(name: string): Buffer {
  const isName = !/^[\d.]+$/.test(name);
  const host = Buffer.from(name);
  const extensions = Buffer.concat([
    ...(isName ? [extension(0, sized(2, Buffer.concat([Buffer.of(0), sized(2, host)])))] : []),
    extension(10, sized(2, words(0x001d, 0x0017, 0x0018))),
    extension(11, sized(1, Buffer.of(0))),
    extension(13, sized(2, words(0x0403, 0x0503, 0x0401, 0x0501, 0x0804))),
  ]);
  const suites = words(0xc02b, 0xc02f, 0xc02c, 0xc030, 0x009c, 0x002f);
  const hello = Buffer.concat([
    ...[words(0x0303), randomBytes(32), sized(1, Buffer.alloc(0)), sized(2, suites), sized(1, Buffer.of(0))],
    sized(2, extensions),
  ]);
  return Buffer.concat([Buffer.of(handshake, 3, 1), sized(2, Buffer.concat([Buffer.of(1), sized(3, hello)]))]);
}

function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([words(type), sized(2, content)]);
}

function sized(bytes: number, content: Buffer): Buffer {
  const size = Buffer.alloc(bytes);
  size.writeUIntBE(content.length, 0, bytes);
  return Buffer.concat([size, content]);
}

function words(...all: readonly number[]): Buffer {
  return Buffer.concat(all.map((word) => Buffer.of(word >> 8, word & 0xff)));
}
