import { randomBytes } from "node:crypto";
import type { Socket } from "node:dgram";
import { once } from "node:events";

/*
 * How a phone asks its network for a provisioning server when it boots: SIP PnP as phones are documented to do it (RFC 6080,
 * yealink.md 7.5). Imports nothing of earshot.
 */

const sip = { group: "224.0.1.75", port: 5060 };

/** What a phone says of itself. */
export interface Profile {
  readonly mac: string;
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
}

/** The address it was told, by whom, and what was wrong with the telling. */
export interface PnpAnswer {
  readonly url: string;
  readonly from: string;
  readonly wrong: readonly string[];
  /** Datagrams that belong to no question of its own. */
  readonly strange: number;
}

/** The question, and its first lines, which an answer brings back. */
export function subscribe(
  { mac, vendor, model, version }: Profile,
  { address, port, contact }: { readonly address: string; readonly port: number; readonly contact: string },
): { readonly text: string; readonly lines: readonly string[] } {
  const user = `sip:MAC%3a${mac}`;
  const lines = [
    `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${randomBytes(4).toString("hex")}`,
    `From: <${user}@${sip.group}>;tag=${randomBytes(4).readUInt32BE()}`,
    `To: <${user}@${sip.group}>`,
    `Call-ID: ${randomBytes(4).readUInt32BE()}@${address}`,
    "CSeq: 1 SUBSCRIBE",
  ];
  const rest = [
    `Contact: <${user}@${contact}:${port}>`,
    "Max-Forwards: 70",
    "Expires: 0",
    `Event: ua-profile;profile-type="device";vendor="${vendor}";model="${model}";version="${version}"`,
    "Accept: application/url",
    "Content-Length: 0",
  ];
  return { text: `SUBSCRIBE ${user}@${sip.group} SIP/2.0\r\n${[...lines, ...rest].join("\r\n")}\r\n\r\n`, lines };
}

/** Boots as a phone: asks (again, as nothing is certain by UDP) until it has its NOTIFY. What comes before its own answer is counted. */
export async function askPnp(profile: Profile, address: string, socket: Socket): Promise<PnpAnswer> {
  const { text, lines } = subscribe(profile, { address, port: socket.address().port, contact: address });
  const callId = lines[3] ?? "";
  let strange = 0;
  const wrong: string[] = [];
  let accepted: string | undefined;
  const ask = (): void => socket.send(text, sip.port, sip.group);
  const asking = setInterval(ask, 500);
  ask();
  try {
    for (;;) {
      const [datagram, from] = (await once(socket, "message")) as [Buffer, { address: string; port: number }];
      const message = datagram.toString("latin1");
      const [head = "", body = ""] = message.split("\r\n\r\n");
      if (!head.includes(`\r\n${callId}\r\n`)) {
        strange += 1;
        continue;
      }
      if (head.startsWith("SIP/2.0 200 ")) {
        const tagged = /\r\nTo: (.*)\r\n/.exec(head)?.[1];
        for (const line of [lines[0], lines[1], lines[3], lines[4]]) {
          if (!head.includes(`\r\n${line}\r\n`)) wrong.push(`not echoed: ${line}`);
        }
        if (!tagged?.startsWith(`${lines[2]?.slice(4)};tag=`)) wrong.push(`To is ${tagged}`);
        accepted = tagged;
      } else if (head.startsWith("NOTIFY ")) {
        const has = (line: string): void => {
          if (!`${head}\r\n`.includes(`\r\n${line}\r\n`)) wrong.push(`no ${line}`);
        };
        if (accepted === undefined) wrong.push("NOTIFY before 200");
        has(`From: ${accepted}`);
        has(`To: ${lines[1]?.slice(6)}`);
        has("Content-Type: application/url");
        has("Subscription-State: terminated;reason=timeout");
        has(`Content-Length: ${body.length}`);
        const echoed = head.split("\r\n").filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
        socket.send(`SIP/2.0 200 OK\r\n${echoed.join("\r\n")}\r\nContent-Length: 0\r\n\r\n`, from.port, from.address);
        return { url: body, from: from.address, wrong, strange };
      }
    }
  } finally {
    clearInterval(asking);
  }
}
