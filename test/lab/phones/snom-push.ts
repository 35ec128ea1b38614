import { type Lamp, readDocument, type SnomDocument } from "./snom-document.ts";
import type { Model } from "./snom-models.ts";
import type { Complain } from "./snom-xml.ts";

/** One SIP NOTIFY, as far as the phone looks at it. */
export interface Notified {
  readonly event: string;
  readonly contentType: string;
  readonly body: string;
}

/**
 * What a phone makes of a NOTIFY (triggering, Via SIP NOTIFY): both headers are mandatory. The whole must fit into one UDP
 * packet (RFC 3261, section 18.1.1). @throws Error with all that a real phone may not take.
 */
export function readNotified({ event, contentType, body }: Notified, model: Model): SnomDocument {
  const complaints: string[] = [];
  const complain: Complain = (text) => void complaints.push(text);
  if (event !== "xml") complain(`Event ${event}`);
  if (contentType !== "application/snomxml") complain(`Content-Type ${contentType}`);
  const bytes = Buffer.byteLength(body);
  if (bytes > 750) complain(`a body of ${bytes} bytes does not fit beside the headers`);
  const document = readDocument(body, model, complain);
  for (const lamp of document?.lamps ?? []) checkLamp(lamp, model, complain);
  const shown = document !== undefined && document.kind !== "silent";
  // Nobody has asked for it, so it must go by itself.
  if (shown && !document.fetch) complain("it stays for ever");
  if (complaints.length > 0 || !document) throw new Error(`${complaints.join("; ")}:\n${body}`);
  return document;
}

/** service.snom.com, XML-Minibrowser-Led: LED Number Order. Another number is a lamp of something else. */
function checkLamp({ number }: Lamp, { name, firstLamp, lineKeys }: Model, complain: Complain): void {
  if (number < firstLamp || number >= firstLamp + lineKeys) complain(`lamp ${number} is no line key of a ${name}`);
}
