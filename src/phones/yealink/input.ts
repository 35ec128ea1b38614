import type { InputPage } from "../../pages/index.js";
import { label } from "../plain.js";
import { type DocumentData, type Href, typedParameter } from "../vendor.js";
import { contentType, type Frame, frame, type SoftKey } from "./frame.js";
import type { YealinkProfile } from "./sheet.js";

/** What `yealink/input-screen.eta` is filled with. */
export interface InputScreenData extends Frame {
  readonly timeout: number;
  readonly url: string;
  readonly type: "number" | "string";
  readonly password: "yes" | "no";
  readonly prompt: string;
  readonly parameter: string;
}

/**
 * A page of typing as YealinkIPPhoneInputScreen. Its own keys are given by their names: once a document has softkeys, the
 * phone's usual ones are gone, and `SoftKey:Submit` alone sends what was typed (masterbit's phone application).
 */
export function inputScreen(page: InputPage, profile: YealinkProfile, href: Href): DocumentData {
  const { send, erase, mode } = page.typing;
  const own = [
    { label: send, uri: "SoftKey:Submit" },
    { label: erase, uri: "SoftKey:BackSpace" },
    ...(page.input === "text" ? [{ label: mode, uri: "SoftKey:ChangeMode" }] : []),
  ].map((key, at): SoftKey => ({ index: at + 1, label: label(key.label, profile.screen.labelColumns), uri: key.uri }));
  const outer = frame(page, profile, href, own);
  const data: InputScreenData = {
    ...outer,
    timeout: profile.sizes.listTimeout,
    url: href(page.to),
    type: page.input === "text" ? "string" : "number",
    password: page.input === "secret" ? "yes" : "no",
    prompt: label(page.prompt, profile.screen.columns),
    parameter: typedParameter,
  };
  return { template: "yealink/input-screen", data, contentType };
}
