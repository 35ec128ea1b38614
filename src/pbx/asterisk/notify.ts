import type { Notification, NotifyTarget, Pushed } from "../../model/index.js";
import type { AmiClient } from "./ami-client.js";
import type { AmiMessage } from "./ami-messages.js";
import { contactsByAmi, isOnly } from "./contacts.js";

/** Bytes of one `Content` line, escapes included: Asterisk refuses a line of about 1,000. */
const longestLine = 900;

/**
 * Sends a NOTIFY to the one device. Asterisk sends it to every contact of the endpoint and says "Success" even where there
 * is none, so the contacts are asked first: a push carries the key to a phone's pages, and no other device gets it.
 */
export async function notify(
  ami: AmiClient | undefined,
  endpoint: string,
  to: NotifyTarget,
  notification: Notification,
  wanted: () => boolean = () => true,
): Promise<Pushed> {
  if (ami?.loggedIn !== true) return failed("AMI is not logged in", true);
  const name = /^PJSIP\/([A-Za-z0-9_.*#+-]+)$/.exec(endpoint)?.[1];
  if (name === undefined) return failed(`${endpoint} is not a PJSIP endpoint`, false);
  const variables = variablesOf(notification);
  if (variables === undefined) return failed("the document cannot be written as AMI lines", false);
  const contacts = await contactsByAmi(name, ami);
  if ("ok" in contacts) return failed(contacts.detail, true);
  const only = isOnly(contacts, { mac: to.mac, from: to.address ?? "" });
  if (!only.ok) return failed(only.detail, true);
  if (!wanted()) return failed("it was not to be sent any more", true);
  const answer = await ami.action("PJSIPNotify", [["Endpoint", name], ...variables]);
  return answer.ok ? { outcome: "sent" } : failed(answer.why, true);
}

/**
 * The notification as AMI variables. Several `Content` lines are joined by a line break, so a document is parted between
 * two elements, where a line break is of no meaning. Undefined where a value would be more than a value.
 */
export function variablesOf({ event, contentType, body }: Notification): AmiMessage | undefined {
  if (![event, contentType ?? event].every((value) => /^[A-Za-z0-9/.;=+-]+$/.test(value))) return undefined;
  if (body === undefined) return [["Variable", `Event=${event}`]];
  const lines = contentLines(body);
  if (lines === undefined) return undefined;
  return [
    ["Variable", `Event=${event}`],
    ["Variable", `Content-Type=${contentType}`],
    ...lines.map((line) => ["Variable", `Content=${line}`] as const),
  ];
}

function contentLines(body: string): readonly string[] | undefined {
  if (/[\r\n\0]/.test(body)) return undefined;
  const lines: string[] = [];
  let line = "";
  for (const part of body.split(/(?<=>)(?=<)/)) {
    const escaped = part.replace(/[\\",]/g, "\\$&");
    if (Buffer.byteLength(escaped) > longestLine) return undefined;
    if (line !== "" && Buffer.byteLength(line + escaped) > longestLine) {
      lines.push(line);
      line = "";
    }
    line += escaped;
  }
  return [...lines, line];
}

function failed(why: string, again: boolean): Pushed {
  return { outcome: "failed", why, again };
}
