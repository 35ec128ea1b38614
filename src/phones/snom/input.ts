import type { InputPage } from "../../pages/index.js";
import { type DocumentData, type Href, typedParameter } from "../vendor.js";
import { contentType, type Frame, frame } from "./frame.js";
import type { SnomProfile } from "./sheet.js";
import { name } from "./words.js";

/** What `snom/input.eta` is filled with. */
export interface InputData extends Frame {
  readonly url: string;
  readonly prompt: string;
  readonly token: string;
  readonly flags: "a" | "n" | "pn";
}

/** Stands in the URL where what is typed goes; nothing else of an address of ours has it. */
const token = "__TYPED__";

/**
 * A page of typing as SnomIPPhoneInput. What is asked for is shown in the title alone (docs.snom.io,
 * main_tags/SnomIPPhoneInput, DisplayName): the question, where it has room there. The check mark sends what was typed; the
 * keys for typing are the phone's own.
 */
export function inputScreen(page: InputPage, profile: SnomProfile, href: Href): DocumentData {
  const { titleColumns } = profile.screen;
  const url = href(page.to);
  const data: InputData = {
    ...frame(page, profile, href),
    url: `${url}${url.includes("?") ? "&" : "?"}${typedParameter}=${token}`,
    prompt: name(page.prompt.length <= titleColumns ? page.prompt : page.title, titleColumns),
    token,
    flags: page.input === "text" ? "a" : page.input === "secret" && profile.secretInput !== "no" ? "pn" : "n",
  };
  return { template: "snom/input", data, contentType };
}
