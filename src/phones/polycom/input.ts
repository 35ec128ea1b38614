import type { InputPage } from "../../pages/index.js";
import { label } from "../plain.js";
import { type DocumentData, type Href, typedParameter } from "../vendor.js";
import { contentType, type Frame, frame, keyLabel, type SoftKey } from "./frame.js";
import { hasSoftkeys, type PolycomProfile } from "./sheet.js";

/** What `polycom/microbrowser-input.eta` and `polycom/browser-input.eta` are filled with. */
export interface InputData extends Frame {
  readonly url: string;
  readonly prompt: string;
  readonly type: "text" | "password";
  readonly parameter: string;
  readonly send: string;
  /** `SoftKey:Submit`, which must stand inside the form. */
  readonly submit?: SoftKey;
}

/**
 * A page of typing as a form by GET. The keys for typing are the phone's own and come by themselves, so only OK and the ways
 * out are ours (Web Application Developer's Guide SIP 3.1, p. 2-14).
 */
export function inputPage(page: InputPage, profile: PolycomProfile, href: Href): DocumentData {
  const send = keyLabel(page.typing.send, profile);
  const submit: SoftKey = { index: 1, label: send, action: "SoftKey:Submit" };
  const withKeys = hasSoftkeys(profile);
  const outer = frame(page, profile, href, withKeys ? [submit] : []);
  const data: InputData = {
    ...outer,
    softkeys: outer.softkeys.filter((key) => key !== submit),
    url: href(page.to),
    prompt: label(page.prompt, profile.screen.columns),
    type: page.input === "secret" && profile.secretInput !== "no" ? "password" : "text",
    parameter: typedParameter,
    send,
    ...(withKeys && { submit }),
  };
  return { template: withKeys ? "polycom/microbrowser-input" : "polycom/browser-input", data, contentType };
}
