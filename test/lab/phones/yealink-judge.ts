import { readDocument, replacesPage, type YealinkDocument } from "./yealink-document.ts";
import type { Model } from "./yealink-models.ts";
import { actsOf, limitsOf, type PushedAct } from "./yealink-push.ts";
import type { Switches } from "./yealink-switches.ts";
import { parseXml } from "./yealink-xml.ts";

export interface Judged {
  /** All that this phone may not take; none where it takes the document. */
  readonly complaints: readonly string[];
  /** Of a document that replaces the page. */
  readonly document?: YealinkDocument | undefined;
  /** The same as it is shown. */
  readonly page?: { readonly document: YealinkDocument; readonly lockIn: boolean };
  /** Of one that does not. */
  readonly acts: readonly PushedAct[];
}

/** What a phone makes of the reply to a GET: a page, or something to do (yealink.md 1.1, l. 49). */
export function judge(xml: string, model: Model, has: Switches): Judged {
  const complaints: string[] = [];
  const complain = (text: string): void => void complaints.push(text);
  const root = parseXml(xml, () => undefined);
  if (root && !replacesPage(root.name)) return { complaints, acts: actsOf(xml, model, has, complain) };
  const document = readDocument(xml, limitsOf(model, has), complain);
  const page = document && { document, lockIn: root?.attributes["LockIn"] === "yes" };
  return { complaints, document, acts: [], ...(page && { page }) };
}
